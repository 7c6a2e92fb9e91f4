"""Kernels: communities, cells and officers in machine code, for policies that ship."""
