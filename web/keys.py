"""The keys of the page: each opens it once, and none outlives the process."""

from __future__ import annotations

import hmac
import secrets
from threading import Lock


class Keys:
    """The keys that have been shown and not been used."""

    def __init__(self) -> None:
        self._unused: list[str] = []
        self._lock = Lock()

    def new(self) -> str:
        """A fresh key of 256 bits. Two are good at a time: the one printed and the one the browser is opened with."""
        key = secrets.token_urlsafe(32)
        with self._lock:
            self._unused = [*self._unused[-1:], key]
        return key

    def use(self, offered: str) -> bool:
        """True once for each key; what is offered is compared in constant time."""
        with self._lock:
            for key in self._unused:
                if hmac.compare_digest(key.encode(), offered.encode()):
                    self._unused.remove(key)
                    return True
        return False
