"""The tables of a bokslut, each defined once: the CSV files and the workbook both write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from betalningsansvar.billing.days import to_date
from betalningsansvar.billing.year.bokslut import Bokslut
from betalningsansvar.billing.year.named_lines import named_lines
from betalningsansvar.billing.year.outcome import MONTHS
from betalningsansvar.billing.year.two_figures import ControlTotal
from betalningsansvar.billing.year.waterfall import CAUSES
from betalningsansvar.data.files.inputs import SourceFile
from betalningsansvar.data.identity import hidden_names
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.reports.bokslut import words
from betalningsansvar.reports.words.swedish import MARKS

Kind = Literal["text", "ore", "antal", "dygn", "dag"]


@dataclass(frozen=True, slots=True)
class Column:
    """`name` in the CSV file, `heading` in the workbook. `kind` ore is whole öre (kronor in the workbook), dygn is
    millionths of a dygn. `words` are what the workbook shows for the codes of the CSV file."""

    name: str
    heading: str
    kind: Kind
    words: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One table: `name` of the CSV file, `title` of the sheet, and rows with the columns' names.

    A missing value (`pd.NA`) is a figure that is not known, never zero.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: pd.DataFrame


def in_words(table: Table) -> Table:
    """The table as people read it: words for codes, each said once, and no row that is all zeros."""
    ore = [column.name for column in table.columns if column.kind == "ore"]
    rows = table.rows
    if table.name in _ZEROS_LEFT_OUT:
        # A figure that is not known (NA) is not zero.
        rows = rows[(rows[ore].fillna(1) != 0).any(axis=1)].reset_index(drop=True)
    told = {c.name: rows[c.name].map(c.words) for c in table.columns if c.words is not None}
    columns = tuple(c for c in table.columns if c.name not in _CODES_LEFT_OUT.get(table.name, ()))
    return replace(table, rows=rows.assign(**told), columns=columns)


_ZEROS_LEFT_OUT = ("avrakning", "manader", "orsaker", "upplupet", "avrundning")
# The explanation beside them says it in words.
_CODES_LEFT_OUT = {"upplupet": ("slag",)}


def _text(name: str, heading: str, words: Mapping[str, str] | None = None) -> Column:
    return Column(name, heading, "text", words)


def _ore(name: str, heading: str) -> Column:
    return Column(name, heading, "ore")


def _count(name: str, heading: str) -> Column:
    return Column(name, heading, "antal")


_KOMMUN = (_text("kommun", "Kod"), _text("kommunnamn", "Kommun"))


def settlement_table(bokslut: Bokslut) -> Table:
    """One settlement line per kommun."""
    rows = bokslut.settlement
    known = rows["known"].to_numpy(np.bool_)
    frame = pd.DataFrame(
        {
            "kommun": rows["kommun"],
            "kommunnamn": rows["kommunnamn"],
            "fakturerat_ore": rows["invoiced_ore"],
            "utfall_ore": _if_known(rows["outcome_ore"], known),
            "lagens_utfall_ore": _if_known(rows["statute_ore"], np.full(len(rows), bokslut.statute_known)),
            "redan_avraknat_ore": rows["settled_ore"],
            "ej_utfardat_ore": _if_known(rows["not_issued_ore"], not_issued_known(bokslut)),
            "avrakning_ore": _if_known(rows["settlement_ore"], known),
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
        *_KOMMUN,
        _ore("fakturerat_ore", "Fakturerat"),
        _ore("redan_avraknat_ore", "Redan avräknat"),
        _ore("ej_utfardat_ore", "Ej utfärdat"),
        _ore("avrakning_ore", "Att avräkna"),
        _ore("utfall_ore", "Utfall"),
        _ore("lagens_utfall_ore", "Lagens utfall"),
        _text("atgard", "Åtgärd"),
        _count("antal_arenden", "Ärenden"),
        _count("debiteras", "Debiteras"),
        _count("genomsnitt", "I genomsnitt"),
        _count("fri", "Fria"),
        _count("blockerad", "Blockerade"),
        _count("parkerad", "Parkerade"),
        _count("avvisad", "Avvisade"),
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
            "utfall_ore": _if_known(rows["outcome_ore"], known),
            "lagens_utfall_ore": _if_known(rows["statute_ore"], np.full(len(rows), bokslut.statute_known)),
            "skillnad_ore": _if_known(rows["outcome_ore"] - rows["invoiced_ore"], known),
        }
    )
    columns = (
        *_KOMMUN,
        _text("manad", "Månad"),
        _text("kalla", "Fakturerat enligt", words.SOURCES),
        _ore("fakturerat_ore", "Fakturerat"),
        _ore("utfall_ore", "Utfall"),
        _ore("lagens_utfall_ore", "Lagens utfall"),
        _ore("skillnad_ore", "Skillnad"),
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
    columns = (*_KOMMUN, _text("orsak", "Orsak"), _text("forklaring", "Förklaring"), _ore("belopp_ore", "Belopp"))
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
            "utfall_ore": _if_known(rows["outcome_ore"], rows["known"].to_numpy(np.bool_)),
        }
    )
    columns = (
        *_KOMMUN,
        _ore("fakturerat_ore", "Fakturerat"),
        *(_ore(f"{CAUSES[n]}_ore", words.CAUSES[CAUSES[n]]) for n in present),
        _ore("utfall_ore", "Utfall"),
    )
    return Table("orsaker", "Orsaker", columns, frame)


def accrual_table(bokslut: Bokslut) -> Table:
    """What was earned but not invoiced at the year's end: the estimate, and the actual where it is known."""
    rows = bokslut.accrual.rows
    later = np.full(len(rows), bokslut.accrual.actual_known)
    frame = pd.DataFrame(
        {
            **_kommun_of(rows),
            "slag": rows["slag"],
            "forklaring": rows["slag"].map(words.KINDS),
            "dygn": rows["dygn_micro"],
            "uppskattat_ore": rows["estimate_ore"],
            "senare_dygn": _if_known(rows["actual_dygn_micro"], later),
            "senare_utfall_ore": _if_known(rows["actual_ore"], later),
            "avvikelse_ore": _if_known(rows["actual_ore"] - rows["estimate_ore"], later),
        }
    )
    columns = (
        *_KOMMUN,
        _text("slag", "Slag"),
        _text("forklaring", "Förklaring"),
        Column("dygn", "Dygn", "dygn"),
        _ore("uppskattat_ore", "Upplupet 31 december"),
        Column("senare_dygn", "Dygn med dagens uppgifter", "dygn"),
        _ore("senare_utfall_ore", "Med dagens uppgifter"),
        _ore("avvikelse_ore", "Avvikelse"),
    )
    return Table("upplupet", "Upplupet", columns, frame)


