"""The folder of months together: tables, a workbook, the findings, a map and a manifest, all of them or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa

from betalningsansvar.data.codes import CODES
from betalningsansvar.reports.files.destination import Destination
from betalningsansvar.reports.files.folder import output_folder
from betalningsansvar.reports.files.manifest import PROGRAM, Kind, Origin, told_of_files, write_manifest
from betalningsansvar.reports.files.readback import hold
from betalningsansvar.reports.files.tables import write_tables
from betalningsansvar.reports.files.workbook import Book
from betalningsansvar.reports.month.checks import Check, require_ties
from betalningsansvar.reports.month.deviations import write_findings_workbook
from betalningsansvar.reports.span.kommunmap import kommun_map

Tables = Iterable[tuple[str, list[pa.Table]]]


def write_months(
    out: Destination,
    origin: Origin,
    tables: Tables,
    book: Callable[[Path], Book],
    *,
    kind: Kind,
    name: str,
    issues: pd.DataFrame,
    paying: pd.DataFrame | None,
    ties: Sequence[Check],
    counts: dict[str, object],
    created: date,
    parquet: bool,
    **told: object,
) -> None:
    """Write the folder of the months `name`, with `parquet` its CSV tables as Parquet too. `paying` has a row per
    kommun with its `amount_ore`, for the map (None: no map); `told` goes into the manifest as it is. Raises OutputError
    and ReadBackError, and what `require_ties` does; nothing is published then."""
    require_ties(ties)
    shown = name.replace("--", "–")
    with output_folder(out) as folder:
        write_tables(folder, tables, parquet=parquet)
        summary = folder / f"sammanstallning_{name}.xlsx"
        hold(summary, book(summary).written, twice=True)
        deviations = folder / "avvikelser.xlsx"
        found = write_findings_workbook(
            issues, deviations, title=f"Avvikelser {shown}", author=PROGRAM, created=created
        )
        hold(deviations, found.written)
        if paying is not None and (drawn := kommun_map(f"Betalningsansvar {shown}, kronor", _amounts(paying))):
            (folder / f"karta_{name}.svg").write_text(drawn, encoding="utf-8", newline="\n")
        write_manifest(
            folder,
            kind,
            origin,
            counts=counts | {"issues": issues["kod"].map(lambda kod: CODES[kod].severity).value_counts().to_dict()},
            told_of_files=told_of_files(issues),
            checks=[asdict(tie) | {"holds": tie.holds} for tie in ties],
            **told,
        )


def _amounts(paying: pd.DataFrame) -> dict[str, int]:
    """Öre by kommunkod, without the bucket of no payer."""
    summed = paying[paying["kommun"] != ""].groupby("kommun")["amount_ore"].sum()
    return {str(code): int(ore) for code, ore in summed.items()}
