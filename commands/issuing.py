"""issue: number and freeze a month, or what is left of a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from betalningsansvar.commands.shared import (
    DATE,
    MONTH,
    PATH,
    ExampleCommand,
    agreement_option,
    as_of_option,
    inputs,
    ledger_option,
    print_counts,
    read_input,
    read_law,
    read_parties,
    stopping,
    tariffs_option,
)

if TYPE_CHECKING:
    from betalningsansvar.billing.engine import Bill
    from betalningsansvar.billing.ledger.connection import Ledger
    from betalningsansvar.billing.ledger.facts import RunFacts
    from betalningsansvar.billing.period import Month
    from betalningsansvar.data.intake import Intake
    from betalningsansvar.data.settings.avsandare import Avsandare
    from betalningsansvar.data.settings.kunder import Kund
    from betalningsansvar.reports.issued.law import IssuedLaw
    from betalningsansvar.tariffs.records import Agreement
    from betalningsansvar.tariffs.texts import LawText


@click.command(
    cls=ExampleCommand, example="betalningsansvar issue notices.csv --month 2018-11 --ledger sqlite:///faktura.db"
)
@inputs
@click.option("--month", type=MONTH, metavar="YYYY-MM", help="Month to issue.")
@click.option(
    "--settlement", type=click.IntRange(1992, 2099), metavar="YYYY", help="Issue a year's settlement instead."
)
@ledger_option
@agreement_option
@tariffs_option
@as_of_option
@click.option("--allow-inferred", is_flag=True, help="Issue amounts marked I (inferred) as well.")
@click.option("--invoice-date", type=DATE, metavar="DATE", help="Date on the invoices; today if left out.")
@click.option("--avsandare", type=PATH, metavar="FILE", help="Sender; stops if it lacks what an e-invoice needs.")
@click.option("--kunder", type=PATH, metavar="FILE", help="Recipients; stops if one lacks what an e-invoice needs.")
@click.option("--out", type=PATH, metavar="DIR", help="Folder to make with what was issued (with --confirm).")
@click.option("--pdf", is_flag=True, help="Also write invoices and underlag as PDF (with --out).")
@click.option("--force", is_flag=True, help="Replace the folder if it exists.")
@click.option("--allow-missing", is_flag=True, help="Credit also cases that the input does not hold at all.")
@click.option("--without-months", is_flag=True, help="Settle the year although months of it have not been issued.")
@click.option("--confirm", is_flag=True, help="Number and freeze; without it the plan is only shown.")
def issue(month: Month | None, settlement: int | None, **given: Any) -> None:
    """Number and freeze a month's invoices; a month already issued is corrected by credit and new invoice."""
    request = _Request(**given)
    if month is not None and settlement is None:
        _issue_month(month, request)
    elif settlement is not None and month is None:
        _issue_settlement(settlement, request)
    else:
        raise click.UsageError("give either --month YYYY-MM, or --settlement YYYY for what is left of the year")


@dataclass(frozen=True, slots=True)
class _Request:
    """The options of `issue` that a month and a settlement have in common."""

    inputs: tuple[Path, ...]
    ledger: str
    agreement: str
    tariffs: Path | None
    as_of: date | None
    allow_inferred: bool
    invoice_date: date | None
    avsandare: Path | None
    kunder: Path | None
    out: Path | None
    pdf: bool
    force: bool
    without_months: bool
    confirm: bool
    allow_missing: bool

    @property
    def asks_einvoice(self) -> bool:
        """Whether sender or recipients are given, and so must have what an e-invoice needs."""
        return bool(self.avsandare or self.kunder)