def booking_table(bokslut: Bokslut) -> Table:
    """The voucher of 31 December and its reversal in January."""
    rows = bokslut.accrual.bookings()
    frame = pd.DataFrame(
        {
            "datum": rows["day"],
            **_kommun_of(rows),
            "konto": rows["konto"],
            "text": [
                f"{'Upplupet' if day.year == bokslut.year else 'Återfört upplupet'} betalningsansvar {bokslut.year}"
                for day in rows["day"]
            ],
            "debet_ore": rows["debet_ore"],
            "kredit_ore": rows["kredit_ore"],
        }
    )
    columns = (
        Column("datum", "Datum", "dag"),
        *_KOMMUN,
        _text("konto", "Konto", words.ACCOUNTS),
        _text("text", "Text"),
        _ore("debet_ore", "Debet"),
        _ore("kredit_ore", "Kredit"),
    )
    return Table("bokforingsorder", "Bokföringsorder", columns, frame)


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
        _text("underlag", "Underlag"),
        *_KOMMUN,
        _ore("ar_ore", "Året"),
        _ore("manad_ore", "Tryckt månad"),
        _count("schablonmanader", "Månader med schablon"),
        _ore("tolv_manader_ore", "Tolv tryckta månader"),
        _ore("rest_ore", "Avrundning kvar"),
    )
    return Table("avrundning", "Avrundning", columns, frame[[c.name for c in columns]])


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
        _text("kod", "Kod"),
        _text("manad", "Månad"),
        _text("kommun", "Kommun"),
        _ore("belopp_ore", "Belopp"),
        _text("text", "Vad det betyder"),
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
        _text("kontroll", "Kontroll"),
        _text("enhet", "Enhet"),
        _text("vantat", "Det ena talet"),
        _count("vantat_varde", "Värde"),
        _text("funnet", "Det andra talet"),
        _count("funnet_varde", "Värde"),
        _text("stammer", "Stämmer"),
        _text("vantat_fraga", "Fråga till filerna"),
        _text("funnet_fraga", "Fråga till filerna"),
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
        _text("serie", "Serie"),
        _text("vardform", "Vårdform"),
        Column("fran", "Från", "dag"),
        Column("tom", "Till och med", "dag"),
        _ore("dygnsbelopp_ore", "Per vårddygn"),
        _text("status", "Märkning", MARKS),
        _text("kalla", "Källa"),
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
    names = (_text("fil", "Fil"), _text("sha256", "SHA-256"))
    return Table("kallor", "Källor", (*names, _count("rader", "Rader"), _count("arenden", "Ärenden")), frame)


