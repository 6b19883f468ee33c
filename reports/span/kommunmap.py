"""The span's kronor per kommun as a map, an SVG that any browser opens: five shades, light to dark, and a legend."""

from __future__ import annotations

from collections.abc import Mapping

from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.reports.files.htmltext import kronor, text
from betalningsansvar.reports.files.kommunkarta import outlines

_SHADES = ("#ffffff", "#d5e3f2", "#9dbfe0", "#4f87c0", "#17406f")
_LEGEND = 360


def kommun_map(title: str, amounts: Mapping[str, int]) -> str:
    """The kommuner of `amounts` (öre by code) shaded; blank when their boundaries are not installed."""
    drawn = {code: ore for code, ore in amounts.items() if code in outlines()}
    if not drawn:
        return ""
    limits = _limits([ore for ore in drawn.values() if ore > 0])
    boxes = [outlines()[code].box for code in drawn]
    left, top = min(b[0] for b in boxes) - 20, min(b[1] for b in boxes) - 90
    width, height = max(b[2] for b in boxes) - left + 20 + _LEGEND, max(b[3] for b in boxes) - top + 20
    names = {code: kommun.name for code, kommun in kommuner().items()}
    shapes = "".join(
        f'<path d="{outlines()[code].path}" fill="{_SHADES[_shade(ore, limits)]}">'
        f"<title>{text(names[code])}: {text(kronor(ore))}</title></path>"
        for code, ore in drawn.items()
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top} {width} {height}" role="img" '
        f'font-family="sans-serif"><title>{text(title)}</title>'
        f'<text x="{left + 20}" y="{top + 50}" font-size="36">{text(title)}</text>'
        f'<g stroke="#333" stroke-width="0.7">{shapes}</g>'
        f"{_legend(limits, left + width - _LEGEND, top + 110)}</svg>\n"
    )


def _limits(paid: list[int]) -> list[int]:
    """Where the shades part: a fourth of the paying kommuner in each, rounded up to whole thousands of kronor."""
    ordered = sorted(paid)
    return [-(-ordered[len(ordered) * n // 4] // 100_000) * 100_000 for n in (1, 2, 3)] if ordered else []


def _shade(ore: int, limits: list[int]) -> int:
    return 0 if ore <= 0 else 1 + sum(ore > limit for limit in limits)


def _legend(limits: list[int], x: int, y: int) -> str:
    words = ["inget"]
    if limits:
        words += [f"upp till {kronor(limit)}" for limit in limits] + [f"över {kronor(limits[-1])}"]
    rows = zip(_SHADES, words, strict=False)
    return "".join(
        f'<rect x="{x}" y="{y + 40 * n}" width="44" height="28" fill="{shade}" stroke="#333"/>'
        f'<text x="{x + 56}" y="{y + 40 * n + 21}" font-size="22">{text(word)}</text>'
        for n, (shade, word) in enumerate(rows)
    )
