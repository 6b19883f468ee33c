"""Which form a table has, and which of its columns is which: headers matched to ours."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from betalningsansvar.data.columns import CASE_COLUMNS, Column
from betalningsansvar.data.events.columns import EVENT_COLUMNS
from betalningsansvar.data.files.nearheaders import near_misses
from betalningsansvar.data.folding import fold
from betalningsansvar.data.identity import HIDDEN, identifies
from betalningsansvar.data.stop import StopError

_SEPARATED = re.compile(r"[,;|\t]")


@dataclass(frozen=True, slots=True)
class Form:
    """One kind of table: its `name` (stands in the manifest) and its columns."""

    name: str
    columns: tuple[Column, ...]

    def matched(self, header: Sequence[str]) -> list[Column]:
        folded = {fold(text) for text in header}
        return [column for name, column in _by_folded_name(self) if name in folded]


_MANY_DIGITS, _LONGEST = 6, 200


@cache
def _by_folded_name(form: Form) -> tuple[tuple[str, Column], ...]:
    return tuple((fold(column.name), column) for column in form.columns)


CASE_TABLE = Form("arendetabell", CASE_COLUMNS)
EVENT_LOG = Form("handelselogg", EVENT_COLUMNS)
STATUS_ROWS = Form(
    "statusrader",
    (
        *(column for column in CASE_COLUMNS if column.name not in ("utskrivningsklar", "aterkallad")),
        Column("utskrivningsklar", "time"),
        Column("handelse", "handelse", needed=True),
        Column("version", "version", needed=True),
        Column("tidpunkt", "time", needed=True),
    ),
)
"""The columns of the case table, but that the status (`handelse`) and its time (`tidpunkt`) tell of a withdrawal."""

FORMS = (CASE_TABLE, EVENT_LOG)


@dataclass(frozen=True, slots=True)
class Layout:
    """`position` of each of the form's columns that the table has, and the headers that are not ours."""

    form: Form
    position: dict[str, int]
    ignored: tuple[str, ...]


class HeaderError(StopError):
    """The header row does not fit; `problems` says how, without the file's name."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


def form_of(header: Sequence[str], forms: Sequence[Form] = FORMS) -> Form:
    """The form this header fits best: the one with the smallest part of its own needed columns missing.

    Columns that every form needs tell nothing about which one it is.
    """
    if len(forms) == 1:
        return forms[0]
    shared = set.intersection(*({c.name for c in form.columns if c.needed} for form in forms))

    def missing_part(form: Form) -> float:
        needed = [c for c in form.columns if c.needed and c.name not in shared]
        matched = form.matched(header)
        return sum(c not in matched for c in needed) / len(needed)

    return min(forms, key=missing_part)


def has_all_needed(header: Sequence[str], forms: Sequence[Form] = FORMS) -> bool:
    """Whether a header has every needed column of its best form: no other row can be the header."""
    form = form_of(header, forms)
    return {c.name for c in form.columns if c.needed} <= {c.name for c in form.matched(header)}


def known_columns(header: Sequence[str], forms: Sequence[Form] = FORMS) -> int:
    """How many columns of its best form a header has: how much a row looks like a header row."""
    return len(form_of(header, forms).matched(header))


def lay_out(header: Sequence[str], hint: str = "", forms: Sequence[Form] = FORMS) -> Layout:
    """Match the headers of a table to the columns of its form.

    Raises HeaderError naming every needed column that is missing (with the nearest header, and `hint`), every two
    headers that mean the same column, and every header that nearly names a column the table lacks.
    """
    form = form_of(header, forms)
    names = {fold(column.name): column.name for column in form.columns}
    position: dict[str, int] = {}
    ignored: list[str] = []
    problems: list[str] = []
    for place, text in enumerate(header):
        name = names.get(fold(text))
        if name is None:
            if text:
                ignored.append(text)
        elif name in position:
            problems.append(
                f"två kolumner är {name}: {shown_header(header[position[name]])} (kolumn {position[name] + 1}) och "
                f"{shown_header(text)} (kolumn {place + 1}). Ta bort eller byt namn på en av dem, för det går inte att "
                "veta vilken som gäller."
            )
        else:
            position[name] = place
    missing = [c.name for c in form.columns if c.needed and c.name not in position]
    if missing:
        problems.append(_missing_text(missing, header, ignored, hint))
    problems += [
        f"kolumnen {shown_header(text)} liknar {name}, som filen saknar; lästes den inte skulle {name} räknas som tom. "
        f"Byt namn på den till {name}, eller till något annat om den är en annan uppgift."
        for text, name in near_misses(ignored, position, form.columns).items()
        if name not in missing
    ]
    if problems:
        raise HeaderError(problems)
    return Layout(form, position, tuple(map(shown_header, ignored)))


def _missing_text(missing: Sequence[str], header: Sequence[str], unknown: Sequence[str], hint: str) -> str:
    if len(header) == 1 and all(fold(name) in map(fold, _SEPARATED.split(header[0])) for name in missing):
        return "hela raderna står inom citattecken, så alla kolumner blev en. Ta bort citattecknen runt varje rad."
    by_fold = {fold(text): text for text in unknown}
    likely = []
    for name in missing:
        near = difflib.get_close_matches(fold(name), by_fold, n=1, cutoff=0.6)
        if near:
            likely.append(f"{shown_header(by_fold[near[0]])} liknar {name}")
    found = _cut(", ".join(shown_header(text) for text in header if text) or "inga")
    needed = f"kolumnen {missing[0]} saknas" if len(missing) == 1 else f"kolumnerna {', '.join(missing)} saknas"
    parts = [
        f"{needed}, så inget ärende kan räknas. Rubriker i filen: {found}.",
        *([f"Kanske {'; '.join(likely)}: byt namn på den."] if likely else ["Lägg till, eller rätta rubrikraden."]),
        *([hint] if hint else []),
    ]
    return " ".join(parts)


def shown_header(header: str) -> str:
    """A header as it may stand in a message: a file without headers shows a patient's row there."""
    return HIDDEN if len(re.findall(r"\d", header)) >= _MANY_DIGITS or identifies(header) else _cut(header)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
