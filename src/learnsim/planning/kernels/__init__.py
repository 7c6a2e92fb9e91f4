"""Kernels of the search, in machine code."""
