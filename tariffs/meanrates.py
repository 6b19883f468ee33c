"""Whether a mean over several kinds of care has one amount: its dygn belong to no kind of care of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from betalningsansvar.tariffs.belopp import Layer, Tariffs
from betalningsansvar.tariffs.records import Genomsnitt


def different_amounts(rule: Genomsnitt, layers: Sequence[Layer], first: date, last: date) -> str:
    """A sentence when the rule's series has, on a day from `first` through `last`, different amounts for its kinds of
    care; else blank. A kind without an amount is a gap, told where it is charged."""
    if isinstance(rule.dygnsbelopp, int) or len(rule.vardform) == 1:
        return ""
    tariffs = Tariffs(tuple(layers))
    changes = {b.fran for b in tariffs.belopp() if b.serie == rule.dygnsbelopp}
    for day in sorted({first, *(change for change in changes if first < change <= last)}):
        ore = {v: b.rate_ore for v in rule.vardform if (b := tariffs.rate(rule.dygnsbelopp, v, day))}
        if len(set(ore.values())) > 1:
            told = ", ".join(f"{vardform} {one // 100},{one % 100:02d} kr" for vardform, one in ore.items())
            return (
                f"Serien {rule.dygnsbelopp} har olika dygnsbelopp {day} ({told}), men ett genomsnitt över flera "
                "vårdformer har bara ett."
            )
    return ""
