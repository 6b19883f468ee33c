"""ledger compare: what is billed held against what is owed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from betalningsansvar.commands.asking import read_data, read_law
from betalningsansvar.commands.files import Files
from betalningsansvar.commands.kronor import ore_a_dygn
from betalningsansvar.commands.parameters import (
    PATH,
    ExampleCommand,
    agreement_option,
    as_of_option,
    first_option,
    inferred_option,
    inputs,
    last_option,
    option,
    tariffs_option,
)
from betalningsansvar.commands.printing import list_of_months, say, say_findings
from betalningsansvar.commands.progress import working
from betalningsansvar.commands.stopping import stopping, wrong_usage

if TYPE_CHECKING:
    from betalningsansvar.billing.period import Month


@click.command(
    name="compare",
    cls=ExampleCommand,
    example="betalningsansvar ledger compare data/exempel/halland-2018-11-12.csv --ledger sqlite:///faktura.db "
    "--agreement halland\n"
    "betalningsansvar ledger compare data/exempel/halland-2018-11-12.csv --received "
    "data/exempel/mottagen-e-faktura.xml --agreement halland --out svar.xlsx",
)
@inputs
@option("--ledger", metavar="URL", help="Jämför med vad liggaren har utfärdat.")
@option(
    "--received",
    type=PATH,
    multiple=True,
    metavar="FIL",
    help="Eller med det kommunen fått: e-faktura (XML), fakturan som arbetsbok eller fakturarader.csv. Anges flera "
    "gånger för en faktura och dess krediter.",
)
@option("--kommun", metavar="KOD", default="", help="Kommunen, om e-fakturan inte nämner den vid namn.")
@option("--alternativ", metavar="KRONOR", help="Räkna också vad de fakturerade dygnen kostar på en korttidsplats.")
@first_option("Första månaden; den först fakturerade om inget anges.")
@last_option("Sista månaden; den senast fakturerade om inget anges.")
@agreement_option
@tariffs_option
@as_of_option
@inferred_option
@option("--out", type=PATH, metavar="FIL", help="Skriv skillnaderna (.csv) eller svaret (.xlsx, .csv).")
def ledger_compare(
    inputs: tuple[Path, ...],
    profile: str | None,
    ledger: str | None,
    received: tuple[Path, ...],
    kommun: str,
    alternativ: str | None,
    first: Month | None,
    last: Month | None,
    agreement: str,
    tariffs: Path | None,
    as_of: date | None,
    allow_inferred: bool,
    out: Path | None,
) -> None:
    """Hitta vad som är fakturerat men inte ska betalas, tvärtom, eller till annat belopp; inget ändras."""
    if (ledger is None) == (not received):
        raise wrong_usage("Ange antingen --ledger URL eller --received FIL.")
    if alternativ and not received:
        raise wrong_usage("--alternativ räknar på dygnen i en mottagen faktura: ange också --received FIL.")
    alternative_ore = ore_a_dygn(alternativ) if alternativ else 0
    files = Files()
    with stopping():
        from betalningsansvar.data.kommuner import find_kommun
        from betalningsansvar.operations.compare import CompareRequest, compare, write_comparison
        from betalningsansvar.operations.received import (
            ANSWER_SUFFIXES,
            ReceivedRequest,
            answer_received,
            read_invoice,
            write_answer,
        )
        from betalningsansvar.reports.files.outputfile import require_writable
        from betalningsansvar.reports.issued.answer import answer_lines
        from betalningsansvar.reports.issued.text import difference_lines

        law = read_law(files, agreement, tariffs)
        code = find_kommun(kommun).code if kommun else ""
        invoices = files.received(received)
        address = files.ledger(ledger) if ledger else ""
        files.found(inputs)
        if out:
            require_writable(files.destination(out), ANSWER_SUFFIXES if invoices else (".csv",))
        for invoice in invoices:
            read_invoice(invoice, code)
        read = read_data(files, inputs, profile)
        if invoices:
            asked = ReceivedRequest(
                read, law, invoices, first, last, as_of, allow_inferred, code, alternative_ore=alternative_ore
            )
            answer = answer_received(asked)
            if out:
                write_answer(answer, files.destination(out), date.today())
            issues, months = answer.issues, answer.months
            say(answer_lines(answer, f"Alla står i {out}." if out else "Alla skrivs med --out FIL.xlsx."))
        else:
            with working("Räknar"):
                found = compare(CompareRequest(read, law, address, first, last, as_of, allow_inferred))
            if out:
                write_comparison(found, files.destination(out))
            issues, months = found.issues, found.months
            say(difference_lines(found.table, found.months))
    say_findings(issues, list_of_months(months[0], months[-1]))
