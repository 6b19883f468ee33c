"""The tables of a bokslut per kommun, each defined once: the CSV files and the workbook both write them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from betalningsansvar.billing.year.bokslut import Bokslut
from betalningsansvar.billing.year.outcome import MONTHS
from betalningsansvar.billing.year.waterfall import CAUSES
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.reports.bokslut import words
from betalningsansvar.reports.bokslut.columns import KOMMUN, Table, count, if_known, ore, text


def settlement_table(bokslut: Bokslut) -> Table:
    """One settlement line per kommun."""
    rows = bokslut.settlement
    known = rows["known"].to_numpy(np.bool_)
    frame = pd.DataFrame(
        {
            "kommun": rows["kommun"],
            "kommunnamn": rows["kommunnamn"],
            "fakturerat_ore": rows["invoiced_ore"],
            "utfall_ore": if_known(rows["outcome_ore"], known),
            "lagens_utfall_ore": if_known(rows["statute_ore"], np.full(len(rows), bokslut.statute_known)),
            "redan_avraknat_ore": rows["settled_ore"],
            "ej_utfardat_ore": if_known(rows["not_issued_ore"], not_issued_known(bokslut)),
            "avrakning_ore": if_known(rows["settlement_ore"], known),
            "atgard": [
                words.action(ore) if k else "utfall saknas"
                for ore, k in zip(rows["settlement_ore"], known, strict=True)
            ],
            **{
                name: rows[name]
                for name in (
                    "antal_arenden",
                    "debiteras",
                    "genomsnitt",
                    "fri",
                    "blockerad",
                    "parkerad",
                    "avvisad",
                )
            },
        }
    )
    columns = (
        *KOMMUN,
        ore("fakturerat_ore", "Fakturerat"),
        ore("redan_avraknat_ore", "Redan avräknat"),
        ore("ej_utfardat_ore", "Ej utfärdat"),
        ore("avrakning_ore", "Att avräkna"),
        ore("utfall_ore", "Utfall"),
        ore("lagens_utfall_ore", "Lagens utfall"),
        text("atgard", "Åtgärd"),
        count("antal_arenden", "Ärenden"),
        count("debiteras", "Debiteras"),
        count("genomsnitt", "I genomsnitt"),
        count("fri", "Fria"),
        count("blockerad", "Blockerade"),
        count("parkerad", "Parkerade"),
        count("avvisad", "Avvisade"),
    )
    return Table("avrakning", "Per kommun", columns, frame)


def not_issued_known(bokslut: Bokslut) -> NDArray[np.bool_]:
    """Per row of the settlement: every month that is not issued has an outcome that is known."""
    months = bokslut.months
    known = months["known"] | (months["source"] != "ej_utfardad")
    whole: NDArray[np.bool_] = np.logical_and.reduce(known.to_numpy(np.bool_).reshape(-1, MONTHS), axis=1)
    return whole


def month_table(bokslut: Bokslut) -> Table:
    """Per kommun and month: invoiced, outcome, the statute's outcome and the difference."""
    rows = bokslut.months
    known = rows["known"].to_numpy(np.bool_)
    names = {code: kommun.name for code, kommun in kommuner().items()}
    frame = pd.DataFrame(
        {
            "kommun": rows["kommun"],
            "kommunnamn": rows["kommun"].map(names),
            "manad": [f"{bokslut.year}-{month:02d}" for month in rows["month"]],
            "kalla": rows["source"],
            "fakturerat_ore": rows["invoiced_ore"],
            "utfall_ore": if_known(rows["outcome_ore"], known),
            "lagens_utfall_ore": if_known(rows["statute_ore"], np.full(len(rows), bokslut.statute_known)),
            "skillnad_ore": if_known(rows["outcome_ore"] - rows["invoiced_ore"], known),
        }
    )
    columns = (
        *KOMMUN,
        text("manad", "Månad"),
        text("kalla", "Fakturerat enligt", words.SOURCES),
        ore("fakturerat_ore", "Fakturerat"),
        ore("utfall_ore", "Utfall"),
        ore("lagens_utfall_ore", "Lagens utfall"),
        ore("skillnad_ore", "Skillnad"),
    )
    return Table("manader", "Per månad", columns, frame)


