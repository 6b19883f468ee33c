"""The figures of the year that workbook, PDF and terminal all begin with: a sum that the reader can add up."""

from __future__ import annotations

from dataclasses import dataclass

from betalningsansvar.billing.charged_lines import rows_of
from betalningsansvar.billing.year.bokslut import Bokslut
from betalningsansvar.reports.bokslut.tables import not_issued_known
from betalningsansvar.reports.words.numbers import kronor_text


@dataclass(frozen=True, slots=True)
class Figure:
    """What it is (Swedish) and öre; None where an amount per vårddygn is missing."""

    label: str
    ore: int | None


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """`terms` add up to `outcome`, kommun by kommun and in all; `others` stand beside the sum."""

    terms: tuple[Figure, ...]
    outcome: Figure
    others: tuple[Figure, ...]


def key_figures(bokslut: Bokslut) -> KeyFigures:
    """Fakturerat + ej utfärdat + att avräkna = utfall; what has been settled before is a term of its own."""
    settlement = bokslut.settlement
    settled = settlement.loc[settlement["known"], "settlement_ore"]
    known = bokslut.outcome_known
    total = {name: int(settlement[f"{name}_ore"].sum()) for name in ("invoiced", "settled", "outcome", "statute")}
    not_issued = int(settlement["not_issued_ore"].sum()) if not_issued_known(bokslut).all() else None
    return KeyFigures(
        terms=(
            Figure("Fakturerat", total["invoiced"]),
            *([Figure("Redan avräknat", total["settled"])] if total["settled"] else []),
            Figure("Ej utfärdat", not_issued),
            Figure("Att avräkna", int(settled.sum()) if known else None),
        ),
        outcome=Figure("Utfall enligt avtalets regel", total["outcome"] if known else None),
        others=(
            Figure("Att fakturera vid avräkningen", int(settled.clip(lower=0).sum()) if known else None),
            Figure("Att kreditera vid avräkningen", int(settled.clip(upper=0).sum()) if known else None),
            Figure("Utfall enligt lagen", total["statute"] if bokslut.statute_known else None),
            Figure("Upplupet den 31 december", bokslut.accrual.estimate_ore),
        ),
    )


def settlement_accounts(bokslut: Bokslut) -> dict[str, str]:
    """How each kommun's settlement came about, by kommun, for its own document."""
    accounts = {}
    for row in rows_of(bokslut.settlement):
        terms = [
            ("fakturerat", row.invoiced_ore),
            ("redan avräknat", row.settled_ore),
            ("månader som ännu inte är fakturerade", row.not_issued_ore),
            ("att avräkna", row.settlement_ore),
        ]
        told = ", ".join(f"{label} {kronor_text(int(ore))}" for label, ore in terms if ore)
        if told and row.known:
            accounts[str(row.kommun)] = f"{told}; utfall {kronor_text(int(row.outcome_ore))}"
    return accounts