def _issue_month(month: Month, request: _Request) -> None:
    with stopping():
        from betalningsansvar.billing.ledger.connection import Ledger
        from betalningsansvar.billing.ledger.facts import Terms
        from betalningsansvar.billing.ledger.issuing import issue as issue_month
        from betalningsansvar.billing.ledger.plan import Held, plan_issue
        from betalningsansvar.data.files.named import read_named
        from betalningsansvar.reports.files.destination import Destination
        from betalningsansvar.reports.files.folder import require_free
        from betalningsansvar.tariffs.texts import law_texts

        book = Ledger.parse(request.ledger)
        if request.out:
            require_free(Destination(request.out, force=request.force))
        parties = read_parties(request.avsandare, request.kunder) if request.asks_einvoice else None
        known, amounts = read_law(request.agreement, request.tariffs)
        texts = law_texts(known, read_named(request.tariffs) if request.tariffs else None)
        intake = read_input(request.inputs)

        from betalningsansvar.billing.cases import check_cases
        from betalningsansvar.billing.charged_lines import charged_lines
        from betalningsansvar.billing.engine import bill as bill_month
        from betalningsansvar.billing.ledger.anonymous import require_anonymous
        from betalningsansvar.billing.ledger.corrections import wanted_lines
        from betalningsansvar.billing.review import review_ends
        from betalningsansvar.reports.files.manifest import ReadFile
        from betalningsansvar.reports.issued.law import IssuedLaw
        from betalningsansvar.reports.issued.text import plan_lines, review_warning
        from betalningsansvar.reports.month.checks import checks, ledger_checks, require_ties

        cases, issues = check_cases(intake.cases, intake.issues, date.today())
        require_anonymous(cases)
        result = bill_month(cases, issues, known, amounts, month, request.as_of, allow_inferred=request.allow_inferred)
        wanted = wanted_lines(charged_lines(result))
        read = [ReadFile.of_source(source) for source in intake.sources]
        require_ties((*checks(result, read), *ledger_checks(result, wanted)))
        facts = _run_facts(str(month), result.as_of, known, texts, intake, allow_inferred=request.allow_inferred)
        plan = plan_issue(book, wanted, facts.period, Held.of(cases))
        if parties:
            from betalningsansvar.data.settings.einvoice_parties import require_einvoice_parties

            # A noll-faktura is not sent as an e-invoice, so nothing is asked of its kommun.
            sent = [
                part.loc[part["amount_ore"] != 0, "kommun"] for part in (plan.correction.new, plan.correction.credited)
            ]
            require_einvoice_parties(*parties, {kommun for part in sent for kommun in part})
        today = date.today()
        print_counts(result.cases)
        if warning := review_warning(month, review_ends(known, month), today):
            click.echo(warning)
        if not request.confirm:
            for line in plan_lines(plan, month, known.id):
                click.echo(line)
            click.echo("Nothing has been written. Add --confirm to issue.")
            return
        issued = issue_month(
            book,
            wanted,
            facts,
            Terms(request.invoice_date or today),
            datetime.now().astimezone(),
            plan.seen,
            held=Held.of(cases),
            allow_missing=request.allow_missing,
        )
        for line in plan_lines(issued.plan, month, known.id):
            click.echo(line)
        if issued.run is not None:
            numbers = f"{issued.numbers[0]}–{issued.numbers[-1]}" if issued.numbers else "none were needed"
            click.echo(f"Issued. Invoice numbers: {numbers}. Last hash: {issued.head.hash}")
        if request.out:
            law = IssuedLaw(known, amounts)
            _write_issued(book, issued.run, request, parties or read_parties(None, None), law, result)


