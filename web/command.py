"""The command `web`: the same work in the browser, on this computer only."""

from __future__ import annotations

from pathlib import Path

import click

_PATH = click.Path(path_type=Path)


class _WebCommand(click.Command):
    """A command whose help ends with an example."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Exempel"):
            formatter.write_text("betalningsansvar web uttag.csv --ledger sqlite:///faktura.db")


@click.command(cls=_WebCommand, options_metavar="[FLAGGOR]")
@click.argument("inputs", nargs=-1, type=_PATH, metavar="[INDATA]...")
@click.option("--ledger", metavar="URL", help="Liggare över utfärdade fakturor, till exempel sqlite:///faktura.db.")
@click.option("--installningar", type=_PATH, metavar="MAPP", help="Mapp där avsändare, kunder och egna belopp sparas.")
@click.option("--host", default="127.0.0.1", hidden=True, help="Bara den egna datorn: 127.0.0.1.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, metavar="N", help="Port på den egna datorn; 0 tar en ledig."
)
@click.option("--team", type=_PATH, metavar="FIL", help="Server för flera, bakom en proxy som loggar in: team.toml.")
@click.option("--no-open", is_flag=True, help="Öppna ingen webbläsare, visa bara adressen.")
def web(
    inputs: tuple[Path, ...],
    ledger: str | None,
    installningar: Path | None,
    host: str,
    port: int,
    team: Path | None,
    no_open: bool,
) -> None:
    """Arbeta i webbläsaren: kontrollera, räkna, utfärda och följ upp, på den egna datorn.

    Första raden som skrivs är adressen med en nyckel som gäller en gång. Enter skriver en ny adress, Ctrl-C avslutar
    och raderar allt som lästs in.
    """
    if host not in ("127.0.0.1", "localhost"):
        raise click.UsageError("Sidan visas bara på den egna datorn: adressen måste vara 127.0.0.1.")
    if team is not None and (inputs or ledger or installningar or port):
        raise click.UsageError("Med --team står liggare, inställningar och port i filen, och indata läses in på sidan.")
    try:
        import flask  # noqa: F401
        import waitress  # noqa: F401
    except ImportError:
        raise click.ClickException(
            "Sidan behöver tilläggen i [web]. Installera dem med: pip install 'betalningsansvar[web]'"
        ) from None
    from betalningsansvar.data.stop import StopError
    from betalningsansvar.web.server import Start, serve
    from betalningsansvar.web.team.server import serve_team

    try:
        if team is not None:
            serve_team(team)
            return
        serve(Start(inputs, ledger, installningar, port, open_browser=not no_open))
    except StopError as error:
        raise click.ClickException(str(error)) from error
