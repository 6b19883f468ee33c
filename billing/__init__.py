"""The arithmetic: frames in, frames out. What a notebook needs is importable from here; docs/analys.md shows how.

Importing `billing` costs nothing: each name is fetched from its own module when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_PUBLIC = {
    "Bill": "betalningsansvar.billing.engine",
    "Comparison": "betalningsansvar.billing.whatif.comparison",
    "Month": "betalningsansvar.billing.period",
    "bill": "betalningsansvar.billing.engine",
    "check_cases": "betalningsansvar.billing.cases",
    "compare": "betalningsansvar.billing.whatif.comparison",
    "explain_case": "betalningsansvar.billing.explain",
    "grid": "betalningsansvar.billing.whatif.grids",
    "parse_axis": "betalningsansvar.billing.whatif.grids",
    "parse_forecast": "betalningsansvar.billing.whatif.prognos",
    "priced_readings": "betalningsansvar.billing.whatif.priced_readings",
    "reading_amounts": "betalningsansvar.billing.whatif.priced_readings",
    "with_forecast": "betalningsansvar.billing.whatif.prognos",
}

__all__ = sorted(_PUBLIC)


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module 'betalningsansvar.billing' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
