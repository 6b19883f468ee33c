"""What is left to settle of a year as lines to issue, and why it cannot be settled yet."""

from __future__ import annotations

from datetime import date

import pandas as pd

from betalningsansvar.billing.ledger.corrections import LINE_COLUMNS
from betalningsansvar.billing.lines import TariffGapError
from betalningsansvar.billing.period import months_text
from betalningsansvar.billing.year.bokslut import Bokslut
from betalningsansvar.data.stop import StopError


class YearNotOverError(StopError):
    """The data was extracted on `as_of`, before the last day of `year`: a settlement would credit the days after it."""

    def __init__(self, year: int, as_of: date) -> None:
        self.year, self.as_of = year, as_of
        super().__init__(
            f"Uppgifterna är uttagna {as_of}, innan {year} var slut. En avräkning skulle kreditera dagarna därefter. "
            f"Ta ut uppgifterna den 31 december {year} eller senare."
        )


class MonthsNotIssuedError(StopError):
    """Nobody has been invoiced for `months` (1–12) of `year`: their outcome is outside the settlement, and a settled
    year looks finished."""

    def __init__(self, year: int, months: tuple[int, ...]) -> None:
        self.year, self.months = year, months
        text = months_text(months)
        one = len(months) == 1
        super().__init__(
            f"{text[0].upper()}{text[1:]} {year} är inte {'utfärdad' if one else 'utfärdade'}, och utfallet ingår inte "
            f"i avräkningen. Utfärda {'månaden' if one else 'månaderna'} först, eller avräkna året uttryckligen utan "
            f"{'den' if one else 'dem'}."
        )


def settlement_lines(bokslut: Bokslut, *, without_months: bool = False) -> pd.DataFrame:
    """What is left to settle as lines to issue (`billing.ledger.corrections.LINE_COLUMNS`), one per kommun.

    A line has no case and no days: it spans the year. Raises TariffGapError when an outcome is not known,
    YearNotOverError when the data was extracted before the year was over, and MonthsNotIssuedError when a month of it
    has not been issued, unless `without_months` says that the year is to be settled all the same.
    """
    if bokslut.outcome.missing:
        raise TariffGapError(bokslut.outcome.missing)
    if bokslut.as_of < date(bokslut.year, 12, 31):
        raise YearNotOverError(bokslut.year, bokslut.as_of)
    if not without_months:
        waiting = [notice for notice in bokslut.notices if notice.kind == "manader_ej_utfardade"]
        if waiting:
            raise MonthsNotIssuedError(bokslut.year, tuple(sorted(m for notice in waiting for m in notice.months)))
    rows = bokslut.settlement[bokslut.settlement["settlement_ore"] != 0]
    texts = {
        "arende_id": "",
        "regelverk": bokslut.agreement.id,
        "modell": "avrakning",
        "fran": f"{bokslut.year}-01-01",
        "tom": f"{bokslut.year}-12-31",
    }
    frame = rows[["kommun"]].assign(**texts, dygn_micro=0, rate_ore=0, amount_ore=rows["settlement_ore"])
    return frame[LINE_COLUMNS].astype({name: "str" for name in ("kommun", *texts)}).reset_index(drop=True)
