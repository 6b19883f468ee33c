"""The workbook of a comparison: overview, kommuner, months, grid and readings, in the house style."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from betalningsansvar.reports.files.cells import Column
from betalningsansvar.reports.files.readback import hold
from betalningsansvar.reports.files.workbook import Book, Sheet
from betalningsansvar.reports.scenario.elsewhere import by_kommun, by_scenario, told_of
from betalningsansvar.reports.scenario.view import MOST_SCENARIOS, View
from betalningsansvar.reports.words.numbers import counted
from betalningsansvar.tariffs.scenario import Alternative

WORKBOOK = "scenarier.xlsx"
_MOST_POINTS = 100_000


def write_scenario_workbook(view: View, path: Path) -> None:
    """Write the workbook and read it back. Amounts are kronor in the cells, exact to the öre.

    Raises ReadBackError when a cell is not what was meant.
    """
    book = Book(title="Scenarier för betalningsansvar", author="betalningsansvar", created=view.comparison.as_of)
    _overview(book, view)
    if view.chosen:
        _kommuner(book, view)
        _months(book, view)
    if len(view.grid):
        _grid(book, view)
    if view.alternative is not None:
        _elsewhere(book, view, view.alternative)
    if view.readings is not None:
        _readings(book, view)
    book.save(path)
    hold(path, book.written, twice=True)


def _sheet(book: Book, view: View, name: str, title: str, note: str) -> Sheet:
    sheet = book.sheet(name, landscape=True)
    sheet.footer(f"Scenarier {view.months[0]}–{view.months[-1]}, {view.comparison.agreement.namn}  ·  {name}")
    sheet.height(0, 26)
    sheet.text(0, 0, title, "title")
    sheet.text(1, 0, note, "subtitle")
    sheet.row = 3
    sheet.native.freeze_panes(4, 0)
    return sheet


def _overview(book: Book, view: View) -> None:
    own = view.comparison
    told = (
        f"Jämfört med {own.agreement.namn}, {view.months[0]}–{view.months[-1]}; "
        f"{counted(own.used_cases, 'ärende', 'ärenden')}, "
        f"{counted(own.left_out, 'parkerad eller avvisad rad', 'parkerade eller avvisade rader')} ingår inte"
    )
    sheet = _sheet(book, view, "Översikt", "Vad skulle det kosta?", told)
    columns = (
        Column("Scenario", "text", most=60),
        Column("Skäl", "text", most=60),
        Column("Ärenden, summa per månad", "antal", most=16),
        Column("Dygn", "dygn"),
        Column("Belopp", "ore", most=24),
        Column("Skillnad mot avtalet", "ore", most=24),
        Column("Vilar på prognos", "text"),
        Column("Räknat med", "text"),
    )
    rows = [
        (
            row["scenario"],
            row["skal"],
            row["cases"],
            row["dygn_micro"],
            row["belopp_ore"],
            row["skillnad_ore"],
            "ja" if row["prognos"] else "nej",
            row["metod"],
        )
        for row in view.named.to_dict("records")
    ]
    sheet.table(columns, rows)


def _kommuner(book: Book, view: View) -> None:
    note = (
        "Hela perioden. Skillnad = scenariot minus avtalet; plus betyder att kommunen betalar mer. "
        "Kommuner med belopp noll i alla utelämnas."
    )
    if view.not_chosen:
        note += f" De första {MOST_SCENARIOS} scenarierna; alla finns i scenarier.csv."
    sheet = _sheet(book, view, "Kommuner", "Per kommun", note)
    columns = [Column("Kod", "text"), Column("Kommun", "text"), Column("Avtalet", "ore", most=24, summed=True)]
    for scenario in view.chosen:
        columns += [
            Column(scenario.namn, "ore", most=24, summed=True),
            Column(f"{scenario.namn}, skillnad", "ore", most=24, summed=True),
        ]
    base = view.base.by_kommun
    rows: list[list[Any]] = []
    for k, kommun in enumerate(view.kommuner):
        row: list[Any] = [kommun.code, kommun.name, int(base[k])]
        for scenario in view.chosen:
            own = int(scenario.by_kommun[k])
            row += [own, own - int(base[k])]
        if any(row[2:]):
            rows.append(row)
    sheet.table(columns, rows)


def _months(book: Book, view: View) -> None:
    sheet = _sheet(book, view, "Månader", "Per kommun och månad", "Varje månad för sig; belopp noll i alla utelämnas.")
    columns = [
        Column("Scenario", "text", most=60),
        Column("Kommun", "text"),
        Column("Månad", "text"),
        Column("Belopp", "ore", most=24),
        Column("Skillnad mot avtalet", "ore", most=24),
    ]
    rows = []
    for scenario in (view.base, *view.chosen):
        for k, kommun in enumerate(view.kommuner):
            for place, month in enumerate(view.months):
                own, base = int(scenario.amount_ore[place, k]), int(view.base.amount_ore[place, k])
                if own or base:
                    rows.append((scenario.namn, kommun.name, month, own, own - base))
    sheet.table(columns, rows)


def _grid(book: Book, view: View) -> None:
    axes = list(view.axes)
    points = view.grid.head(_MOST_POINTS)
    sheet = _sheet(book, view, "Rutnät", "Punkterna i rutnätet", "Alla kommuner och månader tillsammans.")
    columns = [
        *(Column(axis, "text") for axis in axes),
        Column("Ärenden, summa per månad", "antal", most=16),
        Column("Dygn", "dygn"),
        Column("Belopp", "ore", most=24),
        Column("Skillnad mot avtalet", "ore", most=24),
    ]
    figures = ["cases", "dygn_micro", "belopp_ore", "skillnad_ore"]
    rows = list(points[[*axes, *figures]].itertuples(index=False, name=None))
    sheet.table(columns, rows)


def _elsewhere(book: Book, view: View, alternative: Alternative) -> None:
    sheet = _sheet(book, view, "Annan plats", "Samma dygn på annan plats", told_of(alternative))
    columns = (
        Column("Vad", "text", least=30, most=60),
        Column("Dygn", "dygn"),
        Column("Per dygn", "ore", most=24),
        Column(alternative.namn.capitalize(), "ore", most=24),
        Column("Betalningsansvar", "ore", most=24),
        Column("Skillnad", "ore", most=24),
    )
    rows = [
        (row.namn, row.dygn_micro, alternative.rate_ore, row.elsewhere_ore, row.belopp_ore, row.change_ore)
        for row in (*by_scenario(view, alternative), *by_kommun(view, alternative))
    ]
    sheet.table(columns, rows)


def _readings(book: Book, view: View) -> None:
    assert view.readings is not None
    note = (
        "Beloppet under varje läsning med allt annat lika. Tvistebelopp = högsta läsningen minus lägsta; är det noll "
        "står kommunen bara i lasningar.csv."
    )
    sheet = _sheet(book, view, "Läsningar", "Vad en oklar läsning kostar", note)
    texts = {(point.id, r.id): (point.rubrik, r) for point in view.readings.points for r in point.lasningar}
    names = {k.code: k.name for k in view.kommuner}
    columns = (
        Column("Punkt", "text", most=45),
        Column("Läsning", "wrap", least=30, most=45),
        Column("Källa", "wrap", least=30, most=45),
        Column("Kommun", "text"),
        Column("Belopp", "ore", most=24),
        Column("Mot avtalet", "ore", most=24),
        Column("Tvistebelopp", "ore", most=24),
    )
    rows = []
    amounts = view.reading_amounts
    for row in amounts[amounts["tvist_ore"] != 0].to_dict("records"):
        rubrik, reading = texts[row["punkt"], row["lasning"]]
        figures = (row["belopp_ore"], row["skillnad_ore"], row["tvist_ore"])
        rows.append((rubrik, reading.text, reading.kalla, names[str(row["kommun"])], *figures))
    sheet.table(columns, rows)
    for number, point in enumerate(view.readings.elsewhere):
        sheet.text(sheet.row + 1 + number, 0, f"{point.rubrik}: avtalet lämnar inget val under perioden.", "label")
