"""The command line: parse, call, print. Each command imports what it needs, so that --help answers at once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    import pandas as pd

    from billing.issued import LedgerYear
    from billing.ledger.connection import Ledger
    from billing.period import Month
    from billing.readings import Readings
    from data.avsandare import Avsandare
    from data.intake import Intake
    from data.kunder import Kund
    from tariffs.belopp import Tariffs
    from tariffs.records import Agreement
    from tariffs.scenario import Scenario, ScenarioFile

PATH = click.Path(path_type=Path)


class Stopped(click.ClickException):
    """The data or the tariffs stop the run; nothing has been written."""

    exit_code = 1


class MonthType(click.ParamType[Any]):
    """A calendar month such as 2018-11."""

    name = "month"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Month:
        from billing.period import Month

        if isinstance(value, Month):
            return value
        try:
            return Month.parse(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class DateType(click.ParamType[Any]):
    """A day such as 2018-11-30."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(str(value), "%Y-%m-%d").date()
        except ValueError:
            self.fail(f"{value!r} is not a date; write it as 2018-11-30", param, ctx)


MONTH, DATE = MonthType(), DateType()

_PROFILE = "betalningsansvar.profile"


def _keep_profile(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    ctx.meta[_PROFILE] = value


def inputs(command: Callable[..., Any]) -> Callable[..., Any]:
    """The data of a command, and the profile that says how another system's export is read."""
    profile = click.option(
        "--profile",
        metavar="ID|FILE",
        expose_value=False,
        callback=_keep_profile,
        help="How another system's export is read (TOML).",
    )
    return click.argument("inputs", nargs=-1, required=True, type=PATH, metavar="INPUT...")(profile(command))


agreement_option = click.option(
    "--agreement", default="nationell", show_default=True, metavar="ID|FILE", help="Agreement in force."
)
tariffs_option = click.option("--tariffs", type=PATH, metavar="FILE", help="Amounts to add or override.")
driftstopp_option = click.option(
    "--driftstopp", type=PATH, metavar="FILE", help="Times when the message system stood still (TOML)."
)
as_of_option = click.option("--as-of", type=DATE, metavar="DATE", help="Day the data was extracted.")


class ExampleCommand(click.Command):
    """A command whose help ends with an example, printed as it is typed."""

    def __init__(self, *args: Any, example: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.example = example

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Example"):
            for line in self.example.splitlines():
                formatter.write_text(line)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="betalningsansvar")
def main() -> None:
    """Betalningsansvar: from hospital notices to exact, explained invoices per kommun."""
    for stream in (sys.stdout, sys.stderr):
        # A pipe on Windows may not know § or →; a mark in its place is better than a stop.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


@main.command(cls=ExampleCommand, example="betalningsansvar bill notices.csv --month 2018-11 --out ut/2018-11")
@inputs
@click.option("--month", required=True, type=MONTH, metavar="YYYY-MM", help="Month to bill.")
@click.option("--out", type=PATH, metavar="DIR", help="Folder to make.")
@agreement_option
@tariffs_option
@as_of_option
@click.option("--as-known", type=DATE, metavar="DATE", help="Only amounts known on this day (known_from).")
@driftstopp_option
@click.option("--preview", is_flag=True, help="Only show a running month: so far, and if nobody leaves.")
@click.option("--within", default=3, show_default=True, type=click.IntRange(0, 60), help="Days ahead in the preview.")
@click.option("--allow-inferred", is_flag=True, help="Bill amounts marked I (inferred) as well.")
@click.option("--avsandare", type=PATH, metavar="FILE", help="Sender of the invoices (TOML).")
@click.option("--kunder", type=PATH, metavar="FILE", help="Recipients of the invoices (TOML).")
@click.option("--invoice-date", type=DATE, metavar="DATE", help="Date on the invoices; today if left out.")
@click.option("--pdf", is_flag=True, help="Write invoices and underlag as PDF too.")
@click.option("--password-file", type=PATH, metavar="FILE", help="Encrypt the underlag with the password in it.")
@click.option("--pseudonym-key", type=PATH, metavar="FILE", help="Codes instead of identities, by this secret key.")
@click.option("--force", is_flag=True, help="Replace the folder if it exists.")
def bill(
    inputs: tuple[Path, ...],
    month: Month,
    out: Path,
    agreement: str,
    tariffs: Path | None,
    as_of: date | None,
    as_known: date | None,
    driftstopp: Path | None,
    preview: bool,
    within: int,
    allow_inferred: bool,
    avsandare: Path | None,
    kunder: Path | None,
    invoice_date: date | None,
    pdf: bool,
    password_file: Path | None,
    pseudonym_key: Path | None,
    force: bool,
) -> None:
    """Compute a month and write invoices, underlag and summary per kommun."""
    if preview:
        _preview(inputs, month, agreement, tariffs, as_of, within, allow_inferred)
        return
    if out is None:
        raise click.UsageError("give --out DIR, the folder to make, or --preview to only look")
    with stopping():
        from reports.folder import require_free
        from reports.manifest import Fingerprint, ReadFile
        from reports.publish import write_bill

        invoice_date = invoice_date or date.today()
        require_free(out, force=force)
        sender, customers = _parties(avsandare, kunder)
        password = _password(password_file) if password_file else None
        key = _pseudonym_key(pseudonym_key) if pseudonym_key else None
        known, amounts = _law(agreement, tariffs)
        if as_known:
            amounts = amounts.as_known(as_known)
        intake = _read(inputs)

        from billing.cases import check_cases
        from billing.engine import bill as bill_month

        cases, issues = check_cases(intake.cases, intake.issues)
        if key is not None:
            from billing.pseudonyms import pseudonyms
            from reports.protect import require_anonymous_references

            require_anonymous_references(cases)
            cases = cases.assign(patient_id=pseudonyms(cases["patient_id"], key))
        issues = _flag_downtime(cases, issues, known, driftstopp)
        with _progress("Computing", len(cases)) as done:
            result = bill_month(
                cases, issues, known, amounts, month, as_of, allow_inferred=allow_inferred, progress=done
            )
        options = {
            "month": str(month),
            "agreement": agreement,
            "as_of": str(result.as_of),
            "allow_inferred": "ja" if allow_inferred else "nej",
            "invoice_date": str(invoice_date),
            "pseudonyms": "nej" if key is None else "ja",
            "underlag_encrypted": "nej" if password is None else "ja",
            "as_known": str(as_known) if as_known else "",
            **intake.profile_facts,
        }
        with _progress("Writing", 1) as written:
            write_bill(
                result,
                out,
                sender=sender,
                customers=customers,
                invoice_date=invoice_date,
                inputs=[ReadFile.of_source(source) for source in intake.sources],
                tariffs=[Fingerprint(layer.origin, layer.sha256) for layer in amounts.layers],
                options=options,
                force=force,
                pdf=pdf,
                password=password,
                progress=written,
            )
    _print_counts(result.cases)
    from reports.words import kronor_text

    payers = int((result.kommuner["amount_ore"] > 0).sum())
    click.echo(f"{month}: {kronor_text(result.amount_ore)} to {payers} kommuner by {known.id}. Written to {out}.")


@main.command(
    cls=ExampleCommand,
    example="betalningsansvar reconcile notices.csv --year 2018 --agreement halland --out ut/bokslut-2018",
)
@inputs
@click.option("--year", required=True, type=click.IntRange(1992, 2099), metavar="YYYY", help="Year to settle.")
@click.option("--out", required=True, type=PATH, metavar="DIR", help="Folder to make.")
@agreement_option
@tariffs_option
@click.option("--ledger", metavar="URL", help="Ledger of issued invoices; without it only schablon is settled.")
@as_of_option
@click.option("--allow-inferred", is_flag=True, help="Settle by amounts marked I (inferred) as well.")
@click.option("--force", is_flag=True, help="Replace the folder if it exists.")
def reconcile(
    inputs: tuple[Path, ...],
    year: int,
    out: Path,
    agreement: str,
    tariffs: Path | None,
    ledger: str | None,
    as_of: date | None,
    allow_inferred: bool,
    force: bool,
) -> None:
    """Settle a year (bokslut): invoiced against outcome per kommun, accrual, causes and control totals."""
    with stopping():
        from reports.folder import require_free

        require_free(out, force=force)
        known, amounts = _law(agreement, tariffs)
        issued = _ledger_year(ledger, year) if ledger else None
        intake = _read(inputs)

        from billing.bokslut import reconcile as settle_year
        from billing.cases import check_cases
        from reports.bokslut_publish import write_bokslut
        from reports.bokslut_text import bokslut_lines
        from reports.manifest import Fingerprint

        cases, issues = check_cases(intake.cases, intake.issues)
        bokslut = settle_year(cases, issues, known, amounts, year, as_of, ledger=issued, allow_inferred=allow_inferred)
        write_bokslut(
            bokslut,
            out,
            sources=intake.sources,
            tariffs=[Fingerprint(layer.origin, layer.sha256) for layer in amounts.layers],
            options={
                "year": str(year),
                "agreement": agreement,
                "as_of": str(bokslut.as_of),
                "allow_inferred": "ja" if allow_inferred else "nej",
                "ledger": "ja" if ledger else "nej",
                **intake.profile_facts,
            },
            force=force,
        )
    _print_counts(bokslut.cases)
    for line in bokslut_lines(bokslut):
        click.echo(line)
    click.echo(f"Written to {out}.")


@main.command(
    cls=ExampleCommand,
    example="betalningsansvar scenario notices.csv --from 2018-01 --to 2018-12 "
    "--vary dagar=0..10 --vary dygnsbelopp=8000..14000:500 --out ut/scenario",
)
@inputs
@click.option("--from", "first", required=True, type=MONTH, metavar="YYYY-MM", help="First month.")
@click.option("--to", "last", required=True, type=MONTH, metavar="YYYY-MM", help="Last month.")
@click.option("--scenarios", type=PATH, metavar="FILE", help="Named scenarios (TOML).")
@click.option("--vary", multiple=True, metavar="NAME=A..B[:STEP]", help="Vary a parameter; repeat for a grid.")
@click.option("--lasningar", is_flag=True, help="Price every reading of each point the sources leave unclear.")
@click.option("--out", required=True, type=PATH, metavar="DIR", help="Folder to make.")
@click.option("--agreement", metavar="ID|FILE", help="Base agreement.  [default: the file's avtal, else nationell]")
@tariffs_option
@as_of_option
@click.option("--prognos", metavar="index=N|kronor=N", help="Forecast amounts where none is known.")
@click.option("--befolkning", type=PATH, metavar="FILE", help="Inhabitants per kommun (CSV), for figures per 1 000.")
@click.option("--allow-inferred", is_flag=True, help="Use amounts marked I (inferred) as well.")
@click.option("--force", is_flag=True, help="Replace the folder if it exists.")
def scenario(
    inputs: tuple[Path, ...],
    first: Month,
    last: Month,
    scenarios: Path | None,
    vary: tuple[str, ...],
    lasningar: bool,
    out: Path,
    agreement: str | None,
    tariffs: Path | None,
    as_of: date | None,
    prognos: str | None,
    befolkning: Path | None,
    allow_inferred: bool,
    force: bool,
) -> None:
    """What if: other days, amounts, models and behaviour beside the base, per kommun and month."""
    if not (scenarios or vary or lasningar):
        raise click.UsageError("give --scenarios FILE, --vary NAME=A..B or --lasningar: there is nothing to compare")
    if last < first:
        raise click.UsageError(f"--to {last} is before --from {first}")
    with stopping():
        from billing.cases import check_cases
        from billing.grids import grid, parse_axis
        from billing.scenario import compare
        from data.befolkning import load_population
        from reports.folder import require_free
        from reports.manifest import Fingerprint, ReadFile
        from reports.scenario_publish import write_comparison
        from reports.scenario_text import scenario_lines
        from tariffs.scenariofile import load_scenarios

        require_free(out, force=force)
        file = load_scenarios(scenarios) if scenarios else None
        points = grid([parse_axis(text) for text in vary])
        base = _base_agreement(agreement, file)
        known, amounts = _law(base, tariffs)
        if prognos:
            from billing.prognos import parse_forecast, with_forecast

            amounts = with_forecast(amounts, parse_forecast(prognos), last.last_day)
        months = first.through(last)
        overlays = [*(_kommuner_known(file) if file else ()), *points]
        readings = _readings(known, amounts, months) if lasningar else None
        people = load_population(befolkning) if befolkning else {}
        population = {code: counted.invanare for code, counted in people.items()}
        intake = _read(inputs)
        cases, _ = check_cases(intake.cases, intake.issues)
        with _progress("Computing", 1) as done:
            result = compare(
                cases,
                known,
                amounts,
                months,
                [*overlays, *(readings.scenarios if readings else ())],
                as_of,
                allow_inferred=allow_inferred,
                progress=done,
            )
        with _progress("Writing", 1) as written:
            write_comparison(
                result,
                out,
                readings=readings,
                population=population,
                inputs=[ReadFile.of_source(source) for source in intake.sources],
                tariffs=[Fingerprint(layer.origin, layer.sha256) for layer in amounts.layers if layer.sha256],
                options={
                    "from": str(first),
                    "to": str(last),
                    "agreement": base,
                    "scenarios": file.sha256 if file else "",
                    "vary": " ".join(vary),
                    "lasningar": "ja" if lasningar else "nej",
                    "prognos": prognos or "",
                    "befolkning": befolkning.name if befolkning else "",
                    "allow_inferred": "ja" if allow_inferred else "nej",
                    **intake.profile_facts,
                },
                force=force,
                progress=written,
            )
    _print_counts(cases)
    for line in scenario_lines(result):
        click.echo(line)
    click.echo(f"Written to {out}.")


ledger_option = click.option(
    "--ledger",
    required=True,
    metavar="URL",
    help="Ledger of issued invoices: sqlite:///faktura.db or postgresql://user@host/database.",
)


@main.command(
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
@click.option("--force", is_flag=True, help="Replace the folder if it exists.")
@click.option("--confirm", is_flag=True, help="Number and freeze; without it the plan is only shown.")
def issue(
    inputs: tuple[Path, ...],
    month: Month | None,
    settlement: int | None,
    ledger: str,
    agreement: str,
    tariffs: Path | None,
    as_of: date | None,
    allow_inferred: bool,
    invoice_date: date | None,
    avsandare: Path | None,
    kunder: Path | None,
    out: Path | None,
    force: bool,
    confirm: bool,
) -> None:
    """Number and freeze a month's invoices; a month already issued is corrected by credit and new invoice."""
    if (month is None) == (settlement is None):
        raise click.UsageError("give either --month YYYY-MM, or --settlement YYYY for what is left of the year")
    if settlement is not None:
        _issue_settlement(
            inputs, settlement, ledger, agreement, tariffs, as_of, allow_inferred, invoice_date, avsandare, kunder, out,
            force, confirm,
        )  # fmt: skip
        return
    assert month is not None
    with stopping():
        from billing.ledger.connection import Ledger
        from billing.ledger.issuing import RunFacts, plan_issue
        from billing.ledger.issuing import issue as issue_month
        from reports.folder import require_free
        from tariffs.texts import law_texts

        book = Ledger.parse(ledger)
        if out:
            require_free(out, force=force)
        parties = _parties(avsandare, kunder) if avsandare or kunder else None
        known, amounts = _law(agreement, tariffs)
        texts = law_texts(known, tariffs)
        intake = _read(inputs)

        from billing.cases import check_cases
        from billing.corrections import wanted_lines
        from billing.engine import bill as bill_month
        from billing.ledger.references import require_anonymous
        from billing.review import review_ends
        from reports.ledger_text import plan_lines, review_warning
        from reports.lines import charged_lines
        from reports.manifest import PROGRAM, installed_version

        cases, issues = check_cases(intake.cases, intake.issues)
        require_anonymous(cases)
        result = bill_month(cases, issues, known, amounts, month, as_of, allow_inferred=allow_inferred)
        wanted = wanted_lines(charged_lines(result))
        if parties:
            from data.einvoice_parties import require_einvoice_parties

            changes = plan_issue(book, wanted, str(month)).correction
            require_einvoice_parties(*parties, {*changes.new["kommun"], *changes.credited["kommun"]})
        facts = RunFacts(
            period=str(month),
            as_of=result.as_of,
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
        today = date.today()
        _print_counts(result.cases)
        if warning := review_warning(month, review_ends(known, month), today):
            click.echo(warning)
        if not confirm:
            for line in plan_lines(plan_issue(book, wanted, facts.period), month, known.id):
                click.echo(line)
            click.echo("Nothing has been written. Add --confirm to issue.")
            return
        issued = issue_month(book, wanted, facts, invoice_date or today, datetime.now().astimezone())
        for line in plan_lines(issued.plan, month, known.id):
            click.echo(line)
        if issued.run is not None:
            numbers = f"{issued.numbers[0]}–{issued.numbers[-1]}" if issued.numbers else "none were needed"
            click.echo(f"Issued. Invoice numbers: {numbers}. Last hash: {issued.head.hash}")
        if out:
            _write_issued(book, issued.run, out, parties or _parties(None, None), force=force)


def _issue_settlement(
    inputs: tuple[Path, ...],
    year: int,
    ledger: str,
    agreement: str,
    tariffs: Path | None,
    as_of: date | None,
    allow_inferred: bool,
    invoice_date: date | None,
    avsandare: Path | None,
    kunder: Path | None,
    out: Path | None,
    force: bool,
    confirm: bool,
) -> None:
    """One line per kommun of what reconcile leaves; plus is invoiced and minus credited."""
    with stopping():
        from billing.ledger.connection import Ledger
        from billing.ledger.issuing import RunFacts, issue_settlement
        from billing.ledger_year import read_ledger_year
        from reports.folder import require_free
        from tariffs.texts import law_texts

        if out:
            require_free(out, force=force)
        parties = _parties(avsandare, kunder)
        book = Ledger.parse(ledger)
        issued = read_ledger_year(book, year)
        assert issued.head is not None
        known, amounts = _law(agreement, tariffs)
        intake = _read(inputs)

        from billing.bokslut import reconcile as settle_year
        from billing.bokslut import settlement_lines
        from billing.cases import check_cases
        from billing.control_totals import control_totals, require_ties
        from reports.bokslut_text import bokslut_lines
        from reports.manifest import PROGRAM, installed_version

        cases, issues = check_cases(intake.cases, intake.issues)
        bokslut = settle_year(cases, issues, known, amounts, year, as_of, ledger=issued, allow_inferred=allow_inferred)
        lines = settlement_lines(bokslut)
        if avsandare or kunder:
            from data.einvoice_parties import require_einvoice_parties

            require_einvoice_parties(*parties, set(lines["kommun"]))
        require_ties(control_totals(bokslut, sum(source.cases for source in intake.sources)))
        for line in bokslut_lines(bokslut):
            click.echo(line)
        if not confirm:
            click.echo("Nothing has been written. Add --confirm to issue.")
            return
        facts = RunFacts(
            period=str(year),
            as_of=bokslut.as_of,
            agreement=known.id,
            program=installed_version(PROGRAM),
            options={
                "agreement": known.id,
                "allow_inferred": "ja" if allow_inferred else "nej",
                **intake.profile_facts,
            },
            inputs=tuple((source.name, source.sha256) for source in intake.sources),
            law=law_texts(known, tariffs),
        )
        done = issue_settlement(
            book,
            settlement_lines(bokslut),
            facts,
            invoice_date or date.today(),
            datetime.now().astimezone(),
            issued.head,
        )
        if not done.numbers:
            click.echo("Nothing is left to settle.")
            return
        click.echo(f"Issued. Invoice numbers: {done.numbers[0]}–{done.numbers[-1]}. Last hash: {done.head.hash}")
        if out:
            _write_issued(book, done.run, out, parties, force=force)


def _write_issued(
    book: Ledger, run: int | None, out: Path, parties: tuple[Avsandare, dict[str, Kund]], *, force: bool
) -> None:
    """What a run issued, read back from the ledger; a run that issued nothing writes nothing."""
    from billing.ledger.reading import invoices
    from reports.ledger_csv import write_invoices

    if run is None:
        return
    with book.reading() as connection:
        issued = invoices(connection, run=run)
    write_invoices(issued, out, sender=parties[0], customers=parties[1], force=force)
    click.echo(f"Written to {out}.")


@main.group(name="ledger")
def ledger_group() -> None:
    """Look at what has been issued, prove it, follow disputes and compare it with the data.

    \b
    Example:
      betalningsansvar ledger list --ledger sqlite:///faktura.db
    """


@ledger_group.command(
    name="list", cls=ExampleCommand, example="betalningsansvar ledger list --ledger sqlite:///faktura.db"
)
@ledger_option
@click.option("--month", type=MONTH, metavar="YYYY-MM", help="Only this month.")
@click.option("--kommun", metavar="CODE", help="Only this kommun.")
def ledger_list(ledger: str, month: Month | None, kommun: str | None) -> None:
    """List the issued invoices and credits."""
    with stopping():
        from billing.ledger.connection import Ledger
        from billing.ledger.reading import invoice_heads
        from data.kommuner import find_kommun
        from reports.ledger_text import invoice_list

        payer = find_kommun(kommun).code if kommun else None
        with Ledger.parse(ledger).reading() as connection:
            heads = invoice_heads(connection)
        if month:
            heads = heads[heads["period"] == str(month)]
        if payer:
            heads = heads[heads["kommun"] == payer]
        for line in invoice_list(heads):
            click.echo(line)


@ledger_group.command(
    name="show", cls=ExampleCommand, example="betalningsansvar ledger show 1 --ledger sqlite:///faktura.db"
)
@click.argument("number", type=click.IntRange(1))
@ledger_option
@click.option("--rules", type=PATH, metavar="DIR", help="Write the agreement and tariff files it was computed by.")
def ledger_show(number: int, ledger: str, rules: Path | None) -> None:
    """Print one invoice and everything needed to compute it again."""
    with stopping():
        from billing.ledger.connection import Ledger
        from billing.ledger.reading import invoices, run_of, stored_texts
        from reports.ledger_csv import write_texts
        from reports.ledger_text import invoice_page

        with Ledger.parse(ledger).reading() as connection:
            run = run_of(connection, number)
            texts = stored_texts(connection, run)
            invoice = invoices(connection, numbers=[number])[0]
        for line in invoice_page(invoice, run):
            click.echo(line)
        if rules:
            for path in write_texts(texts, rules):
                click.echo(path)


@ledger_group.command(
    name="verify", cls=ExampleCommand, example="betalningsansvar ledger verify --ledger sqlite:///faktura.db"
)
@ledger_option
@click.option("--hash", "known_hash", metavar="HASH", help="A last hash noted earlier, which must still be there.")
def ledger_verify(ledger: str, known_hash: str | None) -> None:
    """Prove chain, sums, numbers and credits; name the first thing wrong."""
    with stopping():
        from billing.ledger.connection import Ledger
        from billing.ledger.verify import require_sound
        from reports.ledger_text import proof_lines

        with Ledger.parse(ledger).reading() as connection:
            proof = require_sound(connection, known_hash)
        for line in proof_lines(proof):
            click.echo(line)


@ledger_group.command(
    name="export",
    cls=ExampleCommand,
    example="betalningsansvar ledger export --ledger sqlite:///faktura.db --out ut\n"
    "betalningsansvar ledger export --ledger sqlite:///faktura.db --format ubl --month 2018-11 "
    "--avsandare avsandare.toml --kunder kunder.toml --out efakturor\n"
    "betalningsansvar ledger export --ledger sqlite:///faktura.db --format sie --month 2018-11 "
    "--avsandare avsandare.toml --bokforing bokforing.toml --out bokforing",
)
@ledger_option
@click.option("--out", required=True, type=PATH, metavar="DIR", help="Folder to make.")
@click.option(
    "--format",
    "form",
    default="csv",
    show_default=True,
    type=click.Choice(["csv", "ubl", "sie"]),
    help="CSV of everything, e-invoices (Peppol BIS Billing 3), or a bookkeeping file (SIE 4).",
)
@click.option("--month", type=MONTH, metavar="YYYY-MM", help="Only the invoices of this month.")
@click.option("--run", type=click.IntRange(1), metavar="N", help="Only this run: an entry of `ledger show` (ubl, sie).")
@click.option("--number", "numbers", type=click.IntRange(1), multiple=True, help="Only this invoice (ubl, sie).")
@click.option("--avsandare", type=PATH, metavar="FILE", help="Sender (ubl, sie).")
@click.option("--kunder", type=PATH, metavar="FILE", help="Recipients (ubl).")
@click.option("--bokforing", type=PATH, metavar="FILE", help="Accounts and dimensions (sie).")
@click.option("--force", is_flag=True, help="Replace the folder if it exists.")
def ledger_export(
    ledger: str,
    out: Path,
    form: str,
    month: Month | None,
    run: int | None,
    numbers: tuple[int, ...],
    avsandare: Path | None,
    kunder: Path | None,
    bokforing: Path | None,
    force: bool,
) -> None:
    """Write what has been issued: as CSV with the rules it was computed by, as e-invoices, or for the accounts."""
    if form == "csv" and (run or numbers):
        raise click.UsageError("--run and --number go with --format ubl or sie; CSV takes a month, or everything")
    if form != "csv" and avsandare is None:
        raise click.UsageError(f"--format {form} needs --avsandare FILE, the sender")
    if form == "ubl" and kunder is None:
        raise click.UsageError("--format ubl needs --kunder FILE, the recipients")
    if form == "sie" and bokforing is None:
        raise click.UsageError("--format sie needs --bokforing FILE, the accounts")
    with stopping():
        from billing.ledger.connection import Ledger
        from billing.ledger.disputing import disputes
        from billing.ledger.reading import invoices, run_of, runs, stored_texts
        from reports.invoice_export import write_bookkeeping, write_einvoices
        from reports.ledger_csv import write_ledger

        period = str(month) if month else None
        with Ledger.parse(ledger).reading() as connection:
            for number in numbers:
                run_of(connection, number)
            issued = invoices(connection, period=period, run=run, numbers=numbers or None)
            if form == "csv":
                found = runs(connection, period)
                texts = [text for each in found for text in stored_texts(connection, each)]
                write_ledger(issued, found, disputes(connection, period), texts, out, force=force)
        written = len(issued)
        sender, customers = _parties(avsandare, kunder)
        if form == "ubl":
            written = write_einvoices(issued, out, sender=sender, customers=customers, force=force)
        elif form == "sie" and bokforing is not None:
            from data.bokforing import load_bookkeeping

            config = load_bookkeeping(bokforing)
            written = write_bookkeeping(issued, out, sender=sender, config=config, generated=date.today(), force=force)
    click.echo(f"{written} invoices written to {out}.")


@ledger_group.command(
    name="open",
    cls=ExampleCommand,
    example="betalningsansvar ledger open --ledger sqlite:///faktura.db --agreement vastra-gotaland",
)
@ledger_option
@agreement_option
@click.option("--from", "first", type=MONTH, metavar="YYYY-MM", help="First month; the first one issued if left out.")
def ledger_open(ledger: str, agreement: str, first: Month | None) -> None:
    """List the months that await freeze, and how long the kommuner may object."""
    with stopping():
        from billing.ledger.connection import Ledger
        from billing.ledger.reading import frozen_months
        from billing.review import open_months
        from reports.ledger_text import open_lines
        from tariffs.agreements import find_agreement

        known = find_agreement(agreement)
        with Ledger.parse(ledger).reading() as connection:
            frozen = frozen_months(connection)
        for line in open_lines(open_months(frozen, known, date.today(), first)):
            click.echo(line)


@ledger_group.command(
    name="compare",
    cls=ExampleCommand,
    example="betalningsansvar ledger compare notices.csv --ledger sqlite:///faktura.db --agreement halland",
)
@inputs
@click.option("--ledger", metavar="URL", help="Compare with what this ledger has issued.")
@click.option("--received", type=PATH, metavar="FILE", help="Or with a received invoice (fakturarader.csv).")
@click.option("--from", "first", type=MONTH, metavar="YYYY-MM", help="First month; the first one billed if left out.")
@click.option("--to", "last", type=MONTH, metavar="YYYY-MM", help="Last month; the last one billed if left out.")
@agreement_option
@tariffs_option
@as_of_option
@click.option("--allow-inferred", is_flag=True, help="Compute with amounts marked I (inferred) as well.")
@click.option("--out", type=PATH, metavar="FILE", help="Write the differences to a CSV file.")
def ledger_compare(
    inputs: tuple[Path, ...],
    ledger: str | None,
    received: Path | None,
    first: Month | None,
    last: Month | None,
    agreement: str,
    tariffs: Path | None,
    as_of: date | None,
    allow_inferred: bool,
    out: Path | None,
) -> None:
    """Find what is billed but not owed, owed but not billed, or owed at another amount; writes nothing."""
    if (ledger is None) == (received is None):
        raise click.UsageError("give either --ledger URL or --received FILE")
    with stopping():
        known, amounts = _law(agreement, tariffs)
        cases, issues = _checked(inputs)

        from billing.completeness import compare_received, differences
        from billing.corrections import wanted_lines
        from billing.engine import bill as bill_month
        from billing.ledger.connection import Ledger
        from billing.ledger.issuing import plan_issue
        from billing.ledger.reading import frozen_months
        from billing.period import Month
        from data.received import read_received
        from reports.ledger_csv import write_differences
        from reports.ledger_text import difference_lines
        from reports.lines import charged_lines

        if received:
            lines = read_received(received)
            billed = [Month.parse(period) for period in lines["fran"].str[:7].unique()]
        else:
            assert ledger is not None
            book = Ledger.parse(ledger)
            with book.reading() as connection:
                billed = frozen_months(connection)
        if not billed and not (first and last):
            raise click.UsageError("nothing has been billed; say which months with --from and --to")
        months = (first or min(billed)).through(last or max(billed))
        parts = []
        for month in months:
            result = bill_month(cases, issues, known, amounts, month, as_of, allow_inferred=allow_inferred)
            wanted = wanted_lines(charged_lines(result))
            if received:
                own = lines[lines["fran"].str[:7] == str(month)]
                parts.append(compare_received(own, wanted, str(month), sorted(set(lines["kommun"]))))
            else:
                parts.append(differences(str(month), plan_issue(book, wanted, str(month)).correction))

        import pandas as pd

        found = pd.concat(parts, ignore_index=True)
        if out:
            write_differences(found, out)
    for line in difference_lines(found, months):
        click.echo(line)


@ledger_group.command(
    name="dispute",
    cls=ExampleCommand,
    example="betalningsansvar ledger dispute 1 --row 1 --reason FEL_DATUM --ledger sqlite:///faktura.db",
)
@click.argument("number", type=click.IntRange(1))
@ledger_option
@click.option("--case", "arende_id", metavar="ARENDE_ID", help="The case disputed: all its lines of the month.")
@click.option("--row", type=click.IntRange(1), help="The one line disputed, as numbered by `ledger show`.")
@click.option("--reason", required=True, metavar="CODE", help="Why: see `ledger reasons`.")
@click.option("--amount", metavar="KRONOR", help="Disputed amount, if less than the lines.")
def ledger_dispute(
    number: int, ledger: str, arende_id: str | None, row: int | None, reason: str, amount: str | None
) -> None:
    """Register that a kommun disputes a case or a line of an invoice."""
    if (arende_id is None) == (row is None):
        raise click.UsageError("give either --case ARENDE_ID or --row N")
    amount_ore = _ore(amount) if amount else None
    with stopping():
        from billing.ledger.connection import Ledger
        from billing.ledger.disputing import register

        dispute = register(
            Ledger.parse(ledger),
            number,
            reason,
            datetime.now().astimezone(),
            arende_id=arende_id,
            row=row,
            amount_ore=amount_ore,
        )
    click.echo(f"Dispute {dispute} registered, at step 1.")


def _ore(kronor: str) -> int:
    from decimal import Decimal, InvalidOperation

    try:
        ore = Decimal(kronor.replace(" ", "").replace(",", ".")) * 100
    except InvalidOperation:
        ore = Decimal("NaN")
    if not ore.is_finite() or ore != int(ore):
        raise click.UsageError(f"{kronor!r} is no amount; write kronor such as 7100 or 7100,50")
    return int(ore)


@ledger_group.command(
    name="decide",
    cls=ExampleCommand,
    example="betalningsansvar ledger decide 1 --decision medges --ledger sqlite:///faktura.db",
)
@click.argument("dispute", type=click.IntRange(1))
@ledger_option
@click.option("--step", type=click.IntRange(1, 3), help="Step of the ladder: 1 staff, 2 head of unit, 3 with MAS/MLA.")
@click.option("--decision", metavar="WORD", help="medges, rattas or avslas: see `ledger reasons`.")
def ledger_decide(dispute: int, ledger: str, step: int | None, decision: str | None) -> None:
    """Move a dispute up the ladder, or decide it; what is granted is credited by the next issue of the month."""
    if step is None and decision is None:
        raise click.UsageError("give --step, --decision or both")
    with stopping():
        from billing.ledger.connection import Ledger
        from billing.ledger.disputing import decide

        decide(Ledger.parse(ledger), dispute, datetime.now().astimezone(), step=step, decision=decision)
    click.echo(f"Dispute {dispute}: {decision or f'moved to step {step}'}.")


@ledger_group.command(
    name="disputes", cls=ExampleCommand, example="betalningsansvar ledger disputes --ledger sqlite:///faktura.db"
)
@ledger_option
def ledger_disputes(ledger: str) -> None:
    """List the disputes, then invoiced, disputed, credited and net per kommun and month."""
    with stopping():
        from billing.disputes import dispute_report
        from billing.ledger.connection import Ledger
        from billing.ledger.disputing import disputes, issued_amounts
        from reports.ledger_text import dispute_lines, dispute_report_lines

        with Ledger.parse(ledger).reading() as connection:
            found = disputes(connection)
            report = dispute_report(issued_amounts(connection), found)
        for line in (*dispute_lines(found), "", *dispute_report_lines(report)):
            click.echo(line)


@ledger_group.command(name="reasons", cls=ExampleCommand, example="betalningsansvar ledger reasons")
def ledger_reasons() -> None:
    """List the reasons of credits and disputes, and the decisions."""
    from billing.credit_reasons import CORRECTIONS, DISPUTES
    from billing.disputes import DECISIONS

    parts = {"Reasons of a dispute": DISPUTES, "Reasons of a correction": CORRECTIONS, "Decisions": DECISIONS}
    for title, words in parts.items():
        click.echo(f"{title}:")
        for word, meaning in words.items():
            click.echo(f"  {word:<22}{meaning}")


@ledger_group.command(
    name="upgrade", cls=ExampleCommand, example="betalningsansvar ledger upgrade --ledger sqlite:///faktura.db"
)
@ledger_option
def ledger_upgrade(ledger: str) -> None:
    """Bring a ledger written by an earlier release up to this one's schema. Make a backup first."""
    with stopping():
        from billing.ledger.connection import Ledger
        from billing.ledger.issuing import upgrade_ledger

        version = upgrade_ledger(Ledger.parse(ledger), datetime.now().astimezone())
    click.echo(f"The ledger has schema version {version}.")


@main.command(cls=ExampleCommand, example="betalningsansvar check notices.csv")
@inputs
@click.option("--out", type=PATH, metavar="FILE", help="Write every finding to a CSV file.")
@click.option("--most", default=40, show_default=True, type=click.IntRange(0), help="Findings to print.")
def check(inputs: tuple[Path, ...], out: Path | None, most: int) -> None:
    """Tell what is wrong in the data, before any money is computed."""
    with stopping():
        intake = _read(inputs)

        from billing.cases import check_cases
        from reports.findings import finding_lines, source_lines, write_findings

        cases, issues = check_cases(intake.cases, intake.issues)
        if out:
            write_findings(issues, out)
    for line in source_lines(intake.sources):
        click.echo(line)
    _print_counts(cases)
    for line in finding_lines(issues, most):
        click.echo(line)


@main.command(cls=ExampleCommand, example="betalningsansvar explain notices.csv --case H-2018-0017")
@inputs
@click.option("--case", "arende_id", metavar="ARENDE_ID", help="The case to explain.")
@click.option("--kommun", metavar="CODE", help="Explain the kommun's mean instead (with --month).")
@click.option("--month", type=MONTH, metavar="YYYY-MM", help="Only this month.")
@agreement_option
@tariffs_option
@as_of_option
def explain(
    inputs: tuple[Path, ...],
    arende_id: str | None,
    kommun: str | None,
    month: Month | None,
    agreement: str,
    tariffs: Path | None,
    as_of: date | None,
) -> None:
    """Show one amount step by step: fact, rule and paragraph, day, kronor."""
    if (arende_id is None) == (kommun is None):
        raise click.UsageError("give either --case ARENDE_ID, or --kommun CODE with --month")
    if kommun is not None and month is None:
        raise click.UsageError("--kommun needs --month: a mean belongs to a calendar month")
    with stopping():
        from data.kommuner import find_kommun

        payer = find_kommun(kommun).code if kommun is not None else ""
        known, amounts = _law(agreement, tariffs)
        cases, issues = _checked(inputs)

        from billing.explain import explain_case, explain_mean
        from reports.explanation import case_text, mean_text

        if arende_id is not None:
            rows = explain_case(cases, issues, arende_id, known, amounts, month, as_of)
            texts = [case_text(row) for row in rows]
        else:
            assert month is not None
            texts = [mean_text(m) for m in explain_mean(cases, payer, known, amounts, month, as_of)]
            texts = texts or [f"No genomsnitt rule of {known.id} covers kommun {payer} in {month}."]
    click.echo("\n\n".join(texts))


@main.command(cls=ExampleCommand, example="betalningsansvar stats notices.csv --from 2018-11 --to 2018-12 --out s.csv")
@inputs
@click.option("--from", "first", required=True, type=MONTH, metavar="YYYY-MM", help="First month.")
@click.option("--to", "last", required=True, type=MONTH, metavar="YYYY-MM", help="Last month.")
@click.option("--out", required=True, type=PATH, metavar="FILE", help="CSV file to write.")
@click.option("--befolkning", type=PATH, metavar="FILE", help="CSV with kommun, invanare and, if known, invanare_65.")
@agreement_option
@as_of_option
def stats(
    inputs: tuple[Path, ...],
    first: Month,
    last: Month,
    out: Path,
    befolkning: Path | None,
    agreement: str,
    as_of: date | None,
) -> None:
    """Days from notice to discharge per kommun and month, nationally counted and by the agreement."""
    if last < first:
        raise click.UsageError(f"--to {last} is before --from {first}")
    with stopping():
        from data.befolkning import load_population
        from tariffs.agreements import find_agreement

        known, people = find_agreement(agreement), load_population(befolkning) if befolkning else {}
        cases, _ = _checked(inputs)

        from billing.statistics import monthly_statistics
        from reports.statistics_csv import statistics_lines, write_statistics

        found = monthly_statistics(cases, known, first.through(last), as_of or last.last_day)
        write_statistics(found, people, out)
    for line in statistics_lines(found):
        click.echo(line)


@main.command(name="tariffs", cls=ExampleCommand, example="betalningsansvar tariffs")
@tariffs_option
def tariffs_command(tariffs: Path | None) -> None:
    """List the amounts known, from when, by which source, and the gaps."""
    with stopping():
        from reports.law import tariff_lines
        from tariffs.belopp import load

        for line in tariff_lines(load(tariffs), date.today()):
            click.echo(line)


@main.group(name="agreements", invoke_without_command=True)
@click.pass_context
def agreements(ctx: click.Context) -> None:
    """List the agreements known, from when and by which source; show, check or begin one.

    \b
    Example:
      betalningsansvar agreements
    """
    if ctx.invoked_subcommand is None:
        with stopping():
            from reports.law import agreement_list
            from tariffs.agreements import shipped, shipped_ids

            for line in agreement_list([shipped(name) for name in shipped_ids()]):
                click.echo(line)


@agreements.command(name="show", cls=ExampleCommand, example="betalningsansvar agreements show halland")
@click.argument("agreement", metavar="ID|FILE")
def agreements_show(agreement: str) -> None:
    """Print one agreement as a page, with its timeline."""
    with stopping():
        from reports.law import agreement_page
        from tariffs.agreements import find_agreement

        for line in agreement_page(find_agreement(agreement)):
            click.echo(line)


@agreements.command(name="check", cls=ExampleCommand, example="betalningsansvar agreements check mitt-avtal.toml")
@click.argument("agreement", metavar="FILE")
@tariffs_option
@click.option("--through", type=MONTH, metavar="YYYY-MM", help="Last month to show; this one if left out.")
def agreements_check(agreement: str, tariffs: Path | None, through: Month | None) -> None:
    """Read an agreement strictly; show rule and rate of every month since its start, and what is missing."""
    with stopping():
        from billing.coverage import monthly_coverage
        from billing.period import Month
        from reports.law import coverage_lines

        known, amounts = _law(agreement, tariffs)
        for line in coverage_lines(known, monthly_coverage(known, amounts, through or Month.of(date.today()))):
            click.echo(line)


@agreements.command(name="new", cls=ExampleCommand, example="betalningsansvar agreements new mitt-avtal.toml")
@click.argument("file", type=PATH)
def agreements_new(file: Path) -> None:
    """Write a commented agreement file to begin from."""
    with stopping():
        from importlib.resources import files

        template = files("tariffs").joinpath("avtalsmall.toml").read_text(encoding="utf-8")
        with file.open("x", encoding="utf-8", newline="\n") as new:
            new.write(template)
    click.echo(f"{file} written. Fill it in, then: betalningsansvar agreements check {file}")


@main.group(name="profile", invoke_without_command=True)
@click.pass_context
def profile_group(ctx: click.Context) -> None:
    """List the profiles that read other systems' exports; begin one, or let a file suggest one.

    \b
    Example:
      betalningsansvar profile
    """
    if ctx.invoked_subcommand is None:
        with stopping():
            from data.profiles import find_profile, shipped_profiles

            for name in shipped_profiles():
                profile = find_profile(name)
                click.echo(f"{name:24} {profile.form.name:14} {profile.namn}")


@profile_group.command(name="new", cls=ExampleCommand, example="betalningsansvar profile new min-profil.toml")
@click.argument("file", type=PATH)
def profile_new(file: Path) -> None:
    """Write a commented profile to begin from."""
    with stopping():
        from data.profiles import template

        with file.open("x", encoding="utf-8", newline="\n") as new:
            new.write(template())
    click.echo(f"{file} written. Fill it in, then: betalningsansvar check EXPORT --profile {file}")


@profile_group.command(name="suggest", cls=ExampleCommand, example="betalningsansvar profile suggest uttag.csv")
@click.argument("file", type=PATH)
def profile_suggest(file: Path) -> None:
    """Print a draft of a profile from a file's headers and kinds of value; no value of a patient is shown."""
    with stopping():
        from data.suggest import suggest_profile

        for line in suggest_profile(file):
            click.echo(line)


@main.command(cls=ExampleCommand, example="betalningsansvar demo exempel --cases 5000 --region 13 --year 2018 --seed 1")
@click.argument("folder", type=PATH, metavar="DIR")
@click.option("--cases", default=5000, show_default=True, type=click.IntRange(1), help="Number of notices.")
@click.option("--region", default="13", show_default=True, help="Länskod of the region.")
@click.option("--year", default=2018, show_default=True, type=click.IntRange(1992, 2035), help="Year of the notices.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0), help="The same seed, the same data.")
def demo(folder: Path, cases: int, region: str, year: int, seed: int) -> None:
    """Make realistic synthetic data; no patient in it exists."""
    with stopping():
        from data.demofolder import write_demo
        from data.synthetic import RequestError

        try:
            written = write_demo(folder, cases, region, year, seed)
        except RequestError as error:
            raise click.UsageError(str(error)) from error
        for path in written:
            click.echo(path)


@contextmanager
def stopping() -> Iterator[None]:
    """Turn what the rooms raise about data, amounts and files into one message and exit code 1."""
    from data.stop import StopError

    try:
        yield
    except StopError as error:
        raise Stopped(str(error)) from error
    except FileExistsError as error:
        told = f"{error.filename} already exists; name another." if error.filename else str(error)
        raise Stopped(told) from error
    except OSError as error:
        raise Stopped(f"{error.filename or ''}: {error.strerror or error}".lstrip(": ")) from error


def _parties(avsandare: Path | None, kunder: Path | None) -> tuple[Avsandare, dict[str, Kund]]:
    """Sender and recipients of the invoices; what no file tells is blank."""
    from data.avsandare import Avsandare, load_sender
    from data.kunder import load_customers

    sender = load_sender(avsandare) if avsandare else Avsandare()
    return sender, load_customers(kunder) if kunder else {}


def _password(path: Path) -> str:
    """The password of the underlag, after a look at whether anything can be encrypted here at all."""
    from data.secretfiles import read_password
    from reports.protect import require_encryption

    require_encryption()
    return read_password(path)


def _pseudonym_key(path: Path) -> bytes:
    from billing.pseudonyms import require_key
    from data.secretfiles import read_key

    key = read_key(path)
    require_key(key)
    return key


def _law(agreement: str, tariffs: Path | None) -> tuple[Agreement, Tariffs]:
    from tariffs.agreements import find_agreement
    from tariffs.belopp import load

    return find_agreement(agreement), load(tariffs)


def _base_agreement(agreement: str | None, file: ScenarioFile | None) -> str:
    """The agreement of the option or of the scenario file, which must not disagree."""
    named = file.avtal if file else None
    if agreement and named and agreement != named:
        raise click.UsageError(f"--agreement {agreement}, but the scenario file builds on avtal = {named!r}")
    return agreement or named or "nationell"


def _kommuner_known(file: ScenarioFile) -> tuple[Scenario, ...]:
    from data.kommuner import kommuner
    from tariffs.scenariofile import with_kommun_codes

    code_of = {text.casefold(): k.code for k in kommuner().values() for text in (k.code, k.name)}
    return with_kommun_codes(file.scenarier, code_of, file.origin)


def _readings(agreement: Agreement, amounts: Tariffs, months: list[Month]) -> Readings:
    from billing.readings import priced_readings
    from tariffs.readings import shipped_points

    return priced_readings(shipped_points(), agreement, amounts, months)


def _flag_downtime(
    cases: pd.DataFrame, issues: pd.DataFrame, agreement: Agreement, driftstopp: Path | None
) -> pd.DataFrame:
    from billing.downtime import flag_downtime
    from tariffs.downtime import load_downtimes

    windows = agreement.driftstopp + (load_downtimes(driftstopp) if driftstopp else ())
    return flag_downtime(cases, issues, windows)


def _preview(
    inputs: tuple[Path, ...],
    month: Month,
    agreement: str,
    tariffs: Path | None,
    as_of: date | None,
    within: int,
    allow_inferred: bool,
) -> None:
    with stopping():
        known, amounts = _law(agreement, tariffs)
        cases, issues = _checked(inputs)

        from billing.preview import preview
        from reports.preview_text import preview_lines

        found = preview(cases, issues, known, amounts, month, as_of, within_days=within, allow_inferred=allow_inferred)
        for line in preview_lines(found):
            click.echo(line)


def _ledger_year(url: str, year: int) -> LedgerYear:
    from billing.ledger.connection import Ledger
    from billing.ledger_year import read_ledger_year

    return read_ledger_year(Ledger.parse(url), year)


def _read(inputs: tuple[Path, ...]) -> Intake:
    """The data, as the command's `--profile` reads it."""
    from data.intake import read_cases
    from data.profiles import find_profile

    named = click.get_current_context().meta.get(_PROFILE)
    profile = find_profile(named) if named else None
    with _progress("Reading", 1) as read:
        return read_cases(inputs, lambda _name, done, total: read(done, total), profile)


def _checked(inputs: tuple[Path, ...]) -> tuple[pd.DataFrame, pd.DataFrame]:
    from billing.cases import check_cases

    intake = _read(inputs)
    return check_cases(intake.cases, intake.issues)


@contextmanager
def _progress(label: str, length: int) -> Iterator[Callable[..., None]]:
    """A bar on a terminal, nothing in a pipe. The callback takes steps done, or (done, total)."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:

        def step(done: int, total: int | None = None) -> None:
            if total is None:
                bar.update(done)
            else:
                bar.length = total
                bar.update(done - bar.pos)

        yield step


def _print_counts(cases: pd.DataFrame) -> None:
    counts = cases["status"].value_counts(sort=False)
    told = ", ".join(f"{n} {status or 'ready to compute'}" for status, n in counts.items() if n)
    click.echo(f"{len(cases)} cases: {told}.")


if __name__ == "__main__":
    main()
