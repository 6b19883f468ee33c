"""What of the input a message may quote: no personal number, and nothing that a terminal would obey.

Light enough for every error and every printed line; columns of a table are made harmless at intake (`data.harmless`).
"""

from __future__ import annotations

import re

from betalningsansvar.data.identity import hide

# Controls but tab and line end, and the marks that turn the order of what is read.
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_FINGERPRINT = re.compile(r"([0-9a-f]{32,})")


def without_controls(text: str) -> str:
    """The text as a terminal may print it."""
    return _OBEYED.sub("", text)


def quotable(text: str) -> str:
    """The same without personal numbers; the digits of a fingerprint are left as they stand."""
    parts = _FINGERPRINT.split(without_controls(text))
    return "".join(part if at % 2 else hide(part) for at, part in enumerate(parts))


def is_text(name: str) -> bool:
    """Whether the name can be written as text; one of a Unix disk may be any bytes."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
