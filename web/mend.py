"""Where on the page something that stopped is mended: the kind of error gives a link, its own sentence the rest."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for

from betalningsansvar.data.stop import StopError


@dataclass(frozen=True, slots=True)
class Mending:
    """A link to the screen where it is mended, and what the link says."""

    href: str
    text: str


SCREENS = {
    "TariffGapError": ("regler_belopp", "Se vilka belopp som finns, och lägg till det som saknas"),
    "RuleGapError": ("regler", "Se vilka avtal som gäller när"),
    "MixedMeanError": ("regler", "Se avtalets regler, och rätta avtalet"),
    "NoLedgerChosenError": ("hjalp", "Läs i handboken hur en liggare väljs"),
    "NoLedgerError": ("hjalp", "Läs i handboken hur en liggare väljs"),
    "LedgerAddressError": ("hjalp", "Läs i handboken hur en liggare väljs"),
    "OldSchemaError": ("hjalp", "Läs i handboken hur en äldre liggare lyfts"),
    "BrokenLedgerError": ("liggare_kontroll", "Se vad kontrollen av liggaren säger"),
    "EInvoicePartyError": ("installningar", "Fyll i uppgifterna i Inställningar"),
    "EInvoiceError": ("installningar", "Fyll i uppgifterna i Inställningar"),
    "LetterSenderError": ("installningar", "Fyll i uppgifterna i Inställningar"),
    "BuyerError": ("installningar", "Fyll i uppgifterna i Inställningar"),
    "SieError": ("installningar", "Se bokföringens uppgifter i Inställningar"),
    "NumberSeriesError": ("installningar", "Se numreringen i Inställningar"),
    "SettingsError": ("installningar", "Rätta uppgifterna i Inställningar"),
    "UnwrittenError": ("liggare_export", "Hämta filerna ur liggaren"),
    "MonthsNotIssuedError": ("liggare", "Se vilka månader som är utfärdade"),
}
"""By the name of an error class (or of one it derives from): the endpoint of a screen, and what its link says."""


def mending(error: StopError) -> Mending | None:
    """Where `error` is mended, or None when its sentence says all there is to say, or that screen is the one shown."""
    for kind in type(error).__mro__:
        if kind.__name__ in SCREENS:
            endpoint, text = SCREENS[kind.__name__]
            href = url_for(endpoint)
            return Mending(href, text) if href != request.path else None
    return None
