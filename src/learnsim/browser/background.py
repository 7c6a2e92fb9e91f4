"""Background: work that a page does beside its connection. Of what it is asked for, the newest counts."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock, Thread

Cancelled = Callable[[], bool]
Job = Callable[[Cancelled], None]


class Background:
    """Does the newest job that it was given, one at a time; there is no thread where there is nothing to do."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._next: Job | None = None
        self._working = self._closed = False

    def do(self, job: Job) -> None:
        """Do a job as soon as the current one has ended, which can ask whether it is cancelled; only the newest waits.

        Parameters
        ----------
        job : callable
            Takes a function that says whether the job is still wanted: True once it is cancelled.
        """
        with self._lock:
            if self._closed:
                return
            self._next = job
            if self._working:
                return
            self._working = True
        Thread(target=self._work, daemon=True).start()

    def close(self) -> None:
        """Cancel everything, for good."""
        with self._lock:
            self._closed, self._next = True, None

    def _work(self) -> None:
        try:
            while True:
                with self._lock:
                    job, self._next = self._next, None
                    if job is None:
                        self._working = False
                        return
                job(self._cancelled)
        except BaseException:
            with self._lock:
                self._working = False
            raise

    def _cancelled(self) -> bool:
        return self._closed or self._next is not None
