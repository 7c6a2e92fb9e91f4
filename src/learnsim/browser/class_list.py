"""Class list: a file of people that was opened on the page. It is in memory only, and gone when the page is closed."""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from learnsim.browser.column_guess import Columns, guess, is_usual
from learnsim.browser.file_kind import is_no_name, wrong_kind
from learnsim.errors import SettingsError, shown
from learnsim.experiments.design.roster_summary import about_roster
from learnsim.grouping.preparation import Prepared
from learnsim.people import Roster, read_roster
from learnsim.people.columns import Names, meanings_of
from learnsim.people.exports import clean
from learnsim.people.spelling import listed
from learnsim.people.tables import LINE_BREAK, SEARCHED, read_sheet
from learnsim.settings import validate
from learnsim.settings.roster import OTHERS, RosterColumns

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx")
MOST_BYTES = 5_000_000
LONGEST = 100  # letters of a file's name
LONGEST_COLUMN, MOST_COLUMNS = 1000, 100  # of those that can be chosen
TABULAR = re.compile('[;\t|"\x00-\x08\x0e-\x1f]')  # no sign of a list that has nothing but a name per line
COMMAS = re.compile(r",\S|,.*,")  # that separate cells, other than the one in "Example, Ana"
UNNAMED, PASTED = "class_list.csv", "pasted_list.csv"


@dataclass(frozen=True, eq=False)
class ClassList:
    """People of a class list, as its columns are understood.

    Attributes
    ----------
    name : str
        Of the file, without a folder.
    roster : Roster
    columns : RosterColumns
    by_community : bool
        Whether the communities are those of its column.
    """

    name: str
    roster: Roster
    columns: RosterColumns
    by_community: bool

    def put_into(self, tree: dict[str, Any]) -> None:
        """Put these people into the tables of an experiment, in place of those that it had."""
        world = tree.setdefault("organisation", {})
        for key in ("trainees", "communities", "plan"):
            world.pop(key, None)
        world["roster"] = self.name
        if self.by_community:
            world["formation"] = "given"
        elif world.get("formation") == "given":
            del world["formation"]
        if not self.by_community and self.roster.interest is None:
            world["communities"] = 1
        tree["roster"] = self.columns.model_dump(exclude_defaults=True)
        tree.pop("plan", None)  # rules about other people
        for arm in tree.get("arms", {}).values():
            arm.pop("formation", None)
            for one in (arm, *(arm.get("phases") or [])):
                if one.get("shuffle") == "plan":
                    one.pop("shuffle")


class OpenedFile:
    """A class list's file as it was opened on the page.

    Parameters
    ----------
    name : str
    content : bytes

    Attributes
    ----------
    name : str
        Without a folder.
    columns : tuple of str
        The names of its columns that can be chosen: the first hundred, without those that stand there twice.
    guess : Columns
        Which of them are probably what.

    Raises
    ------
    SettingsError
        If it has no table.
    """

    def __init__(self, name: str, content: bytes) -> None:
        if kind := wrong_kind(name, content):
            raise SettingsError(f"{name}: {kind}")
        known = Names(RosterColumns()).known
        content = _headed(name, content, known)
        self.name, self._content = name, content
        try:
            self._sheet = read_sheet(name, lambda text: known(text) or is_usual(text), is_usual, content)
        except SettingsError as error:
            raise SettingsError(f"{name}: {error}") from None
        clean(self._sheet)
        header = [LINE_BREAK.sub(" ", text) for text in self._sheet.header]
        times = Counter(header)
        named = [place for place, text in enumerate(header) if text and times[text] == 1 and len(text) <= LONGEST_COLUMN]
        table = {header[place]: self._sheet.columns[place] for place in named[:MOST_COLUMNS]}
        self.columns = tuple(table)
        self.guess = guess(table)

    def people(self, columns: Columns) -> ClassList:
        """Return its people, where columns mean what is said; all others are left out, but for those with a usual name.

        Raises
        ------
        SettingsError
            With the reader's message, or if a column was chosen twice.
        """
        for column in filter(None, columns):
            meanings = [meaning for meaning, other in columns._asdict().items() if other == column]
            if len(meanings) > 1 and meanings != ["community", "label"]:  # a community may be a label too
                raise SettingsError(f"{self.name}: the column {shown(column)} was chosen twice; a column has one meaning")
        table: dict[str, Any] = {"id": columns.id, "name": [part for part in (columns.name, columns.second) if part]}
        table |= {"community": columns.community, "labels": [columns.label] if columns.label else [], "ignore": OTHERS}
        about = {key: value for key, value in table.items() if value}
        settings = validate({"organisation": {"roster": self.name}, "roster": about}, self.name)
        roster = read_roster(self.name, settings.roster, self._content)
        return ClassList(self.name, roster, settings.roster, bool(columns.community))

    def left_out(self, people: ClassList) -> list[str]:
        """Return the names of the columns that were not used."""
        used = meanings_of(self._sheet, people.columns).used
        return [text for place, text in enumerate(self._sheet.header) if text and place not in used]


