"""The rows to be proved, in memory: the whole ledger, or a month and what was written since the last run."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Table, select, true

from betalningsansvar.billing.ledger.head import START, Head
from betalningsansvar.billing.ledger.rows import plain_rows
from betalningsansvar.billing.ledger.schema import (
    APPROVAL,
    DISPUTE,
    DISPUTE_STEP,
    ENTRY,
    INVOICE,
    LAW_TEXT,
    LEDGER_SCHEMA,
    LINE,
    RUN,
    SETTING,
)


@dataclass(frozen=True, slots=True)
class Proof:
    """A ledger that holds: how much is in it, what it adds up to, and the end of its chain.

    `next_number` is that of the next invoice.
    """

    entries: int
    runs: int
    invoices: int
    lines: int
    amount_ore: int
    head: Head
    next_number: int

    def text(self) -> str:
        """As a run keeps it."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def parse(cls, text: str) -> Proof:
        """From a run's `proved`."""
        values = json.loads(text)
        return cls(**(values | {"head": Head(**values["head"])}))


NOTHING_YET = Proof(0, 0, 0, 0, 0, Head(0, START), 1)


class Book:
    """Each table's rows in the order of its key; lines, the many, as plain tuples and arrays.

    `entries` follow each other from the end of `base`. With a `period` the rows of that month (and of the months
    written to since `base`) are here as well, their entries in `earlier`.
    """

    def __init__(self, connection: Connection, base: Proof = NOTHING_YET, period: str | None = None) -> None:
        self.base = base
        since = base.head.seq
        self.entries = _rows(connection, ENTRY, ENTRY.c.seq > since)
        self.versions = _rows(connection, LEDGER_SCHEMA)
        self.settings = _rows(connection, SETTING)
        self.approvals = _rows(connection, APPROVAL, APPROVAL.c.entry > since)
        if period is None:
            periods = None
            self.runs = _rows(connection, RUN)
        else:
            touched = select(RUN.c.period).where(RUN.c.entry > since)
            periods = sorted({period, *connection.execute(touched).scalars()})
            self.runs = _rows(connection, RUN, (RUN.c.entry > since) | RUN.c.period.in_(periods))
        self.invoices = _rows(connection, INVOICE, _of(INVOICE.c.period, periods))
        self.disputes = _rows(connection, DISPUTE, (DISPUTE.c.entry > since) | _of(DISPUTE.c.period, periods))
        own = [row.id for row in self.disputes]
        steps = true() if periods is None else (DISPUTE_STEP.c.entry > since) | DISPUTE_STEP.c.dispute.in_(own)
        self.steps = _rows(connection, DISPUTE_STEP, steps)
        self.texts = _texts(connection, None if periods is None else self.runs)
        self.lines = _lines(connection, periods)
        self.earlier = [] if periods is None else _rows(connection, ENTRY, ENTRY.c.seq.in_(self._older()))
        self.columns = pd.DataFrame(self.lines, columns=[column.name for column in LINE.columns])
        numbers = self.columns["invoice"].to_numpy(np.int64)
        firsts, starts = np.unique(numbers, return_index=True)
        stops = np.append(starts[1:], len(numbers))[: len(starts)]
        self.span = dict(zip(firsts.tolist(), zip(starts.tolist(), stops.tolist(), strict=True), strict=True))
        self.invoice_by_number = {row.number: row for row in self.invoices}

    def rows_by_kind(self) -> dict[str, list[Any]]:
        """The rows that have an entry each, by the kind of entry."""
        return {
            "run": self.runs,
            "invoice": self.invoices,
            "dispute": self.disputes,
            "dispute_step": self.steps,
            "approval": self.approvals,
            "setting": self.settings,
        }

    def lines_of(self, number: int) -> list[tuple[Any, ...]]:
        start, stop = self.span.get(number, (0, 0))
        return self.lines[start:stop]

    @property
    def first_number(self) -> int:
        """Where the row of invoice numbers begins."""
        values = [row.value for row in self.settings if row.name == "first_number"]
        return int(values[-1]) if values else 1

    def proof(self) -> Proof:
        base = self.base
        last = self.entries[-1] if self.entries else None
        fresh = [row for row in self.invoices if row.entry > base.head.seq]
        first = self.first_number if base.invoices == 0 else base.next_number
        return Proof(
            entries=base.entries + len(self.entries),
            runs=base.runs + sum(row.entry > base.head.seq for row in self.runs),
            invoices=base.invoices + len(fresh),
            lines=base.lines + sum(len(self.lines_of(row.number)) for row in fresh),
            amount_ore=base.amount_ore + sum(row.amount_ore for row in fresh),
            head=Head(last.seq, last.hash) if last else base.head,
            next_number=first + len(fresh),
        )

    def _older(self) -> list[int]:
        kinds = self.rows_by_kind().values()
        return sorted({row.entry for rows in kinds for row in rows if row.entry <= self.base.head.seq})


def last_proof(connection: Connection) -> Proof:
    """What the last run was written on; NOTHING_YET where no run tells."""
    query = select(RUN.c.proved).order_by(RUN.c.entry.desc()).limit(1)
    text = connection.execute(query).scalar_one_or_none()
    return Proof.parse(text) if text else NOTHING_YET


def _of(column: ColumnElement[Any], periods: list[str] | None) -> ColumnElement[bool]:
    return true() if periods is None else column.in_(periods)


def _rows(connection: Connection, table: Table, chosen: ColumnElement[bool] | None = None) -> list[Any]:
    query = select(table).order_by(*table.primary_key.columns)
    return list(connection.execute(query if chosen is None else query.where(chosen)).all())


def _lines(connection: Connection, periods: list[str] | None) -> list[tuple[Any, ...]]:
    query = select(LINE).order_by(LINE.c.invoice, LINE.c.id)
    if periods is not None:
        query = query.join(INVOICE, INVOICE.c.number == LINE.c.invoice).where(INVOICE.c.period.in_(periods))
    return plain_rows(connection, query)


def _texts(connection: Connection, runs: list[Any] | None) -> list[Any]:
    if runs is None:
        return _rows(connection, LAW_TEXT)
    named = {sha for run in runs for _, _, sha in json.loads(run.law)}
    return _rows(connection, LAW_TEXT, LAW_TEXT.c.sha256.in_(sorted(named)))
