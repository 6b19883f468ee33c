"""ledger compare: what is billed held against what is owed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from betalningsansvar.commands.asking import read_data, read_law
from betalningsansvar.commands.files import Files
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
from betalningsansvar.commands.printing import say, say_findings
from betalningsansvar.commands.stopping import stopping, wrong_usage

if TYPE_CHECKING:
    from betalningsansvar.billing.period import Month


@click.command(
    name="compare",
    cls=ExampleCommand,
    example="betalningsansvar ledger compare data/exempel/halland-2018-11-12.csv --ledger sqlite:///faktura.db "
    "--agreement halland",
)
@inputs
@option("--ledger", metavar="URL", help="Jämför med vad liggaren har utfärdat.")
@option("--received", type=PATH, metavar="FIL", help="Eller med en mottagen faktura (fakturarader.csv).")
@first_option("Första månaden; den först fakturerade om inget anges.")
@last_option("Sista månaden; den senast fakturerade om inget anges.")
@agreement_option
@tariffs_option
@as_of_option
@inferred_option
@option("--out", type=PATH, metavar="FIL", help="Skriv skillnaderna till en CSV-fil.")
def ledger_compare(
    inputs: tuple[Path, ...],
    profile: str | None,
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
    """Hitta vad som är fakturerat men inte ska betalas, tvärtom, eller till annat belopp; inget ändras."""
    if (ledger is None) == (received is None):
        raise wrong_usage("Ange antingen --ledger URL eller --received FIL.")
    files = Files()
    with stopping():
        from betalningsansvar.operations.compare import CompareRequest, compare, write_comparison
        from betalningsansvar.reports.files.outputfile import require_writable
        from betalningsansvar.reports.issued.text import difference_lines

        law = read_law(files, agreement, tariffs)
        invoice = files.found([received]).files[0] if received else None
        address = files.ledger(ledger) if ledger else None
        files.found(inputs)
        if out:
            require_writable(files.destination(out), (".csv",))
        read = read_data(files, inputs, profile)
        found = compare(CompareRequest(read, law, address, invoice, first, last, as_of, allow_inferred))
        if out:
            write_comparison(found, files.destination(out))
    say(difference_lines(found.table, found.months))
    say_findings(read.issues, "")