def opened_file(event: Any) -> OpenedFile:
    """Return the file that a page has sent.

    Parameters
    ----------
    event : dict
        With name, size in bytes, and content in base 64; the content is missing if the file is too large.

    Raises
    ------
    SettingsError
        If it is too large, or has no table.
    """
    if not isinstance(event, Mapping):
        raise SettingsError("the file could not be read")
    name, content = plain_name(event.get("name")), event.get("content")
    size = event.get("size")
    size = size if isinstance(size, int) else 0
    if size > MOST_BYTES or (isinstance(content, str) and len(content) > MOST_BYTES * 4 // 3 + 4):
        mega = max(size, MOST_BYTES + 100_000) / 1_000_000
        raise SettingsError(f"{name}: has {mega:.1f} MB, and {MOST_BYTES // 1_000_000} MB is the most on the page")
    try:
        read = base64.b64decode(content if isinstance(content, str) else "?", validate=True)
    except (ValueError, binascii.Error):
        raise SettingsError(f"{name}: could not be read") from None
    return OpenedFile(name, read)


def pasted_list(text: Any) -> OpenedFile:
    r"""Return a list that was pasted: a table with its column names, or nothing but a name per line.

    Raises
    ------
    SettingsError
        If it is too long, or has no table.

    Examples
    --------
    >>> pasted_list("Ana Example\nBen Example\n").columns
    ('name',)
    """
    content = text.strip() if isinstance(text, str) else ""
    if len(content) > MOST_BYTES:
        mega = len(content) / 1_000_000
        raise SettingsError(f"{PASTED}: has {mega:.1f} MB, and {MOST_BYTES // 1_000_000} MB is the most on the page")
    return OpenedFile(PASTED, content.encode("utf-8", "replace"))


def _headed(name: str, content: bytes, known: Callable[[str], bool]) -> bytes:
    """Return a file with the column name of people over nothing but a name per line; a table stays as it is.

    Raises
    ------
    SettingsError
        If its lines are no names.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    headed = any(known(cell) or is_usual(cell) for line in lines[:SEARCHED] for cell in re.split(r'\s*[,;\t|"]\s*', line))
    if not lines or headed or TABULAR.search(text) or any(COMMAS.search(line) for line in lines):
        return content
    if 2 * sum(map(is_no_name, lines)) > len(lines):
        raise SettingsError(
            f"{name}: has no column names that learnsim knows, and its lines are no names; "
            "begin with a line such as name, community"
        )
    return "\n".join(["name", *(f'"{line}"' for line in lines)]).encode()  # "Example, Ana" is a name too


def plain_name(name: Any) -> str:
    r"""Return the name of a file without a folder and without signs that no file's name has.

    Examples
    --------
    >>> plain_name("../../etc/pass\nwd.csv"), plain_name("C:\\Class A.xlsx"), plain_name("")
    ('pass wd.csv', 'Class A.xlsx', 'class_list.csv')
    """
    last = re.split(r"[/\\]", name)[-1] if isinstance(name, str) else ""
    last = " ".join("".join(sign if sign.isprintable() and sign not in '<>:"|?*' else " " for sign in last).split())
    stem, dot, ending = last.rpartition(".")
    last = f"{stem[: LONGEST - len(ending)]}.{ending}" if dot and len(ending) < 10 else last[:LONGEST]
    return last if last.strip(". ") else UNNAMED


def words_of(prepared: Prepared, left_out: list[str]) -> list[str]:
    """Return what was read of a class list that a page plays, in sentences; how many people there are comes first."""
    notes, warnings = about_roster(prepared.settings, prepared.roster)
    words = [*notes[:1], *warnings, *notes[1:]]
    if prepared.roster and not prepared.roster.has_ids:
        words.append("No column is known as a name or an id: people are called by their lines; choose the columns below")
    if left_out:
        words.append(f"Left out: {listed(left_out)}")
    return words
