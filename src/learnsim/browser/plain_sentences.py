"""Plain sentences: what learnsim says of a class list, or of a setting without effect, in the page's words and language.

The table ``sentences`` of a language's texts has them: what learnsim says, with {names} in place of what varies, to what the
page says. What the table has no words for stays English.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from learnsim.playback.texts import table_of

NAME = re.compile(r"\{(\w+)\}")
WHOLE = "reason"  # a part that is a sentence itself
LONGEST = 600  # letters: the patterns of longer ones take too long


class PlainSentence(NamedTuple):
    """A sentence, and the code of its language."""

    text: str
    language: str


def plain_sentence(sentence: str, language: str) -> PlainSentence:
    """Return a sentence of learnsim as the page says it.

    Examples
    --------
    >>> plain_sentence("class.csv: line 2, column Team: is empty", "de")
    PlainSentence(text='class.csv: Zeile 2, Spalte Team: ist leer', language='de')
    >>> plain_sentence("the sky is blue", "de")
    PlainSentence(text='the sky is blue', language='en')
    """
    text = _in_words(sentence, language)
    return PlainSentence(text or sentence, language if text else "en")


def _in_words(sentence: str, language: str) -> str:
    """Return what the page says; empty if the table has no words for it."""
    for template, pattern in _patterns(language) if len(sentence) <= LONGEST else ():
        parts = pattern.fullmatch(sentence)
        if parts is None:
            continue
        table = table_of(language, "sentences")
        values = {name: table.get(value, value) for name, value in parts.groupdict().items()}
        if reason := parts.groupdict().get(WHOLE):
            values[WHOLE] = _in_words(reason, language) or (reason if language == "en" else "")
        if values.get(WHOLE, template):
            return str(table[template].format(**values))
    return ""


@cache
def _patterns(language: str) -> list[tuple[str, re.Pattern[str]]]:
    """Return what learnsim says, and the patterns of it: those that say most in words first."""

    def rank(template: str) -> tuple[bool, int]:
        return f"{{{WHOLE}}}" in template, -len(NAME.sub("", template))

    templates = sorted(table_of(language, "sentences"), key=rank)
    return [(template, re.compile(_pattern(template), re.DOTALL)) for template in templates]


def _pattern(template: str) -> str:
    """Return a template as a pattern: every name is a group."""
    pieces = NAME.split(template)
    return "".join(f"(?P<{piece}>.+?)" if place % 2 else re.escape(piece) for place, piece in enumerate(pieces))
