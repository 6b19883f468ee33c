"""Where on the page something that stopped is mended: the kind of error gives a link, its own sentence the rest."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from betalningsansvar.data.stop import StopError


@dataclass(frozen=True, slots=True)
class Mending:
    """A link to the screen where it is mended, and what the link says."""

    href: str
    text: str


# The name of the error class (or of one it derives from) → endpoint and words.
_SCREENS = {
    "TariffGapError": ("regler_belopp", "Se vilka belopp som finns, och lägg till det som saknas"),
    "NoLedgerChosenError": ("hjalp", "Läs i handboken hur en liggare väljs"),
    "NoLedgerError": ("hjalp", "Läs i handboken hur en liggare väljs"),
    "BrokenLedgerError": ("liggare_kontroll", "Se vad kontrollen av liggaren säger"),
    "PartyError": ("installningar", "Fyll i uppgifterna i Inställningar"),
    "AnonymousError": ("hjalp", "Läs om ärendenas beteckningar i handboken"),
    "HeaderError": ("hjalp", "Se vilka kolumner som behövs"),
}


def mending(error: StopError) -> Mending | None:
    """Where `error` is mended, or None when its sentence says all there is to say."""
    for kind in type(error).__mro__:
        if kind.__name__ in _SCREENS:
            endpoint, text = _SCREENS[kind.__name__]
            return Mending(url_for(endpoint), text)
    return None
