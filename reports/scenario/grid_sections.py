"""What a grid of scenarios comes to: curves of one swept parameter, a table in shades of two."""

from __future__ import annotations

from betalningsansvar.reports.files.htmltext import Cell, Content, count, kronor, table, text
from betalningsansvar.reports.files.svgchart import Series, lines, shade
from betalningsansvar.reports.scenario.captioned import ends, figure
from betalningsansvar.reports.scenario.view import MOST_ROWS, View

_MOST_KOMMUN_LINES = 6

AXIS_WORDS = {
    "dagar": "dagar till ansvar",
    "dygnsbelopp": "dygnsbelopp, kronor",
    "troskel": "tröskel, dygn",
    "decimaler": "decimaler i medelvärdet",
    "individuell_efter": "dagar då ärendet lämnar medelvärdet",
    "trigger_manader": "månader i rad över tröskeln",
    "kortare_dygn": "dygn kortare vårdtillfälle",
    "samma_dag_andel": "andel hem samma dag",
    "tillvaxt": "tillväxt i antal ärenden",
}


def curves(view: View) -> str:
    """The section of one parameter; blank for none and for several."""
    if len(view.axes) != 1:
        return ""
    ((axis, values),) = view.axes.items()
    numbers = [int(n) for n in view.grid.index]
    cells = [view.comparison.cells(n).amount_ore.sum(axis=0)[list(view.comparison.kommuner)] for n in numbers]
    total = Series("alla kommuner", tuple(int(own.sum()) for own in cells))
    spread = [max(int(own[k]) for own in cells) - min(int(own[k]) for own in cells) for k in range(len(view.kommuner))]
    largest = sorted((k for k in range(len(spread)) if spread[k]), key=lambda k: -spread[k])[:_MOST_KOMMUN_LINES]
    per_kommun = [Series(view.kommuner[k].name, tuple(int(own[k]) for own in cells)) for k in largest]
    words = AXIS_WORDS[axis]
    parts = [figure("Alla kommuner", lines(f"Kronor efter {words}", values, [total], ends([total]), words))]
    if per_kommun:
        caption = "De kommuner som påverkas mest"
        parts.append(figure(caption, lines(caption, values, per_kommun, ends(per_kommun), words)))
    rows: list[list[Content]] = [
        [value, Cell.kr(total.values[place]), *(Cell.kr(s.values[place]) for s in per_kommun)]
        for place, value in enumerate(values)
    ]
    head = [words.capitalize(), "Alla kommuner, kr", *(f"{s.name}, kr" for s in per_kommun)]
    return "".join(parts) + table(f"Kronor efter {words}", head, rows[:MOST_ROWS])


def heat_map(view: View) -> str:
    """The section of two parameters; blank for fewer, a sentence for more."""
    if len(view.axes) < 2:
        return ""
    if len(view.axes) > 2:
        return f"<p>Rutnätet har {len(view.axes)} parametrar; alla punkter finns i scenarier.csv.</p>"
    (down, rows), (across, columns) = view.axes.items()
    if len(columns) > len(rows):
        down, rows, across, columns = across, columns, down, rows
    amounts = {
        (str(one), str(other)): int(amount)
        for one, other, amount in zip(view.grid[down], view.grid[across], view.grid["belopp_ore"], strict=True)
    }
    if len(rows) > MOST_ROWS or len(columns) > 60:
        return f"<p>Rutnätet har {count(len(amounts))} punkter; alla finns i scenarier.csv.</p>"
    low, high = min(amounts.values()), max(amounts.values())
    head = "".join(f'<th scope="col" class=n>{text(value)}</th>' for value in columns)
    body = "".join(
        f'<tr><th scope="row">{text(row)}</th>' + "".join(_heat(amounts[row, c], low, high) for c in columns) + "</tr>"
        for row in rows
    )
    caption = f"Alla kommuner och månader, kronor: {AXIS_WORDS[down]} (rader) och {AXIS_WORDS[across]} (kolumner)"
    return (
        "<p>Mörkare är dyrare. Talen står i rutorna, så att bilden och tabellen är samma sak.</p>"
        f'<div class="wide" tabindex="0" role="region" aria-label="{text(caption)}"><table class="heat">'
        f"<caption>{text(caption)}</caption>"
        f'<thead><tr><th scope="col">{text(AXIS_WORDS[down])}</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _heat(amount: int, low: int, high: int) -> str:
    return f'<td class="{shade(amount, low, high)}">{kronor(amount)}</td>'
