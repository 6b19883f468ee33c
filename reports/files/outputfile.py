"""A single output file: it appears whole, or not at all, and takes the place of nothing but its own earlier self."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from betalningsansvar.data.system_reasons import reason
from betalningsansvar.reports.files.destination import Destination, OutputError
from betalningsansvar.reports.files.unfinished import sweep, unfinished


@contextmanager
def output_file(out: Path | Destination, suffixes: Sequence[str]) -> Iterator[Path]:
    """Yield a path beside the target; when the block ends without an exception what was written there becomes the
    target. A file of the same kind, with the same columns or sheets, is replaced; any other is left alone.

    Raises OutputError: another suffix than `suffixes`, an input, a file of another kind, a disk that is full.
    """
    chosen = Destination.of(out)
    target = chosen.path
    require_writable(chosen, suffixes)
    for told in sweep(target):
        chosen.tell(told)
    try:
        with unfinished(target) as folder:
            fresh = folder / target.name
            yield fresh
            if target.exists() and _shape(target) != _shape(fresh):
                raise OutputError(f"{target}: finns redan och är en annan sorts fil. Välj ett annat namn.")
            os.replace(fresh, target)
    except PermissionError as error:
        raise OutputError(f"{target}: kan inte skrivas; den är nog öppen i Excel. Stäng den och kör igen.") from error
    except OSError as error:
        raise OutputError(f"{target}: det gick inte att skriva ({reason(error)}). Inget är ändrat.") from error


def require_writable(out: Path | Destination, suffixes: Sequence[str]) -> None:
    """Refuse a target that cannot be written, before any long work. Raises OutputError."""
    chosen = Destination.of(out)
    target = chosen.path
    if target.suffix.lower() not in suffixes:
        raise OutputError(f"{target.name}: filen ska sluta på {' eller '.join(suffixes)}.")
    if target.is_dir():
        raise OutputError(f"{target}: är en mapp, och resultatet är en fil. Välj ett annat namn.")
    if target.exists() and not target.is_file():
        raise OutputError(f"{target}: är ett rör eller en enhet, inte en fil. Välj ett annat namn.")
    for path in chosen.inputs:
        if path.resolve() == target or (target.exists() and path.exists() and path.samefile(target)):
            raise OutputError(f"{target}: är indata till körningen och kan inte vara dess utdata. Välj ett annat namn.")


def _shape(path: Path) -> object:
    """What tells one kind of our files from another: the header of a CSV, the sheets of a workbook."""
    if path.suffix.lower() == ".xlsx":
        try:
            with zipfile.ZipFile(path) as book:
                return book.read("xl/workbook.xml").partition(b"<sheets>")[2].partition(b"</sheets>")[0]
        except (zipfile.BadZipFile, KeyError):
            return None
    if path.suffix.lower() == ".parquet":
        import pyarrow.parquet as pq

        try:
            return pq.read_schema(path).names
        except (ValueError, OSError):
            return None
    with path.open("rb") as file:
        return file.readline()
