"""Text width: which fonts have the letters of a text, how wide it is, and how it is cut into lines that fit."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

import matplotlib
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.ft2font import FT2Font

FAMILY = "DejaVu Sans"  # comes with matplotlib, and is found before any of the machine's fonts
DPI = 150
LINE = 1.35  # of a line, in sizes of its letters


def families_for(text: str) -> list[str]:
    """Return the font family of all figures, and after it installed ones that have letters of a text that it lacks.

    A letter that no installed font has is drawn as a box.
    """
    families = [FAMILY]
    missing = {letter for letter in text if not letter.isspace()} - _letters_of(FAMILY)
    while missing:
        others = sorted({entry.name for entry in fontManager.ttflist} - set(families))
        best = max(others, key=lambda name: len(missing & _letters_of(name)), default="")
        if not missing & _letters_of(best):
            break
        families.append(best)
        missing -= _letters_of(best)
    return families


@lru_cache(maxsize=4096)
def _letters_of(family: str) -> frozenset[str]:
    """The letters that a family's plain font can draw; none if the file cannot be used, as one with bitmaps only."""
    try:
        font = FT2Font(fontManager.findfont(FontProperties(family=[family]), fallback_to_default=False))
        font.set_size(9.0, DPI)
        letters = frozenset(map(chr, font.get_charmap()))
        for letter in sorted(letters)[-1:]:
            font.load_char(ord(letter))
    except Exception:  # whatever a font file holds, it must not cost a figure
        return frozenset()
    return letters


def width_of(text: str, size: float) -> float:
    """Return how many inches wide a line of text is, in letters of this size (points)."""
    return _width(text, size, tuple(matplotlib.rcParams["font.family"]))


@lru_cache(maxsize=65536)
def _width(text: str, size: float, families: tuple[str, ...]) -> float:
    properties = FontProperties(family=list(families), size=size)
    return float(_renderer().get_text_width_height_descent(text, properties, ismath=False)[0]) / DPI if text else 0.0


@lru_cache(maxsize=1)
def _renderer() -> RendererAgg:
    return RendererAgg(8, 8, DPI)


def wrapped(text: str, inches: float, size: float) -> str:
    """Return a text in lines that are not wider than so many inches; a word is broken only if it is wider by itself."""
    return "\n".join(line for part in text.split("\n") for line in _lines(part, inches, size))


def widest_word(text: str, size: float) -> float:
    """Return how many inches wide the widest word of a text is."""
    return max((width_of(word, size) for word in text.split()), default=0.0)


def height_of(text: str, size: float) -> float:
    """Return how many inches high the lines of a text are."""
    usual = (1 + text.count("\n")) * size * LINE / 72.0
    return usual if text.isascii() else max(usual, _height(text, size, tuple(matplotlib.rcParams["font.family"])))


@lru_cache(maxsize=4096)
def _height(text: str, size: float, families: tuple[str, ...]) -> float:
    """What lines take whose letters are higher than Latin ones, or have accents upon accents."""
    figure = Figure(dpi=DPI)
    lines = figure.text(0.0, 0.0, text, fontproperties=FontProperties(family=list(families), size=size))
    return float(lines.get_window_extent(_renderer()).height) / DPI + (LINE - 1.0) * size / 72.0


def _lines(text: str, inches: float, size: float) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        for number, piece in enumerate(_pieces(word, inches, size)):
            if line and (number or width_of(f"{line} {piece}", size) > inches):
                yield line
                line = piece
            else:
                line = f"{line} {piece}" if line else piece
    yield line


def _pieces(word: str, inches: float, size: float) -> Iterator[str]:
    """A word, or parts of it that fit."""
    if width_of(word, size) <= inches:
        yield word
        return
    piece = ""
    for cluster in _clusters(word):
        if piece and width_of(piece + cluster, size) > inches:
            yield piece
            piece = ""
        piece += cluster
    yield piece


def _clusters(word: str) -> Iterator[str]:
    """Letters with the accents and signs that belong to them."""
    number, numbers = -1, []
    for place, letter in enumerate(word):
        joined = place > 0 and (_joins(letter) or word[place - 1] == "\u200d")
        number += not joined
        numbers.append(number)
    for _, some in groupby(zip(numbers, word, strict=True), key=lambda one: one[0]):
        yield "".join(letter for _, letter in some)


def _joins(letter: str) -> bool:
    return unicodedata.category(letter) in ("Mn", "Me", "Mc", "Cf") or "\U0001f3fb" <= letter <= "\U0001f3ff"
