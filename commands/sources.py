"""Where data comes from: profiles of other systems' exports, and synthetic data."""

from __future__ import annotations

from pathlib import Path

import click

from betalningsansvar.commands.shared import PATH, ExampleCommand, stopping


@click.group(name="profile", invoke_without_command=True)
@click.pass_context
def profile_group(ctx: click.Context) -> None:
    """List the profiles that read other systems' exports; begin one, or let a file suggest one.

    \b
    Example:
      betalningsansvar profile
    """
    if ctx.invoked_subcommand is None:
        with stopping():
            from betalningsansvar.data.profiles.profile import find_profile, shipped_profiles

            for name in shipped_profiles():
                profile = find_profile(name)
                click.echo(f"{name:24} {profile.form.name:14} {profile.namn}")


@profile_group.command(name="new", cls=ExampleCommand, example="betalningsansvar profile new min-profil.toml")
@click.argument("file", type=PATH)
def profile_new(file: Path) -> None:
    """Write a commented profile to begin from."""
    with stopping():
        from betalningsansvar.data.profiles.profile import template

        with file.open("x", encoding="utf-8", newline="\n") as new:
            new.write(template())
    click.echo(f"{file} written. Fill it in, then: betalningsansvar check EXPORT --profile {file}")


@profile_group.command(name="suggest", cls=ExampleCommand, example="betalningsansvar profile suggest uttag.csv")
@click.argument("file", type=PATH)
def profile_suggest(file: Path) -> None:
    """Print a draft of a profile from a file's headers and kinds of value; no value of a patient is shown."""
    with stopping():
        from betalningsansvar.data.profiles.suggest import suggest_profile

        for line in suggest_profile(file):
            click.echo(line)


@click.command(
    cls=ExampleCommand, example="betalningsansvar demo exempel --cases 5000 --region 13 --year 2018 --seed 1"
)
@click.argument("folder", type=PATH, metavar="DIR")
@click.option("--cases", default=5000, show_default=True, type=click.IntRange(1), help="Number of notices.")
@click.option("--region", default="13", show_default=True, help="Länskod of the region.")
@click.option("--year", default=2018, show_default=True, type=click.IntRange(1992, 2035), help="Year of the notices.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0), help="The same seed, the same data.")
def demo(folder: Path, cases: int, region: str, year: int, seed: int) -> None:
    """Make realistic synthetic data; no patient in it exists."""
    with stopping():
        from betalningsansvar.data.demo.folder import write_demo
        from betalningsansvar.data.demo.synthetic import RequestError

        try:
            written = write_demo(folder, cases, region, year, seed)
        except RequestError as error:
            raise click.UsageError(str(error)) from error
        for path in written:
            click.echo(path)
