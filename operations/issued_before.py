"""What the ledger held before: the year that a settlement settles, the month before, and what an earlier file held."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from betalningsansvar.billing.ledger.connection import Ledger, OpenLedger
from betalningsansvar.billing.ledger.invoices import IssuedInvoice
from betalningsansvar.billing.ledger.reading import invoice_heads, invoices, runs
from betalningsansvar.billing.period import Month


def settled_invoices(connection: OpenLedger, issued: Sequence[IssuedInvoice]) -> dict[int, list[int]]:
    """By number of each settlement, the numbers of the kommun's invoices of its year."""
    settlements = [invoice for invoice in issued if invoice.kind == "settlement"]
    if not settlements:
        return {}
    heads = invoice_heads(connection)
    heads = heads[heads["kind"] == "invoice"]
    return {
        own.number: heads.loc[
            (heads["kommun"] == own.kommun) & heads["period"].str.startswith(f"{own.period}-"), "number"
        ].tolist()
        for own in settlements
    }


def vouchers_by_run(connection: OpenLedger, period: str) -> list[tuple[date, list[int]]]:
    """Invoice date and numbers booked of each run of a month that issued something, oldest first."""
    found = []
    for run in runs(connection, period):
        numbers = [invoice.number for invoice in invoices(connection, run=run.entry) if invoice.amount_ore]
        if numbers:
            found.append((run.invoice_date, numbers))
    return found


def month_amounts(ledger: str, month: Month) -> dict[str, int]:
    """Öre invoiced for a month by kommun, credits taken off. Raises NoLedgerError and LedgerError."""
    with Ledger.parse(ledger).reading() as connection:
        heads = invoice_heads(connection)
    sums = heads[heads["period"] == str(month)].groupby("kommun")["amount_ore"].sum()
    return {str(kommun): int(amount_ore) for kommun, amount_ore in sums.items()}
