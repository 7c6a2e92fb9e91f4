"""Storage: the folder of an experiment's results."""
