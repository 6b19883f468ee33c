"""The CSV tables of a span: those of the month with `manad` first, in the order of months, and two for analysis."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from betalningsansvar.billing.charged_lines import dygn_text
from betalningsansvar.billing.engine import Bill
from betalningsansvar.reports.files.csvfiles import (
    case_rows,
    each_array,
    issue_rows,
    kommun_columns,
    text_array,
    whole_array,
)
from betalningsansvar.reports.span.record import SpanReport

_COUNTED = ("debiteras", "genomsnitt", "blockerad", "parkerad", "avvisad")
_IN_A_MONTH = ("debiteras", "genomsnitt", "blockerad")


def span_tables(report: SpanReport) -> Iterator[tuple[str, list[pa.Table]]]:
    """The name and the pieces of every CSV file of a span."""
    totals = report.totals
    yield "sammanstallning.csv", [kommun_rows(totals.kommuner)]
    yield "regelverk.csv", [_sums(totals.rules, "regelverk", "modell", "vardform")]
    yield "blockerade.csv", [_sums(totals.blocked, "vardform", "orsak")]
    yield "avvikelser.csv", [issue_rows(report.issues)]
    if report.lines is not None:
        yield "fakturarader.csv", list(report.lines)
    if report.cases is not None:
        yield "arenden.csv", list(report.cases)


def kommun_rows(kommuner: pd.DataFrame) -> pa.Table:
    """A row per month and kommun, as in the month's own file and how many cases of each status; no payer last."""
    rows = kommuner.assign(none=kommuner["kommun"] == "").sort_values(["manad", "none", "kommun"])
    return pa.table(
        {
            "manad": text_array(rows["manad"]),
            **kommun_columns(rows),
            **{name: whole_array(rows[name]) for name in _COUNTED},
        }
    )


def cases_of_month(bill: Bill, seen: np.ndarray) -> pa.Table:
    """The cases that the month charges, counts in a mean or blocks; notes them in `seen`, a flag per row."""
    inside = bill.cases["status"].isin(_IN_A_MONTH).to_numpy()
    seen |= inside
    return _of_month(case_rows(bill, inside), str(bill.period))


def cases_of_no_month(bill: Bill, seen: np.ndarray) -> pa.Table:
    """Every other case, once, under no month: nothing was to be charged, or it was kept out."""
    return _of_month(case_rows(bill, ~seen), "")


def _of_month(table: pa.Table, month: str) -> pa.Table:
    return table.add_column(0, "manad", pa.repeat(pa.scalar(month, pa.large_string()), table.num_rows))


def _sums(frame: pd.DataFrame, *keys: str) -> pa.Table:
    """Cases, days and öre per month, kommun and `keys`."""
    rows = frame.sort_values(["manad", "kommun", *keys])
    columns = {name: text_array(rows[name]) for name in ("manad", "kommun", *keys)}
    columns["antal"] = whole_array(rows["antal"])
    if "dygn_micro" in rows:
        columns["dygn"] = each_array(dygn_text, rows["dygn_micro"])
        columns["belopp_ore"] = whole_array(rows["amount_ore"])
    return pa.table(columns)


def rows_written(pieces: list[pa.Table]) -> int:
    return sum(table.num_rows for table in pieces)


def ore_written(pieces: list[pa.Table]) -> int:
    """What the lines charge together."""
    return sum(pc.sum(table["belopp_ore"]).as_py() or 0 for table in pieces)
