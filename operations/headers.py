"""Another system's headers beside ours: what a file's columns look like, and a profile made of how they are paired."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from betalningsansvar.data.columns import VARDFORMER, Column
from betalningsansvar.data.events.columns import HANDELSER
from betalningsansvar.data.files.headers import STATUS_ROWS, Form
from betalningsansvar.data.files.inputs import InputFile
from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.files.rawtable import as_texts
from betalningsansvar.data.identity import HIDDEN, identifies
from betalningsansvar.data.profiles.profile import FORMS, STATUSES, constant_columns
from betalningsansvar.data.profiles.suggest import (
    CODED,
    Formats,
    Look,
    Suggestion,
    codes_in,
    formats_in,
    statuses_in,
    suggest,
)
from betalningsansvar.data.stop import StopError
from betalningsansvar.operations.toml_text import toml_text
from betalningsansvar.reports.words.columns import COLUMN_WORDS

SAMPLES = 3
_LONGEST = 40
CLOCK = "tid:"
"""What stands before the name of a time of ours when a column of theirs holds its clock alone."""

OUR_CODES = {"vardform": VARDFORMER, "handelse": HANDELSER, "yesno": ("ja", "nej"), "answer": ("ja", "nej")}
"""By kind of column the codes of ours."""

_STATUS_KEYS = {"handelse": "kolumn", "arende_id": "meddelande", "version": "version", "tidpunkt": "tidpunkt"}


class PairingError(StopError):
    """The pairs do not make a table of ours. `faults` by header of theirs or column of ours, in the order found."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__("\n".join(self.faults.values()))


@dataclass(frozen=True, slots=True)
class TheirColumn:
    """One column of theirs: its header, the first values in it (no identity is shown), and which of ours it may be."""

    header: str
    samples: tuple[str, ...]
    suggested: str


