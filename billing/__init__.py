"""The arithmetic: frames in, frames out. What a notebook needs is importable from here; docs/analys.md shows how.

Importing it costs nothing: each name is fetched from its own module when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from betalningsansvar.billing.cases import check_cases as check_cases
    from betalningsansvar.billing.engine import Bill as Bill
    from betalningsansvar.billing.engine import bill as bill
    from betalningsansvar.billing.explain import explain_case as explain_case
    from betalningsansvar.billing.period import Month as Month
    from betalningsansvar.billing.whatif.comparison import Comparison as Comparison
    from betalningsansvar.billing.whatif.comparison import compare as compare
    from betalningsansvar.billing.whatif.grids import grid as grid
    from betalningsansvar.billing.whatif.grids import parse_axis as parse_axis
    from betalningsansvar.billing.whatif.priced_readings import priced_readings as priced_readings
    from betalningsansvar.billing.whatif.priced_readings import reading_amounts as reading_amounts
    from betalningsansvar.billing.whatif.prognos import parse_forecast as parse_forecast
    from betalningsansvar.billing.whatif.prognos import with_forecast as with_forecast

_PUBLIC = {
    "Bill": "engine",
    "Comparison": "whatif.comparison",
    "Month": "period",
    "bill": "engine",
    "check_cases": "cases",
    "compare": "whatif.comparison",
    "explain_case": "explain",
    "grid": "whatif.grids",
    "parse_axis": "whatif.grids",
    "parse_forecast": "whatif.prognos",
    "priced_readings": "whatif.priced_readings",
    "reading_amounts": "whatif.priced_readings",
    "with_forecast": "whatif.prognos",
}

__all__ = sorted(_PUBLIC)


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(import_module(f"{__name__}.{_PUBLIC[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
