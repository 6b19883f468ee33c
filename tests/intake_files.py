"""Small input files for the tests of the intake: one good row, and ways to change it and write it down."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import pandas as pd

from betalningsansvar.billing.cases import check_cases
from betalningsansvar.data.columns import CASE_COLUMNS
from betalningsansvar.data.intake import Intake, read_cases

COLUMNS = [column.name for column in CASE_COLUMNS]
GOOD = {
    "arende_id": "A1",
    "patient_id": "P1",
    "folkbokforingskommun": "0180",
    "vardform": "somatik",
    "inskriven": "2018-11-01 08:00",
    "inskrivningsmeddelande": "2018-11-01 10:00",
    "utskrivningsklar": "2018-11-05 10:30",
}


def row(**changes: str) -> list[str]:
    """The good row with `changes`, in the order of `COLUMNS`; another arende_id is another patient's."""
    values = {**GOOD, "patient_id": f"P{changes.get('arende_id', 'A1')[1:]}", **changes}
    return [values.get(name, "") for name in COLUMNS]


def text_of(*rows: list[str], header: list[str] = COLUMNS, delimiter: str = ";") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows([header, *rows])
    return out.getvalue()


def write(folder: Path, *rows: list[str], name: str = "a.csv", encoding: str = "utf-8", **how: object) -> Path:
    path = folder / name
    path.write_bytes(text_of(*rows, **how).encode(encoding))
    return path


def read(*paths: Path) -> Intake:
    """The files read, with the issues of their rows; what is told of whole files has tests of its own."""
    intake = read_cases(paths)
    return replace(intake, issues=of_rows(intake.issues))


def of_rows(issues: pd.DataFrame) -> pd.DataFrame:
    return issues[issues["rad"] > 0].reset_index(drop=True)


def checked(*paths: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    intake = read(*paths)
    return check_cases(intake.cases, intake.issues)


def found(issues: pd.DataFrame) -> list[tuple[int, str, str, str]]:
    """The issues as (rad, kod, kolumn, varde)."""
    return [tuple(r) for r in issues[["rad", "kod", "kolumn", "varde"]].itertuples(index=False)]