@dataclass(frozen=True)
class TheirHeaders:
    """A file that is not in our form: which form it is read as, its columns, and which of ours can be the same on
    every row (`constants`)."""

    name: str
    form: Form
    columns: tuple[TheirColumn, ...]
    constants: tuple[Column, ...]
    suggestion: Suggestion


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of a column of theirs that are not ours, each with which of ours it most likely is (blank: not
    known), and the codes of ours to choose from."""

    header: str
    column: str
    likely: Mapping[str, str]
    ours: tuple[str, ...]


@dataclass(frozen=True)
class Pairing:
    """How a file is read: by header of theirs the column of ours it is, or `tid:` and the time whose clock it holds;
    by column of ours what each code of theirs means, and what is the same on every row; the formats of times; and the
    words that stand for nothing."""

    columns: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    formats: tuple[str, ...] = ()
    blanks: tuple[str, ...] = ()


def their_headers(file: InputFile, form: str = "") -> TheirHeaders:
    """Look at a file, as one of the `form` (blank: the likeliest). Raises InputError when it is no table at all."""
    found = suggest(file, FORMS.get(form))
    ours = {look.header: name for name, look in found.placed.items()}
    ours |= {look.header: f"{CLOCK}{name}" for name, look in found.clocks.items()}
    cells = found.table.columns
    columns = tuple(
        TheirColumn(look.header, _samples(as_texts(cells[look.place][:50]).to_pylist()), ours.get(look.header, ""))
        for look in found.looks
    )
    return TheirHeaders(file.name, found.form, columns, constant_columns(found.form), found)


def _samples(values: list[str]) -> tuple[str, ...]:
    filled = [value.strip() for value in values if value.strip()]
    return tuple(HIDDEN if identifies(value) else value[:_LONGEST] for value in dict.fromkeys(filled))[:SAMPLES]


def codes_asked(found: TheirHeaders, columns: Mapping[str, str]) -> tuple[Codes, ...]:
    """What must be told of the codes in the columns that are paired."""
    kinds = {column.name: column.kind for column in found.form.columns}
    asked = []
    for header, look in _looks(found).items():
        ours = columns.get(header, "")
        if found.form is STATUS_ROWS and ours == "handelse":
            asked.append(Codes(header, ours, statuses_in(look), STATUSES))
        elif kinds.get(ours) in CODED:
            asked.append(Codes(header, ours, codes_in(look, kinds[ours]), OUR_CODES[kinds[ours]]))
    return tuple(one for one in asked if one.likely)


def formats_asked(found: TheirHeaders, columns: Mapping[str, str]) -> Formats:
    """How the times in the columns that are paired are written, where it is not as we write them."""
    times = {column.name for column in found.form.columns if column.kind == "time"}
    return formats_in(look for header, look in _looks(found).items() if columns.get(header) in times)


def _looks(found: TheirHeaders) -> dict[str, Look]:
    return {look.header: look for look in found.suggestion.looks}


def profile_of(found: TheirHeaders, pairing: Pairing, name: str) -> NamedFile:
    """The profile that reads the file so. Raises PairingError; what its values say is judged by who reads it."""
    faults = pairing_faults(found.form, pairing)
    if faults:
        raise PairingError(faults)
    ident = "".join(letter for letter in name.lower() if letter.isascii() and letter.isalnum()) or "min-profil"
    clocks = {ours.removeprefix(CLOCK): header for header, ours in pairing.columns.items() if ours.startswith(CLOCK)}
    plain = {header: ours for header, ours in pairing.columns.items() if ours and not ours.startswith(CLOCK)}
    status = set(_STATUS_KEYS) if found.form is STATUS_ROWS else set()
    header_of = {ours: header for header, ours in plain.items()}
    table: dict[str, Any] = {
        "id": ident,
        "namn": name or "Min profil",
        "form": found.form.name,
        "tomt": list(pairing.blanks) or None,
        "kolumner": {header: ours for header, ours in plain.items() if ours not in {*clocks, *status}},
        "fast": dict(pairing.constants),
        "koder": {c: dict(told) for c, told in pairing.codes.items() if told and c not in status},
        "tider": {"format": list(pairing.formats)} if pairing.formats else {},
        "tid": [{"kolumn": ours, "datum": header_of[ours], "tid": clock} for ours, clock in clocks.items()] or None,
    }
    if status:
        named = {key: header_of[ours] for ours, key in _STATUS_KEYS.items() if ours in header_of}
        table["status"] = {**named, "varden": dict(pairing.codes.get("handelse", {}))}
    return NamedFile(f"{ident}.toml", toml_text(table).encode())


def pairing_faults(form: Form, pairing: Pairing) -> dict[str, str]:
    """What is wrong in the pairs, by header of theirs or column of ours."""
    return dict(_faults(form, pairing))


def _faults(form: Form, pairing: Pairing) -> Iterator[tuple[str, str]]:
    """Every column of ours once, each clock with its day, and nothing that must be there left out."""
    seen: dict[str, str] = {}
    for header, ours in pairing.columns.items():
        if ours in seen:
            yield header, f"{header} och {seen[ours]} är samma kolumn. Välj en av dem."
        elif ours in pairing.constants:
            yield header, f"{header} är också sagd vara lika på alla rader. Välj ett av dem."
        elif ours:
            seen[ours] = header
    for ours, header in seen.items():
        if ours.startswith(CLOCK) and ours.removeprefix(CLOCK) not in seen:
            yield header, f"{header} är ett klockslag, men ingen kolumn har dess datum."
    for column in form.columns:
        if column.needed and column.name not in {*seen, *pairing.constants}:
            yield column.name, f"{COLUMN_WORDS[column.name]} måste finnas. Välj den kolumn som är det."
    if form is STATUS_ROWS and "handelse" in seen and set(pairing.codes.get("handelse", {}).values()) != set(STATUSES):
        yield seen["handelse"], f"Säg vilket ord i {seen['handelse']} som är utskrivningsklar, och vilket återkallad."