def cause_table(bokslut: Bokslut) -> Table:
    """From invoiced to outcome per kommun, by cause; every cause a row, also when it is zero."""
    rows = bokslut.settlement
    frame = pd.DataFrame(
        {
            "kommun": np.repeat(rows["kommun"].to_numpy(object), len(CAUSES)),
            "kommunnamn": np.repeat(rows["kommunnamn"].to_numpy(object), len(CAUSES)),
            "orsak": np.tile(np.array(CAUSES, object), len(rows)),
            "forklaring": np.tile(np.array([words.CAUSES[c] for c in CAUSES], object), len(rows)),
            "belopp_ore": bokslut.causes.ravel(),
        }
    )
    columns = (*KOMMUN, text("orsak", "Orsak"), text("forklaring", "Förklaring"), ore("belopp_ore", "Belopp"))
    return Table("orsaker", "Orsaker", columns, frame)


def cause_matrix(bokslut: Bokslut) -> Table:
    """The same with one row per kommun: invoiced, every cause that there is, and their sum."""
    rows = bokslut.settlement
    present = [n for n in range(len(CAUSES)) if bokslut.causes[:, n].any()]
    frame = pd.DataFrame(
        {
            "kommun": rows["kommun"],
            "kommunnamn": rows["kommunnamn"],
            "fakturerat_ore": rows["invoiced_ore"],
            **{f"{CAUSES[n]}_ore": bokslut.causes[:, n] for n in present},
            "utfall_ore": if_known(rows["outcome_ore"], rows["known"].to_numpy(np.bool_)),
        }
    )
    columns = (
        *KOMMUN,
        ore("fakturerat_ore", "Fakturerat"),
        *(ore(f"{CAUSES[n]}_ore", words.CAUSES[CAUSES[n]]) for n in present),
        ore("utfall_ore", "Utfall"),
    )
    return Table("orsaker", "Orsaker", columns, frame)


def residue_table(bokslut: Bokslut) -> Table:
    """The schablon's roundings: twelve printed shares against the year, and the printed sums against their rows.

    The last row of each schablon is its printed sum, which was rounded on its own.
    """
    names = {code: kommun.name for code, kommun in kommuner().items()}
    shares = bokslut.months[bokslut.months["source"] == "schablon"].groupby("kommun").size()
    lines: list[tuple[str, str, str, int, int, int]] = []
    for table in bokslut.schabloner:
        for row in sorted(table.rows, key=lambda r: r.kommun):
            months = int(shares.get(row.kommun, 0))
            lines.append((table.id, row.kommun, names[row.kommun], row.year_ore, row.month_ore, months))
        lines.append((table.id, "", "Radernas summa", table.year_ore, table.month_ore, 0))
        lines.append((table.id, "", "Tryckt summa", table.printed_year_ore, table.printed_month_ore, 0))
    frame = pd.DataFrame(lines, columns=["underlag", "kommun", "kommunnamn", "ar_ore", "manad_ore", "schablonmanader"])
    frame["tolv_manader_ore"] = frame["manad_ore"] * MONTHS
    frame["rest_ore"] = frame["ar_ore"] - frame["tolv_manader_ore"]
    columns = (
        text("underlag", "Underlag"),
        *KOMMUN,
        ore("ar_ore", "Året"),
        ore("manad_ore", "Tryckt månad"),
        count("schablonmanader", "Månader med schablon"),
        ore("tolv_manader_ore", "Tolv tryckta månader"),
        ore("rest_ore", "Avrundning kvar"),
    )
    return Table("avrundning", "Avrundning", columns, frame[[c.name for c in columns]])
