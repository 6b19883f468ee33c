"""How issued invoices are booked: accounts, voucher series and dimensions, kept in one small TOML file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.toml_file import SettingsError, complaints, read_toml

_KINDS: dict[str, type] = {"verifikationsserie": str}
_KONTO_KINDS: dict[str, type] = {"konto": str, "namn": str}
_KOMMUN_KINDS: dict[str, type] = {"dimension": int, "namn": str}
_OBJEKT_KINDS: dict[str, type] = {"dimension": int, "dimension_namn": str, "objekt": str, "namn": str}


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
    """Accounts and dimensions of one voucher: `kundfordran` against `intakt`, the kommun in `kommun` on both rows."""

    verifikationsserie: str
    kundfordran: Konto
    intakt: Konto
    kommun: Dimension
    objekt: tuple[Objekt, ...]


def load_bookkeeping(file: Path | NamedFile) -> Bokforing:
    """Read the file. Raises SettingsError with every fault: missing or unknown key, wrong type, impossible number."""
    content, _ = read_toml(file)
    problems: list[str] = []
    tables = {
        "kundfordran": _table(content, "kundfordran", _KONTO_KINDS, file.name, problems),
        "intakt": _table(content, "intakt", _KONTO_KINDS, file.name, problems),
        "kommun": _table(content, "kommun", _KOMMUN_KINDS, file.name, problems),
    }
    objects = content.pop("objekt", [])
    if not isinstance(objects, list) or not all(isinstance(table, dict) for table in objects):
        problems.append(f"{file.name}: objekt must be written as [[objekt]], one per dimension.")
        objects = []
    for number, table in enumerate(objects, start=1):
        problems += _faults(table, _OBJEKT_KINDS, f"{file.name} objekt {number}")
    problems += _faults(content, _KINDS, file.name)
    if problems:
        raise SettingsError(problems)
    found = Bokforing(
        verifikationsserie=content["verifikationsserie"],
        kundfordran=Konto(**tables["kundfordran"]),
        intakt=Konto(**tables["intakt"]),
        kommun=Dimension(**tables["kommun"]),
        objekt=tuple(Objekt(**table) for table in objects),
    )
    problems = _impossible(found, file.name)
    if problems:
        raise SettingsError(problems)
    return found


def _table(
    content: dict[str, Any], key: str, kinds: dict[str, type], where: str, problems: list[str]
) -> dict[str, Any]:
    table = content.pop(key, None)
    if not isinstance(table, dict):
        problems.append(f"{where}: [{key}] is missing. It holds {', '.join(kinds)}.")
        return {}
    problems += _faults(table, kinds, f"{where} [{key}]")
    return table


def _faults(table: dict[str, Any], kinds: dict[str, type], where: str) -> list[str]:
    blank = [key for key in kinds if table.get(key, "") == ""]
    return complaints(table, kinds, where) + [f"{where}: {key} is missing." for key in blank]


def _impossible(config: Bokforing, where: str) -> list[str]:
    found = [
        f"{where} [{key}]: konto = {konto.konto!r} must be digits."
        for key, konto in (("kundfordran", config.kundfordran), ("intakt", config.intakt))
        if not re.fullmatch(r"\d+", konto.konto, re.ASCII)
    ]
    dimensions = [config.kommun.dimension, *(objekt.dimension for objekt in config.objekt)]
    found += [f"{where}: dimension = {number} must be 1 or more." for number in dimensions if number < 1]
    repeated = sorted({number for number in dimensions if dimensions.count(number) > 1})
    found += [f"{where}: dimension {number} is used twice; a row has one object per dimension." for number in repeated]
    return found
