"""Analysis: the numbers: estimates, contrasts, effects, sensitivity, importance, and comparison with targets."""
