"""The one table that every benchmark prints: job, today, floor or peer, ratio, growth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_HEADINGS = ("jobb", "i dag, s", "golv eller jämförelse", "dess, s", "kvot", "tillväxt")


@dataclass(frozen=True)
class Row:
    """One measurement: medians in seconds, the ratio of runs that took turns, and how the job grows with its data."""

    job: str
    today: float
    peer: str
    peer_seconds: float
    ratio: float
    growth: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        times = [f"{seconds:.4f}" if seconds < 0.1 else f"{seconds:.2f}" for seconds in (self.today, self.peer_seconds)]
        return (self.job, times[0], self.peer, times[1], f"{self.ratio:.2f}", self.growth)


def lines(rows: Sequence[Row]) -> list[str]:
    """The table as Markdown, its columns as wide as their cells."""
    cells = [_HEADINGS, *(row.cells for row in rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(_HEADINGS))]
    printed = [
        "| " + " | ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) + " |" for row in cells
    ]
    return [printed[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *printed[1:]]


def show(rows: Sequence[Row]) -> None:
    print("\n".join(lines(rows)))
