"""Inhabitants per kommun, from a small file of the user's own (such as a table saved from SCB)."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from data.files import InputError
from data.kommuner import UnknownKommunError, find_kommun

_KOMMUN, _COUNT = ("kommun", "kommunkod"), ("invanare", "invånare", "folkmängd", "folkmangd")


def load_population(path: Path) -> dict[str, int]:
    """Inhabitants by four-digit kommunkod.

    The file is CSV (UTF-8 or Windows-1252; comma, semicolon or tab) with the columns `kommun` (code or name)
    and `invanare` (a whole number). Raises InputError naming file, row, column and value.
    """
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    lines = text.splitlines()
    header = lines[0] if lines else ""
    delimiter = max(",;\t", key=header.count)
    rows = csv.reader(lines, delimiter=delimiter)
    names = [name.strip().casefold() for name in next(rows, [])]
    places = [next((names.index(n) for n in wanted if n in names), None) for wanted in (_KOMMUN, _COUNT)]
    kommun_at, count_at = places
    if kommun_at is None or count_at is None:
        raise InputError([f"{path.name}, row 1: needs the columns kommun and invanare; found {', '.join(names)}."])
    found: dict[str, int] = {}
    problems: list[str] = []
    for number, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        where = f"{path.name}, row {number}"
        cells = [*row, *[""] * len(names)]
        digits = re.sub(r"\s", "", cells[count_at])
        if not digits.isascii() or not digits.isdigit() or int(digits) == 0:
            problems.append(f"{where}, column invanare: {cells[count_at]!r} is not a whole number above zero.")
            continue
        try:
            code = find_kommun(cells[kommun_at]).code
        except UnknownKommunError as error:
            problems.append(f"{where}, column kommun: {error}")
            continue
        if code in found:
            problems.append(f"{where}: kommun {code} stands twice; keep one row per kommun.")
        found[code] = int(digits)
    if not found and not problems:
        problems.append(f"{path.name}: has no row with a kommun and its inhabitants.")
    if problems:
        raise InputError(problems)
    return found
