"""Experiments: many runs of one question: designs, the runner, tables and the results folder."""
