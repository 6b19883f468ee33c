"""Who pays more and who less: the largest changes as bars, and every kommun in a table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from betalningsansvar.reports.files.htmltext import Cell, Content, counted, kronor, table, text
from betalningsansvar.reports.files.svgchart import bars
from betalningsansvar.reports.scenario.captioned import figure
from betalningsansvar.reports.scenario.view import MOST_SCENARIOS, Shown, View

_MOST_BARS = 10
_MOST_SIDE_BY_SIDE = 3
_PER = 1000


def kommun_section(view: View) -> str:
    """The section; blank where no scenario is shown."""
    if not view.chosen:
        return ""
    names = [k.name for k in view.kommuner]
    parts = []
    if view.not_chosen:
        parts.append(
            f"<p>Visas i detalj: de första {MOST_SCENARIOS} scenarierna; ytterligare {view.not_chosen} finns i "
            "översikten och i scenarier.csv.</p>"
        )
    base = view.base.by_kommun
    for scenario in view.chosen:
        change = scenario.by_kommun - base
        more, less = int((change > 0).sum()), int((change < 0).sum())
        largest = np.argsort(-np.abs(change), kind="stable")[:_MOST_BARS].tolist()
        rows = [(names[k], int(change[k]), kronor(int(change[k]), signed=True)) for k in largest if change[k]]
        rows.sort(key=lambda row: -row[1])
        told = (
            f"{counted(more, 'kommun', 'kommuner')} betalar mer, {less} mindre, {len(names) - more - less} lika mycket."
        )
        caption = f"{scenario.namn}: de största ändringarna, kronor"
        parts.append(f"<h3>{text(scenario.namn)}</h3><p>{text(scenario.skal)}. {told}</p>")
        parts.append(figure(caption, bars(caption, rows)))
    for number, first in enumerate(range(0, len(view.chosen), _MOST_SIDE_BY_SIDE), start=1):
        parts.append(_kommun_table(view, view.chosen[first : first + _MOST_SIDE_BY_SIDE], number))
    return "".join(parts)


def _kommun_table(view: View, scenarios: Sequence[Shown], number: int) -> str:
    """Every kommun beside a few scenarios: as many as a printed page is wide."""
    name = f"kommuntabell-{number}"
    head = ["Kommun", "Avtalet, kr"]
    foot: list[Content] = ["Summa", Cell.kr(view.base.total_ore)]
    everyone = sum(view.population.values()) if len(view.population) == len(view.kommuner) else 0
    for scenario in scenarios:
        change = scenario.total_ore - view.base.total_ore
        head += [f"{scenario.namn}, kr", "Skillnad, kr"]
        foot += [Cell.kr(scenario.total_ore), Cell.kr(change, signed=True)]
        if view.population:
            head.append(f"Skillnad per {_PER} inv., kr")
            foot.append(_per_inhabitants(change, everyone) if everyone else "–")
    rows = [_kommun_row(view, scenarios, k) for k in range(len(view.kommuner))]
    caption = f"Per kommun, hela perioden: {', '.join(s.namn for s in scenarios)}"
    made = table(caption, head, rows, foot=foot, name=name, css="sortable")
    return _filter(name, "Visa kommuner vars namn innehåller") + made


def _kommun_row(view: View, scenarios: Sequence[Shown], k: int) -> list[Content]:
    kommun = view.kommuner[k]
    base = int(view.base.by_kommun[k])
    row: list[Content] = [f"{kommun.name} {kommun.code}", Cell.kr(base)]
    for scenario in scenarios:
        own = int(scenario.by_kommun[k])
        row += [Cell.kr(own), Cell.kr(own - base, signed=True)]
        if view.population:
            inhabitants = view.population.get(kommun.code)
            row.append(_per_inhabitants(own - base, inhabitants) if inhabitants else "–")
    return row


def _per_inhabitants(change: int, inhabitants: int) -> Cell:
    """Kronor per thousand inhabitants, to the nearest whole krona."""
    whole = (abs(change) * _PER + 50 * inhabitants) // (100 * inhabitants)
    signed = whole if change > 0 else -whole
    return Cell(kronor(signed * 100, signed=True), signed)


def _filter(name: str, label: str) -> str:
    return (
        f'<p class="tools" hidden><label for="{name}-sok">{text(label)}</label>'
        f'<input id="{name}-sok" type="search" data-filter="{name}" aria-describedby="{name}-antal">'
        f'<span id="{name}-antal" role="status"></span></p>'
    )
