"""The country's CSV tables: those of a span with the hospital's `region` (länskod) first, region by region."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from betalningsansvar.reports.files.csvfiles import issue_rows
from betalningsansvar.reports.nation.record import NationReport
from betalningsansvar.reports.span.tables import span_tables

_ISSUES = "avvikelser.csv"


def nation_tables(report: NationReport) -> Iterator[tuple[str, list[pa.Table]]]:
    """The name and the pieces of every CSV file."""
    pieces: dict[str, list[pa.Table]] = {}
    for one in report.regions:
        for name, own in span_tables(one.span):
            if name != _ISSUES:
                pieces.setdefault(name, []).extend(_of_region(table, one.region) for table in own)
    yield from pieces.items()
    yield _ISSUES, [issue_rows(report.issues, in_order=not report.in_parts)]


def _of_region(table: pa.Table, region: str) -> pa.Table:
    return table.add_column(0, "region", pa.repeat(pa.scalar(region, pa.large_string()), table.num_rows))
