"""What a team server holds while it runs: its settings, the proxy's secret, and the trail."""

from __future__ import annotations

import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from betalningsansvar.data.files.named import read_named
from betalningsansvar.data.stop import StopError
from betalningsansvar.web.team.settings import TeamSettings, load_team
from betalningsansvar.web.team.trail import Trail

SHORTEST_SECRET = 32


class SecretError(StopError):
    """The file of the proxy's secret cannot be used as it is."""


@dataclass(frozen=True, slots=True)
class Team:
    """`secret` is what the proxy shows with each request."""

    settings: TeamSettings
    secret: bytes = field(repr=False)
    trail: Trail


def load(path: Path, now: Callable[[], datetime]) -> Team:
    """Everything that must be there before the server answers. Raises SettingsError, FileUnreadableError, SecretError
    and TrailError."""
    settings = load_team(read_named(path))
    secret = _secret(settings.proxy.secret)
    trail = Trail(settings.trail, now)
    trail.require_writable()
    return Team(settings, secret, trail)


def _secret(path: Path) -> bytes:
    content = read_named(path).content.strip()
    if len(content) < SHORTEST_SECRET or not content.isascii() or b"\n" in content:
        raise SecretError(f"{path}: hemligheten ska vara en rad med minst {SHORTEST_SECRET} tecken, utan å, ä och ö.")
    if sys.platform != "win32" and stat.S_IMODE(path.stat().st_mode) & 0o007:
        raise SecretError(f"{path}: alla på datorn kan läsa hemligheten. Låt bara programmet och dess grupp göra det.")
    return content
