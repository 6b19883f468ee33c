"""bill --from --to: months in a row, computed of one reading."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from betalningsansvar.commands.asking import read_data, read_law
from betalningsansvar.commands.files import Files
from betalningsansvar.commands.parts import engine_for
from betalningsansvar.commands.printing import list_in, say, say_findings
from betalningsansvar.commands.progress import progress
from betalningsansvar.commands.stopping import stopping, wrong_usage

if TYPE_CHECKING:
    from betalningsansvar.billing.period import Month
    from betalningsansvar.reports.files.destination import Destination
    from betalningsansvar.reports.span.record import SpanReport


IN_PARTS = "Lästes i delar: fakturarader.csv och arenden.csv är inte skrivna."


@dataclass(frozen=True)
class SpanAsked:
    """What the options of a span say."""

    first: Month
    last: Month
    agreement: str
    tariffs: Path | None
    as_of: date | None
    as_known: date | None
    driftstopp: Path | None
    allow_inferred: bool
    profile: str | None
    force: bool
    processes: int | None
    cluster: str | None
    parquet: bool

    @property
    def whole(self) -> list[str]:
        """The options given that ask for all cases in memory."""
        return [name for name, given in (("--profile", self.profile), ("--driftstopp", self.driftstopp)) if given]


def require_span(
    first: Month | None, last: Month | None, out: Path | None, of_month: Sequence[str]
) -> tuple[Month, Month, Path]:
    """The span and the folder. Raises click's UsageError for half a span, or with options `of_month`."""
    if "--month" in of_month:
        raise wrong_usage("Ange --month, eller --from och --to, inte båda.")
    if first is None or last is None:
        raise wrong_usage("Ange både --from och --to.")
    if last < first:
        raise wrong_usage(f"--to {last} är före --from {first}.")
    if of_month:
        raise wrong_usage(f"{', '.join(of_month)} gäller en månads fakturor, och går bara med --month.")
    if out is None:
        raise wrong_usage("Ange --out MAPP, mappen som skapas.")
    return first, last, out


def bill_span(inputs: tuple[Path, ...], out: Path, asked: SpanAsked) -> None:
    """Compute the months and write their folder."""
    with stopping():
        from betalningsansvar.operations.span import compute_span, span_folder, write_span_folder
        from betalningsansvar.operations.span_batches import compute_batches

        report: SpanReport = written(
            inputs,
            out,
            asked,
            folder=span_folder,
            compute=compute_span,
            compute_batches=compute_batches,
            write=write_span_folder,
        )
    _say(report, out)


def written(
    inputs: tuple[Path, ...],
    out: Path,
    asked: SpanAsked,
    *,
    folder: Callable[[Destination, Month, Month], Destination],
    compute: Callable[..., Any],
    compute_batches: Callable[..., Any],
    write: Callable[..., None],
) -> Any:
    """The report of months in a row, of one agreement or of the country, computed whole or in parts and written.

    `folder`, `compute`, `compute_batches` and `write` are those of `operations.span` and `operations.span_batches`, or
    of the country's rooms beside them. Raises what they do.
    """
    from betalningsansvar.operations.span import SpanRequest
    from betalningsansvar.operations.span_batches import BatchRequest
    from betalningsansvar.reports.files.folder import require_free

    files = Files()
    law = read_law(files, asked.agreement, asked.tariffs, asked.as_known)
    stopped = files.named(asked.driftstopp)
    found = files.found(inputs)
    where = folder(files.destination(out, force=asked.force), asked.first, asked.last)
    require_free(where)
    engine = engine_for(found.files, asked.processes, asked.cluster, asked.whole)
    if engine:
        given = (asked.first, asked.last, date.today(), asked.as_of, asked.allow_inferred, found.passed_over)
        batches = BatchRequest(found.files, law, *given)
        with progress() as told:
            work = compute_batches(batches, engine, told)
            write(work.report, batches, work.inputs, where, parquet=asked.parquet)
        return work.report
    read = read_data(files, inputs, asked.profile)
    request = SpanRequest(read, law, asked.first, asked.last, asked.as_of, asked.allow_inferred, stopped)
    with progress() as told:
        report = compute(request, told)
        write(report, request, read.inputs, where, parquet=asked.parquet)
    return report


def _say(report: SpanReport, out: Path) -> None:
    """How many cases, how much, of how many, and the findings."""
    from betalningsansvar.reports.words.law import notice_lines
    from betalningsansvar.reports.words.numbers import counted, kronor_text

    totals = report.totals
    first, last = totals.plan.months[0], totals.plan.months[-1]
    kept_out = [
        counted(number, one, more)
        for status, one, more in (("parkerad", "parkerat", "parkerade"), ("avvisad", "avvisat", "avvisade"))
        if (number := totals.read.get(status, 0))
    ]
    said = counted(sum(totals.read.values()), "ärende", "ärenden")
    say([f"{', '.join([said, *kept_out])}." if kept_out else f"{said}."])
    payers = totals.kommuner.loc[totals.kommuner["amount_ore"] > 0, "kommun"].nunique()
    paid = f"{kronor_text(totals.amount_ore)} från {counted(payers, 'kommun', 'kommuner')}"
    months = counted(len(totals.plan.months), "månad", "månader")
    say([f"{first}–{last}, {months}: {paid} enligt {totals.plan.agreement.id}. Skrivet i {out}."])
    if report.lines is None:
        say([IN_PARTS])
    say(notice_lines(totals.plan.agreement, totals.plan.replaced, first.start, last.last_day))
    say_findings(report.issues, list_in(out))
