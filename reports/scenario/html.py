"""The report on a comparison: one HTML file that opens offline, every chart with its table.

It loads nothing: style, script and maps are in the file, and its content policy forbids any request.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files

import numpy as np
import pandas as pd

from betalningsansvar.reports.files.htmltext import Cell, Content, count, counted, dygn, kronor, percent, table, text
from betalningsansvar.reports.files.kommunkarta import outlines
from betalningsansvar.reports.files.svgchart import HATCH, MOST_SERIES, Series, bars, lines, shade
from betalningsansvar.reports.scenario.elsewhere import elsewhere_section
from betalningsansvar.reports.scenario.maps import maps
from betalningsansvar.reports.scenario.view import MOST_ROWS, MOST_SCENARIOS, Shown, View

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
_MOST_BARS = 10
_MOST_KOMMUN_LINES = 6
_MOST_SIDE_BY_SIDE = 3
_PER = 1000

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


def scenario_html(view: View) -> str:
    """The whole page."""
    parts = sections(view)
    links = "".join(f'<li><a href="#{name}">{text(title)}</a></li>' for name, title, _ in parts)
    body = "".join(
        f'<section aria-labelledby="{name}"><h2 id="{name}">{text(title)}</h2>{content}</section>\n'
        for name, title, content in parts
    )
    own = files("betalningsansvar.reports.scenario")
    style = own.joinpath("scenario.css").read_text(encoding="utf-8")
    script = own.joinpath("scenario.js").read_text(encoding="utf-8")
    return (
        '<!doctype html>\n<html lang="sv"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="icon" href="data:,"><title>Scenarier {text(_period(view))}</title><style>{style}</style></head>'
        f'<body><a class="skip" href="#innehall">Till innehållet</a>{HATCH}<header><h1>Vad skulle det kosta?</h1>'
        f'{_heading(view)}</header><nav aria-label="Avsnitt"><ul>{links}</ul></nav>'
        f'<main id="innehall">{body}</main><script>{script}</script></body></html>\n'
    )


def _period(view: View) -> str:
    first, last = view.months[0], view.months[-1]
    return first if first == last else f"{first}–{last}"


def _heading(view: View) -> str:
    own = view.comparison
    lines_ = [
        f"<p>Betalningsansvar {text(_period(view))}, jämfört med {text(own.agreement.namn)} som det är. "
        f"{counted(own.used_cases, 'ärende', 'ärenden')}, {counted(len(view.kommuner), 'kommun', 'kommuner')}, "
        f"uppgifter till och med {own.as_of.isoformat()}. Alla belopp är kronor; "
        "plus betyder att kommunen betalar mer än i dag.</p>"
    ]
    if own.left_out:
        lines_.append(
            f'<p class="quiet">{counted(own.left_out, "parkerad eller avvisad rad", "parkerade eller avvisade rader")} '
            "ingår inte i någon siffra.</p>"
        )
    if view.rests_on_forecast:
        lines_.append(
            '<p class="warn"><strong>Prognos.</strong> Scenarier märkta prognos vilar på belopp som inte är '
            "fastställda.</p>"
        )
    engine = int((view.totals["metod"] == "motor").sum())
    if engine:
        lines_.append(
            f'<p class="quiet">{counted(engine, "scenario räknas", "scenarier räknas")} för någon månad ärende för '
            "ärende, eftersom två regler gäller samma ärenden i den; övriga ur tabeller över dygn som ger samma "
            "öre.</p>"
        )
    return "".join(lines_)


def sections(view: View) -> list[tuple[str, str, str]]:
    """The report part by part, also for another page: name, heading and HTML of each that has something to show."""
    return [part for part in _sections(view) if part[2]]


def _sections(view: View) -> Iterator[tuple[str, str, str]]:
    yield "oversikt", "Översikt", _overview(view)
    yield "kommuner", "Vem betalar mer och mindre", _by_kommun(view)
    yield "karta", "Karta", _map_section(view)
    yield "manader", "Månad för månad", _by_month(view)
    yield "kurvor", "Så ändras kostnaden", _curves(view)
    yield "rutnat", "Två parametrar på en gång", _heat_map(view)
    yield "alternativ", "Samma dygn på annan plats", elsewhere_section(view)
    yield "lasningar", "Vad en oklar läsning kostar", _readings(view)
    yield "om", "Så är det räknat", _method(view)


def _overview(view: View) -> str:
    named = view.named
    shown = named.head(MOST_ROWS)
    base = int(shown["belopp_ore"].iloc[0])
    rows = [
        (
            row["scenario"] + (" (prognos)" if row["prognos"] else ""),
            row["skal"],
            Cell(count(row["cases"]), row["cases"]),
            Cell(dygn(row["dygn_micro"]), row["dygn_micro"]),
            Cell.kr(row["belopp_ore"]),
            Cell.kr(row["skillnad_ore"], signed=True),
            Cell(percent(row["skillnad_ore"], base), row["skillnad_ore"]),
        )
        for row in shown.to_dict("records")
    ]
    head = ("Scenario", "Skäl", "Ärenden, summa per månad", "Dygn", "Belopp, kr", "Skillnad, kr", "Skillnad, %")
    made = table("Alla kommuner och månader tillsammans", head, rows, css="sortable")
    if len(named) > MOST_ROWS:
        made += f"<p>De första {MOST_ROWS} av {count(len(named))}; alla finns i scenarier.csv.</p>"
    if len(view.grid):
        made += (
            f"<p>Rutnätets alla {count(len(view.grid))} punkter finns i scenarier.csv och i arbetsboken; här i "
            "översikten bara de som visas i detalj.</p>"
        )
    chart = bars(
        "Skillnad mot avtalet i kronor",
        [(s.namn, s.total_ore - base, kronor(s.total_ore - base, signed=True)) for s in view.chosen],
    )
    return _figure("Skillnad mot avtalet, kronor", chart) + made


def _by_kommun(view: View) -> str:
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
        parts.append(_figure(caption, bars(caption, rows)))
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


def _map_section(view: View) -> str:
    if not view.chosen:
        return ""
    if not outlines():
        return (
            "<p>Kartan visas när tillägget <code>analys</code> är installerat "
            "(<code>pip install betalningsansvar[analys]</code>). Tabellen ovan har samma tal.</p>"
        )
    return maps(view)


def _by_month(view: View) -> str:
    if len(view.months) < 2:
        return ""
    everyone = [view.base, *view.chosen]
    series = [
        Series("avtalet" if s.number == 0 else s.namn, tuple(int(v) for v in s.by_month))
        for s in everyone[:MOST_SERIES]
    ]
    chart = lines("Kronor per månad", view.months, series, _ends(series), "månad")
    rows: list[list[Content]] = [
        [month, *(Cell.kr(int(s.by_month[place])) for s in everyone)] for place, month in enumerate(view.months)
    ]
    foot: list[Content] = ["Summa", *(Cell.kr(s.total_ore) for s in everyone)]
    head = ["Månad", "Avtalet, kr", *(f"{s.namn}, kr" for s in view.chosen)]
    parts = [_figure("Kronor per månad", chart), table("Kronor per månad", head, rows, foot=foot)]
    parts += [_matrix(view, scenario) for scenario in (view.chosen or (view.base,))]
    return "".join(parts)


def _matrix(view: View, scenario: Shown) -> str:
    """Kommun by month, what differs from the base."""
    change = scenario.amount_ore - view.base.amount_ore
    rows: list[list[Content]] = [
        [kommun.name, *(Cell.kr(int(v), signed=True) for v in (*change[:, k], change[:, k].sum()))]
        for k, kommun in enumerate(view.kommuner)
        if change[:, k].any()
    ]
    if not rows:
        return f"<p>{text(scenario.namn)}: ingen kommun betalar annorlunda i någon månad.</p>"
    caption = f"{scenario.namn}: skillnad mot avtalet per kommun och månad, kronor"
    made = table(caption, ["Kommun", *view.months, "Summa"], rows, css="dense")
    return f"<details><summary>{text(caption)} ({counted(len(rows), 'kommun', 'kommuner')})</summary>{made}</details>"


def _curves(view: View) -> str:
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
    parts = [_figure("Alla kommuner", lines(f"Kronor efter {words}", values, [total], _ends([total]), words))]
    if per_kommun:
        caption = "De kommuner som påverkas mest"
        parts.append(_figure(caption, lines(caption, values, per_kommun, _ends(per_kommun), words)))
    rows: list[list[Content]] = [
        [value, Cell.kr(total.values[place]), *(Cell.kr(s.values[place]) for s in per_kommun)]
        for place, value in enumerate(values)
    ]
    head = [words.capitalize(), "Alla kommuner, kr", *(f"{s.name}, kr" for s in per_kommun)]
    return "".join(parts) + table(f"Kronor efter {words}", head, rows[:MOST_ROWS])


def _heat_map(view: View) -> str:
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


def _readings(view: View) -> str:
    if view.readings is None:
        return ""
    amounts = view.reading_amounts
    parts = [
        "<p>Där lag och avtal kan läsas på mer än ett sätt visas beloppet under varje läsning, med allt annat lika. "
        "Tvistebeloppet är skillnaden mellan den högsta och den lägsta läsningen.</p>"
    ]
    names = {k.code: k.name for k in view.kommuner}
    for point in view.readings.points:
        own = amounts[amounts["punkt"] == point.id]
        of_reading = {str(name): frame for name, frame in own.groupby("lasning", sort=False)}
        rows: list[list[Content]] = [
            [
                reading.text,
                reading.kalla,
                Cell.kr(int(of_reading[reading.id]["belopp_ore"].sum())),
                Cell.kr(int(of_reading[reading.id]["skillnad_ore"].sum()), signed=True),
            ]
            for reading in point.lasningar
        ]
        head = ["Läsning", "Källa", "Belopp, kr", "Mot avtalet, kr"]
        parts.append(f"<h3>{text(point.rubrik)}</h3><p>{text(point.fraga)}</p>")
        parts.append(table(f"{point.rubrik}: alla kommuner", head, rows))
        ids = [reading.id for reading in point.lasningar]
        per_kommun = _disputed(of_reading, ids, names)
        if not per_kommun:
            parts.append("<p>Ingen kommun påverkas av läsningen i dessa ärenden.</p>")
            continue
        caption = f"{point.rubrik}: per kommun, kronor"
        made = table(caption, ["Kommun", *(f"{i}, kr" for i in ids), "Tvistebelopp, kr"], per_kommun, css="sortable")
        parts.append(
            f"<details><summary>{text(caption)} ({counted(len(per_kommun), 'kommun', 'kommuner')})</summary>{made}"
            "</details>"
        )
    if view.readings.elsewhere:
        titles = "; ".join(text(point.rubrik) for point in view.readings.elsewhere)
        parts.append(f'<p class="quiet">Avtalet lämnar inget val under perioden i: {titles}.</p>')
    return "".join(parts)


def _disputed(of_reading: dict[str, pd.DataFrame], ids: list[str], names: dict[str, str]) -> list[list[Content]]:
    """A row per kommun with something in dispute: each reading's amount and the difference, largest first."""
    first = of_reading[ids[0]]
    kommuner = first["kommun"].astype("str").tolist()
    amounts = [of_reading[i]["belopp_ore"].tolist() for i in ids]
    disputes = first["tvist_ore"].tolist()
    order = sorted((k for k in range(len(kommuner)) if disputes[k]), key=lambda k: -disputes[k])
    return [[names[kommuner[k]], *(Cell.kr(own[k]) for own in amounts), Cell.kr(disputes[k])] for k in order]


