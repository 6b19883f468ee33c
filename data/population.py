"""Inhabitants per kommun, from a small CSV file that the user gives."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from data.files import InputError
from data.kommuner import kommuner

COLUMNS = ("kommunkod", "invanare", "invanare_65")


@dataclass(frozen=True, slots=True)
class Population:
    """Inhabitants of a kommun, and those of 65 years and more."""

    invanare: int
    invanare_65: int


def read_population(path: Path) -> dict[str, Population]:
    """The file's kommuner by code: columns kommunkod, invanare, invanare_65; comma or semicolon, UTF-8.

    Raises InputError with every fault: missing column, unknown kommunkod, a number that is none.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError([f"{path.name}: cannot be read as UTF-8 text ({error})."]) from error
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    rows = csv.DictReader(text.splitlines(), delimiter=delimiter)
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise InputError(
            [f"{path.name}: column {', '.join(missing)} is missing; found {', '.join(rows.fieldnames or ['nothing'])}."]
        )
    found: dict[str, Population] = {}
    problems: list[str] = []
    for number, row in enumerate(rows, start=2):
        code, all_ages, old = (str(row[name] or "").strip() for name in COLUMNS)
        if code not in kommuner():
            problems.append(f"{path.name} row {number}: kommunkod {code!r} is not one of the 290 kommuner.")
        elif not (all_ages.isdecimal() and old.isdecimal() and 0 < int(old) <= int(all_ages)):
            problems.append(
                f"{path.name} row {number}: invanare {all_ages!r} and invanare_65 {old!r} must be whole numbers, "
                "the second not larger than the first."
            )
        else:
            found[code] = Population(int(all_ages), int(old))
    if problems:
        raise InputError(problems)
    return found
