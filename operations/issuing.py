"""Issue a month: a plan is made and shown, and what was shown is numbered and frozen, or nothing is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

import pandas as pd

from betalningsansvar.billing.ledger.anonymous import require_anonymous
from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.corrections import wanted_lines
from betalningsansvar.billing.ledger.errors import LedgerError, NoLedgerError
from betalningsansvar.billing.ledger.facts import RunFacts, Terms
from betalningsansvar.billing.ledger.head import Seen
from betalningsansvar.billing.ledger.issuing import Issued, issue
from betalningsansvar.billing.ledger.plan import Held, IssuePlan, plan_issue
from betalningsansvar.billing.ledger.reading import invoices
from betalningsansvar.billing.ledger.settings import has_series
from betalningsansvar.billing.review import review_ends
from betalningsansvar.data.settings.avsandare import Nummerserie
from betalningsansvar.data.stop import StopError
from betalningsansvar.data.system_reasons import reason
from betalningsansvar.operations.inputs import Read
from betalningsansvar.operations.law import Law
from betalningsansvar.operations.month import MonthWork
from betalningsansvar.operations.parties import Parties
from betalningsansvar.reports.files.destination import Destination, Made
from betalningsansvar.reports.files.manifest import PROGRAM, installed_version
from betalningsansvar.reports.issued.einvoice_texts import require_einvoice
from betalningsansvar.reports.issued.law import IssuedLaw
from betalningsansvar.reports.issued.publish import write_invoices
from betalningsansvar.reports.issued.text import review_warning
from betalningsansvar.reports.month.checks import checks, ledger_checks, require_ties


@dataclass(frozen=True)
class PlanRequest:
    """The month computed, and the address of the ledger. With `parties` every invoice must be possible to send as an
    e-invoice; without, sender and recipients are not asked for."""

    work: MonthWork
    ledger: str
    parties: Parties | None = None


@dataclass(frozen=True)
class ShownPlan:
    """What issuing would do, as a person is shown it. `warning` says why it is early, if it is."""

    request: PlanRequest
    wanted: pd.DataFrame
    facts: RunFacts
    held: Held
    plan: IssuePlan
    warning: str | None

    @property
    def ledger(self) -> Ledger:
        return Ledger.parse(self.request.ledger)

    @property
    def code(self) -> str:
        """Says which plan this is: the ledger's end, a new number series and the wanted lines; short enough to type."""
        return self.plan.seen.code


def plan_month(request: PlanRequest) -> ShownPlan:
    """Make the plan; nothing is written. Raises LedgerError, SettingsError and EInvoiceError, and ReadBackError
    when two figures that must be equal are not."""
    work = request.work
    require_anonymous(work.bill.cases)
    wanted = wanted_lines(work.lines)
    require_ties((*checks(work.bill, work.request.read.inputs), *ledger_checks(work.bill, wanted)))
    held = Held.of(work.bill.cases)
    series = request.parties.sender.fakturanummer if request.parties else None
    plan = plan_issue(Ledger.parse(request.ledger), wanted, str(work.month), held, series)
    if request.parties:
        _require_sendable(plan, request.parties)
    law, read = work.request.law, work.request.read
    facts = run_facts(str(work.month), work.bill.as_of, law, read, allow_inferred=work.request.allow_inferred)
    warning = review_warning(work.month, review_ends(law.agreement, work.month), read.today)
    return ShownPlan(request, wanted, facts, held, plan, warning)


def new_series(ledger: str, parties: Parties | None) -> Nummerserie | None:
    """The sender's series where the ledger has none yet. Raises NumberSeriesError where it has another."""
    series = parties.sender.fakturanummer if parties else None
    if series is None:
        return None
    try:
        with Ledger.parse(ledger).reading() as connection:
            return None if has_series(connection, series) else series
    except NoLedgerError:
        return series


def _require_sendable(plan: IssuePlan, parties: Parties) -> None:
    # A nollfaktura is not sent as an e-invoice, so nothing is asked of its kommun.
    sent = pd.concat([plan.correction.new, plan.correction.credited])
    sent = sent[sent["amount_ore"] != 0]
    require_einvoice(parties.sender, parties.customers, sent["kommun"], sent["arende_id"])


def run_facts(period: str, as_of: date, law: Law, read: Read, *, allow_inferred: bool) -> RunFacts:
    """What the ledger keeps of how a run was computed; `period` is a month, or a year that is settled."""
    return RunFacts(
        period=period,
        as_of=as_of,
        agreement=law.agreement.id,
        program=installed_version(PROGRAM),
        options={
            "agreement": law.agreement.id,
            "allow_inferred": "ja" if allow_inferred else "nej",
            **read.profile_facts,
        },
        inputs=tuple((source.name, source.sha256) for source in read.sources),
        law=law.texts,
    )


