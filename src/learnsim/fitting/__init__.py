"""Fitting: settings estimated from data, by simulated moments on common random numbers."""
