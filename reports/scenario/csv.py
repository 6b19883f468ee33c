"""The CSV files of a comparison of scenarios."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa

from betalningsansvar.billing.charged_lines import dygn_text
from betalningsansvar.billing.whatif.alternative import alternative_cost
from betalningsansvar.billing.whatif.comparison import Comparison, chunks
from betalningsansvar.data.categories import codes_of
from betalningsansvar.reports.files.csvfiles import write_pieces, write_table
from betalningsansvar.tariffs.scenario import Alternative

SCENARIER = "scenarier.csv"
LASNINGAR = "lasningar.csv"


def write_scenario_csv(comparison: Comparison, folder: Path, alternative: Alternative | None = None) -> None:
    """Write `scenarier.csv`: one row per scenario, kommun and month, the base ("bas") first. `alternativ_ore`, what the
    row's dygn would cost elsewhere, is there when an alternative is."""
    write_pieces(folder / SCENARIER, _pieces(comparison, alternative))


def _pieces(comparison: Comparison, alternative: Alternative | None) -> Iterator[pa.Table]:
    for frame in chunks(comparison):
        elsewhere = (
            {"alternativ_ore": pa.array(alternative_cost(frame["dygn_micro"].to_numpy(), alternative.rate_ore))}
            if alternative
            else {}
        )
        yield pa.table(
            {
                "scenario": _words(frame["scenario"]),
                "kommun": _words(frame["kommun"]),
                "month": _words(frame["month"]),
                "cases": pa.array(frame["cases"]),
                "dygn": _dygn(frame["dygn_micro"]),
                "belopp_ore": pa.array(frame["belopp_ore"]),
                "skillnad_ore": pa.array(frame["skillnad_ore"]),
                "prognos": pa.array(frame["prognos"].map({True: "ja", False: "nej"})),
                **elsewhere,
            }
        )


def write_reading_csv(amounts: pd.DataFrame, folder: Path) -> None:
    """Write `lasningar.csv`: one row per unclear point, reading and kommun."""
    write_table(
        folder / LASNINGAR,
        pa.table(
            {
                "punkt": pa.array(amounts["punkt"].astype("str")),
                "lasning": pa.array(amounts["lasning"].astype("str")),
                "kommun": pa.array(amounts["kommun"].astype("str")),
                "cases": pa.array(amounts["cases"], pa.int64()),
                "dygn": _dygn(amounts["dygn_micro"]),
                "belopp_ore": pa.array(amounts["belopp_ore"], pa.int64()),
                "skillnad_ore": pa.array(amounts["skillnad_ore"], pa.int64()),
                "tvist_ore": pa.array(amounts["tvist_ore"], pa.int64()),
            }
        ),
    )


def _words(column: pd.Series) -> pa.DictionaryArray:
    codes = pa.array(codes_of(column), pa.int32())
    return pa.DictionaryArray.from_arrays(codes, pa.array(column.cat.categories, pa.large_string()))


def _dygn(column: pd.Series) -> pa.DictionaryArray:
    codes, values = pd.factorize(column.to_numpy())
    return pa.DictionaryArray.from_arrays(
        pa.array(codes, pa.int32()), pa.array([dygn_text(int(v)) for v in values], pa.large_string())
    )
