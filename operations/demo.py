"""Synthetic data to try everything on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from betalningsansvar.data.demo.folder import write_demo
from betalningsansvar.reports.files.destination import Destination
from betalningsansvar.reports.files.folder import output_folder


@dataclass(frozen=True, slots=True)
class DemoRequest:
    """`cases` notices of one `year` in the `region` (länskod, or `alla`); the same `seed` gives the same bytes. With
    `parquet` they stand in a Parquet file."""

    folder: Destination
    cases: int = 5000
    region: str = "13"
    year: int = 2018
    seed: int = 1
    parquet: bool = False


def make_demo(request: DemoRequest) -> tuple[Path, ...]:
    """Write the folder, whole or not at all, and return its files. Raises OutputError and data.demo's RequestError."""
    with output_folder(request.folder) as fresh:
        written = write_demo(fresh, request.cases, request.region, request.year, request.seed, parquet=request.parquet)
    return tuple(request.folder.path / path.relative_to(fresh) for path in written)
