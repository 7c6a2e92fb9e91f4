"""Shortages: the errors that different libraries raise where memory, threads or processes run out."""

import errno

SHORTAGES = {
    "memory": MemoryError(),
    "system": OSError(errno.ENOMEM, "Cannot allocate memory"),
    "import": ImportError("libx.so: failed to map segment from shared object"),
    "array": RuntimeError("Unable to allocate 3.00 GiB for an array"),
    "thread": RuntimeError("can't start new thread"),
    "process": BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"),
}
