"""bokslut.pdf: the overview on paper, to be signed and put with the decision."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from betalningsansvar.billing.year.bokslut import Bokslut
from betalningsansvar.billing.year.two_figures import ControlTotal
from betalningsansvar.billing.year.waterfall import CAUSES
from betalningsansvar.reports.bokslut import words
from betalningsansvar.reports.bokslut.figures import KeyFigures, key_figures
from betalningsansvar.reports.bokslut.tables import not_issued_known
from betalningsansvar.reports.files.typeset import typeset
from betalningsansvar.reports.words.numbers import kronor_text
from betalningsansvar.reports.words.swedish import rate_text

MISSING = "saknas"


def write_bokslut_pdf(bokslut: Bokslut, totals: Sequence[ControlTotal], path: Path) -> None:
    """Write the overview. The same figures give the same bytes on every computer. Raises OSError."""
    path.write_bytes(typeset("bokslut", "bokslut.typ", _content(bokslut, totals)))


def _content(bokslut: Bokslut, totals: Sequence[ControlTotal]) -> dict[str, Any]:
    held = sum(total.holds for total in totals)
    figures = key_figures(bokslut)
    accrued = bokslut.accrual.rows.groupby("slag")["estimate_ore"].sum()
    causes = zip(CAUSES, bokslut.causes.sum(axis=0).tolist(), strict=True)
    title = f"Bokslut {bokslut.year}: betalningsansvar"
    return {
        "title": title,
        "author": "",
        "footer": f"{title}, {bokslut.agreement.namn}",
        "rubrik": title,
        "underrubrik": f"{bokslut.agreement.namn}. Uppgifter till och med {bokslut.as_of}.",
        "termer": [[f.label, _kronor(f.ore)] for f in figures.terms],
        "utfall": [figures.outcome.label, _kronor(figures.outcome.ore)],
        "nyckeltal": [[f.label, _kronor(f.ore)] for f in figures.others],
        "forbehall": list(words.notice_texts(bokslut)),
        "kommuner_rubriker": ["Kommun", "Fakturerat", "Ej utfärdat", "Att avräkna", "Utfall", "Åtgärd"],
        "kommuner": list(_kommuner(bokslut)),
        "kommuner_summa": _kommuner_total(figures),
        "orsaker": [[words.CAUSES[cause], _kronor(ore)] for cause, ore in causes if ore] or [["Ingen skillnad", ""]],
        "upplupet": [[words.KINDS[str(kind)], _kronor(int(ore))] for kind, ore in accrued.items()] or [["Inget", ""]],
        "upplupet_summa": ["Summa", _kronor(bokslut.accrual.estimate_ore)] if len(accrued) else [],
        "belopp": [rate_text(rate) for rate in bokslut.rates] or ["Inga vårddygn debiteras."],
        "kontroller": f"{held} av {len(totals)} kontroller stämmer. Talen och deras frågor står i kontroller.csv.",
    }


def _kommuner(bokslut: Bokslut) -> Any:
    """The kommuner the year concerns: fakturerat (with what has been settled) + ej utfärdat + att avräkna = utfall."""
    row: Any
    for row, waits in zip(bokslut.settlement.itertuples(), not_issued_known(bokslut), strict=True):
        invoiced = int(row.invoiced_ore) + int(row.settled_ore)
        if not (invoiced or row.outcome_ore or row.settlement_ore or not row.known):
            continue
        yield [
            row.kommunnamn,
            _kronor(invoiced),
            _kronor(int(row.not_issued_ore) if waits else None),
            _kronor(int(row.settlement_ore) if row.known else None),
            _kronor(int(row.outcome_ore) if row.known else None),
            words.action(int(row.settlement_ore)) if row.known else "utfall saknas",
        ]


def _kommuner_total(figures: KeyFigures) -> list[str]:
    """The sums under the kommuner, which are the figures that the page begins with."""
    *invoiced, not_issued, left = (figure.ore for figure in figures.terms)
    before = sum(ore or 0 for ore in invoiced)
    return ["Summa", _kronor(before), *(_kronor(ore) for ore in (not_issued, left, figures.outcome.ore)), ""]


def _kronor(ore: int | None) -> str:
    return MISSING if ore is None else kronor_text(ore).replace(" ", "\u00a0")
