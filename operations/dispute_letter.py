"""The letter to the kommun about where its objection stands, as a PDF."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.dispute_table import credits_of_rows, dispute_table
from betalningsansvar.billing.ledger.errors import LedgerError
from betalningsansvar.billing.ledger.reading import invoices
from betalningsansvar.data.stop import StopError
from betalningsansvar.operations.parties import Parties
from betalningsansvar.reports.files.destination import Destination
from betalningsansvar.reports.files.outputfile import output_file, require_writable
from betalningsansvar.reports.files.typeset import require_typst
from betalningsansvar.reports.issued.letter import Disputed, dispute_letter, write_letter


class LetterSenderError(StopError):
    """A letter from nobody."""

    def __init__(self) -> None:
        super().__init__("Brevet behöver en avsändare, och namnet på den saknas. Fyll i avsändarens uppgifter.")


@dataclass(frozen=True, slots=True)
class LetterRequest:
    """The letter about the dispute with the number `dispute`, dated `today`."""

    ledger: str
    dispute: int
    out: Destination
    parties: Parties
    today: date


def write_dispute_letter(request: LetterRequest) -> None:
    """Write the letter; nothing else is changed. Raises LetterSenderError, LedgerError and OutputError."""
    require_typst()
    require_writable(request.out, (".pdf",))
    sender = request.parties.sender
    if not sender.namn.strip():
        raise LetterSenderError
    found = _disputed(request)
    letter = dispute_letter(found, sender, request.parties.customers.get(found.invoice.kommun), request.today)
    with output_file(request.out, (".pdf",)) as fresh:
        write_letter(letter, fresh)


def _disputed(request: LetterRequest) -> Disputed:
    with Ledger.parse(request.ledger).reading() as connection:
        table = dispute_table(connection, request.today)
        rows = table[table["id"] == request.dispute].to_dict("records")
        if not rows:
            raise LedgerError(f"Liggaren har inget bestridande {request.dispute}.")
        row = {str(name): value for name, value in rows[0].items()}
        (invoice,) = invoices(connection, numbers=[row["invoice"]])
        positions = [int(text) for text in row["rows"].split(", ")]
        credits = credits_of_rows(connection, invoice.number, positions)
    printed = tuple(f"{invoice.prefix}{number}" for number in sorted({n for n in credits if n is not None}))
    return Disputed(row, invoice, printed, None not in credits)
