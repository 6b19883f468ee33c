"""Agreements known to exist but not in full: listed with what is missing and its source, never billed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.kommuner import region_names
from betalningsansvar.data.toml_table import Table, read_toml
from betalningsansvar.tariffs.rules import MARKS
from betalningsansvar.tariffs.shipped_files import shipped_file

HOLE = "FYLL I"
"""What stands in a template where the sources are silent."""


@dataclass(frozen=True, slots=True)
class PartlyKnown:
    """An agreement of a region: what is known of it (`kant`), what is missing, and where it is said.

    `mall` names the template that holds the rules that are known, blank where too little is. `utan_fordran`: region and
    kommun are one legal person, so that nobody owes anything.
    """

    id: str
    namn: str
    region: str
    fran: date
    tom: date | None
    kant: str
    saknas: tuple[str, ...]
    kalla: str
    status: str
    mall: str = ""
    utan_fordran: bool = False


@cache
def partly_known() -> tuple[PartlyKnown, ...]:
    """Those that the program knows of."""
    return load_partly_known(shipped_file("delvis-kanda.toml"))


def load_partly_known(file: NamedFile) -> tuple[PartlyKnown, ...]:
    """Read the file. Raises SettingsError with every problem."""
    root = read_toml(file)
    found = [one for table in root.tables("avtal") if (one := _read(table))]
    root.done()
    root.stop()
    return tuple(found)


def _read(table: Table) -> PartlyKnown | None:
    texts = {key: table.text(key, needed=True) or "" for key in ("id", "namn", "kant", "kalla")}
    fran = table.day("fran", needed=True)
    found = PartlyKnown(
        **texts,
        region=table.text("region", needed=True, allowed=tuple(region_names())) or "",
        fran=fran or date.min,
        tom=table.day("tom"),
        saknas=table.words("saknas") or (),
        status=table.text("status", needed=True, allowed=MARKS) or "",
        mall=table.optional_text("mall"),
        utan_fordran=table.flag("utan_fordran", False),
    )
    if not found.saknas:
        table.complain("saknas är tom. Skriv vad som inte är känt.", "saknas")
    table.done()
    return found if table.sound else None
