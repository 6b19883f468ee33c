"""Charts as the report shows them: with a caption, and what their axis tells."""

from __future__ import annotations

from collections.abc import Sequence

from betalningsansvar.reports.files.htmltext import kronor, text
from betalningsansvar.reports.files.svgchart import Series


def figure(caption: str, chart: str) -> str:
    """A chart with its caption; blank where there is none."""
    return f'<figure><figcaption>{text(caption)}</figcaption><div class="wide">{chart}</div></figure>' if chart else ""


def ends(series: Sequence[Series]) -> tuple[str, str]:
    """The least and the greatest of the kronor, with 0 among them, as the axis tells them."""
    every = [value for own in series for value in own.values]
    return kronor(min([0, *every])), kronor(max([1, *every]))
