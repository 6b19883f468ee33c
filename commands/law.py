"""What law and agreements say: tariffs and agreements."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from betalningsansvar.commands.shared import MONTH, PATH, ExampleCommand, read_law, stopping, tariffs_option

if TYPE_CHECKING:
    from betalningsansvar.billing.period import Month


@click.command(name="tariffs", cls=ExampleCommand, example="betalningsansvar tariffs")
@tariffs_option
def tariffs_command(tariffs: Path | None) -> None:
    """List the amounts known, from when, by which source, and the gaps."""
    with stopping():
        from betalningsansvar.reports.words.law import tariff_lines
        from betalningsansvar.tariffs.belopp import load

        for line in tariff_lines(load(tariffs), date.today()):
            click.echo(line)


@click.group(name="agreements", invoke_without_command=True)
@click.pass_context
def agreements(ctx: click.Context) -> None:
    """List the agreements known, from when and by which source; show, check or begin one.

    \b
    Example:
      betalningsansvar agreements
    """
    if ctx.invoked_subcommand is None:
        with stopping():
            from betalningsansvar.reports.words.law import agreement_list
            from betalningsansvar.tariffs.agreements import shipped, shipped_ids

            for line in agreement_list([shipped(name) for name in shipped_ids()]):
                click.echo(line)


@agreements.command(name="show", cls=ExampleCommand, example="betalningsansvar agreements show halland")
@click.argument("agreement", metavar="ID|FILE")
def agreements_show(agreement: str) -> None:
    """Print one agreement as a page, with its timeline."""
    with stopping():
        from betalningsansvar.reports.words.law import agreement_page

        for line in agreement_page(read_law(agreement, None)[0]):
            click.echo(line)


@agreements.command(name="check", cls=ExampleCommand, example="betalningsansvar agreements check mitt-avtal.toml")
@click.argument("agreement", metavar="FILE")
@tariffs_option
@click.option("--through", type=MONTH, metavar="YYYY-MM", help="Last month to show; this one if left out.")
def agreements_check(agreement: str, tariffs: Path | None, through: Month | None) -> None:
    """Read an agreement strictly; show rule and rate of every month since its start, and what is missing."""
    with stopping():
        from betalningsansvar.billing.coverage import monthly_coverage, unknown_series
        from betalningsansvar.billing.period import Month
        from betalningsansvar.reports.words.law import coverage_lines

        known, amounts = read_law(agreement, tariffs)
        stretches = monthly_coverage(known, amounts, through or Month.of(date.today()))
        for line in coverage_lines(known, stretches, unknown_series(known, amounts)):
            click.echo(line)


@agreements.command(name="new", cls=ExampleCommand, example="betalningsansvar agreements new mitt-avtal.toml")
@click.argument("file", type=PATH)
def agreements_new(file: Path) -> None:
    """Write a commented agreement file to begin from."""
    with stopping():
        from importlib.resources import files

        template = files("betalningsansvar.tariffs").joinpath("avtalsmall.toml").read_text(encoding="utf-8")
        with file.open("x", encoding="utf-8", newline="\n") as new:
            new.write(template)
    click.echo(f"{file} written. Fill it in, then: betalningsansvar agreements check {file}")
