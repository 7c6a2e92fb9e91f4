"""Browser: two training models side by side, learning live from the same people and the same luck.
Knows everything below; needs the extra ``viz``.
"""