def ledger_table(bokslut: Bokslut) -> Table | None:
    """Every invoice, credit and settlement of the year in the ledger; None without a ledger."""
    if bokslut.issued is None:
        return None
    heads, lines = bokslut.issued.invoices, bokslut.issued.lines
    sums = {int(str(n)): int(ore) for n, ore in lines.groupby("number")["amount_ore"].sum().items()}
    frame = pd.DataFrame(
        {
            "nummer": heads["number"],
            **_kommun_of(heads),
            "manad": heads["month"].astype(np.int64),
            "datum": [to_date(d) for d in heads["day"]],
            "belopp_ore": heads["amount_ore"],
            "rader_ore": np.array([sums.get(int(n), 0) for n in heads["number"]], np.int64),
        }
    ).sort_values("nummer")
    columns = (
        _count("nummer", "Nummer"),
        *_KOMMUN,
        _count("manad", "Månad (0 = avräkning)"),
        Column("datum", "Datum", "dag"),
        _ore("belopp_ore", "Belopp"),
        _ore("rader_ore", "Summa rader"),
    )
    return Table("liggare", "Liggare", columns, frame)


_LINE_COLUMNS = (
    _text("arende_id", "Ärende"),
    *_KOMMUN[:1],
    _text("manad", "Månad"),
    _text("regelverk", "Regelverk"),
    _text("modell", "Modell"),
    Column("fran", "Från", "dag"),
    Column("tom", "Till och med", "dag"),
    Column("dygn", "Dygn", "dygn"),
    _ore("dygnsbelopp_ore", "Per vårddygn"),
    _ore("belopp_ore", "Belopp"),
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
            (*_LINE_COLUMNS, _text("slag", "Slag")),
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
        _text("arende_id", "Ärende"),
        *_KOMMUN[:1],
        _text("vardform", "Vårdform"),
        _text("status", "Status"),
        _text("orsak", "Orsak"),
        _count("dygn", "Dygn"),
        _ore("belopp_ore", "Belopp"),
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


def _kommun_of(rows: pd.DataFrame) -> dict[str, Any]:
    known = list(kommuner().values())
    return {
        "kommun": [known[n].code for n in rows["kommun"]],
        "kommunnamn": [known[n].name for n in rows["kommun"]],
    }


def _if_known(values: pd.Series, known: np.ndarray) -> pd.Series:
    return values.astype("Int64").where(known)
