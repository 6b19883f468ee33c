"""Another system's headers beside ours: what a file's columns look like, and a profile made of how they are paired."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from betalningsansvar.data.columns import CASE_COLUMNS
from betalningsansvar.data.files.excelfile import read_excel_file
from betalningsansvar.data.files.inputs import InputFile
from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.files.rawtable import as_texts
from betalningsansvar.data.files.textfile import read_text_file
from betalningsansvar.data.identity import HIDDEN, identifies
from betalningsansvar.data.profiles.suggest import suggest_profile
from betalningsansvar.data.toml_file import parse
from betalningsansvar.operations.toml_text import toml_text

SAMPLES = 3
_LONGEST = 40
_CASES = "arendetabell"


@dataclass(frozen=True, slots=True)
class TheirColumn:
    """One column of theirs: its header, the first values in it (no identity is shown), and which of ours it may be."""

    header: str
    samples: tuple[str, ...]
    suggested: str


@dataclass(frozen=True, slots=True)
class TheirHeaders:
    """A file that is not in our form: its columns, and what else the draft of a profile says of it."""

    name: str
    columns: tuple[TheirColumn, ...]
    draft: Mapping[str, Any]


OURS = tuple(column.name for column in CASE_COLUMNS)
"""The columns of ours that one of theirs can be paired with."""


def their_headers(file: InputFile) -> TheirHeaders:
    """Look at a file whose rows are cases. Raises InputError when it is no table at all."""
    draft = parse(NamedFile("profil.toml", "\n".join(suggest_profile(file)).encode()))[0]
    table = read_excel_file(file) if file.is_excel else read_text_file(file)
    paired = draft.get("kolumner", {}) if draft.get("form") == _CASES else {}
    columns = tuple(
        TheirColumn(header, _samples(as_texts(cells[:50]).to_pylist()), paired.get(header, ""))
        for header, cells in zip(table.header, table.columns, strict=True)
        if header
    )
    return TheirHeaders(file.name, columns, draft)


def _samples(values: list[str]) -> tuple[str, ...]:
    filled = [value.strip() for value in values if value.strip()]
    return tuple(HIDDEN if identifies(value) else value[:_LONGEST] for value in dict.fromkeys(filled))[:SAMPLES]


def profile_of(found: TheirHeaders, pairs: Mapping[str, str], name: str) -> NamedFile:
    """The profile that reads the file with their headers as ours (`pairs`: their header → our column).

    What it says is judged by whoever reads it: a column of ours twice, or a needed one missing, is told then.
    """
    ident = "".join(letter for letter in name.lower() if letter.isascii() and letter.isalnum()) or "min-profil"
    times = found.draft.get("tider", {})
    table: dict[str, Any] = {"id": ident, "namn": name or "Min profil", "form": _CASES, "kolumner": dict(pairs)}
    if times.get("format"):
        table["tider"] = {"format": times["format"]}
    return NamedFile(f"{ident}.toml", toml_text(table).encode())
