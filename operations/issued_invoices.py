"""The invoices of the ledger as rows of a list: with the day to pay, and how much of each is disputed."""

from __future__ import annotations

from dataclasses import dataclass

from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.dispute_table import disputed_by_invoice
from betalningsansvar.billing.ledger.errors import NoLedgerError
from betalningsansvar.billing.ledger.invoices import IssuedInvoice
from betalningsansvar.billing.ledger.reading import invoices


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """One invoice, and the öre of its lines that an open dispute is about."""

    invoice: IssuedInvoice
    disputed_ore: int


def invoices_of(ledger: str, run: int) -> tuple[IssuedInvoice, ...]:
    """What one run issued. Raises LedgerError."""
    with Ledger.parse(ledger).reading() as connection:
        return invoices(connection, run=run)


def all_invoices(ledger: str) -> tuple[InvoiceRow, ...]:
    """Every invoice, newest first; none where no ledger has been made yet. Raises LedgerError."""
    try:
        with Ledger.parse(ledger).reading() as connection:
            issued, disputed = invoices(connection), disputed_by_invoice(connection)
    except NoLedgerError:
        return ()
    return tuple(InvoiceRow(one, disputed.get(one.number, 0)) for one in reversed(issued))
