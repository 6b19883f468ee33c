"""The preview of a running month, on the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd

from betalningsansvar.billing.charged_lines import dygn_text
from betalningsansvar.billing.preview import Preview
from betalningsansvar.data.identity import hide
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.units import MICRO_PER_DYGN
from betalningsansvar.reports.words.law import notice_lines
from betalningsansvar.reports.words.numbers import counted, kronor_text


def preview_lines(preview: Preview) -> Iterator[str]:
    """Per kommun the amount so far and at month end, its means so far, the cases about to cost, and the forecast."""
    so_far, expected = preview.so_far, preview.expected
    yield f"{so_far.period}, räknat till och med {so_far.as_of}, enligt {so_far.agreement.id}"
    yield from notice_lines(so_far.agreement, so_far.replaced, so_far.period.start, so_far.period.last_day)
    yield f"{'kommun':<22}{'hittills':>18}{'vid månadens slut':>20}  genomsnitt hittills"
    amounts = dict(zip(so_far.kommuner["kommun"], so_far.kommuner["amount_ore"], strict=True))
    means = _means(preview)
    for code, name, at_end in expected.kommuner[["kommun", "kommunnamn", "amount_ore"]].to_numpy().tolist():
        if code and (at_end or code in means):
            row = f"{code} {name:<17}{kronor_text(amounts.get(code, 0)):>18}{kronor_text(at_end):>20}"
            yield f"{row}  {means.get(code, '')}".rstrip()
    yield f"{'summa':<22}{kronor_text(so_far.amount_ore):>18}{kronor_text(expected.amount_ore):>20}"
    yield ""
    yield "Prognos för hela månaden, om alla som är kvar skrivs ut"
    for leaving in preview.leaving:
        yield f"  {_when(preview, leaving.day):<34}{kronor_text(leaving.bill.amount_ore):>18}"
    yield f"  {'ingen före månadens slut':<34}{kronor_text(expected.amount_ore):>18}"
    yield ""
    if len(preview.passing):
        yield f"Passerar avtalets gräns och lämnar medelvärdet inom en vecka: {_cases(preview.passing)}"
        yield from _case_lines(preview.passing)
    within = counted(preview.within_days, "dag", "dagar")
    yield f"Kvar på sjukhus och blir betalningsansvar inom {within}: {_cases(preview.approaching)}"
    yield from _case_lines(preview.approaching)


def _when(preview: Preview, day: date) -> str:
    so_far = preview.so_far
    if day == so_far.as_of:
        return f"i dag ({day})"
    if day == so_far.period.last_day:
        return f"månadens sista dag ({day})"
    return f"om en vecka ({day})"


def _cases(frame: pd.DataFrame) -> str:
    return counted(len(frame), "ärende", "ärenden")


def _case_lines(frame: pd.DataFrame) -> Iterator[str]:
    for arende_id, kommun, vardform, first_day in frame.to_numpy().tolist():
        yield f"  {hide(arende_id):<24}{kommun} {kommuner()[kommun].name:<17} {vardform:<10} från {first_day:%Y-%m-%d}"


def _means(preview: Preview) -> dict[str, str]:
    codes = list(kommuner())
    lines = preview.so_far.kommun_lines
    lines = lines[lines["antal"] > 0]
    shown: dict[str, str] = {}
    for kommun, mean_micro, antal in lines[["kommun", "mean_micro", "antal"]].to_numpy().tolist():
        hundredths = (mean_micro + MICRO_PER_DYGN // 200) // (MICRO_PER_DYGN // 100)
        mean = dygn_text(hundredths * (MICRO_PER_DYGN // 100)).replace(".", ",")
        told = f"{mean} ({counted(antal, 'ärende', 'ärenden')})"
        shown[codes[kommun]] = f"{shown.get(codes[kommun], '')} {told}".strip()
    return shown
