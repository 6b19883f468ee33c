"""What was written to the ledger after a moment, for whoever was shown it as it was before."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from betalningsansvar.billing.ledger.errors import LaterEntry
from betalningsansvar.billing.ledger.schema import APPROVAL, DISPUTE, DISPUTE_STEP, ENTRY, RUN


def entries_since(connection: Connection, seq: int) -> list[LaterEntry]:
    """The entries after `seq`, oldest first; a run stands for its invoices, a dispute for its first step."""
    month = {
        kind: select(table.c.period).where(table.c.entry == ENTRY.c.seq).scalar_subquery()
        for kind, table in (("run", RUN), ("dispute", DISPUTE), ("approval", APPROVAL))
    }
    disputed = (
        select(DISPUTE.c.period)
        .join(DISPUTE_STEP, DISPUTE_STEP.c.dispute == DISPUTE.c.id)
        .where(DISPUTE_STEP.c.entry == ENTRY.c.seq)
        .scalar_subquery()
    )
    period = func.coalesce(*month.values(), disputed, "")
    query = select(ENTRY.c.seq, ENTRY.c.kind, period, ENTRY.c.at, ENTRY.c.by).where(
        ENTRY.c.seq > seq, ENTRY.c.kind != "invoice"
    )
    return [LaterEntry(*row) for row in connection.execute(query.order_by(ENTRY.c.seq))]
