"""The sender of invoices: the region's own name, address, account and terms, kept in one TOML file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from betalningsansvar.data.files.named import NamedFile, as_named
from betalningsansvar.data.settings.identifiers import (
    bankgiro_fault,
    momsregistreringsnummer_fault,
    organisationsnummer_fault,
    peppol_id_fault,
)
from betalningsansvar.data.toml_file import SettingsError, complaints, read_toml

_KINDS: dict[str, type] = {
    "namn": str,
    "organisationsnummer": str,
    "momsregistreringsnummer": str,
    "peppol_id": str,
    "adress": list,
    "postnummer": str,
    "postort": str,
    "kontakt": str,
    "telefon": str,
    "epost": str,
    "bankgiro": str,
    "betalningsvillkor_dagar": int,
    "logotyp": str,
}
_FAULTS = {
    "organisationsnummer": organisationsnummer_fault,
    "momsregistreringsnummer": momsregistreringsnummer_fault,
    "peppol_id": peppol_id_fault,
    "bankgiro": bankgiro_fault,
}
_PNG = b"\x89PNG\r\n\x1a\n"
_LARGEST_LOGO = 1_000_000


@dataclass(frozen=True, slots=True)
class Avsandare:
    """Who sends the invoice. What is blank is shown as missing on the invoice, never guessed.

    `betalningsvillkor_dagar` is the number of days from invoice date to due date. `logotyp` is the bytes of
    a PNG picture. `momsregistreringsnummer` and `peppol_id` are for e-invoices; a blank `peppol_id` means 0007 and
    the organisationsnummer.
    """

    namn: str = ""
    organisationsnummer: str = ""
    momsregistreringsnummer: str = ""
    peppol_id: str = ""
    adress: tuple[str, ...] = ()
    postnummer: str = ""
    postort: str = ""
    kontakt: str = ""
    telefon: str = ""
    epost: str = ""
    bankgiro: str = ""
    betalningsvillkor_dagar: int | None = None
    logotyp: bytes | None = None


def load_sender(file: Path | NamedFile) -> Avsandare:
    """Read the file. Raises SettingsError with every fault: unknown key, wrong type, impossible number, bad logo."""
    named = as_named(file)
    table, _ = read_toml(named)
    problems = complaints(table, _KINDS, named.name)
    if problems:
        raise SettingsError(problems)
    for key, fault_of in _FAULTS.items():
        problems += fault_of(table.get(key, ""), named.name)
    days = table.get("betalningsvillkor_dagar")
    if days is not None and not 0 <= days <= 365:
        problems.append(f"{named.name}: betalningsvillkor_dagar = {days} must be 0 to 365 days.")
    logotyp = None
    if "logotyp" in table:
        logotyp, fault = _logo(named.find(table["logotyp"]))
        problems += [f"{named.name}: logotyp = {table['logotyp']!r} {fault}"] if fault else []
    if problems:
        raise SettingsError(problems)
    return Avsandare(**table | {"adress": tuple(table.get("adress", ())), "logotyp": logotyp})


def _logo(file: NamedFile | None) -> tuple[bytes | None, str]:
    if file is None:
        return None, "cannot be read. The path is counted from this file's folder."
    picture = file.content
    if not picture.startswith(_PNG):
        return None, "is not a PNG picture. Save the logo as PNG."
    if len(picture) > _LARGEST_LOGO:
        return None, f"is larger than {_LARGEST_LOGO // 1_000_000} MB, and goes into every invoice. Make it smaller."
    return picture, ""
