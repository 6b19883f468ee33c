"""The report on a comparison: one HTML file that opens offline, every chart with its table.

It loads nothing: style, script and maps are in the file, and its content policy forbids any request.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from betalningsansvar.reports.files.htmltext import Cell, Content, count, counted, dygn, kronor, percent, table, text
from betalningsansvar.reports.files.kommunkarta import outlines
from betalningsansvar.reports.files.svgchart import HATCH, MOST_SERIES, Series, bars, lines
from betalningsansvar.reports.scenario.captioned import ends, figure
from betalningsansvar.reports.scenario.elsewhere import elsewhere_section
from betalningsansvar.reports.scenario.grid_sections import curves, heat_map
from betalningsansvar.reports.scenario.kommun_section import kommun_section
from betalningsansvar.reports.scenario.maps import maps
from betalningsansvar.reports.scenario.readings_section import readings_section
from betalningsansvar.reports.scenario.view import MOST_ROWS, Shown, View

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"


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
    yield "kommuner", "Vem betalar mer och mindre", kommun_section(view)
    yield "karta", "Karta", _map_section(view)
    yield "manader", "Månad för månad", _by_month(view)
    yield "kurvor", "Så ändras kostnaden", curves(view)
    yield "rutnat", "Två parametrar på en gång", heat_map(view)
    yield "alternativ", "Samma dygn på annan plats", elsewhere_section(view)
    yield "lasningar", "Vad en oklar läsning kostar", readings_section(view)
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
    return figure("Skillnad mot avtalet, kronor", chart) + made


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
    chart = lines("Kronor per månad", view.months, series, ends(series), "månad")
    rows: list[list[Content]] = [
        [month, *(Cell.kr(int(s.by_month[place])) for s in everyone)] for place, month in enumerate(view.months)
    ]
    foot: list[Content] = ["Summa", *(Cell.kr(s.total_ore) for s in everyone)]
    head = ["Månad", "Avtalet, kr", *(f"{s.namn}, kr" for s in view.chosen)]
    parts = [figure("Kronor per månad", chart), table("Kronor per månad", head, rows, foot=foot)]
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


def _method(view: View) -> str:
    return (
        "<p>Samma ärenden räknas om under varje scenario med samma motor som fakturerar. Ett scenario ändrar avtalets "
        "regler för avtalets kommuner; kommuner utanför regionen följer lagen i alla scenarier. Ett scenario med "
        "startmånad är lika med avtalet före den. Ändrade beteenden gäller underrättelser från startmånaden: den som "
        "ännu är inskriven är det i alla scenarier, och fler eller färre ärenden är hela ärenden, jämnt utspridda per "
        "kommun och månad. Alla siffror per kommun och månad finns i scenarier.csv.</p>"
    )
