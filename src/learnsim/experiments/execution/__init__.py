"""Execution: tasks, and who works on them."""
