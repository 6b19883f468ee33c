"""Look at the ledger: what has been issued, from what, whether it holds, and which months wait."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.copying import copy_ledger
from betalningsansvar.billing.ledger.invoices import IssuedInvoice
from betalningsansvar.billing.ledger.issuing import upgrade_ledger
from betalningsansvar.billing.ledger.reading import Run, frozen_months, invoice_heads, invoices, run_of, stored_texts
from betalningsansvar.billing.ledger.verify import Proof, require_sound
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.review import OpenMonth, open_months
from betalningsansvar.data.kommuner import find_kommun
from betalningsansvar.operations.law import Law
from betalningsansvar.reports.files.destination import Destination
from betalningsansvar.reports.files.folder import output_folder
from betalningsansvar.reports.issued.folder import write_texts
from betalningsansvar.tariffs.texts import LawText


@dataclass(frozen=True)
class ShownInvoice:
    """One issued invoice, the run that issued it, and the files it was computed by."""

    invoice: IssuedInvoice
    run: Run
    texts: tuple[LawText, ...]


def list_invoices(ledger: str, month: Month | None = None, kommun: str | None = None) -> pd.DataFrame:
    """The heads of the issued invoices and credits, oldest first; of one month, of one kommun (code or name).

    Raises LedgerError and UnknownKommunError.
    """
    payer = find_kommun(kommun).code if kommun else None
    with Ledger.parse(ledger).reading() as connection:
        heads = invoice_heads(connection)
    if month:
        heads = heads[heads["period"] == str(month)]
    return heads[heads["kommun"] == payer] if payer else heads


def show_invoice(ledger: str, number: int) -> ShownInvoice:
    """One invoice and everything needed to compute it again. Raises LedgerError."""
    with Ledger.parse(ledger).reading() as connection:
        run = run_of(connection, number)
        return ShownInvoice(invoices(connection, numbers=[number])[0], run, stored_texts(connection, run))


def write_rules(shown: ShownInvoice, out: Destination) -> tuple[Path, ...]:
    """Write the agreement and tariff files that the invoice was computed by; returns them. Raises OutputError."""
    with output_folder(out) as fresh:
        written = write_texts(shown.texts, fresh)
    return tuple(out.path / path.relative_to(fresh) for path in written)


def verify_ledger(ledger: str, known_hash: str | None = None) -> Proof:
    """Prove chain, sums, numbers and credits, and that a hash noted earlier is still there. Raises LedgerError."""
    with Ledger.parse(ledger).reading() as connection:
        return require_sound(connection, known_hash)


def waiting_months(ledger: str, law: Law, today: date, first: Month | None = None) -> Sequence[OpenMonth]:
    """The months from `first` (default: the first one issued) that wait to be issued. Raises LedgerError."""
    with Ledger.parse(ledger).reading() as connection:
        frozen = frozen_months(connection)
    return open_months(frozen, law.agreement, today, first)


def upgrade(ledger: str, now: datetime) -> int:
    """Bring a ledger of an earlier release up to this one's schema; returns its version. Raises LedgerError."""
    return upgrade_ledger(Ledger.parse(ledger), now)


def copy(ledger: str, to: str) -> Proof:
    """Copy a ledger into an empty database, proved at both ends; returns what both hold. Raises LedgerError."""
    return copy_ledger(Ledger.parse(ledger), Ledger.parse(to))


@contextmanager
def connections_kept(ledger: str) -> Iterator[None]:
    """Until the block ends, connections to the ledger's database are used again. Raises LedgerError."""
    with Ledger.parse(ledger).kept():
        yield


def verify_current(ledger: str) -> None:
    """That the ledger is there, answers, and has the schema of this program. Raises LedgerError."""
    with Ledger.parse(ledger).reading():
        pass
