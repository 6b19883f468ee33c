"""What the same dygn would cost elsewhere, such as on a korttidsplats: rows for the page and the workbook alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from betalningsansvar.billing.whatif.alternative import alternative_cost
from betalningsansvar.reports.files.htmltext import NO_BREAK, Cell, Content, dygn, table, text
from betalningsansvar.reports.scenario.view import MOST_ROWS, View
from betalningsansvar.reports.words.numbers import kronor_text
from betalningsansvar.tariffs.scenario import Alternative


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A scenario or a kommun: its dygn in millionths, what they cost as charged and elsewhere, in öre."""

    namn: str
    dygn_micro: int
    belopp_ore: int
    elsewhere_ore: int

    @property
    def change_ore(self) -> int:
        return self.elsewhere_ore - self.belopp_ore


def told_of(alternative: Alternative) -> str:
    """What is multiplied by what, and who says so."""
    rate = kronor_text(alternative.rate_ore).replace(" ", NO_BREAK)
    return (
        f"Dygn × {rate}, kostnaden per dygn för {alternative.namn} ({alternative.kalla}). "
        "Minus betyder att dygnen kostar mindre där."
    )


def by_scenario(view: View, alternative: Alternative) -> Iterator[Elsewhere]:
    """The base and each scenario of the overview."""
    for row in view.named.head(MOST_ROWS).to_dict("records"):
        yield _of(str(row["scenario"]), int(row["dygn_micro"]), int(row["belopp_ore"]), alternative)


def by_kommun(view: View, alternative: Alternative) -> Iterator[Elsewhere]:
    """Each kommun that is charged by the agreement as it is."""
    days = view.comparison.cells(0).dygn_micro.sum(axis=0)[list(view.comparison.kommuner)]
    for kommun, micro, ore in zip(view.kommuner, days.tolist(), view.base.by_kommun.tolist(), strict=True):
        if micro or ore:
            yield _of(f"{kommun.name} {kommun.code}", micro, ore, alternative)


def elsewhere_section(view: View) -> str:
    """The part of the page, blank where no alternative is given."""
    if view.alternative is None:
        return ""
    own = view.alternative
    head = ("Dygn", "Betalningsansvar, kr", f"{own.namn.capitalize()}, kr", "Skillnad, kr")
    rows = [_cells(row) for row in by_scenario(view, own)]
    made = table("Alla kommuner och månader tillsammans", ("Scenario", *head), rows, css="sortable")
    rows = [_cells(row) for row in by_kommun(view, own)]
    made += table("Per kommun, avtalet som det är", ("Kommun", *head), rows, css="sortable") if rows else ""
    return f"<p>{text(told_of(own))}</p>{made}"


def _of(namn: str, micro: int, ore: int, alternative: Alternative) -> Elsewhere:
    return Elsewhere(namn, micro, ore, alternative_cost(micro, alternative.rate_ore))


def _cells(row: Elsewhere) -> list[Content]:
    return [
        row.namn,
        Cell(dygn(row.dygn_micro), row.dygn_micro),
        Cell.kr(row.belopp_ore),
        Cell.kr(row.elsewhere_ore),
        Cell.kr(row.change_ore, signed=True),
    ]
