"""The year and the what-if: reconcile and scenario."""

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
    force_option,
    inferred_option,
    inputs,
    last_option,
    option,
    tariffs_option,
)
from betalningsansvar.commands.printing import list_of_months, say, say_counts, say_findings
from betalningsansvar.commands.progress import progress, working
from betalningsansvar.commands.stopping import stopping, wrong_usage
from betalningsansvar.data.columns import VARDFORMER

if TYPE_CHECKING:
    from betalningsansvar.billing.period import Month


@click.command(
    cls=ExampleCommand,
    short_help="Stäm av ett år (bokslut).",
    example="betalningsansvar reconcile data/exempel/halland-2018-11-12.csv --year 2018 --agreement halland "
    "--out ut/bokslut-2018",
)
@inputs
@option("--year", required=True, type=click.IntRange(1992, 2099), metavar="ÅÅÅÅ", help="Året som stäms av.")
@option("--out", required=True, type=PATH, metavar="MAPP", help="Mappen som skapas.")
@agreement_option
@tariffs_option
@option("--ledger", metavar="URL", help="Liggaren med utfärdade fakturor; utan den stäms bara schablon av.")
@as_of_option
@inferred_option
@force_option
def reconcile(
    inputs: tuple[Path, ...],
    profile: str | None,
    year: int,
    out: Path,
    agreement: str,
    tariffs: Path | None,
    ledger: str | None,
    as_of: date | None,
    allow_inferred: bool,
    force: bool,
) -> None:
    """Stäm av ett år (bokslut): fakturerat mot utfall per kommun, periodisering, orsaker och kontrollsummor."""
    files = Files()
    with stopping():
        from betalningsansvar.operations.year import YearRequest, settle_year, write_year, year_folder
        from betalningsansvar.reports.bokslut.text import bokslut_lines
        from betalningsansvar.reports.files.folder import require_free

        law = read_law(files, agreement, tariffs)
        files.found(inputs)
        address = files.ledger(ledger) if ledger else None
        where = year_folder(files.destination(out, force=force), year)
        require_free(where)
        read = read_data(files, inputs, profile)
        with working("Räknar"):
            work = settle_year(YearRequest(read, law, year, address, as_of, allow_inferred))
        with working("Skriver"):
            write_year(work, where)
    say_counts(work.bokslut.cases)
    say(bokslut_lines(work.bokslut))
    say([f"Skrivet i {out}."])
    say_findings(work.issues, str(out / "avvikelser.csv"))


@click.command(
    cls=ExampleCommand,
    short_help="Räkna på tänk om: dagar, belopp, modeller.",
    example="betalningsansvar scenario data/exempel/halland-2018-11-12.csv --from 2018-11 --to 2018-12 "
    "--vary dagar=2..5 --vary dygnsbelopp=7000..8000:500 --out ut/scenario",
)
@inputs
@first_option(required=True)
@last_option(required=True)
@option("--scenarios", type=PATH, metavar="FIL", help="Namngivna scenarier (TOML).")
@option("--vary", multiple=True, metavar="NAMN=A..B[:STEG]", help="Variera ett värde; upprepa för ett rutnät.")
@option(
    "--vardform",
    multiple=True,
    type=click.Choice(VARDFORMER),
    help="Begränsa det som varieras till en vårdform; upprepa för flera.",
)
@option("--lasningar", is_flag=True, help="Prissätt varje läsning av det som källorna lämnar öppet.")
@option("--out", required=True, type=PATH, metavar="MAPP", help="Mappen som skapas.")
@option("--agreement", metavar="ID|FIL", help="Avtalet i botten.  [standard: filens avtal, annars nationell]")
@tariffs_option
@as_of_option
@option("--prognos", metavar="index=N|kronor=N", help="Antaget dygnsbelopp där inget är känt.")
@option("--befolkning", type=PATH, metavar="FIL", help="Invånare per kommun (CSV), för tal per 1 000.")
@inferred_option
@force_option
def scenario(
    inputs: tuple[Path, ...],
    profile: str | None,
    first: Month,
    last: Month,
    scenarios: Path | None,
    vary: tuple[str, ...],
    vardform: tuple[str, ...],
    lasningar: bool,
    out: Path,
    agreement: str | None,
    tariffs: Path | None,
    as_of: date | None,
    prognos: str | None,
    befolkning: Path | None,
    allow_inferred: bool,
    force: bool,
) -> None:
    """Räkna på tänk om: andra dagar, belopp, modeller och beteenden bredvid avtalet, per kommun och månad."""
    if not (scenarios or vary or lasningar):
        raise wrong_usage("Ange --scenarios FIL, --vary NAMN=A..B eller --lasningar: det finns inget att jämföra.")
    if vardform and not vary:
        raise wrong_usage("--vardform begränsar --vary: ange också --vary NAMN=A..B.")
    if last < first:
        raise wrong_usage(f"--to {last} är före --from {first}.")
    files = Files()
    with stopping():
        from betalningsansvar.operations.requests import RequestError
        from betalningsansvar.operations.whatif import (
            WhatIfRequest,
            base_agreement,
            what_if,
            what_if_folder,
            write_what_if,
        )
        from betalningsansvar.reports.files.folder import require_free
        from betalningsansvar.reports.scenario.text import alternative_lines, scenario_lines
        from betalningsansvar.reports.words.law import notice_lines

        named, people = files.named(scenarios), files.named(befolkning)
        try:
            base = base_agreement(agreement, named)
        except RequestError as error:
            raise wrong_usage(str(error)) from error
        law = read_law(files, base, tariffs)
        files.found(inputs)
        where = what_if_folder(files.destination(out, force=force), first, last)
        require_free(where)
        read = read_data(files, inputs, profile)
        request = WhatIfRequest(
            read,
            law,
            first,
            last,
            scenarios=named,
            vary=vary,
            vardform=vardform,
            readings=lasningar,
            prognos=prognos,
            befolkning=people,
            as_of=as_of,
            allow_inferred=allow_inferred,
        )
        with progress() as told:
            work = what_if(request, told)
            write_what_if(work, where, told)
    say_counts(read.cases)
    say(scenario_lines(work.comparison))
    if work.alternative:
        say(alternative_lines(work.comparison, work.alternative))
    replaced = law.tariffs.replaced(first.start, last.last_day)
    say(notice_lines(law.agreement, replaced, first.start, last.last_day))
    say(f"Observera: {told}." for told in work.also_changed)
    say([f"Skrivet i {out}."])
    say_findings(work.issues, list_of_months(first, last))
