"""Column guess: which columns of a class list are probably the id, the name and the community, by their names and cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from learnsim.people.cells import is_blank
from learnsim.people.spelling import bare

MOST_LETTERS = 100  # of a column's name that is guessed at
SIGNS = re.compile(r"[\W_]+")
WORDS = {  # what platforms and people call a column, in the order in which it is preferred
    "id": (
        "id", "idnumber", "studentid", "studentnumber", "personid", "userid", "employeeid", "staffid",
        "orgdefinedid", "sisuserid", "matrikelnummer", "matrikelnr", "personalnummer", "idnummer", "matricule",
        "numerodidentification", "numerodeid", "dni", "email", "emailaddress", "mail", "emailadresse",
        "adressedecourriel", "courriel", "correoelectronico", "direcciondecorreo", "username", "sisloginid",
        "anmeldename", "benutzername", "nomdutilisateur", "nombredeusuario",
    ),
    "name": (
        "name", "fullname", "displayname", "student", "participant", "person", "vollstandigername",
        "teilnehmer", "teilnehmerin", "nomcomplet", "nombrecompleto",
    ),
    "given": (
        "firstname", "givenname", "forename", "vorname", "prenom", "nombre", "nombres", "voornaam",
    ),
    "family": (
        "surname", "lastname", "familyname", "nachname", "familienname", "nom", "nomdefamille", "apellido",
        "apellidos", "achternaam", "cognome",
    ),
    "community": (
        "community", "department", "group", "groups", "section", "team", "cohort", "unit", "division",
        "abteilung", "gruppe", "gruppen", "bereich", "departement", "departamento", "groupe", "groupes",
        "equipe", "service", "grupo", "grupos", "equipo", "institution",
    ),
}  # fmt: skip
ALL = {word for words in WORDS.values() for word in words}


class Columns(NamedTuple):
    """Which column of a class list is what; "" for none. ``second`` is the second part of the name."""

    id: str = ""
    name: str = ""
    second: str = ""
    community: str = ""
    label: str = ""


def is_usual(name: str) -> bool:
    """Whether platforms call a column so."""
    return _word(name) in ALL


def guess(table: Mapping[str, Sequence[str]]) -> Columns:
    """Return which columns are probably what.

    Parameters
    ----------
    table : dict of str to sequence of str
        The cells of each column, by its name.

    Examples
    --------
    >>> people = {"Vorname": ["Ana", "Ben"], "Nachname": ["A", "B"], "E-Mail-Adresse": ["a@x.org", "b@x.org"]}
    >>> guess(people)
    Columns(id='E-Mail-Adresse', name='Vorname', second='Nachname', community='', label='')
    """
    there: dict[str, str] = {}
    for name in table:
        there.setdefault(_word(name), name)

    def named(meaning: str) -> Iterator[str]:
        return (there[word] for word in WORDS[meaning] if word in there)

    own = next((name for name in named("id") if _are_different(table[name])), "")
    whole, given, family = (next(named(meaning), "") for meaning in ("name", "given", "family"))
    first, second = (whole, "") if whole or not (given and family) else (given, family)
    community = next((name for name in named("community") if _divides(table[name], usual=name == "community")), "")
    return Columns(own, first or given or family, second, community)


def _word(name: str) -> str:
    """Return a column's name without case, accents, blanks and signs."""
    return SIGNS.sub("", bare(name[:MOST_LETTERS]))


def _are_different(cells: Sequence[str]) -> bool:
    return all(cells) and len(set(cells)) == len(cells)


def _divides(cells: Sequence[str], *, usual: bool) -> bool:
    """Whether cells are a community each, of two people or more on average; one that is called so may be all people's."""
    if any(map(is_blank, cells)):
        return False
    return usual or 2 <= len(set(cells)) <= len(cells) / 2
