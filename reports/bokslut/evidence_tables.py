"""The tables by which a bokslut is tried: what is not there, control totals, amounts, files, and the ledger."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from betalningsansvar.billing.days import to_date
from betalningsansvar.billing.year.bokslut import Bokslut
from betalningsansvar.billing.year.two_figures import ControlTotal
from betalningsansvar.data.files.inputs import SourceFile
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.reports.bokslut import words
from betalningsansvar.reports.bokslut.columns import KOMMUN, Column, Table, count, kommun_of, ore, text
from betalningsansvar.reports.words.swedish import MARKS


def finding_table(bokslut: Bokslut) -> Table:
    """What the figures rest on that is not there, and the findings of the data are in avvikelser.csv."""
    codes = list(kommuner())
    frame = pd.DataFrame(
        {
            "kod": [words.NOTICE_CODES[n.kind] for n in bokslut.notices],
            "manad": [" ".join(f"{bokslut.year}-{month:02d}" for month in n.months) for n in bokslut.notices],
            "kommun": [codes[n.kommun] if n.kommun >= 0 else "" for n in bokslut.notices],
            "belopp_ore": pd.array([n.amount_ore for n in bokslut.notices], "Int64"),
            "text": [words.notice_text(n) for n in bokslut.notices],
        }
    )
    columns = (
        text("kod", "Kod"),
        text("manad", "Månad"),
        text("kommun", "Kommun"),
        ore("belopp_ore", "Belopp"),
        text("text", "Vad det betyder"),
    )
    return Table("forbehall", "Förbehåll", columns, frame)


def control_table(totals: Sequence[ControlTotal]) -> Table:
    """Every control total with both figures and the queries that find them again."""
    frame = pd.DataFrame(
        {
            "kontroll": [t.name for t in totals],
            "enhet": [t.unit for t in totals],
            "vantat": [t.expected.name for t in totals],
            "vantat_varde": np.array([t.expected.value for t in totals], np.int64),
            "funnet": [t.found.name for t in totals],
            "funnet_varde": np.array([t.found.value for t in totals], np.int64),
            "stammer": ["ja" if t.holds else "nej" for t in totals],
            "vantat_fraga": [t.expected.query for t in totals],
            "funnet_fraga": [t.found.query for t in totals],
        }
    )
    columns = (
        text("kontroll", "Kontroll"),
        text("enhet", "Enhet"),
        text("vantat", "Det ena talet"),
        count("vantat_varde", "Värde"),
        text("funnet", "Det andra talet"),
        count("funnet_varde", "Värde"),
        text("stammer", "Stämmer"),
        text("vantat_fraga", "Fråga till filerna"),
        text("funnet_fraga", "Fråga till filerna"),
    )
    return Table("kontroller", "Kontroller", columns, frame)


def rate_table(bokslut: Bokslut) -> Table:
    """Every amount per vårddygn that was used, with its source."""
    rates = sorted(bokslut.rates, key=lambda r: (r.serie, r.fran, r.vardform))
    frame = pd.DataFrame(
        {
            "serie": [r.serie for r in rates],
            "vardform": [", ".join(r.vardform) for r in rates],
            "fran": [r.fran for r in rates],
            "tom": [r.tom for r in rates],
            "dygnsbelopp_ore": np.array([r.rate_ore for r in rates], np.int64),
            "status": [r.status for r in rates],
            "kalla": [r.kalla for r in rates],
        }
    )
    columns = (
        text("serie", "Serie"),
        text("vardform", "Vårdform"),
        Column("fran", "Från", "dag"),
        Column("tom", "Till och med", "dag"),
        ore("dygnsbelopp_ore", "Per vårddygn"),
        text("status", "Märkning", MARKS),
        text("kalla", "Källa"),
    )
    return Table("dygnsbelopp", "Dygnsbelopp", columns, frame)


def source_table(sources: Sequence[SourceFile]) -> Table:
    """The files that were read."""
    frame = pd.DataFrame(
        {
            "fil": [s.name for s in sources],
            "sha256": [s.sha256 for s in sources],
            "rader": np.array([s.rows for s in sources], np.int64),
            "arenden": np.array([s.cases for s in sources], np.int64),
        }
    )
    names = (text("fil", "Fil"), text("sha256", "SHA-256"))
    return Table("kallor", "Källor", (*names, count("rader", "Rader"), count("arenden", "Ärenden")), frame)


def ledger_table(bokslut: Bokslut) -> Table | None:
    """Every invoice, credit and settlement of the year in the ledger; None without a ledger."""
    if bokslut.issued is None:
        return None
    heads, lines = bokslut.issued.invoices, bokslut.issued.lines
    sums = {int(str(n)): int(ore) for n, ore in lines.groupby("number")["amount_ore"].sum().items()}
    frame = pd.DataFrame(
        {
            "nummer": heads["number"],
            **kommun_of(heads),
            "manad": heads["month"].astype(np.int64),
            "datum": [to_date(d) for d in heads["day"]],
            "belopp_ore": heads["amount_ore"],
            "rader_ore": np.array([sums.get(int(n), 0) for n in heads["number"]], np.int64),
        }
    ).sort_values("nummer")
    columns = (
        count("nummer", "Nummer"),
        *KOMMUN,
        count("manad", "Månad (0 = avräkning)"),
        Column("datum", "Datum", "dag"),
        ore("belopp_ore", "Belopp"),
        ore("rader_ore", "Summa rader"),
    )
    return Table("liggare", "Liggare", columns, frame)
