"""Hold a ledger against what was sent: the receipts in the files that stand beside the invoices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.errors import LedgerError
from betalningsansvar.billing.ledger.receipts import receipts_in, require_receipts
from betalningsansvar.billing.ledger.verify import Proof, require_sound
from betalningsansvar.data.files.named import NamedFile


class NoReceiptError(LedgerError):
    """None of the files holds a receipt, so nothing would be proved by them."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        shown = ", ".join(names[:5]) or "inga filer"
        super().__init__(
            f"Det finns inget kvitto i det som skulle hållas mot liggaren ({shown}). Kvittot står i kvitto.txt, i "
            "manifest.json och i varje e-faktura."
        )


@dataclass(frozen=True)
class Verified:
    """A ledger that holds, and how many receipts it was held against."""

    proof: Proof
    receipts: int


def verify_against(ledger: str, files: Sequence[NamedFile], known_hash: str | None = None) -> Verified:
    """Prove the whole ledger, and that every receipt in the files is in its chain.

    Raises NoReceiptError, BrokenLedgerError naming the first thing wrong, and LedgerError.
    """
    found = [receipt for file in files for receipt in receipts_in(file.name, file.content)]
    if not found:
        raise NoReceiptError([file.name for file in files])
    with Ledger.parse(ledger).reading() as connection:
        proof = require_sound(connection, known_hash)
        return Verified(proof, require_receipts(connection, found))
