"""ledger: look at what has been issued, prove it, follow disputes, compare."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from betalningsansvar.commands.shared import (
    MONTH,
    PATH,
    ExampleCommand,
    agreement_option,
    as_of_option,
    inputs,
    ledger_option,
    read_checked,
    read_law,
    read_parties,
    stopping,
    tariffs_option,
)

if TYPE_CHECKING:
    from betalningsansvar.billing.period import Month


@click.group(name="ledger")
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
        from betalningsansvar.billing.ledger.connection import Ledger
        from betalningsansvar.billing.ledger.reading import invoice_heads
        from betalningsansvar.data.kommuner import find_kommun
        from betalningsansvar.reports.issued.text import invoice_list

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
        from betalningsansvar.billing.ledger.connection import Ledger
        from betalningsansvar.billing.ledger.reading import invoices, run_of, stored_texts
        from betalningsansvar.reports.issued.folder import write_texts
        from betalningsansvar.reports.issued.text import invoice_page

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
        from betalningsansvar.billing.ledger.connection import Ledger
        from betalningsansvar.billing.ledger.verify import require_sound
        from betalningsansvar.reports.issued.text import proof_lines

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
    type=click.Choice(["csv", "xlsx", "pdf", "ubl", "sie"]),
    help="CSV of everything, invoices (Excel, PDF), e-invoices (Peppol BIS Billing 3), or a bookkeeping file (SIE 4).",
)
@click.option("--month", type=MONTH, metavar="YYYY-MM", help="Only the invoices of this month.")
@click.option("--run", type=click.IntRange(1), metavar="N", help="Only this run: an entry of `ledger show` (not csv).")
@click.option("--number", "numbers", type=click.IntRange(1), multiple=True, help="Only this invoice (not csv).")
@click.option("--avsandare", type=PATH, metavar="FILE", help="Sender (xlsx, pdf, ubl, sie).")
@click.option("--kunder", type=PATH, metavar="FILE", help="Recipients (xlsx, pdf, ubl).")
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
    """Write what has been issued: as CSV with the rules it was computed by, as invoices, or for the accounts."""
    if form == "csv" and (run or numbers):
        raise click.UsageError(
            "--run and --number go with --format xlsx, pdf, ubl or sie; CSV takes a month, or everything"
        )
    if form in ("ubl", "sie") and avsandare is None:
        raise click.UsageError(f"--format {form} needs --avsandare FILE, the sender")
    if form == "ubl" and kunder is None:
        raise click.UsageError("--format ubl needs --kunder FILE, the recipients")
    if form == "sie" and bokforing is None:
        raise click.UsageError("--format sie needs --bokforing FILE, the accounts")
    with stopping():
        from betalningsansvar.billing.ledger.connection import Ledger
        from betalningsansvar.billing.ledger.dispute_reading import disputes
        from betalningsansvar.billing.ledger.reading import invoices, run_of, runs, stored_texts
        from betalningsansvar.operations.issued_laws import issued_laws
        from betalningsansvar.reports.files.destination import Destination, Made
        from betalningsansvar.reports.issued.export import write_bookkeeping, write_einvoices
        from betalningsansvar.reports.issued.folder import write_ledger
        from betalningsansvar.reports.issued.publish import write_invoices

        period = str(month) if month else None
        where = Destination(out, force=force, made=Made(f"ledger export {form}", period or "alla"))
        with Ledger.parse(ledger).reading() as connection:
            for number in numbers:
                run_of(connection, number)
            issued = invoices(connection, period=period, run=run, numbers=numbers or None)
            if form == "csv":
                found = runs(connection, period)
                texts = [text for each in found for text in stored_texts(connection, each)]
                write_ledger(issued, found, disputes(connection, period), texts, where)
            laws = issued_laws(connection, issued) if form in ("xlsx", "pdf") else {}
        written = len(issued)
        sender, customers = read_parties(avsandare, kunder)
        if form in ("xlsx", "pdf"):
            write_invoices(
                issued,
                where,
                sender=sender,
                customers=customers,
                laws=laws,
                workbooks=form == "xlsx",
                pdf=form == "pdf",
            )
        elif form == "ubl":
            written = write_einvoices(issued, where, sender=sender, customers=customers)
        elif form == "sie" and bokforing is not None:
            from betalningsansvar.data.settings.bokforing import load_bookkeeping

            config = load_bookkeeping(bokforing)
            written = write_bookkeeping(issued, where, sender=sender, config=config, generated=date.today())
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
        from betalningsansvar.billing.ledger.connection import Ledger
        from betalningsansvar.billing.ledger.reading import frozen_months
        from betalningsansvar.billing.review import open_months
        from betalningsansvar.reports.issued.text import open_lines

        known, _ = read_law(agreement, None)
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
        known, amounts = read_law(agreement, tariffs)
        cases, issues = read_checked(inputs)

        from betalningsansvar.billing.charged_lines import charged_lines
        from betalningsansvar.billing.engine import bill as bill_month
        from betalningsansvar.billing.ledger.completeness import compare_received, differences
        from betalningsansvar.billing.ledger.connection import Ledger
        from betalningsansvar.billing.ledger.corrections import wanted_lines
        from betalningsansvar.billing.ledger.plan import plan_issue
        from betalningsansvar.billing.ledger.reading import frozen_months
        from betalningsansvar.billing.period import Month
        from betalningsansvar.data.received import read_received
        from betalningsansvar.reports.issued.folder import write_differences
        from betalningsansvar.reports.issued.text import difference_lines

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
                parts.append(differences(str(month), plan_issue(book, wanted, str(month), None).correction))

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
        from betalningsansvar.billing.ledger.connection import Ledger
        from betalningsansvar.billing.ledger.disputing import Objection, register

        dispute = register(
            Ledger.parse(ledger),
            Objection(number, reason, arende_id=arende_id, row=row, amount_ore=amount_ore),
            datetime.now().astimezone(),
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
        from betalningsansvar.billing.ledger.connection import Ledger
        from betalningsansvar.billing.ledger.disputing import decide

        decide(Ledger.parse(ledger), dispute, datetime.now().astimezone(), step=step, decision=decision)
    click.echo(f"Dispute {dispute}: {decision or f'moved to step {step}'}.")


@ledger_group.command(
    name="disputes", cls=ExampleCommand, example="betalningsansvar ledger disputes --ledger sqlite:///faktura.db"
)
@ledger_option
def ledger_disputes(ledger: str) -> None:
    """List the disputes, then invoiced, disputed, credited and net per kommun and month."""
    with stopping():
        from betalningsansvar.billing.ledger.connection import Ledger
        from betalningsansvar.billing.ledger.dispute_reading import disputes, issued_amounts
        from betalningsansvar.billing.ledger.disputes import dispute_report
        from betalningsansvar.reports.issued.text import dispute_lines, dispute_report_lines

        with Ledger.parse(ledger).reading() as connection:
            found = disputes(connection)
            report = dispute_report(issued_amounts(connection), found)
        for line in (*dispute_lines(found), "", *dispute_report_lines(report)):
            click.echo(line)


@ledger_group.command(name="reasons", cls=ExampleCommand, example="betalningsansvar ledger reasons")
def ledger_reasons() -> None:
    """List the reasons of credits and disputes, and the decisions."""
    from betalningsansvar.billing.ledger.credit_reasons import CORRECTIONS, DISPUTES
    from betalningsansvar.billing.ledger.disputes import DECISIONS

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
        from betalningsansvar.billing.ledger.connection import Ledger
        from betalningsansvar.billing.ledger.issuing import upgrade_ledger

        version = upgrade_ledger(Ledger.parse(ledger), datetime.now().astimezone())
    click.echo(f"The ledger has schema version {version}.")
