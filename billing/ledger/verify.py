"""Proof that the ledger is whole: schema, guards, chain, numbers, sums and credits; the first thing wrong is named."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Table, select

from betalningsansvar.billing.ledger.chain import START, Head, digest, link
from betalningsansvar.billing.ledger.errors import BrokenLedgerError
from betalningsansvar.billing.ledger.migrations import expected_guards, guards
from betalningsansvar.billing.ledger.reading import standing
from betalningsansvar.billing.ledger.rows import plain_rows
from betalningsansvar.billing.ledger.schema import DISPUTE, DISPUTE_STEP, ENTRY, INVOICE, LAW_TEXT, LINE, RUN

MICRO = 1_000_000
_OPPOSITE = ("dygn_micro", "amount_ore")
_SAME = ("arende_id", "regelverk", "modell", "fran", "tom", "rate_ore")


@dataclass(frozen=True, slots=True)
class Proof:
    """A ledger that holds: how much is in it, what it adds up to, and the end of its chain."""

    entries: int
    runs: int
    invoices: int
    lines: int
    amount_ore: int
    head: Head


def require_sound(connection: Connection, known_hash: str | None = None) -> Proof:
    """Prove the whole ledger. `known_hash` is a hash noted earlier, which must still be in the chain.

    Raises BrokenLedgerError naming the first thing wrong.
    """
    return sound_book(connection, known_hash).proof()


def sound_book(connection: Connection, known_hash: str | None = None) -> Book:
    """The whole ledger, proved as by `require_sound`, for who goes on to work with it."""
    book = Book(connection)
    for check in _CHECKS:
        for problem in check(book):
            raise BrokenLedgerError(f"The ledger does not hold: {problem} Nothing was changed.")
    if known_hash is not None and known_hash not in {entry.hash for entry in book.entries}:
        raise BrokenLedgerError(
            f"The ledger does not hold: the hash {known_hash[:16]}… noted earlier is not in its chain; entries were "
            "removed, or it is another ledger. Nothing was changed."
        )
    return book


class Book:
    """The whole ledger in memory, each table in the order of its key; lines, the many, as plain tuples and arrays."""

    def __init__(self, connection: Connection) -> None:
        self.dialect = connection.dialect.name
        self.guards = guards(connection)
        self.entries = _rows(connection, ENTRY)
        self.runs = _rows(connection, RUN)
        self.invoices = _rows(connection, INVOICE)
        self.disputes = _rows(connection, DISPUTE)
        self.steps = _rows(connection, DISPUTE_STEP)
        self.texts = _rows(connection, LAW_TEXT)
        self.lines = plain_rows(connection, select(LINE).order_by(LINE.c.invoice, LINE.c.id))
        columns = [column.name for column in LINE.columns]
        self.columns = pd.DataFrame(self.lines, columns=columns)
        numbers = self.columns["invoice"].to_numpy(np.int64)
        firsts, starts = np.unique(numbers, return_index=True)
        stops = np.append(starts[1:], len(numbers))[: len(starts)]
        self.span = dict(zip(firsts.tolist(), zip(starts.tolist(), stops.tolist(), strict=True), strict=True))
        self.invoice_by_number = {row.number: row for row in self.invoices}

    def lines_of(self, number: int) -> list[tuple[Any, ...]]:
        start, stop = self.span.get(number, (0, 0))
        return self.lines[start:stop]

    def standing(self, period: str) -> pd.DataFrame:
        """The invoiced lines of a month that no credit has taken back, as `billing.ledger.reading.standing`."""
        own = {row.number: row.kommun for row in self.invoices if (row.period, row.kind) == (period, "invoice")}
        return standing(self.columns, own)

    def proof(self) -> Proof:
        last = self.entries[-1] if self.entries else None
        return Proof(
            entries=len(self.entries),
            runs=len(self.runs),
            invoices=len(self.invoices),
            lines=len(self.lines),
            amount_ore=sum(row.amount_ore for row in self.invoices),
            head=Head(last.seq, last.hash) if last else Head(0, START),
        )


def _rows(connection: Connection, table: Table) -> list[Any]:
    return list(connection.execute(select(table).order_by(*table.primary_key.columns)).all())


def _guarded(book: Book) -> Iterator[str]:
    for name in sorted(expected_guards(book.dialect) - book.guards):
        yield f"the database no longer has the guard {name}, so rows could be changed."


def _chained(book: Book) -> Iterator[str]:
    previous = START
    for expected, entry in enumerate(book.entries, start=1):
        if entry.seq != expected:
            yield f"entry {expected} is missing from the chain."
        if entry.previous != previous:
            yield f"entry {entry.seq} does not follow from entry {entry.seq - 1}; one of them was changed."
        if entry.hash != link(entry.seq, entry.kind, entry.at, entry.digest, entry.previous):
            yield f"entry {entry.seq} ({entry.kind}, {entry.at}) was changed after it was written."
        previous = entry.hash


def _represented(book: Book) -> Iterator[str]:
    """Every entry stands for one row of its kind and every row has its entry, with the digest it was written with."""
    rows = {"run": book.runs, "invoice": book.invoices, "dispute": book.disputes, "dispute_step": book.steps}
    by_entry = {(kind, row.entry): row for kind, found in rows.items() for row in found}
    for entry in book.entries:
        row = by_entry.pop((entry.kind, entry.seq), None)
        if row is None:
            yield f"entry {entry.seq} records a {entry.kind} that is not in the ledger any more."
            return
        values = dict(row._mapping)
        del values["entry"]
        lines = book.lines_of(row.number) if entry.kind == "invoice" else []
        if digest(values, lines) != entry.digest:
            name = f"invoice {row.number} or one of its lines" if entry.kind == "invoice" else _name(entry.kind, row)
            yield f"{name} was changed after it was written (entry {entry.seq}, {entry.at})."
    for kind, seq in by_entry:
        yield f"a {kind} names entry {seq}, which records something else."


def _name(kind: str, row: Any) -> str:
    return f"dispute {row.id}" if kind == "dispute" else f"the {kind.replace('_', ' ')} of entry {row.entry}"


def _numbered(book: Book) -> Iterator[str]:
    for expected, invoice in enumerate(book.invoices, start=1):
        if invoice.number != expected:
            yield f"invoice number {expected} is missing."
            return
    ids = np.sort(book.columns["id"].to_numpy(np.int64))
    missing = np.flatnonzero(ids != np.arange(1, len(ids) + 1))
    if len(missing):
        yield f"line {missing[0] + 1} is missing."
    for number in book.span.keys() - book.invoice_by_number.keys():
        yield f"there are lines of invoice {number}, which does not exist."


def _summed(book: Book) -> Iterator[str]:
    amounts = book.columns["amount_ore"].to_numpy(np.int64)
    for invoice in book.invoices:
        start, stop = book.span.get(invoice.number, (0, 0))
        total = int(amounts[start:stop].sum())
        if total != invoice.amount_ore or start == stop:
            count = stop - start
            yield f"invoice {invoice.number} says {invoice.amount_ore} öre and its {count} lines add up to {total}."
    dygn_micro, rate_ore = (book.columns[name].to_numpy(np.int64) for name in ("dygn_micro", "rate_ore"))
    own_days = (book.columns["modell"] == "individuell").to_numpy(np.bool_)
    wrong = np.flatnonzero(own_days & (dygn_micro * rate_ore != amounts * MICRO))
    for line in book.columns.iloc[wrong[:1]].itertuples():
        yield f"line {line.id} of invoice {line.invoice}: days times rate is not its {line.amount_ore} öre."


def _credited(book: Book) -> Iterator[str]:
    """A credit refers to an invoice of the same kommun and month, and each of its lines takes one of its lines back."""
    for invoice in book.invoices:
        original = book.invoice_by_number.get(invoice.credits) if invoice.credits else None
        if invoice.kind == "credit" and (
            original is None or (original.kommun, original.period) != (invoice.kommun, invoice.period)
        ):
            yield f"credit {invoice.number} refers to no invoice of its kommun and month."
    credits = pd.Series({row.number: row.credits or 0 for row in book.invoices if row.kind == "credit"}, dtype="int64")
    on_credit = book.columns["invoice"].isin(credits.index)
    says = book.columns["reverses"].notna()
    for line in book.columns[on_credit != says].head(1).itertuples():
        yield f"line {line.id} of invoice {line.invoice} does not say rightly which line it takes back."
    back = book.columns[on_credit].astype({"reverses": "int64"})
    pairs = back.merge(book.columns, left_on="reverses", right_on="id", how="left", suffixes=("", "_taken"))
    right = ~pairs["reverses"].duplicated() & (pairs["invoice_taken"] == pairs["invoice"].map(credits))
    for name in _SAME:
        right &= pairs[name] == pairs[f"{name}_taken"]
    for name in _OPPOSITE:
        right &= pairs[name] == -pairs[f"{name}_taken"]
    for line in pairs[~right].head(1).itertuples():
        yield f"line {line.id} of credit {line.invoice} is not line {line.reverses} taken back whole and once."


def _texts_kept(book: Book) -> Iterator[str]:
    """The rules of every run are there, as they were."""
    for text in book.texts:
        if sha256(text.body.encode()).hexdigest() != text.sha256:
            yield f"the stored text {text.name} was changed."
    kept = {text.sha256 for text in book.texts}
    for run in book.runs:
        for _, name, sha in json.loads(run.law):
            if sha not in kept:
                yield f"the stored text {name} of the run of entry {run.entry} is missing."


_CHECKS: tuple[Callable[[Book], Iterator[str]], ...] = (
    _guarded,
    _chained,
    _represented,
    _numbered,
    _summed,
    _credited,
    _texts_kept,
)
