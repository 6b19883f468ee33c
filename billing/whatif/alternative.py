"""What the same dygn would cost in another form of care, such as a korttidsplats, beside the dygnsbelopp."""

from __future__ import annotations

from betalningsansvar.data.units import MICRO_PER_DYGN


def alternative_cost(dygn_micro: int, rate_ore: int) -> int:
    """Öre for so many millionths of a dygn at `rate_ore` a dygn, rounded half up."""
    return (2 * dygn_micro * rate_ore + MICRO_PER_DYGN) // (2 * MICRO_PER_DYGN)
