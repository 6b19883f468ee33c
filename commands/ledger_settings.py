"""ledger settings: where the numbers begin, what stands before them, and whether issuing takes two people."""

from __future__ import annotations

from datetime import datetime

import click

from betalningsansvar.commands.parameters import ExampleCommand, by_option, ledger_option, option
from betalningsansvar.commands.printing import say
from betalningsansvar.commands.stopping import stopping


@click.command(
    name="settings",
    cls=ExampleCommand,
    example="betalningsansvar ledger settings --first-number 1001 --ledger sqlite:///ny.db",
)
@ledger_option
@option("--first-number", type=int, metavar="N", help="Första fakturanumret; bara innan något är utfärdat.")
@option("--prefix", metavar="TEXT", help="Det som står före varje fakturanummer; bara innan något är utfärdat.")
@option(
    "--four-eyes/--no-four-eyes",
    default=None,
    help="Kräv att en annan person har godkänt (`ledger approve`) innan något utfärdas.",
)
@by_option
def ledger_settings(ledger: str, first_number: int | None, prefix: str | None, four_eyes: bool | None, by: str) -> None:
    """Bestäm nummerserien och om utfärdande kräver två personer; ändringarna står kvar i liggaren."""
    with stopping():
        from betalningsansvar.operations.ledger_settings import SettingsRequest, set_ledger

        held = set_ledger(ledger, SettingsRequest(first_number, prefix, four_eyes), datetime.now().astimezone(), by)
    say(
        [
            f"Första fakturanummer: {held.prefix}{held.first_number}",
            f"Godkännande av en annan person krävs: {'ja' if held.four_eyes else 'nej'}",
        ]
    )
