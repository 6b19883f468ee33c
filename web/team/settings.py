"""How a team server is set up, from one strict TOML file: where it answers, whom it believes, and who may do what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.toml_table import Table, read_toml
from betalningsansvar.web.state import MOST_UPLOADS, Limits
from betalningsansvar.web.team.roles import Role

_ADDRESS = re.compile(r"https://[a-z0-9][a-z0-9.-]*[a-z0-9](:[1-9][0-9]{0,4})?")
_HEADER = re.compile(r"X-[A-Za-z0-9-]{1,60}")
_ROLE_KEYS = {role: role.value.replace("ä", "a") for role in Role}
_MEGABYTE = 2**20


@dataclass(frozen=True, slots=True)
class Proxy:
    """The proxy that signs users in: the loopback `addresses` it comes from (none when it comes by a socket of the file
    system), the file of the secret it shows, and in which headers it says what."""

    addresses: frozenset[str]
    secret: Path
    secret_header: str
    user_header: str
    groups_header: str
    separator: str

    @property
    def headers(self) -> tuple[str, str, str]:
        """Those that only the proxy may send, each once."""
        return self.secret_header, self.user_header, self.groups_header


@dataclass(frozen=True, slots=True)
class TeamSettings:
    """`address` is what the browser shows; `port` (on loopback) or `socket` where the proxy finds the program; `roles`
    the roles of each group by its name."""

    address: str
    port: int | None
    socket: Path | None
    ledger: str
    folder: Path
    trail: Path
    proxy: Proxy
    roles: Mapping[str, frozenset[Role]]
    limits: Limits


def load_team(file: NamedFile) -> TeamSettings:
    """Read the file. Raises SettingsError with every fault."""
    table = read_toml(file)
    address = table.text("adress", needed=True)
    if address and not _ADDRESS.fullmatch(address):
        table.complain("adress skrivs som https://namn utan något efter, med små bokstäver.", "adress")
    port = table.whole("port", minimum=1, maximum=65535)
    socket = _path(table, "socket", needed=False)
    if table.has("port") == table.has("socket"):
        table.complain("skriv antingen port eller socket: där proxyn når programmet.")
    ledger = table.text("liggare", needed=True)
    folder, trail = _path(table, "installningar"), _path(table, "spar")
    proxy = _proxy(table, by_socket=table.has("socket"))
    roles = _roles(table)
    limits = _limits(table)
    table.done()
    table.stop()
    assert address and ledger and folder and trail and proxy and roles
    return TeamSettings(address, port, socket, ledger, folder, trail, proxy, roles, limits)


def _path(table: Table, key: str, *, needed: bool = True) -> Path | None:
    text = table.text(key, needed=needed)
    if text is None:
        return None
    if not Path(text).is_absolute():
        table.complain(f"{key} skrivs med hela sökvägen, från roten.", key)
        return None
    return Path(text)


def _proxy(table: Table, *, by_socket: bool) -> Proxy | None:
    own = table.table("proxy", holds=("adresser", "hemlighet"), needed=True)
    if own is None:
        return None
    addresses = own.words("adresser") or ()
    for address in addresses:
        if not _is_loopback(address):
            own.complain("adresser: bara den egna datorns adresser, 127.0.0.1 eller ::1.", "adresser")
    if by_socket and addresses:
        own.complain("adresser hör till port; en socket skyddas av rättigheterna till filen.", "adresser")
    if not by_socket and not addresses:
        own.complain('adresser saknas. Skriv varifrån proxyn kommer, som ["127.0.0.1"].')
    secret = _path(own, "hemlighet")
    secret_header = own.text("hemlighetsrubrik") or "X-Betalningsansvar-Proxy"
    user_header = own.text("anvandarrubrik") or "X-Remote-User"
    groups_header = own.text("grupprubrik") or "X-Remote-Groups"
    names = (secret_header, user_header, groups_header)
    if not all(map(_HEADER.fullmatch, names)) or len({name.lower() for name in names}) != len(names):
        own.complain("rubrikerna ska vara tre olika och börja på X-, med bara bokstäver, siffror och bindestreck.")
    separator = own.text("avgransare", allowed=(";", ",", "|")) or ";"
    own.done()
    if secret is None:
        return None
    return Proxy(frozenset(addresses), secret, secret_header, user_header, groups_header, separator)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _roles(table: Table) -> dict[str, frozenset[Role]]:
    own = table.table("roller", holds=tuple(_ROLE_KEYS.values()), needed=True)
    if own is None:
        return {}
    of_group: dict[str, frozenset[Role]] = {}
    for role, key in _ROLE_KEYS.items():
        for group in own.words(key) or ():
            of_group[group] = of_group.get(group, frozenset()) | {role}
    if not of_group and own.sound:
        own.complain("ingen grupp har någon roll, så ingen kommer in.")
    own.done()
    return of_group


def _limits(table: Table) -> Limits:
    own = table.table("granser", holds=("uttag", "megabyte", "jobb"))
    if own is None:
        return Limits(MOST_UPLOADS, 64 * _MEGABYTE, 2)
    uploads = own.whole("uttag", minimum=1, maximum=20) or MOST_UPLOADS
    megabytes = own.whole("megabyte", minimum=1, maximum=2_000) or 64
    jobs = own.whole("jobb", minimum=1, maximum=10) or 2
    own.done()
    return Limits(uploads, megabytes * _MEGABYTE, jobs)
