"""Names in addresses, of uploads and jobs: nobody can guess them, and none looks like a personal number."""

from __future__ import annotations

import re
import secrets

from betalningsansvar.data.identity import identifies

_MANY_DIGITS = re.compile(r"\d{9}")


def new_name() -> str:
    """128 random bits as 32 hexadecimal digits, drawn again while they could be taken for somebody."""
    while _MANY_DIGITS.search(name := secrets.token_hex(16)) or identifies(name):
        pass
    return name
