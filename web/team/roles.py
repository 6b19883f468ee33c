"""Who may do what: the roles, and the roles that each address which changes something asks for.

Whoever has a role may read; what one reads is one's own uploads, the ledger, the rules and the settings.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum


class Role(StrEnum):
    """What a group of officers may do, as it stands in the settings and on the page."""

    LASA = "läsa"
    KONTROLLERA = "kontrollera"
    ATTESTERA = "attestera"
    UTFARDA = "utfärda"
    BESTRIDA = "bestrida"
    ADMINISTRERA = "administrera"


_ANY = frozenset(Role)
# Who approves or issues computes the month from an upload of one's own.
_COMPUTE = frozenset({Role.KONTROLLERA, Role.ATTESTERA, Role.UTFARDA})

ASKED_FOR: dict[str, frozenset[Role]] = {
    "fortsatt": _ANY,
    "jobb_avbryt": _ANY,
    "liggare_kvitton": _ANY,
    "liggare_export_gor": _ANY,
    "uppgifter": _COMPUTE,
    "exempel": _COMPUTE,
    "para_ihop_gor": _COMPUTE,
    "para_ihop_igen": _COMPUTE,
    "avsluta_gor": _COMPUTE,
    "arende_patient": _COMPUTE,
    "underlag_gor": _COMPUTE,
    "filer_gor": _COMPUTE,
    "jamfor_mottagen": _COMPUTE,
    "bokslut_filer": _COMPUTE,
    "scenarier_in": _COMPUTE,
    "scenarier_rapport": _COMPUTE,
    "godkann": frozenset({Role.ATTESTERA}),
    "avrakna_godkann": frozenset({Role.ATTESTERA}),
    "utfarda_gor": frozenset({Role.UTFARDA}),
    "utfardat_filer": frozenset({Role.UTFARDA}),
    "avrakna_gor": frozenset({Role.UTFARDA}),
    "bestrid": frozenset({Role.BESTRIDA}),
    "tvister_in": frozenset({Role.BESTRIDA}),
    "tvist_gor": frozenset({Role.BESTRIDA}),
    "liggare_satt_gor": frozenset({Role.ADMINISTRERA}),
    "eget_avtal_spara": frozenset({Role.ADMINISTRERA}),
    "installningar_spara": frozenset({Role.ADMINISTRERA}),
    "installningar_bort": frozenset({Role.ADMINISTRERA}),
}
"""By endpoint of each POST: one of these roles is needed. A POST that is not here is for nobody."""


def may(endpoint: str, roles: Collection[Role]) -> bool:
    """Whether somebody with `roles` may do what the POST of that endpoint does."""
    return not ASKED_FOR.get(endpoint, frozenset()).isdisjoint(roles)
