"""Experiments: many runs of one question: designs, the runner, tables and the results folder.
Knows the model and the record; what the numbers mean is for the floor above.
"""
