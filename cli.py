"""The command line. The commands themselves are in commands/, one file a topic."""

from __future__ import annotations

import sys
from io import TextIOWrapper

import click

from betalningsansvar.commands.issuing import issue
from betalningsansvar.commands.law import agreements, tariffs_command
from betalningsansvar.commands.ledger import ledger_group
from betalningsansvar.commands.month import bill, check, explain, stats
from betalningsansvar.commands.sources import demo, profile_group
from betalningsansvar.commands.year import reconcile, scenario


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="betalningsansvar")
def main() -> None:
    """Betalningsansvar: from hospital notices to exact, explained invoices per kommun."""
    for stream in (sys.stdout, sys.stderr):
        # A pipe on Windows may not know § or →; a mark in its place is better than a stop.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


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
):
    main.add_command(command)


if __name__ == "__main__":
    main()
