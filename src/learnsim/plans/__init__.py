"""Plans: a whole course for real people, from the roster to the printed page."""
