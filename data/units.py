"""The two whole numbers everything is counted in."""

from __future__ import annotations

MICRO_PER_DYGN = 1_000_000
"""Dygn of a mean have decimals, and are kept as whole millionths."""

SECONDS_PER_DAY = 86_400
