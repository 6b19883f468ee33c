"""Receipts: the end of the chain as it stands beside what was sent, outside the ledger.

Whoever empties a ledger or cuts off its end can make the rest hold; what was sent to the kommuner cannot be called
back, so each invoice, e-invoice and manifest carries the entry it was written with and that entry's hash.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from betalningsansvar.billing.ledger.database_errors import readable
from betalningsansvar.billing.ledger.errors import BrokenLedgerError
from betalningsansvar.billing.ledger.rows import plain_rows
from betalningsansvar.billing.ledger.schema import ENTRY

_SENTENCE = re.compile(rb"iggarens post (\d{1,18}), hash ([0-9a-f]{64})")
_SHOWN = 16


@dataclass(frozen=True, slots=True)
class Receipt:
    """An entry of the chain and its hash, as found in a file (`source`) that was kept elsewhere."""

    source: str
    seq: int
    hash: str


def receipts_in(source: str, content: bytes) -> list[Receipt]:
    """Every receipt in a file's bytes (text, JSON, XML, CSV), each once."""
    found = dict.fromkeys(_SENTENCE.findall(content))
    return [Receipt(source, int(seq), sign.decode()) for seq, sign in found]


@readable
def require_receipts(connection: Connection, receipts: Sequence[Receipt]) -> int:
    """Hold the chain against receipts; returns how many there were.

    Raises BrokenLedgerError naming the first receipt that is not in it: the ledger was cut off, emptied, written anew,
    or is another one.
    """
    wanted = [receipt.seq for receipt in receipts]
    held = dict(plain_rows(connection, select(ENTRY.c.seq, ENTRY.c.hash).where(ENTRY.c.seq.in_(wanted))))
    last = connection.execute(select(func.max(ENTRY.c.seq))).scalar_one() or 0
    for receipt in sorted(receipts, key=lambda receipt: receipt.seq):
        said = f"{receipt.source} är kvitto på post {receipt.seq} med hash {receipt.hash[:_SHOWN]}…"
        if receipt.seq > last:
            raise BrokenLedgerError(f"{said}, och liggaren slutar vid post {last}; poster har tagits bort.")
        if held.get(receipt.seq) != receipt.hash:
            raise BrokenLedgerError(f"{said}, och liggaren har en annan post där; den är omskriven, eller en annan.")
    return len(receipts)
