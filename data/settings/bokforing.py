"""How issued invoices are booked: accounts, voucher series and dimensions, kept in one small TOML file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.toml_table import Table, read_toml, shown

CHARACTERS = "cp437"
"""The code page that the SIE format demands."""
VERIFIKATIONSNUMMER = ("mottagarens", "fakturanummer")
KONTOPLANER = ("BAS95", "BAS96", "EUBAS97", "NE2007")


@dataclass(frozen=True, slots=True)
class Konto:
    """An account of the region's own plan: its number (digits) and name."""

    konto: str
    namn: str


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension of the accounts: its number by SIE (20 and up are free) and name."""

    dimension: int
    namn: str


@dataclass(frozen=True, slots=True)
class Objekt:
    """A fixed object on the income row, such as a kostnadsställe, with the dimension it belongs to."""

    dimension: int
    dimension_namn: str
    objekt: str
    namn: str


@dataclass(frozen=True, slots=True)
class Bokforing:
    """Accounts and dimensions of one voucher: `kundfordran` against `intakt`, the kommun in `kommun` on both rows.

    `verifikationsnummer` is whose number a voucher gets: `mottagarens` (the importing system's next) or
    `fakturanummer`. `kontoplan` is the type of plan (#KPTYP), blank where it is not told.
    """

    verifikationsserie: str
    kundfordran: Konto
    intakt: Konto
    kommun: Dimension
    objekt: tuple[Objekt, ...]
    verifikationsnummer: str = VERIFIKATIONSNUMMER[0]
    kontoplan: str = ""


def load_bookkeeping(file: Path | NamedFile) -> Bokforing:
    """Read the file. Raises SettingsError with every fault: missing or unknown key, wrong type, impossible number, a
    character that the format does not have."""
    root = read_toml(file)
    config = Bokforing(
        verifikationsserie=_text(root, "verifikationsserie"),
        kundfordran=_konto(root, "kundfordran"),
        intakt=_konto(root, "intakt"),
        kommun=_kommun(root),
        objekt=tuple(_objekt(table) for table in root.tables("objekt", needed=False)),
        verifikationsnummer=root.text("verifikationsnummer", allowed=VERIFIKATIONSNUMMER) or VERIFIKATIONSNUMMER[0],
        kontoplan=root.text("kontoplan", allowed=KONTOPLANER) or "",
    )
    dimensions = [config.kommun.dimension, *(objekt.dimension for objekt in config.objekt)]
    for number in sorted({number for number in dimensions if number and dimensions.count(number) > 1}):
        root.complain(f"dimension {number} används två gånger. En rad har ett objekt per dimension.")
    root.done()
    root.stop()
    return config


def _konto(root: Table, key: str) -> Konto:
    table = root.table(key, holds=("konto", "namn"), needed=True)
    if table is None:
        return Konto("", "")
    number, namn = _text(table, "konto"), _text(table, "namn")
    if number and not re.fullmatch(r"\d+", number, re.ASCII):
        table.complain(f"konto = {shown(number)} ska vara siffror inom citattecken.", "konto")
    table.done()
    return Konto(number, namn)


def _kommun(root: Table) -> Dimension:
    table = root.table("kommun", holds=("dimension", "namn"), needed=True)
    if table is None:
        return Dimension(0, "")
    found = Dimension(_dimension(table), _text(table, "namn"))
    table.done()
    return found


def _objekt(table: Table) -> Objekt:
    found = Objekt(_dimension(table), _text(table, "dimension_namn"), _text(table, "objekt"), _text(table, "namn"))
    table.done()
    return found


def _dimension(table: Table) -> int:
    return table.whole("dimension", minimum=1, maximum=9999, needed=True) or 0


def _text(table: Table, key: str) -> str:
    value = table.text(key, needed=True) or ""
    lacking = next((mark for mark in value if not mark.isprintable() or not _has(mark)), None)
    if lacking:
        table.complain(f"{key}: tecknet {lacking} finns inte i bokföringsfilens teckentabell. Skriv utan det.", key)
    return value


def _has(mark: str) -> bool:
    try:
        return mark != "\\" and bool(mark.encode(CHARACTERS))
    except UnicodeEncodeError:
        return False
