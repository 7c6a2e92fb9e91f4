"""Analysis: what the numbers mean: summaries, contrasts, tables in the terminal, figures.
Knows tables of results; runs no experiment.
"""
