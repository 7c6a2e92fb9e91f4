"""The training model: its rules, its two engines, its measures.
Knows the world (settings, people, grouping) and ground (chance, compiled code).
"""
