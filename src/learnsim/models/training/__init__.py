"""The training model: its rules, its two engines, its measures."""
