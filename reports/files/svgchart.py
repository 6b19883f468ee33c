"""Charts as small SVG, told apart by dashes, marks and hatching so that they survive black and white.

Heights are whole numbers (öre); what a chart shows exactly stands in the table beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from betalningsansvar.reports.files.htmltext import text

_WIDTH = 860
_DASHES = ("", "8 4", "2 3", "12 4 2 4", "5 5", "1 5", "14 6", "6 2 2 2 2 2")
_GREYS = ("#000", "#000", "#333", "#333", "#555", "#555", "#777", "#777")
_MARKS = ("circle", "square", "triangle", "diamond")
MOST_SERIES = len(_DASHES)

HATCH = (
    '<svg width="0" height="0" aria-hidden="true" class="hatch"><defs>'
    '<pattern id="h1" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="9" height="9" fill="#fff"/><line x1="0" y1="0" x2="0" y2="9" stroke="#1d4f91" stroke-width="2"/>'
    "</pattern>"
    '<pattern id="h2" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="#fff"/><line x1="0" y1="0" x2="0" y2="6" stroke="#1d4f91" stroke-width="3"/>'
    "</pattern></defs></svg>"
)


@dataclass(frozen=True, slots=True)
class Series:
    """One line: its name and a height per place on the axis."""

    name: str
    values: tuple[int, ...]


def lines(title: str, labels: Sequence[str], series: Sequence[Series], shown: Sequence[str], unit: str) -> str:
    """A line chart of at most MOST_SERIES series over `labels`. `shown` are the texts of its lowest and highest
    height; lines are named at their right end."""
    every = [value for own in series for value in own.values]
    low, high = min([0, *every]), max([1, *every])
    left, right, top, bottom = 110, _WIDTH - 240, 16, 290
    step = (right - left) / max(1, len(labels) - 1)

    def at(place: int, value: int) -> tuple[float, float]:
        return round(left + place * step, 1), round(bottom - (value - low) * (bottom - top) / (high - low), 1)

    parts = [_frame(title, _WIDTH, 340, f"{len(series)} linjer över {len(labels)} värden; tabellen har alla tal.")]
    _, zero = at(0, 0)
    parts.append(f'<line x1="{left}" y1="{zero}" x2="{right}" y2="{zero}" stroke="#999"/>')
    for value, words in zip((low, high), shown, strict=True):
        _, y = at(0, value)
        parts.append(f'<text x="{left - 8}" y="{y + 4}" text-anchor="end">{text(words)}</text>')
    every_nth = -(-len(labels) // 12)
    for place, label in enumerate(labels):
        if place % every_nth == 0:
            x, _ = at(place, 0)
            parts.append(f'<text x="{x}" y="{bottom + 20}" text-anchor="middle">{text(label)}</text>')
    parts.append(f'<text x="{(left + right) / 2}" y="{bottom + 42}" text-anchor="middle">{text(unit)}</text>')
    ends: list[float] = []
    for number, own in enumerate(series):
        points = [at(place, value) for place, value in enumerate(own.values)]
        joined = " ".join(f"{x},{y}" for x, y in points)
        dash = f' stroke-dasharray="{_DASHES[number]}"' if _DASHES[number] else ""
        parts.append(f'<polyline points="{joined}" fill="none" stroke="{_GREYS[number]}" stroke-width="2"{dash}/>')
        parts += [_mark(_MARKS[number % 4], x, y, _GREYS[number]) for x, y in points[:: max(1, len(points) // 12)]]
        end = points[-1][1]
        while any(abs(end - other) < 15 for other in ends):
            end += 15
        ends.append(end)
        parts.append(_mark(_MARKS[number % 4], right + 14, end, _GREYS[number]))
        parts.append(f'<text x="{right + 24}" y="{end + 4}">{text(_short(own.name, 26))}</text>')
    return "".join(parts) + "</g></svg>"


def bars(title: str, rows: Sequence[tuple[str, int, str]]) -> str:
    """Horizontal bars from zero: (name, value, shown). More is solid to the right, less hatched to the left."""
    if not rows:
        return ""
    values = [value for _, value, _ in rows]
    low, high = min(0, *values), max(0, *values)
    left, right, height = 220, _WIDTH - 130, 24
    span = max(1, high - low)

    def at(value: int) -> float:
        return round(left + (value - low) * (right - left) / span, 1)

    zero = at(0)
    parts = [_frame(title, _WIDTH, len(rows) * height + 12, f"{len(rows)} staplar; tabellen har alla tal.")]
    for number, (name, value, shown) in enumerate(rows):
        y = 6 + number * height
        x, width = min(zero, at(value)), max(1.0, abs(at(value) - zero))
        fill = "#444" if value >= 0 else "url(#h2)"
        parts.append(f'<text x="{left - 8}" y="{y + 15}" text-anchor="end">{text(_short(name, 30))}</text>')
        parts.append(
            f'<rect x="{x}" y="{y}" width="{round(width, 1)}" height="{height - 6}" fill="{fill}" stroke="#222"/>'
        )
        parts.append(f'<text x="{max(zero, at(value)) + 6}" y="{y + 15}">{text(shown)}</text>')
    parts.append(f'<line x1="{zero}" y1="0" x2="{zero}" y2="{len(rows) * height + 8}" stroke="#000"/>')
    return "".join(parts) + "</g></svg>"


SHADES = 10
"""How many greys there are, from the classes s0 (light) to s9 (dark, with white text)."""


def shade(value: int, low: int, high: int) -> str:
    """The class of the grey for a value between low and high."""
    return f"s{min(SHADES - 1, (value - low) * SHADES // max(1, high - low))}"


def _frame(title: str, width: int, height: int, description: str) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{text(title)}. {text(description)}"><g aria-hidden="true">'
    )


def _short(name: str, most: int) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"


def _mark(kind: str, x: float, y: float, colour: str) -> str:
    if kind == "circle":
        return f'<circle cx="{x}" cy="{y}" r="4" fill="{colour}"/>'
    if kind == "square":
        return f'<rect x="{x - 4}" y="{y - 4}" width="8" height="8" fill="{colour}"/>'
    points = {"triangle": ((0, -5), (5, 4), (-5, 4)), "diamond": ((0, -5), (5, 0), (0, 5), (-5, 0))}[kind]
    path = " ".join(f"{round(x + dx, 1)},{round(y + dy, 1)}" for dx, dy in points)
    return f'<polygon points="{path}" fill="#fff" stroke="{colour}" stroke-width="2"/>'
