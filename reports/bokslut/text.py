"""What is printed of a bokslut: the settlement per kommun, the sum, and what the figures rest on that is not there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from betalningsansvar.billing.year.bokslut import Bokslut
from betalningsansvar.reports.bokslut.figures import Figure, key_figures
from betalningsansvar.reports.bokslut.words import action, notice_texts
from betalningsansvar.reports.files.typeset import pdf_is_possible
from betalningsansvar.reports.words.numbers import kronor_text


def bokslut_lines(bokslut: Bokslut) -> Iterator[str]:
    """The settlement of every kommun that has one, the sum, the accrual and the notices."""
    row: Any
    for row in bokslut.settlement.itertuples():
        terms = {"fakturerat": row.invoiced_ore, "redan avräknat": row.settled_ore, "ej utfärdat": row.not_issued_ore}
        told = [f"{what} {kronor_text(ore)}" for what, ore in terms.items() if ore or what == "fakturerat"]
        name = f"{row.kommun} {row.kommunnamn}: {', '.join(told)}"
        if not row.known:
            yield f"{name}, utfallet är inte känt"
        elif row.settlement_ore:
            what = action(row.settlement_ore)
            yield f"{name}, utfall {kronor_text(row.outcome_ore)} → {what} {kronor_text(abs(row.settlement_ore))}"
    figures = key_figures(bokslut)
    yield f"Bokslut {bokslut.year}, {bokslut.agreement.namn}:"
    yield from _sum_lines(figures.terms, figures.outcome)
    yield f"Upplupet den 31 december {bokslut.year}: {kronor_text(bokslut.accrual.estimate_ore)}."
    yield from (f"Observera: {text}" for text in notice_texts(bokslut))
    if not pdf_is_possible():
        yield "Observera: bokslut.pdf görs inte: tillägget för PDF är inte installerat (betalningsansvar[pdf])."


def _sum_lines(terms: tuple[Figure, ...], outcome: Figure) -> Iterator[str]:
    rows = [(" " if n == 0 else "+", term) for n, term in enumerate(terms)] + [("=", outcome)]
    amounts = ["saknas" if figure.ore is None else kronor_text(figure.ore) for _, figure in rows]
    label = max(len(figure.label) for _, figure in rows)
    width = max(map(len, amounts))
    for (sign, figure), amount in zip(rows, amounts, strict=True):
        yield f"  {sign} {figure.label:<{label}}  {amount:>{width}}"
