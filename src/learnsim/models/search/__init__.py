"""The search model: people look for good solutions on a rugged landscape, and copy those who found better ones."""
