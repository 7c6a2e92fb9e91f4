"""Browser: two training models side by side, learning live with the same people and common random numbers.
Needs the extra ``viz``.
"""
