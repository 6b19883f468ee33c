"""The figures of the last long runs, kept in docs/sakerhet.md by the runs themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

DOCUMENT = Path(__file__).parents[1] / "docs" / "sakerhet.md"


def keep(name: str, lines: Sequence[str], document: Path = DOCUMENT) -> None:
    """Put the lines, dated, in the place of what the run of this name wrote before."""
    text = document.read_text(encoding="utf-8")
    begin, end = (f"<!-- {mark} {name}: skrivs av körningen -->" for mark in ("börjar", "slutar"))
    before, found, rest = text.partition(begin)
    _, ended, after = rest.partition(end)
    if not (found and ended):
        raise ValueError(f"{document.name} has no place for the figures of {name}")
    body = "\n".join([f"Senast kört {date.today()}.", *lines])
    document.write_text(f"{before}{begin}\n{body}\n{end}{after}", encoding="utf-8")
