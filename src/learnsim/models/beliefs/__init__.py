"""The beliefs model: knowledge that nobody has yet, without groups (March 1991) or in cells (Fang, Lee & Schilling 2010)."""
