"""By what each issued invoice was computed, from the texts that the ledger keeps."""

from __future__ import annotations

from collections.abc import Sequence

from betalningsansvar.billing.ledger.connection import OpenLedger
from betalningsansvar.billing.ledger.invoices import IssuedInvoice
from betalningsansvar.billing.ledger.reading import run_of, stored_texts
from betalningsansvar.reports.issued.law import IssuedLaw, law_of_texts


def issued_laws(connection: OpenLedger, invoices: Sequence[IssuedInvoice]) -> dict[int, IssuedLaw]:
    """The agreement and amounts of each invoice's run, by invoice number. Raises SettingsError."""
    by_run: dict[int, IssuedLaw] = {}
    found = {}
    for invoice in invoices:
        run = run_of(connection, invoice.number)
        if run.entry not in by_run:
            by_run[run.entry] = law_of_texts(stored_texts(connection, run))
        found[invoice.number] = by_run[run.entry]
    return found
