"""The tables of a bokslut that go down to the case: every line, and every case with its status."""

from __future__ import annotations

import numpy as np
import pandas as pd

from betalningsansvar.billing.year.bokslut import Bokslut
from betalningsansvar.billing.year.named_lines import named_lines
from betalningsansvar.billing.year.outcome import MONTHS
from betalningsansvar.data.identity import hidden_names
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.reports.bokslut.columns import KOMMUN, Column, Table, count, ore, text

_LINE_COLUMNS = (
    text("arende_id", "Ärende"),
    *KOMMUN[:1],
    text("manad", "Månad"),
    text("regelverk", "Regelverk"),
    text("modell", "Modell"),
    Column("fran", "Från", "dag"),
    Column("tom", "Till och med", "dag"),
    Column("dygn", "Dygn", "dygn"),
    ore("dygnsbelopp_ore", "Per vårddygn"),
    ore("belopp_ore", "Belopp"),
)


def line_tables(bokslut: Bokslut) -> list[Table]:
    """Every line of the outcome, of the statute's outcome and of the accrual."""
    statute = named_lines(bokslut.statute, bokslut.cases)
    accrued = named_lines(bokslut.outcome, bokslut.cases, bokslut.accrual.lines)
    return [
        Table(
            "utfallsrader", "Utfallsrader", _LINE_COLUMNS, _lines(bokslut, named_lines(bokslut.outcome, bokslut.cases))
        ),
        Table("lagens_rader", "Lagens rader", _LINE_COLUMNS, _lines(bokslut, statute)),
        Table(
            "upplupna_rader",
            "Upplupna rader",
            (*_LINE_COLUMNS, text("slag", "Slag")),
            _lines(bokslut, accrued).assign(slag=accrued["slag"].to_numpy()),
        ),
    ]


def case_table(bokslut: Bokslut) -> Table:
    """Every case read with its status of the year."""
    cases = bokslut.cases
    frame = pd.DataFrame(
        {
            "arende_id": cases["arende_id"].replace(hidden_names(cases["arende_id"])),
            "kommun": cases["kommun"].astype("str").where(cases["kommun"].notna(), ""),
            "vardform": cases["vardform"].astype("str").where(cases["vardform"].notna(), ""),
            "status": cases["status"].astype("str"),
            "orsak": cases["orsak"].astype("str"),
            "dygn": cases["dygn"],
            "belopp_ore": cases["amount_ore"],
        }
    ).sort_values(["arende_id", "kommun"], kind="stable")
    columns = (
        text("arende_id", "Ärende"),
        *KOMMUN[:1],
        text("vardform", "Vårdform"),
        text("status", "Status"),
        text("orsak", "Orsak"),
        count("dygn", "Dygn"),
        ore("belopp_ore", "Belopp"),
    )
    return Table("arenden", "Ärenden", columns, frame)


def _lines(bokslut: Bokslut, lines: pd.DataFrame) -> pd.DataFrame:
    codes = np.array(list(kommuner()), object)
    frame = pd.DataFrame(
        {
            "arende_id": lines["arende_id"].replace(hidden_names(bokslut.cases["arende_id"])),
            "kommun": codes[lines["kommun"].to_numpy()],
            "manad": np.array([f"{bokslut.year}-{m:02d}" for m in range(1, MONTHS + 1)], object)[lines["month"] - 1],
            "regelverk": lines["regelverk"],
            "modell": lines["modell"],
            "fran": lines["start"].to_numpy().astype("datetime64[D]").astype("datetime64[s]"),
            "tom": (lines["stop"].to_numpy() - 1).astype("datetime64[D]").astype("datetime64[s]"),
            "dygn": lines["dygn_micro"],
            "dygnsbelopp_ore": lines["rate_ore"],
            "belopp_ore": lines["amount_ore"],
        }
    )
    return frame.sort_values(["kommun", "arende_id", "fran", "regelverk"], kind="stable")