def _issue_settlement(year: int, request: _Request) -> None:
    """One line per kommun of what reconcile leaves; plus is invoiced and minus credited."""
    with stopping():
        from betalningsansvar.billing.ledger.connection import Ledger
        from betalningsansvar.billing.ledger.facts import Terms
        from betalningsansvar.billing.ledger.issuing import issue_settlement
        from betalningsansvar.billing.ledger.plan import plan_settlement
        from betalningsansvar.data.files.named import read_named
        from betalningsansvar.operations.ledger_year import read_ledger_year
        from betalningsansvar.reports.files.destination import Destination
        from betalningsansvar.reports.files.folder import require_free
        from betalningsansvar.tariffs.texts import law_texts

        if request.out:
            require_free(Destination(request.out, force=request.force))
        parties = read_parties(request.avsandare, request.kunder)
        book = Ledger.parse(request.ledger)
        issued, read = read_ledger_year(book, year)
        known, amounts = read_law(request.agreement, request.tariffs)
        intake = read_input(request.inputs)

        from betalningsansvar.billing.cases import check_cases
        from betalningsansvar.billing.year.bokslut import reconcile as settle_year
        from betalningsansvar.billing.year.bokslut import settlement_lines
        from betalningsansvar.billing.year.control_totals import control_totals, require_ties
        from betalningsansvar.reports.bokslut.text import bokslut_lines
        from betalningsansvar.reports.issued.law import IssuedLaw

        cases, issues = check_cases(intake.cases, intake.issues, date.today())
        bokslut = settle_year(
            cases, issues, known, amounts, year, request.as_of, ledger=issued, allow_inferred=request.allow_inferred
        )
        lines = settlement_lines(bokslut, without_months=request.without_months)
        if request.asks_einvoice:
            from betalningsansvar.data.settings.einvoice_parties import require_einvoice_parties

            require_einvoice_parties(*parties, set(lines["kommun"]))
        require_ties(control_totals(bokslut, sum(source.cases for source in intake.sources)))
        for line in bokslut_lines(bokslut):
            click.echo(line)
        if not request.confirm:
            click.echo("Nothing has been written. Add --confirm to issue.")
            return
        texts = law_texts(known, read_named(request.tariffs) if request.tariffs else None)
        facts = _run_facts(str(year), bokslut.as_of, known, texts, intake, allow_inferred=request.allow_inferred)
        plan = plan_settlement(lines, str(year), read)
        terms = Terms(request.invoice_date or date.today())
        done = issue_settlement(book, plan, facts, terms, datetime.now().astimezone(), plan.seen)
        if not done.numbers:
            click.echo("Nothing is left to settle.")
            return
        click.echo(f"Issued. Invoice numbers: {done.numbers[0]}–{done.numbers[-1]}. Last hash: {done.head.hash}")
        if request.out:
            _write_issued(book, done.run, request, parties, IssuedLaw(known, amounts), None)


def _run_facts(
    period: str, as_of: date, known: Agreement, texts: tuple[LawText, ...], intake: Intake, *, allow_inferred: bool
) -> RunFacts:
    """What the ledger keeps of how a run was computed."""
    from betalningsansvar.billing.ledger.facts import RunFacts
    from betalningsansvar.reports.files.manifest import PROGRAM, installed_version

    return RunFacts(
        period=period,
        as_of=as_of,
        agreement=known.id,
        program=installed_version(PROGRAM),
        options={
            "agreement": known.id,
            "allow_inferred": "ja" if allow_inferred else "nej",
            **intake.profile_facts,
        },
        inputs=tuple((source.name, source.sha256) for source in intake.sources),
        law=texts,
    )


def _write_issued(
    book: Ledger,
    run: int | None,
    request: _Request,
    parties: tuple[Avsandare, dict[str, Kund]],
    law: IssuedLaw,
    bill: Bill | None,
) -> None:
    """What a run issued, read back from the ledger; a run that issued nothing writes nothing."""
    from betalningsansvar.billing.ledger.reading import invoices
    from betalningsansvar.reports.files.destination import Destination, Made
    from betalningsansvar.reports.issued.publish import write_invoices

    if run is None or request.out is None:
        return
    with book.reading() as connection:
        issued = invoices(connection, run=run)
    write_invoices(
        issued,
        Destination(request.out, made=Made("issue", issued[0].period)),
        sender=parties[0],
        customers=parties[1],
        laws=dict.fromkeys((invoice.number for invoice in issued), law),
        bill=bill,
        pdf=request.pdf,
    )
    click.echo(f"Written to {request.out}.")