class PlanCodeError(LedgerError):
    """What was given as the code of a plan is none."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"{code} är ingen plans kod. Den står sist i planen som visas.")


@dataclass(frozen=True)
class IssueRequest:
    """Take the plan as `shown`: the same run's, or, with `code`, one that was shown earlier. `by` is who issues.
    `allow_missing` credits also cases that the input does not hold at all."""

    shown: ShownPlan
    now: datetime
    invoice_date: date
    code: str | None = None
    by: str = ""
    allow_missing: bool = False


def issue_month(request: IssueRequest) -> Issued:
    """Number and freeze, in one transaction.

    Raises PlanChangedError when ledger or lines are not those that were shown, MissingCasesError, NotApprovedError,
    PlanCodeError and LedgerError; nothing is written then.
    """
    shown = request.shown
    work = shown.request.work
    until = review_ends(work.request.law.agreement, work.month)
    return issue(
        shown.ledger,
        shown.wanted,
        shown.facts,
        terms(request.invoice_date, shown.request.parties, until),
        request.now,
        seen(shown.plan, request.code),
        held=shown.held,
        by=request.by,
        allow_missing=request.allow_missing,
    )


def seen(plan: IssuePlan, code: str | None) -> Seen:
    """What was shown: the plan itself, or the one whose `code` was noted. Raises PlanCodeError."""
    if code is None:
        return plan.seen
    found = Seen.parse(code)
    if found is None:
        raise PlanCodeError(code)
    return found


def terms(invoice_date: date, parties: Parties | None, objection_until: date | None = None) -> Terms:
    """The days on the invoices; the last one to pay where the sender says how long that is, the last one to object
    where the agreement does."""
    days = parties.sender.betalningsvillkor_dagar if parties else None
    due = None if days is None else invoice_date + timedelta(days=days)
    return Terms(invoice_date, due, objection_until, parties.sender.fakturanummer if parties else None)


def issue_folder(out: Destination, period: str) -> Destination:
    """The folder as that of what was issued, which nothing may ever replace."""
    return replace(out, made=Made("issue", period))


class UnwrittenError(StopError):
    """What was issued stands in the ledger, but its files are not written. `run` is its entry there."""

    def __init__(self, run: int, why: str) -> None:
        self.run = run
        super().__init__(
            f"{why} Fakturorna är utfärdade och står i liggaren, som körning {run}. Utfärda dem inte igen: skriv "
            "filerna ur liggaren när hindret är borta."
        )


def write_run(issued: Issued, write: Callable[[int], None]) -> bool:
    """`write` what the run issued; False where it issued nothing.

    Whatever stops it says that the run stands: raises UnwrittenError. The ledger keeps what it has: it can be exported
    again.
    """
    run = issued.run
    if run is None:
        return False
    try:
        write(run)
        return True
    except KeyboardInterrupt as error:
        raise UnwrittenError(run, "Avbrutet innan filerna var skrivna.") from error
    except OSError as error:
        raise UnwrittenError(run, f"Filerna kunde inte skrivas ({reason(error)}).") from error
    except StopError as error:
        raise UnwrittenError(run, str(error)) from error


@dataclass(frozen=True)
class IssuedFiles:
    """Where and how what was issued is written. `password` encrypts the underlag. At most so many `processes` write it,
    as `operations.month.WriteRequest` has it."""

    out: Destination
    parties: Parties
    pdf: bool = False
    password: str | None = None
    processes: int = 1


def write_issued(shown: ShownPlan, issued: Issued, files: IssuedFiles) -> bool:
    """Write what the run issued, read back from the ledger; False where it issued nothing. Raises UnwrittenError."""
    return write_run(issued, partial(_write, shown, files))


def _write(shown: ShownPlan, files: IssuedFiles, run: int) -> None:
    with shown.ledger.reading() as connection:
        numbered = invoices(connection, run=run)
    work = shown.request.work
    law, cases = work.request.law, work.bill.cases
    kinds = dict(zip(cases["arende_id"].astype("str"), cases["vardform"].astype("str"), strict=True))
    write_invoices(
        numbered,
        issue_folder(files.out, shown.facts.period),
        sender=files.parties.sender,
        customers=files.parties.customers,
        laws=dict.fromkeys((invoice.number for invoice in numbered), IssuedLaw(law.agreement, law.tariffs, kinds)),
        bill=work.bill,
        pdf=files.pdf,
        password=files.password,
        processes=files.processes,
    )
