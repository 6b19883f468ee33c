"""Inhabitants per kommun, from a small file of the user's own (such as a table saved from SCB)."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from betalningsansvar.data.files.named import NamedFile, as_named
from betalningsansvar.data.kommuner import UnknownKommunError, find_kommun
from betalningsansvar.data.toml_file import LARGEST_BYTES, SettingsError
from betalningsansvar.data.toml_table import shown

_KOMMUN, _COUNT = ("kommun", "kommunkod"), ("invanare", "invånare", "folkmängd", "folkmangd")
_COUNT_65 = ("invanare_65", "invånare_65", "65+")
_MOST_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Population:
    """Inhabitants of a kommun, and those of 65 years and more where the file has them."""

    invanare: int
    invanare_65: int | None = None


def load_population(file: Path | NamedFile) -> dict[str, Population]:
    """Inhabitants by four-digit kommunkod.

    The file is CSV (UTF-8 or Windows-1252; comma, semicolon or tab) with the columns `kommun` (code or name),
    `invanare` and, if known, `invanare_65` (whole numbers). Raises SettingsError naming file, row, column and value.
    """
    named = as_named(file)
    rows = _rows(named)
    names = [name.strip().casefold() for name in next(iter(rows), [])]
    wanted_columns = (_KOMMUN, _COUNT, _COUNT_65)
    kommun_at, count_at, old_at = (
        next((names.index(n) for n in wanted if n in names), None) for wanted in wanted_columns
    )
    if kommun_at is None or count_at is None:
        raise SettingsError([f"{named.name} rad 1: kolumnerna kommun och invanare behövs. Skriv dem på första raden."])
    found: dict[str, Population] = {}
    problems = [
        f"{named.name} rad 1: kolumnen {shown(name)} läses inte. Gäller den 65 år och äldre, kalla den invanare_65."
        for name in names
        if "65" in name and old_at is None
    ]
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        where = f"{named.name} rad {number}"
        cells = [*row, *[""] * len(names)]
        counts: list[int] = []
        for name, at in (("invanare", count_at), ("invanare_65", old_at)):
            digits = re.sub(r"\s", "", cells[at]) if at is not None else ""
            if digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS and int(digits) > 0:
                counts.append(int(digits))
            elif at is not None:
                problems.append(f"{where}, kolumn {name}: {shown(cells[at])} är inget helt tal större än noll.")
        if len(counts) < (1 if old_at is None else 2):
            continue
        if counts[-1] > counts[0]:
            problems.append(f"{where}, kolumn invanare_65: {counts[-1]} är fler än alla {counts[0]} invånare.")
            continue
        try:
            code = find_kommun(cells[kommun_at][:100]).code
        except UnknownKommunError as error:
            problems.append(f"{where}, kolumn kommun: {error}")
            continue
        if code in found:
            problems.append(f"{where}: kommunen {code} står två gånger. Behåll en rad per kommun.")
        found[code] = Population(*counts)
    if not found and not problems:
        problems.append(f"{named.name}: har ingen rad med en kommun och dess invånare.")
    if problems:
        raise SettingsError(problems)
    return found


def _rows(file: NamedFile) -> Sequence[list[str]]:
    if len(file.content) > LARGEST_BYTES:
        raise SettingsError([f"{file.name} är större än 1 MB; den ska ha en rad per kommun. Är det rätt fil?"])
    try:
        text = file.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = file.content.decode("cp1252", errors="replace")
    lines = text.splitlines()
    header = lines[0] if lines else ""
    try:
        return list(csv.reader(lines, delimiter=max(",;\t", key=header.count)))
    except csv.Error:
        raise SettingsError([f"{file.name}: kan inte läsas som CSV. Spara tabellen som CSV och försök igen."]) from None
