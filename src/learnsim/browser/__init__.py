"""Browser: the page of ``learnsim viz``: organisations of the same people side by side, with common random numbers.
Needs the extra ``viz``.
"""
