"""issue: number and freeze a month, or what is left of a year."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from betalningsansvar.commands.asking import read_data, read_law
from betalningsansvar.commands.files import Files
from betalningsansvar.commands.parameters import (
    PATH,
    ExampleCommand,
    agreement_option,
    as_of_option,
    by_option,
    customers_option,
    inferred_option,
    inputs,
    invoice_date_option,
    ledger_option,
    month_option,
    option,
    sender_option,
    tariffs_option,
)
from betalningsansvar.commands.printing import list_by, say, say_counts, say_findings
from betalningsansvar.commands.progress import working
from betalningsansvar.commands.stopping import stopping, wrong_usage

if TYPE_CHECKING:
    from betalningsansvar.billing.ledger.issuing import Issued
    from betalningsansvar.billing.period import Month
    from betalningsansvar.operations.parties import Parties
    from betalningsansvar.reports.files.destination import Destination

_EXAMPLE = "betalningsansvar issue data/exempel/halland-2018-11-12.csv --month 2018-11 --agreement halland "


@click.command(
    cls=ExampleCommand,
    short_help="Numrera och lås en månad, eller ett års avräkning.",
    example=f"{_EXAMPLE}--ledger sqlite:///faktura.db\n{_EXAMPLE}--ledger sqlite:///faktura.db --confirm",
)
@inputs
@month_option("Månaden som utfärdas.")
@option("--settlement", type=click.IntRange(1992, 2099), metavar="ÅÅÅÅ", help="Utfärda i stället ett års avräkning.")
@option("--without-months", is_flag=True, help="Avräkna året fast månader i det inte är utfärdade.")
@ledger_option
@agreement_option
@tariffs_option
@as_of_option
@inferred_option
@invoice_date_option
@sender_option
@customers_option
@option("--out", type=PATH, metavar="MAPP", help="Mappen som skapas med det utfärdade (med --confirm).")
@option("--pdf", is_flag=True, help="Skriv fakturor och underlag som PDF också (med --out).")
@option("--password-file", type=PATH, metavar="FIL", help="Kryptera underlagen med lösenordet i filen (med --out).")
@option("--force", is_flag=True, hidden=True, help="Finns inte här: det utfärdade ersätts aldrig.")
@option("--allow-missing", is_flag=True, help="Kreditera även ärenden som inte alls finns i underlaget.")
@option("--plan", "code", metavar="KOD", help="Utfärda bara om planen är den med koden (med --confirm).")
@by_option
@option("--confirm", is_flag=True, help="Numrera och lås; utan den visas bara planen.")
def issue(month: Month | None, settlement: int | None, without_months: bool, **given: Any) -> None:
    """Numrera och lås en månads fakturor; en utfärdad månad rättas med kredit och ny faktura."""
    asked = _Asked(**given)
    if month is not None and settlement is None:
        _issue_month(month, asked)
    elif settlement is not None and month is None:
        _issue_settlement(settlement, asked, without_months=without_months)
    else:
        raise wrong_usage("Ange antingen --month ÅÅÅÅ-MM, eller --settlement ÅÅÅÅ för det som är kvar av året.")


@dataclass(frozen=True, slots=True)
class _Asked:
    """The options that a month and a settlement have in common."""

    inputs: tuple[Path, ...]
    profile: str | None
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
    password_file: Path | None
    force: bool
    confirm: bool
    allow_missing: bool
    code: str | None
    by: str

    @property
    def dated(self) -> date:
        return self.invoice_date or date.today()

    @property
    def password(self) -> str | None:
        """The password of the underlag, after a look at whether anything can be encrypted here at all."""
        from betalningsansvar.data.settings.secretfiles import read_password
        from betalningsansvar.reports.files.protect import require_encryption

        if self.password_file is None:
            return None
        require_encryption()
        return read_password(self.password_file)

    def parties(self, files: Files) -> Parties | None:
        """Sender and recipients, where they are given, and so must have what an e-invoice needs."""
        from betalningsansvar.operations.parties import read_parties

        if not (self.avsandare or self.kunder):
            return None
        return read_parties(files.named(self.avsandare), files.named(self.kunder))

    def folder(self, files: Files, period: str) -> Destination | None:
        """Where the issued documents go, refused at once when something stands there."""
        from betalningsansvar.operations.issuing import issue_folder
        from betalningsansvar.reports.files.folder import require_free

        files.found(self.inputs)
        files.ledger(self.ledger)
        if self.out is None:
            return None
        where = issue_folder(files.destination(self.out, force=self.force), period)
        require_free(where)
        return where


def _issue_month(month: Month, asked: _Asked) -> None:
    files = Files()
    with stopping():
        from betalningsansvar.operations.issuing import (
            IssuedFiles,
            IssueRequest,
            PlanRequest,
            issue_month,
            plan_month,
            write_issued,
        )
        from betalningsansvar.operations.month import MonthRequest, compute_month
        from betalningsansvar.operations.parties import Parties
        from betalningsansvar.reports.files.sidebyside import MOST
        from betalningsansvar.reports.issued.text import plan_lines, series_lines
        from betalningsansvar.reports.words.law import notice_lines

        where = asked.folder(files, str(month))
        parties, password = asked.parties(files), asked.password
        law = read_law(files, asked.agreement, asked.tariffs)
        read = read_data(files, asked.inputs, asked.profile)
        with working("Räknar"):
            work = compute_month(MonthRequest(read, law, month, asked.as_of, asked.allow_inferred))
            shown = plan_month(PlanRequest(work, asked.ledger, parties))
        say_counts(work.bill.cases)
        say([shown.warning] if shown.warning else [])
        say(plan_lines(shown.plan, month, law.agreement.id))
        say(series_lines(shown.plan.series))
        say(notice_lines(law.agreement, work.bill.replaced, month.start, month.last_day))
        say(_without_sender(asked))
        if not asked.confirm:
            _say_unwritten(asked, shown.code)
        else:
            now = datetime.now().astimezone()
            request = IssueRequest(shown, now, asked.dated, asked.code, asked.by, asked.allow_missing)
            with working("Utfärdar"), _all_or_nothing():
                issued = issue_month(request)
            _say_issued(issued)
            if where:
                with working("Skriver"):
                    papers = IssuedFiles(where, parties or Parties(), asked.pdf, password, MOST)
                    wrote = write_issued(shown, issued, papers)
                say([f"Skrivet i {asked.out}."] if wrote else [])
    say_findings(work.bill.issues, list_by(f"bill --month {month}"))


def _issue_settlement(year: int, asked: _Asked, *, without_months: bool) -> None:
    files = Files()
    with stopping():
        from betalningsansvar.operations.issuing import IssuedFiles
        from betalningsansvar.operations.parties import Parties
        from betalningsansvar.operations.settlement import SettlementRequest, issue_year, plan_year, write_settlement
        from betalningsansvar.operations.year import YearRequest, settle_year
        from betalningsansvar.reports.bokslut.text import bokslut_lines
        from betalningsansvar.reports.files.sidebyside import MOST

        where = asked.folder(files, str(year))
        parties = asked.parties(files)
        law = read_law(files, asked.agreement, asked.tariffs)
        read = read_data(files, asked.inputs, asked.profile)
        with working("Räknar"):
            work = settle_year(YearRequest(read, law, year, asked.ledger, asked.as_of, asked.allow_inferred))
            shown = plan_year(SettlementRequest(work, parties, without_months))
        say(bokslut_lines(work.bokslut))
        say(_without_sender(asked))
        if not asked.confirm:
            _say_unwritten(asked, shown.code)
        else:
            with _all_or_nothing():
                issued = issue_year(shown, datetime.now().astimezone(), asked.dated, asked.code, asked.by)
            if not issued.numbers:
                say(["Det finns inget kvar att avräkna."])
            else:
                _say_issued(issued)
            papers = where and IssuedFiles(where, parties or Parties(), asked.pdf, processes=MOST)
            if papers and write_settlement(shown, issued, papers):
                say([f"Skrivet i {asked.out}."])
    say_findings(work.issues, list_by(f"reconcile --year {year}"))


@contextmanager
def _all_or_nothing() -> Iterator[None]:
    """Who ends the run while it issues cannot know on which side of the transaction's end it was."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo("Avbrutet medan det utfärdades: allt står i liggaren, eller inget. Se med ledger list.", err=True)
        raise


