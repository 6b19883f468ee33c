"""What sender and recipient have in common: name, numbers, address and contact, read from one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from betalningsansvar.data.settings.identifiers import (
    epost_fault,
    momsregistreringsnummer_fault,
    organisationsnummer_fault,
    peppol_id_fault,
    postnummer_fault,
)
from betalningsansvar.data.toml_table import Table, shown

_TEXTS = (
    "namn",
    "organisationsnummer",
    "momsregistreringsnummer",
    "peppol_id",
    "postnummer",
    "postort",
    "kontakt",
    "telefon",
    "epost",
)
_FAULTS: Mapping[str, Callable[[str], str | None]] = {
    "organisationsnummer": organisationsnummer_fault,
    "momsregistreringsnummer": momsregistreringsnummer_fault,
    "peppol_id": peppol_id_fault,
    "postnummer": postnummer_fault,
    "epost": epost_fault,
}


def read_party(table: Table) -> dict[str, Any]:
    """The keys above and `adress`, blanks as the empty text; what is wrong is noted in the table."""
    adress = table.words("adress") or ()
    return {key: checked_text(table, key, _FAULTS.get(key)) for key in _TEXTS} | {"adress": adress}


def checked_text(table: Table, key: str, fault_of: Callable[[str], str | None] | None) -> str:
    """A text that may be left out, judged by `fault_of`."""
    text = table.optional_text(key)
    fault = fault_of(text) if fault_of else None
    if fault:
        table.complain(f"{key} = {shown(text)} {fault}", key)
    return text
