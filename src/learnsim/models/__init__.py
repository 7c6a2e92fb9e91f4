"""Models: what all models share, and each model in a folder of its own."""
