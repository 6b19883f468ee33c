"""What sender and recipient have in common: name, numbers, address and contact, read from one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from betalningsansvar.data.settings.identifiers import (
    epost_fault,
    momsregistreringsnummer_fault,
    organisationsnummer_fault,
    peppol_id_fault,
    postnummer_fault,
)
from betalningsansvar.data.toml_table import Table, shown

_FAULTS: Mapping[str, Callable[[str], str | None]] = {
    "organisationsnummer": organisationsnummer_fault,
    "momsregistreringsnummer": momsregistreringsnummer_fault,
    "peppol_id": peppol_id_fault,
    "postnummer": postnummer_fault,
    "epost": epost_fault,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who sends an invoice or gets it. Blank is shown as missing, never guessed.

    A blank `peppol_id` means 0007 and the organisationsnummer. `adress` is lines; `kontakt` a person or a unit.
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


def read_party(table: Table) -> dict[str, Any]:
    """The fields of a `Party`, blanks as the empty text; what is wrong is noted in the table."""
    texts = [field.name for field in fields(Party) if field.name != "adress"]
    return {key: checked_text(table, key, _FAULTS.get(key)) for key in texts} | {"adress": table.words("adress") or ()}


def checked_text(table: Table, key: str, fault_of: Callable[[str], str | None] | None) -> str:
    """A text that may be left out, judged by `fault_of`."""
    text = table.optional_text(key)
    fault = fault_of(text) if fault_of else None
    if fault:
        table.complain(f"{key} = {shown(text)} {fault}", key)
    return text
