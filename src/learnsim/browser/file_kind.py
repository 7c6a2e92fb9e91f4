"""File kind: what a file is that was opened as a class list and is none, by what it holds."""

from __future__ import annotations

import ast
import io
import json
import re
import tomllib
import warnings
import zipfile

from learnsim.people.plan_file import NEEDED as OF_PLAN
from learnsim.settings import Settings

LIST = "; a class list is a CSV file, an Excel workbook, or a name per line"
BEGINNINGS = {  # the first bytes of a file
    b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"GIF8": "a picture", b"BM": "a picture", b"RIFF": "a recording",
    b"\x1aE\xdf\xa3": "a recording", b"%PDF-": "a PDF document", b"{\\rtf": "a text document", b"\x1f\x8b": "an archive",
}  # fmt: skip
ZIPPED = {"word/": "a text document", "ppt/": "a text document", "content.xml": "an OpenDocument spreadsheet"}
HTML = re.compile(r"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?<(!doctype|html|svg)\b", re.IGNORECASE | re.DOTALL)
TABLE = re.compile(r"^\s*\[+(\w+)[\w.]*\]+\s*$", re.MULTILINE)  # of a file of settings
RESULTS = {"arm", "replicate"}  # columns that every table of results has
UNLIKE = re.compile(r"[={}<>\[\]#:/\\]|\w{30}|(\S+\s+){7}")  # in a line that is probably no name
MOST_PARSED = 200_000  # letters of a file that is tried as another language


def wrong_kind(name: str, content: bytes) -> str:
    r"""Return what a file is, as a sentence without its name, where it is something else than a table or names; or "".

    Parameters
    ----------
    name : str
        Of the file, for the sentence.
    content : bytes

    Examples
    --------
    >>> wrong_kind("a.pdf", b"%PDF-1.7")
    'is a PDF document, not a class list; a class list is a CSV file, an Excel workbook, or a name per line'
    >>> wrong_kind("people.csv", b"id,name\n1,Ana\n")
    ''
    """
    if kind := _binary(content):
        return f"is {kind}, not a class list{LIST}"
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""
    if HTML.match(text):
        picture = "<svg" in text[:1000].lower() and "<html" not in text[:1000].lower()
        page = "is a web page, not a class list; open it in a browser"
        return f"is a picture, not a class list{LIST}" if picture else page
    first = {cell.strip(' "') for cell in re.split(r"[,;\t]", text.partition("\n")[0])}
    if first >= {*OF_PLAN}:
        return "is a plan of learnsim plan, not a class list; to see it, start learnsim viz with the folder of the plan"
    if first >= RESULTS:
        return "is a table of results, not a class list"
    return _written(name, text) if len(text) <= MOST_PARSED else ""


def is_no_name(line: str) -> bool:
    """Whether a line of a file without column names is probably no name.

    Examples
    --------
    >>> is_no_name("Example, Ana"), is_no_name("font.size: 12"), is_no_name("#!/bin/sh")
    (False, True, True)
    """
    return UNLIKE.search(line) is not None


def _binary(content: bytes) -> str:
    for beginning, kind in BEGINNINGS.items():
        if content.startswith(beginning) and (kind != "a picture" or b"\0" in content):
            return kind
    if content.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                names = archive.namelist()
        except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, OSError):
            return ""  # the reader of workbooks says so
        kinds = (kind for part, kind in ZIPPED.items() if any(name.startswith(part) for name in names))
        return "" if any(name.lower().startswith("xl/") for name in names) else next(kinds, "an archive")
    return ""


def _written(name: str, text: str) -> str:
    """Return what a text in another language is: settings, JSON, a program."""
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError):
        tables = {}
    there = {*tables} | {*TABLE.findall(text)}  # a file with a mistake is one all the same
    if there & Settings.model_fields.keys():
        return f"is an experiment file, not a class list; start learnsim viz {name} with it"
    if tables:
        return f"is a settings file, not a class list{LIST}"
    if text.lstrip()[:1] in ("{", "["):
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            return ""
        return f"is a JSON file, not a class list{LIST}"
    if text.startswith("#!") or name.endswith((".py", ".sh", ".js")) or _is_python(text):
        return f"is a program, not a class list{LIST}"
    return ""


def _is_python(text: str) -> bool:
    if "import " not in text and "def " not in text:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return bool(ast.parse(text).body)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return False
