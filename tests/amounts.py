"""Amounts for tests that need a gap: the shipped ones will have fewer each time somebody finds a year."""

from dataclasses import replace

from betalningsansvar.tariffs.belopp import Tariffs, load


def amounts_without(year: int) -> Tariffs:
    """The shipped amounts, but for those of a year."""
    layers = load().layers
    return Tariffs(
        tuple(replace(layer, belopp=tuple(b for b in layer.belopp if b.fran.year != year)) for layer in layers)
    )
