"""Issue what is left of a year: one line per kommun, plus is invoiced and minus credited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

import pandas as pd

from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.facts import RunFacts
from betalningsansvar.billing.ledger.issuing import Issued, issue_settlement
from betalningsansvar.billing.ledger.plan import IssuePlan, plan_settlement
from betalningsansvar.billing.ledger.reading import invoices
from betalningsansvar.billing.year.settlement_lines import settlement_lines
from betalningsansvar.operations.issued_before import settled_invoices
from betalningsansvar.operations.issuing import (
    IssuedFiles,
    issue_folder,
    new_series,
    run_facts,
    seen,
    terms,
    write_run,
)
from betalningsansvar.operations.parties import Parties
from betalningsansvar.operations.requests import RequestError
from betalningsansvar.operations.year import YearWork
from betalningsansvar.reports.bokslut.figures import settlement_accounts
from betalningsansvar.reports.issued.einvoice_texts import require_einvoice
from betalningsansvar.reports.issued.law import IssuedLaw
from betalningsansvar.reports.issued.publish import write_invoices
from betalningsansvar.reports.month.checks import require_ties, settlement_checks


@dataclass(frozen=True)
class SettlementRequest:
    """A year settled with its ledger. `without_months` settles although months of it have not been issued. With
    `parties` every invoice must be possible to send as an e-invoice."""

    work: YearWork
    parties: Parties | None = None
    without_months: bool = False


@dataclass(frozen=True)
class ShownSettlement:
    """What settling the year would issue, as a person is shown it."""

    request: SettlementRequest
    ledger: Ledger
    wanted: pd.DataFrame
    facts: RunFacts
    plan: IssuePlan

    @property
    def code(self) -> str:
        """Says which plan this is."""
        return self.plan.seen.code


def plan_year(request: SettlementRequest) -> ShownSettlement:
    """Make the plan; nothing is written. Raises RequestError without a ledger, TariffGapError, YearNotOverError,
    MonthsNotIssuedError, SettingsError and EInvoiceError, and ReadBackError when two figures that must be equal are
    not."""
    work = request.work
    if work.head is None or work.request.ledger is None:
        raise RequestError("Ett år avräknas mot en liggare, och ingen är angiven.")
    lines = settlement_lines(work.bokslut, without_months=request.without_months)
    require_ties(settlement_checks(work.bokslut, lines))
    if request.parties:
        require_einvoice(request.parties.sender, request.parties.customers, lines["kommun"], lines["arende_id"])
    series = new_series(work.request.ledger, request.parties)
    year, asked = str(work.request.year), work.request
    facts = run_facts(year, work.bokslut.as_of, asked.law, asked.read, allow_inferred=asked.allow_inferred)
    plan = plan_settlement(lines, year, work.head, series)
    return ShownSettlement(request, Ledger.parse(work.request.ledger), lines, facts, plan)


def issue_year(
    shown: ShownSettlement, now: datetime, invoice_date: date, code: str | None = None, by: str = ""
) -> Issued:
    """Number and freeze, in one transaction. Raises PlanChangedError when something was written to the ledger since
    the year was settled, or the lines are not those with the `code`; NotApprovedError where the ledger asks for two
    people and nobody else has approved it; otherwise as `operations.issuing.issue_month`."""
    dated = terms(invoice_date, shown.request.parties)
    return issue_settlement(shown.ledger, shown.plan, shown.facts, dated, now, seen(shown.plan, code), by=by)


def write_settlement(shown: ShownSettlement, issued: Issued, files: IssuedFiles) -> bool:
    """Write what the run issued, read back from the ledger; False where it issued nothing. Raises UnwrittenError."""
    return write_run(issued, partial(_write, shown, files))


def _write(shown: ShownSettlement, files: IssuedFiles, run: int) -> None:
    with shown.ledger.reading() as connection:
        numbered = invoices(connection, run=run)
        settles = settled_invoices(connection, numbered)
    law = shown.request.work.request.law
    write_invoices(
        numbered,
        issue_folder(files.out, shown.facts.period),
        sender=files.parties.sender,
        customers=files.parties.customers,
        laws=dict.fromkeys((invoice.number for invoice in numbered), IssuedLaw(law.agreement, law.tariffs)),
        settles=settles,
        accounts=settlement_accounts(shown.request.work.bokslut),
        pdf=files.pdf,
        processes=files.processes,
    )
