"""Who the proxy says has signed in. Its headers are believed only from where it is, together with its secret."""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from betalningsansvar.web.refusal import RefusedError
from betalningsansvar.web.team.roles import Role
from betalningsansvar.web.team.settings import TeamSettings
from betalningsansvar.web.team.team import Team

BY_SOCKET = "localhost"
"""What the server calls whoever comes by a socket of the file system."""

_NAME = re.compile(r"[\w.@+\\-]{1,80}")


class NotSignedOnError(RefusedError):
    """The request does not come from the proxy, or the proxy does not say who signed in."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            "Du är inte inloggad",
            "Sidan fick inte veta vem du är. Stäng webbläsaren och logga in på nytt. Hjälper det inte, säg till den "
            "som sköter servern.",
            reason,
        )


class NoRoleError(RefusedError):
    """Who signed in belongs to no group that has a role."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "Du har ingen behörighet",
            f"Du är inloggad som {name}, men ingen av dina grupper har någon roll här. Be den som sköter behörigheter "
            "att lägga till dig.",
            "ingen grupp med roll",
        )


@dataclass(frozen=True, slots=True)
class User:
    """Who signed in, by the name that is kept in the ledger, and what that person may do."""

    name: str
    roles: frozenset[Role]


def sign_on(environ: Mapping[str, Any], team: Team) -> User:
    """Who sent the request. Raises NotSignedOnError, NoRoleError."""
    settings, proxy = team.settings, team.settings.proxy
    believed = proxy.addresses if settings.port else {BY_SOCKET}
    if environ.get("REMOTE_ADDR", "") not in believed:
        raise NotSignedOnError("anropet kommer inte från proxyn")
    shown = environ.get(_key(proxy.secret_header), "")
    if not hmac.compare_digest(shown.encode("latin-1", "replace"), team.secret):
        raise NotSignedOnError("proxyns hemlighet saknas, är fel eller kom två gånger")
    name = _text(environ, proxy.user_header)
    if name is None or not _NAME.fullmatch(name) or unicodedata.normalize("NFC", name) != name:
        raise NotSignedOnError("användarens namn saknas, är oläsligt eller kom två gånger")
    from betalningsansvar.data.identity import identifies

    if identifies(name):
        raise NotSignedOnError("användarens namn är ett personnummer, som inte får stå i liggaren")
    groups = _text(environ, proxy.groups_header)
    if groups is None:
        raise NotSignedOnError("användarens grupper saknas, är oläsliga eller kom två gånger")
    roles = _roles(groups, settings)
    if not roles:
        raise NoRoleError(name)
    return User(name, roles)


def _roles(groups: str, settings: TeamSettings) -> frozenset[Role]:
    named = (group.strip() for group in groups.split(settings.proxy.separator))
    return frozenset(role for group in named for role in settings.roles.get(group, ()))


def _key(header: str) -> str:
    return f"HTTP_{header.upper().replace('-', '_')}"


def _text(environ: Mapping[str, Any], header: str) -> str | None:
    """A header as UTF-8 text; None when it is not there, or is none."""
    value = environ.get(_key(header))
    if value is None:
        return None
    try:
        text: str = value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return None
    return text if text.isprintable() else None