def _without_sender(asked: _Asked) -> list[str]:
    """What documents without a sender lack, told before anything is numbered."""
    if asked.out is None or asked.avsandare:
        return []
    return [
        "Observera: utan --avsandare får fakturorna varken avsändare, konto eller förfallodag, och kan inte skickas."
    ]


def _say_unwritten(asked: _Asked, code: str) -> None:
    """That nothing was done; and why, where an option asked for something that only --confirm does."""
    given = {"--out": asked.out, "--pdf": asked.pdf, "--password-file": asked.password_file, "--plan": asked.code}
    if waiting := [name for name, value in given.items() if value]:
        say([f"Inget är skrivet, eftersom --confirm saknas: {', '.join(waiting)} gäller bara med --confirm."])
        say(["Utfärda det som visas med --confirm, eller senare, om det är oförändrat, med"])
    else:
        say(["Inget är skrivet. Utfärda det som visas med --confirm, eller senare, om det är oförändrat, med"])
    say([f"  --confirm --plan {code}"])


def _say_issued(issued: Issued) -> None:
    if issued.run is None:
        return
    ends = [f"{issued.prefix}{number}" for number in dict.fromkeys((*issued.numbers[:1], *issued.numbers[-1:]))]
    numbers = "–".join(ends) or "inga behövdes"
    say([f"Utfärdat. Fakturanummer: {numbers}. Sista hash: {issued.head.hash}"])
