"""The pictures of a month, drawn by the house's own SVG; what they show stands in the table beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from markupsafe import Markup

from betalningsansvar.web.words import count

if TYPE_CHECKING:
    from betalningsansvar.operations.overview import Overview
    from betalningsansvar.reports.files.kommunkarta import Outline

_MOST_BARS = 25


def kommun_bars(overview: Overview) -> Markup | None:
    """Amounts per kommun, largest first; None when nobody pays."""
    from betalningsansvar.reports.files.svgchart import bars

    paying = sorted((row for row in overview.rows if row.amount_ore > 0), key=lambda row: -row.amount_ore)
    if not paying:
        return None
    rows = [(row.name, row.amount_ore, f"{count(row.amount_ore // 100)} kr") for row in paying[:_MOST_BARS]]
    return Markup(bars("Belopp per kommun", rows))


def kommun_map(overview: Overview) -> Markup | None:
    """The region's kommuner, darker the more they pay; None without boundaries or without a region."""
    from betalningsansvar.reports.files.kommunkarta import outlines

    known = outlines()
    amounts = {row.code: row.amount_ore for row in overview.rows if row.group == "region"}
    inside = {code: known[code] for code in amounts if code in known}
    if len(inside) < 2 or len(inside) > 60:
        return None
    return Markup(_drawn(inside, amounts))


_SHADES = ("#ffffff", "#d6e3f3", "#a5c3e6", "#6d9cd3", "#3a70b4", "#0b3d7a")


def _drawn(inside: Mapping[str, Outline], amounts: Mapping[str, int]) -> str:
    from betalningsansvar.reports.files.htmltext import text
    from betalningsansvar.web.words import kommun_name, kr

    boxes = [outline.box for outline in inside.values()]
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    width, height = max(box[2] for box in boxes) - left, max(box[3] for box in boxes) - top
    most = max(amounts.values())
    shapes = "".join(
        f'<path d="{outline.path}" fill="{_shade(amounts[code], most)}" stroke="#16181c" '
        f'stroke-width="1" vector-effect="non-scaling-stroke"><title>{text(kommun_name(code))}: '
        f"{text(kr(amounts[code]))}</title></path>"
        for code, outline in inside.items()
    )
    return (
        f'<svg viewBox="{left} {top} {width} {height}" width="360" role="img" '
        f'aria-label="Karta: ju mörkare kommun, desto högre belopp. Tabellen har alla tal.">{shapes}</svg>'
    )


def _shade(amount_ore: int, most_ore: int) -> str:
    if amount_ore <= 0 or most_ore <= 0:
        return _SHADES[0]
    return _SHADES[1 + min(4, amount_ore * 5 // (most_ore + 1))]
