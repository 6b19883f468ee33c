"""The command line. The commands themselves are in commands/, one file a topic."""

from __future__ import annotations

import gc
import signal
import sys
from io import TextIOWrapper
from types import FrameType

import click

from betalningsansvar.commands.data import check, explain, stats
from betalningsansvar.commands.issuing import issue
from betalningsansvar.commands.law import agreements, tariffs_command
from betalningsansvar.commands.ledger import ledger_group
from betalningsansvar.commands.month import bill
from betalningsansvar.commands.parameters import ExampleGroup
from betalningsansvar.commands.progress import ended
from betalningsansvar.commands.sources import demo, profile_group
from betalningsansvar.commands.swedish import speak_swedish
from betalningsansvar.commands.year import reconcile, scenario
from betalningsansvar.web.command import web

speak_swedish()

# Python looks for garbage that goes in circles after so many new records, not after 700: a month makes millions that
# live long and hardly a circle, and looking through them again and again took a fourth of its time.
_NEW_RECORDS = 20_000


@click.group(
    cls=ExampleGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    example="betalningsansvar demo exempel\nbetalningsansvar bill exempel --month 2018-11 --out ut/2018-11",
)
@click.version_option(package_name="betalningsansvar")
def main() -> None:
    """Betalningsansvar: från sjukhusets underrättelser till exakta, förklarade fakturor per kommun."""
    for stream in (sys.stdout, sys.stderr):
        # A pipe on Windows may not know § or →; a mark in its place is better than a stop.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    gc.set_threshold(_NEW_RECORDS)
    ended.clear()
    for sent in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sent, _interrupt)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    """To be ended is to be interrupted: what was half-written is taken away on the way out.

    Raised where Python tidies up (a `__del__`), an exception is lost: the next step of the run raises it again.
    """
    ended.set()
    raise KeyboardInterrupt


for command in (
    check,
    bill,
    explain,
    issue,
    ledger_group,
    reconcile,
    scenario,
    stats,
    tariffs_command,
    agreements,
    profile_group,
    demo,
    web,
):
    main.add_command(command)


if __name__ == "__main__":
    main()
