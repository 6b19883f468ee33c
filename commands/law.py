"""What law and agreements say: tariffs and agreements."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from betalningsansvar.commands.asking import read_law
from betalningsansvar.commands.files import Files, readable_stem, write_new
from betalningsansvar.commands.parameters import (
    MONTH,
    PATH,
    ExampleCommand,
    ExampleGroup,
    option,
    shape_option,
    tariffs_option,
)
from betalningsansvar.commands.printing import say
from betalningsansvar.commands.stopping import stopping

if TYPE_CHECKING:
    from betalningsansvar.billing.period import Month
    from betalningsansvar.reports.words.listing import Shape


@click.command(
    name="tariffs",
    cls=ExampleCommand,
    short_help="Kända dygnsbelopp, källor och luckor.",
    example="betalningsansvar tariffs",
)
@tariffs_option
@shape_option
def tariffs_command(tariffs: Path | None, shape: Shape | None) -> None:
    """Lista kända dygnsbelopp, från när och enligt vilken källa, och luckorna."""
    with stopping():
        from betalningsansvar.reports.words.law import tariff_lines
        from betalningsansvar.reports.words.law_rows import TARIFFS, tariff_rows
        from betalningsansvar.reports.words.listing import rows_listing

        known, today = read_law(Files(), "nationell", tariffs).tariffs, date.today()
        say(rows_listing(tariff_rows(known, today), TARIFFS, shape) if shape else tariff_lines(known, today))


@click.group(
    name="agreements",
    cls=ExampleGroup,
    short_help="Avtalen: lista, visa, pröva, börja på ett.",
    invoke_without_command=True,
    example="betalningsansvar agreements",
)
@shape_option
@click.pass_context
def agreements(ctx: click.Context, shape: Shape | None) -> None:
    """Lista kända avtal, från när och enligt vilken källa; visa, pröva eller börja på ett."""
    if ctx.invoked_subcommand is None:
        with stopping():
            from betalningsansvar.reports.words.law import agreement_list
            from betalningsansvar.reports.words.law_rows import AGREEMENTS, agreement_rows
            from betalningsansvar.reports.words.listing import rows_listing
            from betalningsansvar.tariffs.agreements import shipped, shipped_ids
            from betalningsansvar.tariffs.partly_known import partly_known

            known = [shipped(name) for name in shipped_ids()]
            if shape:
                say(rows_listing(agreement_rows(known, partly_known()), AGREEMENTS, shape))
                return
            say(agreement_list(known, partly_known()))
            say(["Ett avtal visas helt med agreements show ID; --agreement tar ett id eller en egen fil."])


@agreements.command(name="show", cls=ExampleCommand, example="betalningsansvar agreements show halland")
@click.argument("agreement", metavar="ID|FIL")
def agreements_show(agreement: str) -> None:
    """Visa ett avtal med dess tidslinje."""
    with stopping():
        from betalningsansvar.reports.words.law import agreement_page

        say(agreement_page(read_law(Files(), agreement, None).agreement))


@agreements.command(
    name="check", cls=ExampleCommand, example="betalningsansvar agreements check halland --through 2019-12"
)
@click.argument("agreement", metavar="ID|FIL")
@tariffs_option
@option("--through", type=MONTH, metavar="ÅÅÅÅ-MM", help="Sista månaden som visas; den här om inget anges.")
def agreements_check(agreement: str, tariffs: Path | None, through: Month | None) -> None:
    """Läs ett avtal strängt; visa regel och belopp för varje månad sedan start, och vad som saknas."""
    with stopping():
        from betalningsansvar.billing.coverage import coverage
        from betalningsansvar.billing.period import Month
        from betalningsansvar.reports.words.law import coverage_lines

        law = read_law(Files(), agreement, tariffs)
        found = coverage(law.agreement, law.tariffs, through or Month.of(date.today()))
        say(coverage_lines(law.agreement, found))
        if found.unbillable:
            click.get_current_context().exit(1)


@agreements.command(name="new", cls=ExampleCommand, example="betalningsansvar agreements new mitt-avtal.toml")
@click.argument("file", type=PATH, metavar="FIL")
@option("--from", "begin_from", metavar="ID", help="Ett avtal att börja från; det som inte är känt står som FYLL I.")
def agreements_new(file: Path, begin_from: str | None) -> None:
    """Skriv en kommenterad avtalsfil att börja från. Avtalets id blir filens namn."""
    with stopping():
        from betalningsansvar.tariffs.new_agreement import new_agreement

        write_new(file, new_agreement(readable_stem(file), begin_from))
    say([f"{file} är skriven. Fyll i den, och pröva den sedan: betalningsansvar agreements check {file}"])
