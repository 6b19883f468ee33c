"""ledger approve: somebody answers for what would be issued, of a month or of a year's settlement."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from betalningsansvar.commands.asking import read_data, read_law
from betalningsansvar.commands.files import Files
from betalningsansvar.commands.parameters import (
    ExampleCommand,
    agreement_option,
    as_of_option,
    by_option,
    inferred_option,
    inputs,
    ledger_option,
    month_option,
    option,
    tariffs_option,
)
from betalningsansvar.commands.printing import say
from betalningsansvar.commands.progress import working
from betalningsansvar.commands.stopping import stopping, wrong_usage

if TYPE_CHECKING:
    from betalningsansvar.billing.period import Month


@click.command(
    name="approve",
    cls=ExampleCommand,
    example="betalningsansvar ledger approve data/exempel/halland-2018-11-12.csv --month 2018-11 "
    "--agreement halland --ledger sqlite:///faktura.db --by Anna",
)
@inputs
@month_option("Månaden som godkänns.")
@option("--settlement", type=click.IntRange(1992, 2099), metavar="ÅÅÅÅ", help="Godkänn i stället ett års avräkning.")
@option("--without-months", is_flag=True, help="Avräkningen sker fast månader i året inte är utfärdade.")
@ledger_option
@agreement_option
@tariffs_option
@as_of_option
@inferred_option
@by_option
def ledger_approve(
    inputs: tuple[Path, ...],
    profile: str | None,
    month: Month | None,
    settlement: int | None,
    without_months: bool,
    ledger: str,
    agreement: str,
    tariffs: Path | None,
    as_of: date | None,
    allow_inferred: bool,
    by: str,
) -> None:
    """Godkänn en månads underlag, eller ett års avräkning: vem, när, och vad som då skulle utfärdas."""
    if (month is None) == (settlement is None):
        raise wrong_usage("Ange antingen --month ÅÅÅÅ-MM, eller --settlement ÅÅÅÅ för det som är kvar av året.")
    if not by.strip():
        raise wrong_usage("Ange --by NAMN, den som godkänner.")
    files = Files()
    with stopping():
        from betalningsansvar.operations.approval import approve_plan
        from betalningsansvar.operations.issuing import PlanRequest, ShownPlan, plan_month
        from betalningsansvar.operations.month import MonthRequest, compute_month
        from betalningsansvar.operations.settlement import SettlementRequest, ShownSettlement, plan_year
        from betalningsansvar.operations.year import YearRequest, settle_year
        from betalningsansvar.reports.words.numbers import counted, kronor_text

        law = read_law(files, agreement, tariffs)
        read = read_data(files, inputs, profile)
        shown: ShownPlan | ShownSettlement
        with working("Räknar"):
            if month is not None:
                work = compute_month(MonthRequest(read, law, month, as_of, allow_inferred))
                shown = plan_month(PlanRequest(work, ledger))
            else:
                assert settlement is not None
                year = settle_year(YearRequest(read, law, settlement, ledger, as_of, allow_inferred))
                shown = plan_year(SettlementRequest(year, without_months=without_months))
        done = approve_plan(shown, datetime.now().astimezone(), by)
    what = f"{month} är godkänd" if month is not None else f"Avräkningen av {settlement} är godkänd"
    lines = counted(done.lines, "rad", "rader")
    say([f"{what} av {done.by}: {lines}, {kronor_text(done.amount_ore)} enligt {done.agreement}."])
