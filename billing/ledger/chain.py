"""The hash chain: each entry carries a digest of what it stands for and the hash of the entry before it.

Whoever changes a row afterwards breaks its digest, whoever changes an entry breaks every later hash. The last hash,
kept somewhere else, proves that nothing was taken off the end.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, select

from betalningsansvar.billing.ledger.errors import UNCHANGED, LedgerError
from betalningsansvar.billing.ledger.head import START, Head
from betalningsansvar.billing.ledger.schema import ENTRY, LATER
from betalningsansvar.data.identity import identifies
from betalningsansvar.data.shown import without_controls


def digest(row: Mapping[str, Any], lines: Iterable[Sequence[Any]] = ()) -> str:
    """SHA-256 of a row's values by column name, and of the lines that belong to it, in the order of their id."""
    content = [sorted(item for item in row.items() if item[1] or item[0] not in LATER), list(lines)]
    return sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def link(seq: int, kind: str, at: str, row_digest: str, previous: str, by: str = "") -> str:
    """The hash of an entry. Who wrote it was not kept at first, so nobody's entry has the hash it always had."""
    who = (by,) if by else ()
    return sha256("|".join((str(seq), kind, at, row_digest, previous, *who)).encode()).hexdigest()


def moment(at: datetime) -> str:
    """A moment as the ledger keeps it: ISO text in UTC, to the second."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


def head(connection: Connection) -> Head:
    """The end of the chain as it is now."""
    row = connection.execute(select(ENTRY.c.seq, ENTRY.c.hash).order_by(ENTRY.c.seq.desc()).limit(1)).first()
    return Head(row.seq, row.hash) if row else Head(0, START)


class Writer:
    """Adds entries to the end of the chain inside one transaction. Raises LedgerError where `by` is no name."""

    def __init__(self, connection: Connection, at: str, by: str = "") -> None:
        if identifies(by):
            raise LedgerError(f"Den som gör det anges med sitt namn, inte med ett personnummer. {UNCHANGED}")
        if without_controls(by) != by or "\n" in by:
            raise LedgerError(f"Namnet på den som gör det innehåller ett tecken som inte syns. {UNCHANGED}")
        self._connection = connection
        self._at = at
        self._by = by
        self._head = head(connection)

    @property
    def next_seq(self) -> int:
        return self._head.seq + 1

    def add(self, kind: str, row_digest: str) -> int:
        """Add one entry for a row with this digest; returns its number, which the row must carry."""
        seq, previous = self.next_seq, self._head.hash
        found = link(seq, kind, self._at, row_digest, previous, self._by)
        values = {"kind": kind, "at": self._at, "digest": row_digest, "previous": previous, "by": self._by}
        self._connection.execute(ENTRY.insert().values(seq=seq, hash=found, **values))
        self._head = Head(seq, found)
        return seq
