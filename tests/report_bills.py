"""Small months for the tests of reports: rows as a region would send them, through intake and engine to a Bill."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from betalningsansvar.billing.cases import check_cases
from betalningsansvar.billing.engine import Bill
from betalningsansvar.billing.engine import bill as bill_month
from betalningsansvar.billing.period import Month
from betalningsansvar.data.columns import CASE_COLUMNS
from betalningsansvar.data.intake import read_cases
from betalningsansvar.data.settings.avsandare import Avsandare
from betalningsansvar.data.settings.kunder import Kund
from betalningsansvar.tariffs.agreements import find_agreement
from betalningsansvar.tariffs.belopp import load

Row = Mapping[str, str]

PATIENT = "19800101-9812"
SENDER = Avsandare(
    namn="Region Exempel",
    organisationsnummer="000013-0005",
    adress=("Box 1",),
    postnummer="000 01",
    postort="EXEMPELSTAD",
    kontakt="Eva Exempel",
    bankgiro="000-0000",
    betalningsvillkor_dagar=30,
)
CUSTOMERS = {"1380": Kund(kommunkod="1380", namn="Halmstads kommun", adress=("Box 2",), referens="REF-1380")}
INVOICE_DATE = date(2018, 12, 5)


def row(arende_id: str, **values: str) -> Row:
    """A somatic case of Halmstad that is charged 2018-11-08–2018-11-10 (3 dygn, 21 300 kr), with what differs."""
    ordinary = {
        "arende_id": arende_id,
        "patient_id": PATIENT,
        "folkbokforingskommun": "1380",
        "vardform": "somatik",
        "inskriven": "2018-11-01 08:00",
        "inskrivningsmeddelande": "2018-11-01 10:00",
        "utskrivningsklar": "2018-11-05 10:00",
        "utskriven": "2018-11-11 13:00",
    }
    return ordinary | values


def mean_row(arende_id: str, days: int, kommun: str = "2034") -> Row:
    """A case of Orsa discharged in March 2023, `days` days after its notice."""
    return row(
        arende_id,
        patient_id=f"PAT-{arende_id}",
        folkbokforingskommun=kommun,
        inskriven="2023-03-01 08:00",
        inskrivningsmeddelande="2023-03-01 09:00",
        utskrivningsklar="2023-03-02 10:00",
        utskriven=f"2023-03-{2 + days:02d} 13:00",
    )


def orsa() -> list[Row]:
    """Six cases and 32 days: mean 5,33, 13,98 dygn, 146 790 kr by the agreement of Dalarna."""
    return [mean_row(f"D-{n}", days) for n, days in enumerate((2, 3, 4, 6, 7, 10))]


def bill_of(rows: Sequence[Row], folder: Path, *, agreement: str = "nationell", month: str = "2018-11") -> Bill:
    """The month of these rows."""
    cases, issues = checked(rows, folder)
    return bill_month(cases, issues, find_agreement(agreement), load(None), Month.parse(month), allow_inferred=True)


def checked(rows: Sequence[Row], folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows as the case frame and its findings."""
    path = folder / "rader.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [column.name for column in CASE_COLUMNS], restval="")
        writer.writeheader()
        writer.writerows(rows)
    intake = read_cases([path])
    return check_cases(intake.cases, intake.issues)
