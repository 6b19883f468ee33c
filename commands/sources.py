"""Where data comes from: profiles of other systems' exports, and synthetic data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from betalningsansvar.commands.files import Files, readable_stem, write_new
from betalningsansvar.commands.parameters import PATH, ExampleCommand, ExampleGroup, option, shape_option
from betalningsansvar.commands.printing import say
from betalningsansvar.commands.progress import working
from betalningsansvar.commands.stopping import stopping, wrong_usage

if TYPE_CHECKING:
    from betalningsansvar.reports.words.listing import Shape


@click.group(
    name="profile",
    cls=ExampleGroup,
    short_help="Så läses andra systems uttag.",
    invoke_without_command=True,
    example="betalningsansvar profile",
)
@shape_option
@click.pass_context
def profile_group(ctx: click.Context, shape: Shape | None) -> None:
    """Lista profilerna som läser andra systems uttag; börja på en, eller låt en fil föreslå en."""
    if ctx.invoked_subcommand is None:
        with stopping():
            from betalningsansvar.data.profiles.profile import find_profile, shipped_profiles
            from betalningsansvar.reports.words.law_rows import PROFILES
            from betalningsansvar.reports.words.listing import rows_listing

            profiles = {name: find_profile(name) for name in shipped_profiles()}
            if shape:
                rows = [{"id": name, "form": own.form.name, "namn": own.namn} for name, own in profiles.items()]
                say(rows_listing(rows, PROFILES, shape))
                return
            say(f"{name:24} {profile.form.name:14} {profile.namn}" for name, profile in profiles.items())


@profile_group.command(name="new", cls=ExampleCommand, example="betalningsansvar profile new min-profil.toml")
@click.argument("file", type=PATH, metavar="FIL")
def profile_new(file: Path) -> None:
    """Skriv en kommenterad profil att börja från."""
    with stopping():
        from betalningsansvar.data.profiles.profile import template

        write_new(file, template(readable_stem(file)))
    say([f"{file} är skriven. Fyll i den, och pröva den sedan: betalningsansvar check UTTAG --profile {file}"])


@profile_group.command(
    name="suggest",
    cls=ExampleCommand,
    example="betalningsansvar profile suggest data/exempel/profiler/arendetabell.csv",
)
@click.argument("file", type=PATH, metavar="FIL")
def profile_suggest(file: Path) -> None:
    """Skriv ut ett utkast till profil ur en fils rubriker och slag av värden; inget om en patient visas."""
    with stopping():
        from betalningsansvar.data.profiles.draft import suggest_profile

        say(suggest_profile(file))


@click.command(
    cls=ExampleCommand,
    short_help="Gör påhittade uppgifter att pröva på.",
    example="betalningsansvar demo exempel --cases 5000 --region 13 --year 2018 --seed 1",
)
@click.argument("folder", type=PATH, metavar="MAPP")
@option("--cases", default=5000, show_default=True, type=click.IntRange(1), metavar="N", help="Antal underrättelser.")
@option("--region", default="13", show_default=True, metavar="LÄNSKOD", help="Regionen, eller alla.")
@option("--year", default=2018, show_default=True, type=click.IntRange(1992, 2035), metavar="ÅÅÅÅ", help="Året.")
@option("--seed", default=1, show_default=True, type=click.IntRange(0), metavar="N", help="Samma frö, samma uppgifter.")
@option("--parquet", is_flag=True, help="En Parquet-fil i stället för CSV och Excel: för stora mängder.")
def demo(folder: Path, cases: int, region: str, year: int, seed: int, parquet: bool) -> None:
    """Gör verklighetstrogna påhittade uppgifter; ingen patient i dem finns."""
    with stopping():
        from betalningsansvar.data.demo.synthetic import RequestError
        from betalningsansvar.operations.demo import DemoRequest, make_demo

        try:
            with working("Skriver"):
                written = make_demo(DemoRequest(Files().destination(folder), cases, region, year, seed, parquet))
        except RequestError as error:
            raise wrong_usage(str(error)) from error
    say(str(path) for path in written)
