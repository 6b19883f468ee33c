"""The data itself: what is wrong in it, how one amount came to be, and how long patients waited."""

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
    agreements_option,
    as_of_option,
    cluster_option,
    first_option,
    inputs,
    last_option,
    month_option,
    option,
    processes_option,
    tariffs_option,
)
from betalningsansvar.commands.parts import engine_for
from betalningsansvar.commands.printing import list_of, say, say_counts, say_findings
from betalningsansvar.commands.progress import progress, working
from betalningsansvar.commands.stopping import explained, stopping, wrong_usage

if TYPE_CHECKING:
    from betalningsansvar.billing.period import Month


@click.command(
    cls=ExampleCommand,
    short_help="Vad som är fel i uppgifterna, innan pengar räknas.",
    example="betalningsansvar check data/exempel/trasiga-rader.csv\n"
    "betalningsansvar check data/exempel/trasiga-rader.csv --out ut/avvikelser.xlsx\n"
    "betalningsansvar check data/exempel/halland-2018-11-12.csv --month 2018-11 --agreement halland",
)
@inputs
@month_option("Visa också de kronor av månaden som hänger på varje avvikelse.")
@agreement_option
@tariffs_option
@as_of_option
@option("--out", type=PATH, metavar="FIL", help="Skriv alla avvikelser till FIL.xlsx eller FIL.csv.")
@option("--most", default=40, show_default=True, type=click.IntRange(0), metavar="N", help="Så många visas.")
def check(
    inputs: tuple[Path, ...],
    profile: str | None,
    month: Month | None,
    agreement: str,
    tariffs: Path | None,
    as_of: date | None,
    out: Path | None,
    most: int,
) -> None:
    """Visa vad som är fel i uppgifterna, innan några pengar räknas; med --month också kronorna på spel."""
    if month is None and (tariffs or as_of or agreement != "nationell"):
        raise wrong_usage("--agreement, --tariffs och --as-of behöver --month: kronorna på spel hör till en månad.")
    files = Files()
    with stopping():
        from betalningsansvar.operations.check import SUFFIXES, MonthFindings, month_findings, write_check
        from betalningsansvar.operations.month import MonthRequest
        from betalningsansvar.reports.files.outputfile import require_writable
        from betalningsansvar.reports.month.findings import finding_lines, source_lines

        law = read_law(files, agreement, tariffs) if month else None
        files.found(inputs)
        if out:
            require_writable(files.destination(out), SUFFIXES)
        read = read_data(files, inputs, profile)
        found = MonthFindings(read.issues)
        if month and law:
            with progress() as told:
                found = month_findings(MonthRequest(read, law, month, as_of), told)
        if out:
            with working("Skriver"):
                write_check(found.issues, files.destination(out), read.today)
    say(source_lines(read.sources))
    say_counts(read.cases)
    *listed, summary = finding_lines(found.issues, most, str(out or ""))
    say(listed)
    if found.gap:
        say([f"Kronorna på spel i {month} går inte att räkna. {explained(found.gap)}"])
    elif month is None and len(found.issues):
        say(["Kronorna på spel visas när månaden anges med --month."])
    say([summary])


@click.command(
    cls=ExampleCommand,
    short_help="Förklara ett belopp steg för steg.",
    example="betalningsansvar explain data/exempel/halland-2018-11-12.csv --case H18-0053 --month 2018-11",
)
@inputs
@option("--case", "arende_id", metavar="ARENDE_ID", help="Ärendet som förklaras.")
@option("--kommun", metavar="KOD", help="Förklara i stället kommunens medelvärde (med --month).")
@month_option("Bara den här månaden.")
@agreement_option
@tariffs_option
@as_of_option
def explain(
    inputs: tuple[Path, ...],
    profile: str | None,
    arende_id: str | None,
    kommun: str | None,
    month: Month | None,
    agreement: str,
    tariffs: Path | None,
    as_of: date | None,
) -> None:
    """Förklara ett belopp steg för steg: uppgift, regel och paragraf, värde, kronor."""
    if (arende_id is None) == (kommun is None):
        raise wrong_usage("Ange antingen --case ARENDE_ID, eller --kommun KOD med --month.")
    if kommun is not None and month is None:
        raise wrong_usage("--kommun behöver --month: ett medelvärde hör till en kalendermånad.")
    files = Files()
    with stopping():
        from betalningsansvar.operations.explain import ExplainRequest, explain
        from betalningsansvar.reports.month.explanation import explanation_text

        law = read_law(files, agreement, tariffs)
        read = read_data(files, inputs, profile)
        request = ExplainRequest(read, law, arende_id=arende_id, kommun=kommun, month=month, as_of=as_of)
        with working("Räknar"):
            texts = [explanation_text(explanation) for explanation in explain(request)]
    say(["\n\n".join(texts)])


@click.command(
    cls=ExampleCommand,
    short_help="Dagar till utskrivning per kommun och månad.",
    example="betalningsansvar stats data/exempel/halland-2018-11-12.csv --from 2018-11 --to 2018-12 "
    "--out ut/statistik.csv",
)
@inputs
@first_option(required=True)
@last_option(required=True)
@option("--out", required=True, type=PATH, metavar="FIL", help="Filen som skrivs, .csv eller .parquet.")
@option("--befolkning", type=PATH, metavar="FIL", help="CSV med kommun, invanare och, om det finns, invanare_65.")
@agreement_option
@agreements_option
@as_of_option
@processes_option("Läs Parquet i delar, N processer.")
@cluster_option("Räkna delarna på ett Dask-kluster (tcp://dator:8786).")
def stats(
    inputs: tuple[Path, ...],
    profile: str | None,
    first: Month,
    last: Month,
    out: Path,
    befolkning: Path | None,
    agreement: str,
    agreements: str | None,
    as_of: date | None,
    processes: int | None,
    cluster: str | None,
) -> None:
    """Räkna dagar från underrättelse till utskrivning per kommun och månad, nationellt och enligt avtalet."""
    if last < first:
        raise wrong_usage(f"--to {last} är före --from {first}.")
    if agreements and agreement != "nationell":
        raise wrong_usage("Ange --agreement eller --agreements region, inte båda.")
    files = Files()
    with stopping():
        from betalningsansvar.operations.parts import PartsRequest
        from betalningsansvar.operations.statistics import (
            SUFFIXES,
            StatisticsRequest,
            statistics,
            write_statistics_file,
        )
        from betalningsansvar.reports.files.outputfile import require_writable
        from betalningsansvar.reports.month.statistics_csv import statistics_lines

        law, people = read_law(files, agreement, None), files.named(befolkning)
        tables = files.found(inputs)
        require_writable(files.destination(out), SUFFIXES)
        asked = (law, first, last, as_of, people, bool(agreements))
        engine = engine_for(tables.files, processes, cluster, ["--profile"] if profile else [])
        if engine:
            parts = PartsRequest(tables.files, date.today(), tables.passed_over, hashed=False)
            with progress() as told:
                found = statistics(StatisticsRequest(parts, *asked), engine, told)
        else:
            read = read_data(files, inputs, profile)
            with working("Räknar"):
                found = statistics(StatisticsRequest(read, *asked))
        write_statistics_file(found, files.destination(out))
    say(statistics_lines(found.table))
    say([f"Skrivet i {out}."])
    say_findings(found.issues, list_of(inputs))
