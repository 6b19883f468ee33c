"""Statistics as a CSV file and as a few lines on the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa

from betalningsansvar.billing.statistics import AVTAL, DIFFERENCE, NATIONELL
from betalningsansvar.data.settings.befolkning import Population
from betalningsansvar.reports.files.csvfiles import write_table


def write_statistics(statistics: pd.DataFrame, population: Mapping[str, Population], path: Path) -> None:
    """One row per shape, month and kommun; decimals with a dot. Days per 1 000 inhabitants, of all ages and of
    65 years and more, are blank where the population is not known. Raises OSError."""
    columns: dict[str, list[str]] = {name: statistics[name].astype("str").to_list() for name in _TEXTS}
    antal = statistics["antal"].to_list()
    for name in ("antal", "dagar"):
        columns[name] = [str(n) for n in statistics[name].to_list()]
    columns["medel"] = [_decimal(n, 2) for n in statistics["medel_hundredths"].to_list()]
    columns["median"] = [str(Decimal(n) / 2) for n in statistics["median_halves"].to_list()]
    for name in ("samma_dag", "over_3", "over_7"):
        shares = zip(statistics[name].to_list(), antal, strict=True)
        columns[f"andel_{name}"] = [_ratio(1, part, whole, 4) for part, whole in shares]
    columns["individuella"] = [str(n) for n in statistics["individuella"].to_list()]
    people = [population.get(code) for code in columns["kommun"]]
    days = statistics["dagar"].to_list()
    columns["dagar_per_1000"] = [_ratio(1000, n, p.invanare, 2) if p else "" for n, p in zip(days, people, strict=True)]
    columns["dagar_per_1000_65plus"] = [
        _ratio(1000, n, p.invanare_65, 2) if p and p.invanare_65 else "" for n, p in zip(days, people, strict=True)
    ]
    write_table(path, pa.table(columns))


def statistics_lines(statistics: pd.DataFrame) -> Iterator[str]:
    """Both shapes in total, and the sentence that tells why they differ."""
    for shape in (NATIONELL, AVTAL):
        own = statistics[statistics["matt"] == shape]
        antal, dagar = int(own["antal"].sum()), int(own["dagar"].sum())
        same_day = _ratio(100, int(own["samma_dag"].sum()), antal, 0)
        yield f"{shape:<10} {antal:>8} cases {dagar:>8} days, mean {_ratio(1, dagar, antal, 2)}, same day {same_day} %"
    yield DIFFERENCE


_TEXTS = ("matt", "manad", "kommun", "kommunnamn")


def _ratio(scale: int, part: int, whole: int, decimals: int) -> str:
    """scale × part / whole, rounded half up; 0 of nothing."""
    if whole == 0:
        return _decimal(0, decimals)
    return _decimal((2 * scale * part * 10**decimals + whole) // (2 * whole), decimals)


def _decimal(scaled: int, decimals: int) -> str:
    return str(Decimal(scaled).scaleb(-decimals))
