"""Inhabitants per kommun, from a small file of the user's own (such as a table saved from SCB)."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from betalningsansvar.data.files.inputs import InputError
from betalningsansvar.data.files.named import NamedFile, as_named
from betalningsansvar.data.kommuner import UnknownKommunError, find_kommun

_KOMMUN, _COUNT = ("kommun", "kommunkod"), ("invanare", "invånare", "folkmängd", "folkmangd")
_COUNT_65 = ("invanare_65", "invånare_65", "65+")


@dataclass(frozen=True, slots=True)
class Population:
    """Inhabitants of a kommun, and those of 65 years and more where the file has them."""

    invanare: int
    invanare_65: int | None = None


def load_population(file: Path | NamedFile) -> dict[str, Population]:
    """Inhabitants by four-digit kommunkod.

    The file is CSV (UTF-8 or Windows-1252; comma, semicolon or tab) with the columns `kommun` (code or name),
    `invanare` and, if known, `invanare_65` (whole numbers). Raises InputError naming file, row, column and value.
    """
    named = as_named(file)
    raw = named.content
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    lines = text.splitlines()
    header = lines[0] if lines else ""
    delimiter = max(",;\t", key=header.count)
    rows = csv.reader(lines, delimiter=delimiter)
    names = [name.strip().casefold() for name in next(rows, [])]
    wanted_columns = (_KOMMUN, _COUNT, _COUNT_65)
    kommun_at, count_at, old_at = (
        next((names.index(n) for n in wanted if n in names), None) for wanted in wanted_columns
    )
    if kommun_at is None or count_at is None:
        raise InputError([f"{named.name}, row 1: needs the columns kommun and invanare; found {', '.join(names)}."])
    found: dict[str, Population] = {}
    problems: list[str] = []
    for number, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        where = f"{named.name}, row {number}"
        cells = [*row, *[""] * len(names)]
        counts: list[int] = []
        for name, at in (("invanare", count_at), ("invanare_65", old_at)):
            digits = re.sub(r"\s", "", cells[at]) if at is not None else ""
            if digits.isascii() and digits.isdigit() and int(digits) > 0:
                counts.append(int(digits))
            elif at is not None:
                problems.append(f"{where}, column {name}: {cells[at]!r} is not a whole number above zero.")
        if len(counts) < (1 if old_at is None else 2):
            continue
        if counts[-1] > counts[0]:
            problems.append(f"{where}, column invanare_65: {counts[-1]} is more than all {counts[0]} inhabitants.")
            continue
        try:
            code = find_kommun(cells[kommun_at]).code
        except UnknownKommunError as error:
            problems.append(f"{where}, column kommun: {error}")
            continue
        if code in found:
            problems.append(f"{where}: kommun {code} stands twice; keep one row per kommun.")
        found[code] = Population(*counts)
    if not found and not problems:
        problems.append(f"{named.name}: has no row with a kommun and its inhabitants.")
    if problems:
        raise InputError(problems)
    return found
