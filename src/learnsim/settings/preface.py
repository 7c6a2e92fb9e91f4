"""Preface: the question and the expectation that an experiment file tells in its first comments.

A file may begin with ``# Question: ...`` and ``# Expected: ...``, each as many comment lines long as it takes.
"""

from __future__ import annotations

HEADINGS = {"question:": "question", "expected:": "expectation", "expectation:": "expectation"}


def preface_of(text: str) -> dict[str, str]:
    """Return the question and the expectation that the comments at a file's beginning tell; empty where they tell none."""
    told: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in text.lstrip("\ufeff").splitlines():
        if not line.startswith("#"):
            break
        words = line.lstrip("#").split()
        if not words:  # an empty comment line ends what was told
            current = None
        elif (heading := words[0].lower()) in HEADINGS:
            current = told.setdefault(HEADINGS[heading], [])
            current += words[1:]
        elif current is not None:
            current += words
    return {key: " ".join(words) for key, words in told.items() if words}
