"""bill --agreements region: every region's months by its own rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from betalningsansvar.commands.printing import list_in, say, say_findings
from betalningsansvar.commands.span import IN_PARTS, SpanAsked, written
from betalningsansvar.commands.stopping import stopping

if TYPE_CHECKING:
    from betalningsansvar.reports.nation.record import NationReport


def bill_nation(inputs: tuple[Path, ...], out: Path, asked: SpanAsked) -> None:
    """Compute the regions and write their folder; the agreement asked for is the statute."""
    with stopping():
        from betalningsansvar.operations.nation import compute_nation, nation_folder, write_nation_folder
        from betalningsansvar.operations.nation_batches import compute_nation_batches

        report: NationReport = written(
            inputs,
            out,
            asked,
            folder=nation_folder,
            compute=compute_nation,
            compute_batches=compute_nation_batches,
            write=write_nation_folder,
        )
    _say(report, out)


def _say(report: NationReport, out: Path) -> None:
    """How much, of how many kommuner and regions, which agreements are not known, and the findings."""
    from betalningsansvar.reports.words.law import replaced_texts
    from betalningsansvar.reports.words.numbers import counted, kronor_text

    kommuner = report.frame("kommuner")
    payers = counted(kommuner.loc[kommuner["amount_ore"] > 0, "kommun"].nunique(), "kommun", "kommuner")
    cases = counted(sum(sum(one.span.totals.read.values()) for one in report.regions), "ärende", "ärenden")
    regions = counted(len(report.regions), "region", "regioner")
    months = "–".join(dict.fromkeys(report.months))
    say([f"{cases} i {regions}, var och en räknad efter sina egna regler."])
    say([f"{months}: {kronor_text(report.amount_ore)} från {payers}. Skrivet i {out}."])
    if report.in_parts:
        say([IN_PARTS])
    say(f"Observera: {text}" for text in replaced_texts(report.replaced))
    partly = [one for one in report.regions if one.unknown]
    say([f"{one.name}: avtalet är inte känt för {one.unknown}; där gäller lagen." for one in partly])
    say_findings(report.issues, list_in(out))
