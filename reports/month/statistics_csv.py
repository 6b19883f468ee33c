"""Statistics as a CSV file and as a few lines on the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa

from betalningsansvar.billing.statistics import AVTAL, DIFFERENCE, FEW, NATIONELL
from betalningsansvar.data.settings.befolkning import Population
from betalningsansvar.reports.files.csvfiles import write_table
from betalningsansvar.reports.files.tables import WHOLE, Decimals, write_beside
from betalningsansvar.reports.words.numbers import counted

_TEXTS = ("region", "matt", "manad", "kommun", "kommunnamn")
_WORDS = (*_TEXTS, "fa_")
_KINDS = ("somatik", "psykiatri")
KOLADA = (
    "Dagar per 1 000 invånare 65 år och äldre i raderna med mått nationell är SKR:s mått (Kolada N79176, U79135): "
    "dagar i vårdtider på minst ett dygn som avslutades i månaden, patienter i alla åldrar, delat med invånare 65+."
)


def write_statistics(statistics: pd.DataFrame, population: Mapping[str, Population], path: Path) -> None:
    """One row per shape, month and kommun (and region, first, where the table has it); decimals with a dot.

    Days per 1 000 inhabitants, of all ages and of 65 years and more (the latter also of somatik and psykiatri apart),
    are blank where the population is not known; `fa_…` is `ja` where so few cases were counted that their mean says
    little. A `path` that ends in .parquet gets
    the same table with its types. Raises OSError and ReadBackError.
    """
    texts = [name for name in _TEXTS if name in statistics]
    columns: dict[str, list[str]] = {name: statistics[name].astype("str").to_list() for name in texts}
    antal = statistics["antal"].to_list()
    for name in ("antal", "dagar"):
        columns[name] = [str(n) for n in statistics[name].to_list()]
    columns["medel"] = [_decimal(n, 2) for n in statistics["medel_hundredths"].to_list()]
    columns["median"] = [str(Decimal(n) / 2) for n in statistics["median_halves"].to_list()]
    for name in ("samma_dag", "over_3", "over_7"):
        columns[f"andel_{name}"] = _shares(statistics[name], antal)
    columns["individuella"] = [str(n) for n in statistics["individuella"].to_list()]
    people = [population.get(code) for code in columns["kommun"]]
    days = statistics["dagar"].to_list()
    columns["dagar_per_1000"] = [_ratio(1000, n, p.invanare, 2) if p else "" for n, p in zip(days, people, strict=True)]
    columns["dagar_per_1000_65plus"] = _per_1000_of_65(days, people)
    for kind in _KINDS:
        counts, own = statistics[f"antal_{kind}"].to_list(), statistics[f"dagar_{kind}"].to_list()
        columns[f"antal_{kind}"], columns[f"dagar_{kind}"] = [str(n) for n in counts], [str(n) for n in own]
        columns[f"medel_{kind}"] = [_ratio(1, part, n, 2) if n else "" for part, n in zip(own, counts, strict=True)]
        columns[f"fa_{kind}"] = ["ja" if 0 < n < FEW else "nej" for n in counts]
    columns["aterinskrivna_30"] = [str(n) for n in statistics["aterinskrivna"].to_list()]
    columns["andel_aterinskrivna_30"] = _shares(statistics["aterinskrivna"], antal)
    for kind in _KINDS:
        columns[f"dagar_per_1000_65plus_{kind}"] = _per_1000_of_65(statistics[f"dagar_{kind}"].to_list(), people)
    table, csv = pa.table(columns), path.with_suffix(".csv")
    write_table(csv, table)
    if path.suffix == ".parquet":
        write_beside(csv, [table], {name: _number(name) for name in columns if not name.startswith(_WORDS)})
        csv.unlink()


def _number(name: str) -> Decimals:
    """What kind of number stands in a column."""
    if name == "median":
        return Decimals(1)
    places = {"medel": 2, "andel": 4, "dagar_per": 2}
    return next((Decimals(n, fixed=True) for start, n in places.items() if name.startswith(start)), WHOLE)


def statistics_lines(statistics: pd.DataFrame) -> Iterator[str]:
    """Both shapes in total, somatik and psykiatri apart, and the sentences that tell what the figures are."""
    for shape in (NATIONELL, AVTAL):
        own = statistics[statistics["matt"] == shape]
        antal, dagar = int(own["antal"].sum()), int(own["dagar"].sum())
        same_day, back = int(own["samma_dag"].sum()), int(own["aterinskrivna"].sum())
        yield (
            f"{shape:<10} {counted(antal, 'ärende', 'ärenden')}, {counted(dagar, 'dag', 'dagar')}, medel "
            f"{_swedish(1, dagar, antal, 2)}, samma dag {_swedish(100, same_day, antal, 0)} %, "
            f"åter inom 30 dagar {_swedish(100, back, antal, 0)} %"
        )
        for kind in _KINDS:
            part, days = int(own[f"antal_{kind}"].sum()), int(own[f"dagar_{kind}"].sum())
            if part:
                few = f" Färre än {FEW} ärenden: medelvärdet säger lite." if part < FEW else ""
                yield f"  {kind:<9} n = {part}, medel {_swedish(1, days, part, 2)}.{few}"
    yield DIFFERENCE
    yield KOLADA
    yield "Återinskrivna syns bara om patienten fick en ny underrättelse i uppgifterna; ingen patient pekas ut."


def _per_1000_of_65(days: list[int], people: list[Population | None]) -> list[str]:
    """Days per 1 000 inhabitants of 65 years and more, blank where those are not known."""
    return [_ratio(1000, n, p.invanare_65, 2) if p and p.invanare_65 else "" for n, p in zip(days, people, strict=True)]


def _shares(parts: pd.Series, whole: list[int]) -> list[str]:
    return [_ratio(1, part, n, 4) for part, n in zip(parts.to_list(), whole, strict=True)]


def _ratio(scale: int, part: int, whole: int, decimals: int) -> str:
    """scale × part / whole, rounded half up; 0 of nothing."""
    if whole == 0:
        return _decimal(0, decimals)
    return _decimal((2 * scale * part * 10**decimals + whole) // (2 * whole), decimals)


def _swedish(scale: int, part: int, whole: int, decimals: int) -> str:
    return _ratio(scale, part, whole, decimals).replace(".", ",")


def _decimal(scaled: int, decimals: int) -> str:
    return str(Decimal(scaled).scaleb(-decimals))
