"""Any Mesa model of the user's own, from a file or an installed package, as it is."""
