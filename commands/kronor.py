"""Amounts as they are typed in an option."""

from __future__ import annotations

from betalningsansvar.commands.stopping import wrong_usage

_MOST_ORE_A_DYGN = 100_000_000


def ore_of(kronor: str) -> int:
    """`7100`, `7 100` or `7100,50` as whole öre; anything else is wrong usage."""
    from decimal import Decimal, InvalidOperation

    try:
        ore = Decimal(kronor.replace(" ", "").replace(",", ".")) * 100
    except InvalidOperation:
        ore = Decimal("NaN")
    if not ore.is_finite() or ore != int(ore):
        raise wrong_usage(f"{kronor} är inget belopp; skriv kronor som 7100 eller 7100,50.")
    return int(ore)


def ore_a_dygn(kronor: str) -> int:
    """What a dygn costs, in öre: more than nothing, and no more than a million kronor."""
    ore = ore_of(kronor)
    if not 0 < ore <= _MOST_ORE_A_DYGN:
        raise wrong_usage(f"{kronor} är inget belopp per dygn; skriv kronor som 4900 eller 4900,50.")
    return ore
