"""learnsim."""
