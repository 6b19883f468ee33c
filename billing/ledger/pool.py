"""Connections to a PostgreSQL ledger that are kept between one transaction and the next, for a server of many users.

A command makes one connection and is done; only who keeps connections for a while asks for it, and for one address.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from sqlalchemy import URL, Engine, create_engine

KEPT = 6
"""Connections that are kept open."""

MOST = 24
"""Connections at a time, in all: one for each request that a server answers side by side. The others wait."""

_REACH_SECONDS = 5
_OLDEST_SECONDS = 1800
_kept: dict[URL, Engine] = {}
_lock = Lock()


@contextmanager
def kept_connections(url: URL) -> Iterator[None]:
    """Until the block ends, connections to `url` (a PostgreSQL address) are used again. One that the server has closed
    meanwhile is found out before it is used, and replaced."""
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=KEPT,
        max_overflow=MOST - KEPT,
        pool_timeout=_REACH_SECONDS,
        pool_pre_ping=True,
        pool_recycle=_OLDEST_SECONDS,
        connect_args={"connect_timeout": _REACH_SECONDS, "keepalives_idle": 30},
    )
    with _lock:
        _kept[url] = engine
    try:
        yield
    finally:
        with _lock:
            del _kept[url]
        engine.dispose()


def kept_engine(url: URL) -> Engine | None:
    """The engine whose connections are kept, if any are for this address."""
    with _lock:
        return _kept.get(url)
