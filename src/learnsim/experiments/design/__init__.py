"""Design: what an experiment is, and whether it may run here."""
