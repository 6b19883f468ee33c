"""The arithmetic: frames in, frames out. What a notebook needs is importable from here; docs/analys.md shows how.

Importing `billing` costs nothing: each name is fetched from its own module when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_PUBLIC = {
    "Bill": "billing.engine",
    "Comparison": "billing.scenario",
    "Month": "billing.period",
    "bill": "billing.engine",
    "check_cases": "billing.cases",
    "compare": "billing.scenario",
    "explain_case": "billing.explain",
    "grid": "billing.grids",
    "parse_axis": "billing.grids",
    "parse_forecast": "billing.prognos",
    "priced_readings": "billing.readings",
    "reading_amounts": "billing.readings",
    "with_forecast": "billing.prognos",
}

__all__ = sorted(_PUBLIC)


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module 'billing' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
