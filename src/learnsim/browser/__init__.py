"""Browser: two training models side by side, learning live from the same people and the same luck.
Needs the extra ``viz``.
"""
