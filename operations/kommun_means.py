"""Each kommun's mean of a month against its threshold, as page one of the summary tells it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from betalningsansvar.billing.charged_lines import rows_of
from betalningsansvar.billing.engine import Bill
from betalningsansvar.reports.month.summary_overview import UNDER, verdict
from betalningsansvar.reports.words.swedish import vardform_text
from betalningsansvar.tariffs.records import Genomsnitt


@dataclass(frozen=True, slots=True)
class KommunMean:
    """A mean in millionths of a dygn over `antal` discharged cases, and how it stands to its threshold: in words
    (`told`), and as `over` or `under` (neither where there was no case)."""

    vardformer: str
    antal: int
    mean_micro: int
    told: str
    over: bool
    under: bool


def kommun_means(bill: Bill) -> Mapping[str, tuple[KommunMean, ...]]:
    """The means of the month by kommunkod, in the order their rules begin; empty without a genomsnitt rule."""
    codes = list(bill.cases["kommun"].cat.categories)
    found: dict[str, list[KommunMean]] = defaultdict(list)
    for row in rows_of(bill.kommun_lines.sort_values("start", kind="stable")):
        rule = bill.rules[row.rule] if row.rule >= 0 else None
        if isinstance(rule, Genomsnitt):
            told, antal = verdict(row, rule), int(row.antal)
            kinds, under = vardform_text(rule.vardform), told == UNDER
            found[codes[row.kommun]].append(
                KommunMean(kinds, antal, int(row.mean_micro), told, over=bool(antal) and not under, under=under)
            )
    return {code: tuple(means) for code, means in found.items()}
