"""Notebook: tables, sentences and figures as HTML that Jupyter shows below a cell; every text is escaped."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SVG_SETTINGS: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": "learnsim"}  # letters as text, ids as content
WORDS, NUMBERS = "text-align:left", "text-align:right"


def html_block(title: str, *parts: str) -> str:
    """Return parts, each HTML already, below a title."""
    return "\n".join(["<div>", f"<p><b>{escape(title)}</b></p>", *(part for part in parts if part), "</div>"])


def html_text(text: str) -> str:
    """Return a paragraph; nothing for an empty text."""
    return f"<p>{escape(text)}</p>" if text else ""


def html_table(header: Sequence[str], rows: Iterable[Sequence[str]], *, words: int = 1) -> str:
    """Return a table whose first columns, ``words`` of them, hold words, and whose others hold numbers."""

    def line(tag: str, cells: Sequence[str]) -> str:
        aligned = (WORDS if number < words else NUMBERS for number in range(len(cells)))
        return "".join(
            f'<{tag} style="{style}">{escape(" ".join(cell.split()))}</{tag}>'
            for cell, style in zip(cells, aligned, strict=True)
        )

    head = f"<thead><tr>{line('th', header)}</tr></thead>" if any(header) else ""
    body = "\n".join(f"<tr>{line('td', row)}</tr>" for row in rows)
    return f"<table>{head}<tbody>\n{body}\n</tbody></table>"


def html_facts(facts: Iterable[tuple[str, str]]) -> str:
    """Return names and values below each other; those without a value are left out."""
    return html_table(("", ""), [fact for fact in facts if fact[1]], words=2)


def inline_svg(figure: Figure) -> str:
    """Return a figure as SVG that may stand inside HTML."""
    import matplotlib as mpl  # nothing heavy is imported before it is used

    stream = io.StringIO()
    with mpl.rc_context(SVG_SETTINGS):
        figure.savefig(stream, format="svg", metadata={"Date": None})
    text = stream.getvalue()
    return text[text.index("<svg") :].strip()


def show_figures() -> None:
    """Let a notebook show a figure at the end of a cell, as importing pyplot would; what shows them already stays."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        return
    from matplotlib.figure import Figure

    formatters = shell.display_formatter.formatters
    if not any(Figure in formatters[kind] for kind in ("image/png", "image/svg+xml", "image/jpeg", "application/pdf")):
        formatters["image/png"].for_type(Figure, _png)


def _png(figure: Figure) -> bytes:
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=100)
    return stream.getvalue()
