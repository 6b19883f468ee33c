"""The year and the what-if: reconcile and scenario."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from betalningsansvar.commands.shared import (
    MONTH,
    PATH,
    ExampleCommand,
    agreement_option,
    as_of_option,
    inputs,
    print_counts,
    progress,
    read_input,
    read_law,
    stopping,
    tariffs_option,
)

if TYPE_CHECKING:
    from betalningsansvar.billing.period import Month
    from betalningsansvar.billing.whatif.priced_readings import Readings
    from betalningsansvar.billing.year.issued import LedgerYear
    from betalningsansvar.tariffs.belopp import Tariffs
    from betalningsansvar.tariffs.records import Agreement
    from betalningsansvar.tariffs.scenario import Scenario, ScenarioFile


@click.command(
    cls=ExampleCommand,
    example="betalningsansvar reconcile notices.csv --year 2018 --agreement halland --out ut/bokslut-2018",
)
@inputs
@click.option("--year", required=True, type=click.IntRange(1992, 2099), metavar="YYYY", help="Year to settle.")
@click.option("--out", required=True, type=PATH, metavar="DIR", help="Folder to make.")
@agreement_option
@tariffs_option
@click.option("--ledger", metavar="URL", help="Ledger of issued invoices; without it only schablon is settled.")
@as_of_option
@click.option("--allow-inferred", is_flag=True, help="Settle by amounts marked I (inferred) as well.")
@click.option("--force", is_flag=True, help="Replace the folder if it exists.")
def reconcile(
    inputs: tuple[Path, ...],
    year: int,
    out: Path,
    agreement: str,
    tariffs: Path | None,
    ledger: str | None,
    as_of: date | None,
    allow_inferred: bool,
    force: bool,
) -> None:
    """Settle a year (bokslut): invoiced against outcome per kommun, accrual, causes and control totals."""
    with stopping():
        from betalningsansvar.reports.files.folder import require_free

        require_free(out, force=force)
        known, amounts = read_law(agreement, tariffs)
        issued = _ledger_year(ledger, year) if ledger else None
        intake = read_input(inputs)

        from betalningsansvar.billing.cases import check_cases
        from betalningsansvar.billing.year.bokslut import reconcile as settle_year
        from betalningsansvar.reports.bokslut.publish import write_bokslut
        from betalningsansvar.reports.bokslut.text import bokslut_lines
        from betalningsansvar.reports.files.manifest import Fingerprint

        cases, issues = check_cases(intake.cases, intake.issues)
        bokslut = settle_year(cases, issues, known, amounts, year, as_of, ledger=issued, allow_inferred=allow_inferred)
        write_bokslut(
            bokslut,
            out,
            sources=intake.sources,
            tariffs=[Fingerprint(layer.origin, layer.sha256) for layer in amounts.layers],
            options={
                "year": str(year),
                "agreement": agreement,
                "as_of": str(bokslut.as_of),
                "allow_inferred": "ja" if allow_inferred else "nej",
                "ledger": "ja" if ledger else "nej",
                **intake.profile_facts,
            },
            force=force,
        )
    print_counts(bokslut.cases)
    for line in bokslut_lines(bokslut):
        click.echo(line)
    click.echo(f"Written to {out}.")


def _ledger_year(url: str, year: int) -> LedgerYear:
    from betalningsansvar.billing.ledger.connection import Ledger
    from betalningsansvar.operations.ledger_year import read_ledger_year

    return read_ledger_year(Ledger.parse(url), year)[0]


@click.command(
    cls=ExampleCommand,
    example="betalningsansvar scenario notices.csv --from 2018-01 --to 2018-12 "
    "--vary dagar=0..10 --vary dygnsbelopp=8000..14000:500 --out ut/scenario",
)
@inputs
@click.option("--from", "first", required=True, type=MONTH, metavar="YYYY-MM", help="First month.")
@click.option("--to", "last", required=True, type=MONTH, metavar="YYYY-MM", help="Last month.")
@click.option("--scenarios", type=PATH, metavar="FILE", help="Named scenarios (TOML).")
@click.option("--vary", multiple=True, metavar="NAME=A..B[:STEP]", help="Vary a parameter; repeat for a grid.")
@click.option("--lasningar", is_flag=True, help="Price every reading of each point the sources leave unclear.")
@click.option("--out", required=True, type=PATH, metavar="DIR", help="Folder to make.")
@click.option("--agreement", metavar="ID|FILE", help="Base agreement.  [default: the file's avtal, else nationell]")
@tariffs_option
@as_of_option
@click.option("--prognos", metavar="index=N|kronor=N", help="Forecast amounts where none is known.")
@click.option("--befolkning", type=PATH, metavar="FILE", help="Inhabitants per kommun (CSV), for figures per 1 000.")
@click.option("--allow-inferred", is_flag=True, help="Use amounts marked I (inferred) as well.")
@click.option("--force", is_flag=True, help="Replace the folder if it exists.")
def scenario(
    inputs: tuple[Path, ...],
    first: Month,
    last: Month,
    scenarios: Path | None,
    vary: tuple[str, ...],
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
    """What if: other days, amounts, models and behaviour beside the base, per kommun and month."""
    if not (scenarios or vary or lasningar):
        raise click.UsageError("give --scenarios FILE, --vary NAME=A..B or --lasningar: there is nothing to compare")
    if last < first:
        raise click.UsageError(f"--to {last} is before --from {first}")
    with stopping():
        from betalningsansvar.billing.cases import check_cases
        from betalningsansvar.billing.whatif.comparison import compare
        from betalningsansvar.billing.whatif.grids import grid, parse_axis
        from betalningsansvar.data.settings.befolkning import load_population
        from betalningsansvar.reports.files.folder import require_free
        from betalningsansvar.reports.files.manifest import Fingerprint, ReadFile
        from betalningsansvar.reports.scenario.publish import write_comparison
        from betalningsansvar.reports.scenario.text import scenario_lines
        from betalningsansvar.tariffs.scenariofile import load_scenarios

        require_free(out, force=force)
        file = load_scenarios(scenarios) if scenarios else None
        points = grid([parse_axis(text) for text in vary])
        base = _base_agreement(agreement, file)
        known, amounts = read_law(base, tariffs)
        if prognos:
            from betalningsansvar.billing.whatif.prognos import parse_forecast, with_forecast

            amounts = with_forecast(amounts, parse_forecast(prognos), last.last_day)
        months = first.through(last)
        overlays = [*(_kommuner_known(file) if file else ()), *points]
        readings = _readings(known, amounts, months) if lasningar else None
        people = load_population(befolkning) if befolkning else {}
        population = {code: counted.invanare for code, counted in people.items()}
        intake = read_input(inputs)
        cases, _ = check_cases(intake.cases, intake.issues)
        with progress("Computing", 1) as done:
            result = compare(
                cases,
                known,
                amounts,
                months,
                [*overlays, *(readings.scenarios if readings else ())],
                as_of,
                allow_inferred=allow_inferred,
                progress=done,
            )
        with progress("Writing", 1) as written:
            write_comparison(
                result,
                out,
                readings=readings,
                population=population,
                inputs=[ReadFile.of_source(source) for source in intake.sources],
                tariffs=[Fingerprint(layer.origin, layer.sha256) for layer in amounts.layers if layer.sha256],
                options={
                    "from": str(first),
                    "to": str(last),
                    "agreement": base,
                    "scenarios": file.sha256 if file else "",
                    "vary": " ".join(vary),
                    "lasningar": "ja" if lasningar else "nej",
                    "prognos": prognos or "",
                    "befolkning": befolkning.name if befolkning else "",
                    "allow_inferred": "ja" if allow_inferred else "nej",
                    **intake.profile_facts,
                },
                force=force,
                progress=written,
            )
    print_counts(cases)
    for line in scenario_lines(result):
        click.echo(line)
    click.echo(f"Written to {out}.")


def _base_agreement(agreement: str | None, file: ScenarioFile | None) -> str:
    """The agreement of the option or of the scenario file, which must not disagree."""
    named = file.avtal if file else None
    if agreement and named and agreement != named:
        raise click.UsageError(f"--agreement {agreement}, but the scenario file builds on avtal = {named!r}")
    return agreement or named or "nationell"


def _kommuner_known(file: ScenarioFile) -> tuple[Scenario, ...]:
    from betalningsansvar.data.kommuner import kommuner
    from betalningsansvar.tariffs.scenariofile import with_kommun_codes

    code_of = {text.casefold(): k.code for k in kommuner().values() for text in (k.code, k.name)}
    return with_kommun_codes(file.scenarier, code_of)


def _readings(agreement: Agreement, amounts: Tariffs, months: list[Month]) -> Readings:
    from betalningsansvar.billing.whatif.priced_readings import priced_readings
    from betalningsansvar.tariffs.readings import shipped_points

    return priced_readings(shipped_points(), agreement, amounts, months)