def _method(view: View) -> str:
    return (
        "<p>Samma ärenden räknas om under varje scenario med samma motor som fakturerar. Ett scenario ändrar avtalets "
        "regler för avtalets kommuner; kommuner utanför regionen följer lagen i alla scenarier. Ett scenario med "
        "startmånad är lika med avtalet före den. Ändrade beteenden gäller underrättelser från startmånaden: den som "
        "ännu är inskriven är det i alla scenarier, och fler eller färre ärenden är hela ärenden, jämnt utspridda per "
        "kommun och månad. Alla siffror per kommun och månad finns i scenarier.csv.</p>"
    )


def _figure(caption: str, chart: str) -> str:
    return f'<figure><figcaption>{text(caption)}</figcaption><div class="wide">{chart}</div></figure>' if chart else ""


def _ends(series: Sequence[Series]) -> tuple[str, str]:
    every = [value for own in series for value in own.values]
    return kronor(min([0, *every])), kronor(max([1, *every]))


def _filter(name: str, label: str) -> str:
    return (
        f'<p class="tools" hidden><label for="{name}-sok">{text(label)}</label>'
        f'<input id="{name}-sok" type="search" data-filter="{name}" aria-describedby="{name}-antal">'
        f'<span id="{name}-antal" role="status"></span></p>'
    )
