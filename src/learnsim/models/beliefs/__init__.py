"""The beliefs model: knowledge that nobody has yet, told flat (March 1991) or in cells (Fang, Lee & Schilling 2010)."""
