"""The span's kronor per kommun as a map, an SVG that any browser opens: five shades, light to dark, and a legend."""

from __future__ import annotations

from collections.abc import Mapping

from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.reports.files.htmltext import kronor, text
from betalningsansvar.reports.files.kommunkarta import outlines

_SHADES = ("#ffffff", "#d5e3f2", "#9dbfe0", "#4f87c0", "#17406f")
_LINES = 55
"""So many lines of the legend would fill the drawing's longer side: it is read on a screen that shows all of it."""


def kommun_map(title: str, amounts: Mapping[str, int]) -> str:
    """The kommuner of `amounts` (öre by code) shaded; blank when their boundaries are not installed."""
    drawn = {code: ore for code, ore in amounts.items() if code in outlines()}
    if not drawn:
        return ""
    limits = _limits([ore for ore in drawn.values() if ore > 0])
    boxes = [outlines()[code].box for code in drawn]
    left, top, right, bottom = (of(box[at] for box in boxes) for of, at in ((min, 0), (min, 1), (max, 2), (max, 3)))
    line = max(right - left, bottom - top) // _LINES + 1
    view = (left - line, top - 4 * line, right - left + 14 * line, bottom - top + 5 * line)
    names = {code: kommun.name for code, kommun in kommuner().items()}
    shapes = "".join(
        f'<path d="{outlines()[code].path}" fill="{_SHADES[_shade(ore, limits)]}">'
        f"<title>{text(names[code])}: {text(kronor(ore))}</title></path>"
        for code, ore in drawn.items()
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{" ".join(map(str, view))}" role="img" '
        f'font-family="sans-serif"><title>{text(title)}</title>'
        f'<text x="{left}" y="{top - 2 * line}" font-size="{line * 5 // 4}">{text(title)}</text>'
        f'<g stroke="#333" stroke-width="0.7">{shapes}</g>'
        f"{_legend(limits, right + line, top, line)}</svg>\n"
    )


def _limits(paid: list[int]) -> list[int]:
    """Where the shades part: a fourth of the paying kommuner in each, rounded up to whole thousands of kronor."""
    ordered = sorted(paid)
    return [-(-ordered[len(ordered) * n // 4] // 100_000) * 100_000 for n in (1, 2, 3)] if ordered else []


def _shade(ore: int, limits: list[int]) -> int:
    return 0 if ore <= 0 else 1 + sum(ore > limit for limit in limits)


def _legend(limits: list[int], x: int, y: int, line: int) -> str:
    words = ["inget"]
    if limits:
        words += [f"upp till {kronor(limit)}" for limit in limits] + [f"över {kronor(limits[-1])}"]
    rows = zip(_SHADES, words, strict=False)
    return "".join(
        f'<rect x="{x}" y="{y + 3 * line // 2 * n}" width="{3 * line // 2}" height="{line}" fill="{shade}" '
        f'stroke="#333"/><text x="{x + 2 * line}" y="{y + 3 * line // 2 * n + 4 * line // 5}" '
        f'font-size="{line * 4 // 5}">{text(word)}</text>'
        for n, (shade, word) in enumerate(rows)
    )
