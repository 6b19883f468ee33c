"""What cannot stand in an e-invoice, told before anything is numbered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields

from betalningsansvar.data.identity import identifies
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.settings.avsandare import Avsandare
from betalningsansvar.data.settings.einvoice_parties import require_einvoice_parties
from betalningsansvar.data.settings.kunder import Kund
from betalningsansvar.data.settings.party import Party
from betalningsansvar.data.stop import StopError
from betalningsansvar.reports.words.numbers import counted

# What XML 1.0 has no room for, and the halves of broken surrogate pairs.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class EInvoiceError(StopError):
    """An invoice cannot be sent as an e-invoice. `problems` has one sentence per fault."""

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


def require_einvoice(
    sender: Avsandare, customers: Mapping[str, Kund], payers: Iterable[str], arende_ids: Iterable[str]
) -> None:
    """Stop before anything is numbered when one of the e-invoices could not be made.

    `payers` are the kommunkoder to be invoiced, `arende_ids` the cases on their lines. Raises SettingsError (sender or
    recipients lack something) and EInvoiceError (a text that XML cannot hold, or a case reference that identifies).
    """
    chosen = sorted(set(payers))
    require_einvoice_parties(sender, customers, chosen)
    problems = list(_faults("Avsändaren", sender))
    for code in chosen:
        problems += _faults(f"{kommuner()[code].name} ({code})", customers[code])
    if problems:
        raise EInvoiceError(*problems)
    require_writable_cases(arende_ids)


def require_writable_cases(arende_ids: Iterable[str]) -> None:
    """Raise EInvoiceError, without showing them, when case references tell who the patient is or cannot be written."""
    names = sorted(set(arende_ids))
    telling = sum(identifies(name, "") for name in names)
    unwritable = sum(_UNWRITABLE.search(name) is not None for name in names)
    problems = []
    if telling:
        problems.append(
            f"E-faktura: {counted(telling, 'ärende har', 'ärenden har')} ett personnummer som arende_id, och en "
            "faktura får inte visa vem patienten är. Ge ärendena egna beteckningar i källsystemet."
        )
    if unwritable:
        problems.append(
            f"E-faktura: {counted(unwritable, 'ärende har', 'ärenden har')} ett styrtecken i arende_id, som inte kan "
            "stå i en XML-fil. Rätta beteckningen i källsystemet."
        )
    if problems:
        raise EInvoiceError(*problems)


def _faults(who: str, party: Party) -> Iterator[str]:
    for field in fields(party):
        value = getattr(party, field.name)
        texts = value if isinstance(value, tuple) else (value,)
        if any(isinstance(text, str) and _UNWRITABLE.search(text) for text in texts):
            yield f"E-faktura: {who} har ett styrtecken i {field.name}, som inte kan stå i en XML-fil. Ta bort det."
