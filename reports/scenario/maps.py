"""Maps of who pays more and less: solid greys for more, hatching for less, white for the same."""

from __future__ import annotations

from betalningsansvar.reports.files.htmltext import kronor, text
from betalningsansvar.reports.files.kommunkarta import outlines
from betalningsansvar.reports.scenario.view import Shown, View

_FILLS = ("url(#h2)", "url(#h1)", "#fff", "#bbb", "#444")
_PER = 1000


def maps(view: View) -> str:
    """A map per chosen scenario with one legend; nothing where no kommun is on the map. Per thousand inhabitants when
    every kommun's number is known."""
    drawn = [(k, kommun.code) for k, kommun in enumerate(view.kommuner) if kommun.code in outlines()]
    region = [(k, code) for k, code in drawn if view.comparison.agreement.region in (None, code[:2])]
    drawn = region or drawn
    if not drawn:
        return ""
    per_inhabitant = all(code in view.population for _, code in drawn)
    changes = {s.number: _changes(view, s, drawn, per_inhabitant=per_inhabitant) for s in view.chosen}
    largest = max((abs(v) for own in changes.values() for v in own.values()), default=0)
    # Whole kronor, so that the legend says exactly where the shades part.
    limit = largest // 4 // 100 * 100
    shapes = "".join(f'<path id="k{code}" d="{outlines()[code].path}"/>' for _, code in drawn)
    unit = f"kronor per {_PER} invånare" if per_inhabitant else "kronor"
    boxes = [outlines()[code].box for _, code in drawn]
    left, top = min(b[0] for b in boxes) - 8, min(b[1] for b in boxes) - 8
    width, height = max(b[2] for b in boxes) - left + 8, max(b[3] for b in boxes) - top + 8
    parts = [
        f'<svg width="0" height="0" aria-hidden="true" class="hatch"><defs>{shapes}</defs></svg>',
        _legend(limit, unit),
        '<div class="maps">',
    ]
    names = {kommun.code: kommun.name for kommun in view.kommuner}
    for scenario in view.chosen:
        own = changes[scenario.number]
        uses = "".join(
            f'<use href="#k{code}" fill="{_FILLS[_step(change, limit)]}">'
            f"<title>{text(names[code])}: {kronor(change, signed=True)}</title></use>"
            for code, change in own.items()
        )
        parts.append(
            f'<figure><figcaption>{text(scenario.namn)}</figcaption><svg viewBox="{left} {top} {width} {height}" '
            f'role="img" aria-label="Karta: {text(scenario.namn)}, skillnad i {unit}. '
            'Tabellen per kommun har alla tal.">'
            f'<g aria-hidden="true">{uses}</g></svg></figure>'
        )
    return "".join(parts) + "</div>"


def _changes(view: View, scenario: Shown, drawn: list[tuple[int, str]], *, per_inhabitant: bool) -> dict[str, int]:
    """Öre more or less by code, per thousand inhabitants if so chosen."""
    change = scenario.by_kommun - view.base.by_kommun
    found = {}
    for k, code in drawn:
        value = int(change[k])
        if per_inhabitant:
            # To whole kronor; shown, never added.
            whole = abs(value) * _PER // (view.population[code] * 100) * 100
            value = whole if value > 0 else -whole
        found[code] = value
    return found


def _step(change: int, limit: int) -> int:
    if change == 0:
        return 2
    return (4 if change > limit else 3) if change > 0 else (0 if change < -limit else 1)


def _legend(limit: int, unit: str) -> str:
    words = (
        f"mer än {kronor(limit)} mindre",
        f"upp till {kronor(limit)} mindre",
        "lika mycket",
        f"upp till {kronor(limit)} mer",
        f"mer än {kronor(limit)} mer",
    )
    items = "".join(
        '<li><svg viewBox="0 0 26 16" aria-hidden="true">'
        f'<rect width="26" height="16" fill="{fill}" stroke="#222"/></svg>{text(word)}</li>'
        for fill, word in zip(_FILLS, words, strict=True)
    )
    return f'<p id="kartnyckel">Skillnad mot avtalet, {text(unit)}:</p><ul class="legend">{items}</ul>'
