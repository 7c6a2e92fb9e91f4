"""Analysis: what the numbers mean: statistics, the answer in words, tables, figures, the report."""
