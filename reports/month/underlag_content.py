"""What stands on each kommun's underlag: every case that touches the month, with status, times and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from betalningsansvar.billing.charged_lines import rows_of
from betalningsansvar.billing.summary import COUNTED
from betalningsansvar.reports.month.invoice_record import Invoice, Line
from betalningsansvar.reports.month.listed_cases import ListedCase, ListedCases, listed_cases
from betalningsansvar.reports.words.swedish import month_name

if TYPE_CHECKING:
    from betalningsansvar.billing.engine import Bill

PERSONAL_DATA = "Innehåller personuppgifter. Lämnas endast till den som behöver uppgifterna, skilt från fakturan."


@dataclass(frozen=True, slots=True)
class UnderlagLine:
    """A line of one of the kommun's documents: what the document is called, the case, and the line."""

    document: str
    arende_id: str
    line: Line


@dataclass(frozen=True)
class Underlag:
    """One kommun's underlag; it has no `documents` for the bucket without a payer.

    `antal` counts all the kommun's cases by status, `outside` how many of them do not touch the month and are not
    listed. `documents` are the invoices and credits that it explains, `names` the arende_id of each of their lines.
    """

    kommun: str
    kommunnamn: str
    period: str
    heading: str
    sender_name: str
    created: date
    documents: tuple[Invoice, ...]
    names: tuple[str, ...]
    listed: ListedCases
    antal: Mapping[str, int]
    outside: int

    @property
    def numbered(self) -> tuple[str, ...]:
        """What the documents are called, once they have numbers."""
        return tuple(document.title for document in self.documents if document.is_numbered)

    @property
    def lines(self) -> Iterator[UnderlagLine]:
        """The documents' lines."""
        own = ((document.title, line) for document in self.documents for line in document.lines)
        for (title, line), name in zip(own, self.names, strict=True):
            yield UnderlagLine(title, name, line)

    @cached_property
    def cases(self) -> tuple[ListedCase, ...]:
        """The listed cases with why, made when they are written down."""
        return tuple(self.listed.records())


def underlag(bill: Bill, invoices: Sequence[Invoice], references: Mapping[int, str]) -> Iterator[Underlag]:
    """One underlag per kommun with a document, and one for the cases without a payer when there are any."""
    listed, arende_id = listed_cases(bill, references), bill.cases["arende_id"].tolist()
    by_code: dict[str, list[Invoice]] = {}
    for invoice in invoices:
        by_code.setdefault(invoice.kommun, []).append(invoice)
    for row in rows_of(bill.kommuner.sort_values("kommun")):
        documents = tuple(by_code.get(row.kommun, ()))
        if not documents and row.kommun:
            continue
        yield Underlag(
            kommun=row.kommun,
            kommunnamn=row.kommunnamn,
            period=str(bill.period),
            heading=f"Underlag till betalningsansvar {month_name(bill.period)}",
            sender_name=invoices[0].sender_name if invoices else "",
            created=bill.period.last_day,
            documents=documents,
            names=tuple(_names(arende_id, documents)),
            listed=listed[row.kommun],
            antal={status: int(getattr(row, status)) for status in COUNTED},
            outside=int(row.antal_arenden) - len(listed[row.kommun]),
        )


def _names(arende_id: Sequence[str], documents: Sequence[Invoice]) -> Iterator[str]:
    for document in documents:
        for line in document.lines:
            # The ledger keeps cases by their arende_id, so there the reference is the name.
            yield "" if line.case < 0 else line.reference if document.is_numbered else arende_id[line.case]
