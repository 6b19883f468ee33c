"""The preview of a running month, on the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from betalningsansvar.billing.charged_lines import dygn_text
from betalningsansvar.billing.genomsnitt import MICRO
from betalningsansvar.billing.preview import Preview
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.reports.words.numbers import kronor_text


def preview_lines(preview: Preview) -> Iterator[str]:
    """Per kommun the amount so far and at month end, its means so far, and the cases about to cost."""
    so_far, expected = preview.so_far, preview.expected
    yield f"{so_far.period} as of {so_far.as_of}, by {so_far.agreement.id}"
    yield f"{'kommun':<22}{'so far':>18}{'at month end':>18}  mean so far"
    amounts = dict(zip(so_far.kommuner["kommun"], so_far.kommuner["amount_ore"], strict=True))
    means = _means(preview)
    for code, name, at_end in expected.kommuner[["kommun", "kommunnamn", "amount_ore"]].to_numpy().tolist():
        if code and (at_end or code in means):
            row = f"{code} {name:<17}{kronor_text(amounts.get(code, 0)):>18}{kronor_text(at_end):>18}"
            yield f"{row}  {means.get(code, '')}".rstrip()
    yield f"{'total':<22}{kronor_text(so_far.amount_ore):>18}{kronor_text(expected.amount_ore):>18}"
    yield ""
    yield f"Cases in house that become liable within {preview.within_days} days: {len(preview.approaching)}"
    for arende_id, kommun, vardform, first_day in preview.approaching.to_numpy().tolist():
        yield f"  {arende_id:<24}{kommun} {kommuner()[kommun].name:<17} {vardform:<10} from {first_day:%Y-%m-%d}"


def _means(preview: Preview) -> dict[str, str]:
    codes = list(kommuner())
    lines = preview.so_far.kommun_lines
    lines = lines[lines["antal"] > 0]
    shown: dict[str, str] = {}
    for kommun, mean_micro, antal in lines[["kommun", "mean_micro", "antal"]].to_numpy().tolist():
        hundredths = (mean_micro + MICRO // 200) // (MICRO // 100)
        mean = dygn_text(hundredths * (MICRO // 100)).replace(".", ",")
        shown[codes[kommun]] = f"{shown.get(codes[kommun], '')} {mean} ({antal} cases)".strip()
    return shown
