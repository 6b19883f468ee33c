"""A file name that every system takes, of a name that came from somebody's computer."""

from __future__ import annotations

import re

from betalningsansvar.data.shown import quotable

_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_LONGEST = 120


def safe_name(name: str) -> str:
    """The name where it will do; else without what Windows has no room for, and never one of its devices."""
    plain = _NOT_IN_NAMES.sub("_", quotable(name))[-_LONGEST:].strip(" .")
    return f"_{plain}" if not plain or _RESERVED.fullmatch(plain) else plain
