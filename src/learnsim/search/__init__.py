"""The search model: people look for good solutions on a rugged landscape, and copy those who found better ones.
Knows the world (settings, people, grouping) and ground (chance, compiled code).
"""
