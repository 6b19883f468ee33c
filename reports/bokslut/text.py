"""What `reconcile` prints: the settlement per kommun and what the figures rest on that is not there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from betalningsansvar.billing.year.bokslut import Bokslut
from betalningsansvar.billing.year.gaps import Notice
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.reports.bokslut.pdf import pdf_is_possible
from betalningsansvar.reports.words.numbers import kronor_text


def bokslut_lines(bokslut: Bokslut) -> Iterator[str]:
    """The settlement of every kommun that has one, the total, the accrual and the notices."""
    row: Any
    for row in bokslut.settlement.itertuples():
        if not row.known:
            yield f"{row.kommun} {row.kommunnamn}: invoiced {kronor_text(row.invoiced_ore)}, outcome not known"
        elif row.settlement_ore:
            what = "invoice" if row.settlement_ore > 0 else "credit"
            yield (
                f"{row.kommun} {row.kommunnamn}: invoiced {kronor_text(row.invoiced_ore)}, outcome "
                f"{kronor_text(row.outcome_ore)} → {what} {kronor_text(abs(row.settlement_ore))}"
            )
    total = kronor_text(bokslut.settlement_ore) if bokslut.outcome_known else "not known"
    yield f"Bokslut {bokslut.year} by {bokslut.agreement.id}: settlement {total}."
    yield f"Accrued on {bokslut.year}-12-31: {kronor_text(bokslut.accrual.estimate_ore)}."
    for notice in bokslut.notices:
        yield f"NOTE {_sentence(bokslut, notice)}"
    if not pdf_is_possible():
        yield "NOTE bokslut.pdf is left out: install betalningsansvar[pdf] to have it."


def _sentence(bokslut: Bokslut, notice: Notice) -> str:
    month = f"{bokslut.year}-{notice.month:02d}"
    amount = "an outcome not known" if notice.amount_ore is None else kronor_text(notice.amount_ore)
    match notice.kind:
        case "belopp_saknas":
            return (
                f"tariffs: no amount in series {notice.text}, needed by {notice.days} dygn of the schablon's outcome. "
                "Only the statute's outcome is shown and the accrual is without those months; add the amount to a file "
                "and pass it with --tariffs."
            )
        case "belopp_saknas_lag":
            return (
                f"tariffs: no amount in series {notice.text}, needed by {notice.days} dygn of the statute's outcome; "
                "that column is left blank."
            )
        case "uttaget_fore_arsslut":
            return f"the data was extracted {notice.text}, before the year's end: later days are not in it."
        case "manad_utan_underrattelser":
            return f"the data has no notice sent in {month}. Check that the month was exported."
        case "inget_fore_aret":
            return "the data has no notice sent before the year: patients in since the year before are not seen."
        case "ingen_liggare":
            return "no --ledger: months without schablon count as invoiced as computed today."
        case "manad_ej_utfardad":
            return (
                f"the ledger has no invoice for {month}: {amount} stands as not issued, outside the settlement. "
                "Issue the month first."
            )
        case "medgivna_bestridanden":
            return f"granted disputes take {amount} out of the outcome."
        case "halvt_utfardad":
            code = list(kommuner())[notice.kommun]
            return (
                f"{month} is issued, but not to kommun {code}, which owes {amount} by the outcome; the settlement "
                "includes it."
            )
