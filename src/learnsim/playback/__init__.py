"""Playback: what the page and an exported story play, and the player that plays it in any browser."""
