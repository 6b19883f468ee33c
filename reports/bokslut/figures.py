"""The figures of the year that workbook and PDF both begin with."""

from __future__ import annotations

from betalningsansvar.billing.year.bokslut import Bokslut
from betalningsansvar.reports.bokslut.tables import not_issued_known


def key_figures(bokslut: Bokslut) -> list[tuple[str, int | None]]:
    """What it is (Swedish) and öre; None where an amount per vårddygn is missing."""
    settlement = bokslut.settlement
    settled = settlement.loc[settlement["known"], "settlement_ore"]
    known = bokslut.outcome_known
    not_issued = int(settlement["not_issued_ore"].sum()) if not_issued_known(bokslut).all() else None
    return [
        ("Preliminärt fakturerat", int(settlement["invoiced_ore"].sum())),
        ("Utfall enligt avtalets regel", int(settlement["outcome_ore"].sum()) if known else None),
        ("Utfall enligt lagen", int(settlement["statute_ore"].sum()) if bokslut.statute_known else None),
        ("Redan avräknat", int(settlement["settled_ore"].sum())),
        ("Månader som inte är utfärdade", not_issued),
        ("Att fakturera vid avräkningen", int(settled.clip(lower=0).sum()) if known else None),
        ("Att kreditera vid avräkningen", int(settled.clip(upper=0).sum()) if known else None),
        ("Upplupet den 31 december", bokslut.accrual.estimate_ore),
    ]
