"""The invoices of the ledger as rows of a list: with the day to pay, and how much of each is disputed."""

from __future__ import annotations

from dataclasses import dataclass

from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.dispute_reading import disputes
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
            issued, found = invoices(connection), disputes(connection)
    except NoLedgerError:
        return ()
    still_open: dict[tuple[str, str, str], int] = {}
    for row in found[found["decision"] == ""].to_dict("records"):
        key = (str(row["kommun"]), str(row["period"]), str(row["arende_id"]))
        still_open[key] = still_open.get(key, 0) + int(row["amount_ore"])
    return tuple(InvoiceRow(one, _disputed(one, still_open)) for one in reversed(issued))


def _disputed(invoice: IssuedInvoice, still_open: dict[tuple[str, str, str], int]) -> int:
    """Disputes of its cases, and (under the blank case) those of single lines of the kommun's period."""
    if invoice.kind != "invoice":
        return 0
    cases = {"", *(line.arende_id for line in invoice.lines)}
    return sum(still_open.get((invoice.kommun, invoice.period, case), 0) for case in cases)
