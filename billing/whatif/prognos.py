"""A forecast over the gaps of the tariffs: for comparisons only, and every figure that rests on it says so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from betalningsansvar.billing.whatif.daytable import PROGNOS
from betalningsansvar.billing.whatif.overlay import ScenarioError
from betalningsansvar.tariffs.belopp import Layer, Tariffs
from betalningsansvar.tariffs.records import Belopp

_ORIGIN = "prognos"


@dataclass(frozen=True, slots=True)
class Forecast:
    """Amounts where none is known: `index` a year on the last known amount, or a stated `rate_ore`."""

    index: Decimal | None = None
    rate_ore: int | None = None


def parse_forecast(text: str) -> Forecast:
    """Read `index=1.05` or `kronor=12000`. Raises ScenarioError."""
    name, _, number = (part.strip() for part in text.partition("="))
    try:
        value = Decimal(number)
    except InvalidOperation:
        value = Decimal("NaN")
    if name == "index" and value.is_finite() and Decimal("0.5") <= value <= 2:
        return Forecast(index=value)
    if name == "kronor" and value.is_finite() and 0 < value < 10_000_000 and value * 100 == int(value * 100):
        return Forecast(rate_ore=int(value * 100))
    raise ScenarioError(
        f"Prognosen {text} kan inte läsas. Skriv index=1.05 (0,5–2 per år, på det senast kända beloppet) eller "
        "kronor=12000 (högst två decimaler)."
    )


def with_forecast(tariffs: Tariffs, forecast: Forecast, last: date) -> Tariffs:
    """The amounts, and forecasts in their gaps up to the year of `last`; a known amount is never replaced.

    Forecasts have the mark PROGNOS. An index needs an amount before the gap; without one the gap stays.
    """
    found: list[Belopp] = []
    for gap in tariffs.gaps(last):
        for vardform in gap.vardform:
            for year in range(gap.fran.year, gap.tom.year + 1):
                fran, tom = max(gap.fran, date(year, 1, 1)), min(gap.tom, date(year, 12, 31))
                known = _last_known(tariffs, gap.serie, vardform, fran)
                belopp = _forecast(forecast, known, gap.serie, vardform, fran, tom)
                if belopp is not None:
                    found.append(belopp)
    return replace(tariffs, layers=(*tariffs.layers, Layer(_ORIGIN, "", (), tuple(found))))


def _last_known(tariffs: Tariffs, serie: str, vardform: str, before: date) -> Belopp | None:
    known = [b for b in tariffs.belopp() if b.serie == serie and vardform in b.vardform and b.tom < before]
    return max(known, key=lambda b: b.tom, default=None)


def _forecast(
    forecast: Forecast, known: Belopp | None, serie: str, vardform: str, fran: date, tom: date
) -> Belopp | None:
    if forecast.rate_ore is not None:
        return Belopp(serie, fran, tom, (vardform,), forecast.rate_ore, "prognos, angivet belopp", PROGNOS, _ORIGIN)
    if known is None or forecast.index is None:
        return None
    years = fran.year - known.tom.year
    exact = known.rate_ore * forecast.index**years
    kalla = f"prognos, {known.rate_ore // 100} kr för {known.tom.year} × {forecast.index}^{years}"
    rate_ore = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    return Belopp(serie, fran, tom, (vardform,), rate_ore, kalla, PROGNOS, _ORIGIN)
