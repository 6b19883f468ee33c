"""ledger: look at what has been issued, prove it, compare it with the data, hand it on."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from betalningsansvar.commands.approving import ledger_approve
from betalningsansvar.commands.asking import read_law
from betalningsansvar.commands.compare import ledger_compare
from betalningsansvar.commands.disputes import (
    ledger_decide,
    ledger_dispute,
    ledger_disputes,
    ledger_letter,
    ledger_reasons,
)
from betalningsansvar.commands.files import Files
from betalningsansvar.commands.ledger_settings import ledger_settings
from betalningsansvar.commands.parameters import (
    PATH,
    ExampleCommand,
    ExampleGroup,
    agreement_option,
    customers_option,
    first_option,
    force_option,
    ledger_option,
    month_option,
    option,
    sender_option,
    shape_option,
)
from betalningsansvar.commands.printing import say
from betalningsansvar.commands.progress import working
from betalningsansvar.commands.stopping import stopping, wrong_usage

if TYPE_CHECKING:
    from betalningsansvar.billing.period import Month
    from betalningsansvar.operations.export import Form
    from betalningsansvar.reports.words.listing import Shape

_FORMS = "CSV av allt, fakturor (Excel, PDF), e-fakturor (Peppol BIS Billing 3) eller bokföringsfil (SIE 4)."


@click.group(
    name="ledger",
    cls=ExampleGroup,
    short_help="Det utfärdade: lista, bevisa, bestrida, jämföra.",
    example="betalningsansvar ledger list --ledger sqlite:///faktura.db",
)
def ledger_group() -> None:
    """Se vad som är utfärdat, bevisa det, följ bestridanden och jämför med uppgifterna."""


@ledger_group.command(
    name="list", cls=ExampleCommand, example="betalningsansvar ledger list --ledger sqlite:///faktura.db"
)
@ledger_option
@month_option("Bara den här månaden.")
@option("--kommun", metavar="KOD", help="Bara den här kommunen.")
@shape_option
def ledger_list(ledger: str, month: Month | None, kommun: str | None, shape: Shape | None) -> None:
    """Lista utfärdade fakturor och krediter."""
    with stopping():
        from betalningsansvar.operations.ledger import list_invoices
        from betalningsansvar.reports.issued.text import invoice_list
        from betalningsansvar.reports.words.listing import INVOICES, listing

        found = list_invoices(ledger, month, kommun)
        if shape:
            found["credits"] = found["credits"].astype(object).where(found["credits"] > 0)
        say(listing(found, INVOICES, shape) if shape else invoice_list(found))


@ledger_group.command(
    name="show", cls=ExampleCommand, example="betalningsansvar ledger show 1 --ledger sqlite:///faktura.db"
)
@click.argument("number", type=click.IntRange(1), metavar="FAKTURA")
@ledger_option
@option("--rules", type=PATH, metavar="MAPP", help="Skriv avtals- och beloppsfilerna som den räknades efter.")
def ledger_show(number: int, ledger: str, rules: Path | None) -> None:
    """Visa en faktura och allt som behövs för att räkna den igen."""
    files = Files()
    with stopping():
        from betalningsansvar.operations.ledger import show_invoice, write_rules
        from betalningsansvar.reports.issued.text import invoice_page

        found = show_invoice(files.ledger(ledger), number)
        say(invoice_page(found.invoice, found.run))
        if rules:
            say(str(path) for path in write_rules(found, files.destination(rules)))


@ledger_group.command(
    name="verify", cls=ExampleCommand, example="betalningsansvar ledger verify --ledger sqlite:///faktura.db"
)
@ledger_option
@option("--hash", "known_hash", metavar="HASH", help="En sista hash från förr, som ska finnas kvar.")
@option(
    "--against",
    multiple=True,
    type=PATH,
    metavar="MAPP|FIL",
    help="Det som skickats (kvitto, manifest, e-fakturor): varje kvitto ska finnas i kedjan. Kan ges flera gånger.",
)
def ledger_verify(ledger: str, known_hash: str | None, against: tuple[Path, ...]) -> None:
    """Bevisa kedja, summor, nummer och krediter; det första som är fel nämns."""
    with stopping():
        from betalningsansvar.operations.ledger import verify_ledger
        from betalningsansvar.operations.ledger_receipts import verify_against
        from betalningsansvar.reports.issued.text import proof_lines, receipts_line

        if against:
            with working("Läser"):
                held = verify_against(ledger, Files().kept(against), known_hash)
            say([*proof_lines(held.proof), receipts_line(held.receipts)])
            return

        with working("Läser"):
            proof = verify_ledger(ledger, known_hash)
        say(proof_lines(proof))


@ledger_group.command(
    name="export",
    cls=ExampleCommand,
    example="betalningsansvar ledger export --ledger sqlite:///faktura.db --out ut/liggare\n"
    "betalningsansvar ledger export --ledger sqlite:///faktura.db --format ubl --month 2018-11 "
    "--avsandare data/exempel/avsandare.toml --kunder data/exempel/kunder.toml --out ut/efakturor\n"
    "betalningsansvar ledger export --ledger sqlite:///faktura.db --format sie --month 2018-11 "
    "--avsandare data/exempel/avsandare.toml --bokforing data/exempel/bokforing.toml --out ut/bokforing",
)
@ledger_option
@option("--out", required=True, type=PATH, metavar="MAPP", help="Mappen som skapas.")
@option(
    "--format",
    "form",
    default="csv",
    show_default=True,
    type=click.Choice(["csv", "xlsx", "pdf", "ubl", "sie"]),
    help=_FORMS,
)
@month_option("Bara månadens fakturor.")
@option("--run", type=click.IntRange(1), metavar="N", help="Bara den körningen: en post i `ledger show` (inte csv).")
@option("--number", "numbers", type=click.IntRange(1), multiple=True, metavar="N", help="Bara den fakturan (inte csv).")
@sender_option
@customers_option
@option("--bokforing", type=PATH, metavar="FIL", help="Konton och dimensioner (sie).")
@force_option
def ledger_export(
    ledger: str,
    out: Path,
    form: Form,
    month: Month | None,
    run: int | None,
    numbers: tuple[int, ...],
    avsandare: Path | None,
    kunder: Path | None,
    bokforing: Path | None,
    force: bool,
) -> None:
    """Skriv det utfärdade för andra system: som CSV med reglerna, som fakturor, eller för bokföringen."""
    if form == "csv" and (run or numbers):
        raise wrong_usage("--run och --number hör till --format xlsx, pdf, ubl och sie; CSV tar en månad, eller allt.")
    if form in ("ubl", "sie") and avsandare is None:
        raise wrong_usage(f"--format {form} behöver --avsandare FIL.")
    if form == "ubl" and kunder is None:
        raise wrong_usage("--format ubl behöver --kunder FIL, mottagarna.")
    if form == "sie" and bokforing is None:
        raise wrong_usage("--format sie behöver --bokforing FIL, kontona.")
    files = Files()
    with stopping():
        from betalningsansvar.operations.export import ExportRequest, export
        from betalningsansvar.operations.parties import read_parties
        from betalningsansvar.reports.words.numbers import counted

        parties = read_parties(files.named(avsandare), files.named(kunder))
        accounts, address = files.named(bokforing), files.ledger(ledger)
        where = files.destination(out, force=force)
        request = ExportRequest(address, form, where, date.today(), parties, accounts, month, run, numbers)
        with working("Skriver"):
            done = export(request)
    say([f"{counted(done.invoices, 'faktura', 'fakturor')} i {out}.", *filter(None, [done.notice])])


@ledger_group.command(
    name="open",
    cls=ExampleCommand,
    example="betalningsansvar ledger open --ledger sqlite:///faktura.db --agreement halland",
)
@ledger_option
@agreement_option
@first_option("Första månaden; den först utfärdade om inget anges.")
@shape_option
def ledger_open(ledger: str, agreement: str, first: Month | None, shape: Shape | None) -> None:
    """Lista månaderna som väntar på att utfärdas, och hur länge kommunerna kan invända."""
    with stopping():
        from betalningsansvar.operations.ledger import waiting_months
        from betalningsansvar.reports.issued.text import open_lines
        from betalningsansvar.reports.words.listing import OPEN_MONTHS, rows_listing

        waiting = waiting_months(ledger, read_law(Files(), agreement, None), date.today(), first)
        if not shape:
            say(open_lines(waiting))
            return
        rows = [
            dict(
                zip(
                    OPEN_MONTHS, (str(own.month), str(own.review_ends or ""), "ja" if own.ready else "nej"), strict=True
                )
            )
            for own in waiting
        ]
        say(rows_listing(rows, OPEN_MONTHS, shape))


def _yes(held: bool) -> str:
    return "ja" if held else "nej"


@ledger_group.command(
    name="copy",
    cls=ExampleCommand,
    example="betalningsansvar ledger copy --ledger sqlite:///faktura.db --to sqlite:///kopia.db",
)
@ledger_option
@option("--to", required=True, metavar="URL", help="En tom databas, till exempel postgresql://server/faktura.")
def ledger_copy(ledger: str, to: str) -> None:
    """Kopiera en hel liggare till en tom databas och bevisa den i båda ändar, till exempel från SQLite till PostgreSQL.

    Låt ingen utfärda under tiden. Använd sedan bara den nya: två liggare ger samma nummer åt olika fakturor.
    """
    files = Files()
    with stopping():
        from betalningsansvar.operations.ledger import copy
        from betalningsansvar.reports.issued.text import proof_lines

        proof = copy(files.ledger(ledger), to)
    say([*proof_lines(proof), "Kopian är densamma. Använd bara den från och med nu, och lägg undan den gamla."])


@ledger_group.command(
    name="upgrade", cls=ExampleCommand, example="betalningsansvar ledger upgrade --ledger sqlite:///faktura.db"
)
@ledger_option
def ledger_upgrade(ledger: str) -> None:
    """Lyft en äldre versions liggare till den här. Ta en säkerhetskopia först."""
    with stopping():
        from betalningsansvar.operations.ledger import upgrade

        version = upgrade(ledger, datetime.now().astimezone())
    say([f"Liggaren har schemaversion {version}."])


_OTHERS = (ledger_compare, ledger_dispute, ledger_decide, ledger_letter, ledger_disputes, ledger_reasons)
for command in (*_OTHERS, ledger_approve, ledger_settings):
    ledger_group.add_command(command)
