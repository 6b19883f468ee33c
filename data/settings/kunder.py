"""The recipients of invoices: each kommun's address and reference, kept in one TOML file."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path

from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.settings.identifiers import organisationsnummer_fault, peppol_id_fault
from betalningsansvar.data.toml_file import SettingsError, complaints, read_toml

_KINDS: dict[str, type] = {
    "kommunkod": str,
    "namn": str,
    "organisationsnummer": str,
    "peppol_id": str,
    "adress": list,
    "postnummer": str,
    "postort": str,
    "referens": str,
    "kontakt": str,
    "telefon": str,
    "epost": str,
}


@dataclass(frozen=True, slots=True)
class Kund:
    """One kommun as recipient. Blank is shown as missing.

    `referens` is the beställarreferens that the kommun wants on its invoices. `peppol_id` is where its e-invoices
    go; blank means 0007 and the organisationsnummer. `kontakt` is the person or unit the invoice is meant for.
    """

    kommunkod: str
    namn: str = ""
    organisationsnummer: str = ""
    peppol_id: str = ""
    adress: tuple[str, ...] = ()
    postnummer: str = ""
    postort: str = ""
    referens: str = ""
    kontakt: str = ""
    telefon: str = ""
    epost: str = ""


def load_customers(file: Path | NamedFile) -> dict[str, Kund]:
    """The recipients by kommunkod, one `[[kund]]` each.

    Raises SettingsError with every fault: unknown key, wrong type, unknown or repeated kommunkod.
    """
    content, _ = read_toml(file)
    tables = content.pop("kund", [])
    problems = [f"{file.name}: unknown key {key!r}. Write one [[kund]] per kommun." for key in content]
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise SettingsError([*problems, f"{file.name}: kund must be written as [[kund]], one per kommun."])
    found: dict[str, Kund] = {}
    for number, table in enumerate(tables, start=1):
        where = f"{file.name} kund {number}"
        faults = complaints(table, _KINDS, where)
        if not faults:
            faults = _kommunkod_faults(table.get("kommunkod", ""), found, where)
            faults += organisationsnummer_fault(table.get("organisationsnummer", ""), where)
            faults += peppol_id_fault(table.get("peppol_id", ""), where)
        if not faults:
            found[table["kommunkod"]] = Kund(**table | {"adress": tuple(table.get("adress", ()))})
        problems += faults
    if problems:
        raise SettingsError(problems)
    return found


def _kommunkod_faults(code: str, found: Container[str], where: str) -> list[str]:
    if not code:
        return [f"{where}: kommunkod is missing."]
    if code not in kommuner():
        return [f"{where}: kommunkod = {code!r} is none of the 290. Write four digits in quotes."]
    if code in found:
        return [f"{where}: kommunkod {code} stands in an earlier [[kund]] too. Keep one of them."]
    return []
