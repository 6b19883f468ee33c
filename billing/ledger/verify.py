"""Proof that the ledger is whole: schema, guards, chain, numbers, sums and credits; the first thing wrong is named.

`require_sound` proves everything. `require_sound_month` proves what issuing a month rests on: the rows of the month and
all that was written since the last run, from the end of the chain that that run was proved on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, func, select

from betalningsansvar.billing.ledger.book import NOTHING_YET, Book, Proof, last_proof
from betalningsansvar.billing.ledger.chain import digest, link
from betalningsansvar.billing.ledger.database_errors import readable
from betalningsansvar.billing.ledger.errors import BrokenLedgerError
from betalningsansvar.billing.ledger.migrations import schema_digest
from betalningsansvar.billing.ledger.schema import ENTRY, INVOICE, LINE
from betalningsansvar.billing.ledger.structure import damage, dangling, structure_faults
from betalningsansvar.data.units import MICRO_PER_DYGN

__all__ = ["NOTHING_YET", "Proof", "require_sound", "require_sound_month"]

_OPPOSITE = ("dygn_micro", "amount_ore")
_SAME = ("arende_id", "regelverk", "modell", "fran", "tom", "rate_ore")


@readable
def require_sound(connection: Connection, known_hash: str | None = None) -> Proof:
    """Prove the whole ledger. `known_hash` is a hash noted earlier, which must still be in the chain.

    Raises BrokenLedgerError naming the first thing wrong.
    """
    _require_guarded(connection)
    for problem in damage(connection):
        raise BrokenLedgerError(problem)
    book = Book(connection)
    _hold(book)
    for problem in dangling(connection):
        raise BrokenLedgerError(problem)
    if known_hash is not None and known_hash not in {entry.hash for entry in book.entries}:
        raise BrokenLedgerError(
            f"hashen {known_hash[:16]}… som noterats tidigare finns inte i kedjan; poster har tagits bort, eller så är "
            "det en annan liggare."
        )
    return book.proof()


@readable
def require_sound_month(connection: Connection, period: str) -> Proof:
    """Prove what a month rests on: its own rows, and all that was written since the last run began.

    Takes the time of the month, however long the ledger is. Raises BrokenLedgerError as `require_sound`.
    """
    _require_guarded(connection)
    base = last_proof(connection)
    if base.head.seq == 0:
        return require_sound(connection)
    if (
        connection.execute(select(ENTRY.c.hash).where(ENTRY.c.seq == base.head.seq)).scalar_one_or_none()
        != base.head.hash
    ):
        raise BrokenLedgerError(f"post {base.head.seq} är inte den som den sista körningen prövades mot.")
    book = Book(connection, base, period)
    _hold(book)
    found = book.proof()
    for column, expected in ((INVOICE.c.number, found.next_number - 1), (LINE.c.id, found.lines)):
        last = connection.execute(select(func.max(column))).scalar_one() or 0
        if last != expected and (last or found.invoices):
            raise BrokenLedgerError(f"{column.table.name} slutar vid {last} och inte vid {expected}.")
    return found


def _hold(book: Book) -> None:
    for check in _CHECKS:
        for problem in check(book):
            raise BrokenLedgerError(problem)


def _require_guarded(connection: Connection) -> None:
    for problem in structure_faults(connection):
        raise BrokenLedgerError(problem)


def _chained(book: Book) -> Iterator[str]:
    previous = book.base.head.hash
    for expected, entry in enumerate(book.entries, start=book.base.head.seq + 1):
        if entry.seq != expected:
            yield f"post {expected} saknas i kedjan."
        if entry.previous != previous:
            yield f"post {entry.seq} följer inte på post {entry.seq - 1}; en av dem är ändrad."
        previous = entry.hash
    for entry in (*book.earlier, *book.entries):
        if entry.hash != link(entry.seq, entry.kind, entry.at, entry.digest, entry.previous, entry.by):
            yield f"post {entry.seq} ({entry.kind}, {entry.at}) har ändrats sedan den skrevs."


def _represented(book: Book) -> Iterator[str]:
    """Every entry stands for one row of its kind and every row has its entry, with the digest it was written with."""
    by_entry = {(kind, row.entry): row for kind, found in book.rows_by_kind().items() for row in found}
    for entry in (*book.earlier, *book.entries):
        if entry.kind == "schema":
            continue
        row = by_entry.pop((entry.kind, entry.seq), None)
        if row is None:
            yield f"post {entry.seq} ({entry.kind}, {entry.at}) har inte kvar det den visar på."
            return
        values = dict(row._mapping)
        del values["entry"]
        lines = book.lines_of(row.number) if entry.kind == "invoice" else []
        if digest(values, lines) != entry.digest:
            name = f"faktura {row.number} eller en av dess rader" if entry.kind == "invoice" else _name(entry.kind, row)
            yield f"{name} har ändrats sedan den skrevs (post {entry.seq}, {entry.at})."
    for kind, seq in by_entry:
        yield f"det finns en rad ({kind}) som hänvisar till post {seq}, och den visar på något annat."


def _name(kind: str, row: Any) -> str:
    if kind == "dispute":
        return f"bestridande {row.id}"
    names = {"run": "körningen", "dispute_step": "beslutet", "approval": "godkännandet", "setting": "inställningen"}
    return f"{names[kind]} i post {row.entry}"


def _versioned(book: Book) -> Iterator[str]:
    """The rows of the schema are in order, and each upgrade has the entry it was written with."""
    if [row.version for row in book.versions] != list(range(1, len(book.versions) + 1)):
        yield "schemats versioner är inte i följd."
    if book.base.head.seq:
        return
    digests = [schema_digest(book.versions[:n]) for n in range(1, len(book.versions) + 1)]
    upgrades = [entry for entry in book.entries if entry.kind == "schema"]
    for entry in upgrades:
        if entry.digest not in digests:
            yield f"schemats versioner har ändrats sedan post {entry.seq} skrevs ({entry.at})."
    if not upgrades or upgrades[-1].digest != digests[-1]:
        yield f"schemaversion {len(book.versions)} har ingen post i kedjan."


def _numbered(book: Book) -> Iterator[str]:
    fresh = [row.number for row in book.invoices if row.entry > book.base.head.seq]
    first = book.base.next_number if book.base.invoices else book.first_number
    for expected, number in enumerate(fresh, start=first):
        if number != expected:
            yield f"fakturanummer {expected} saknas."
            return
    ids = np.sort(book.columns["id"].to_numpy(np.int64))
    ids = ids[ids > book.base.lines]
    missing = np.flatnonzero(ids != np.arange(book.base.lines + 1, book.base.lines + len(ids) + 1))
    if len(missing):
        yield f"rad {book.base.lines + missing[0] + 1} saknas."
    for number in sorted(book.span.keys() - book.invoice_by_number.keys()):
        yield f"det finns rader på faktura {number}, som inte finns."


def _summed(book: Book) -> Iterator[str]:
    amounts = book.columns["amount_ore"].to_numpy(np.int64)
    for invoice in book.invoices:
        start, stop = book.span.get(invoice.number, (0, 0))
        total = int(amounts[start:stop].sum())
        if total != invoice.amount_ore or start == stop:
            count = stop - start
            yield f"faktura {invoice.number} säger {invoice.amount_ore} öre och dess {count} rader ger {total}."
    dygn_micro, rate_ore = (book.columns[name].to_numpy(np.int64) for name in ("dygn_micro", "rate_ore"))
    own_days = (book.columns["modell"] == "individuell").to_numpy(np.bool_)
    wrong = np.flatnonzero(own_days & (dygn_micro * rate_ore != amounts * MICRO_PER_DYGN))
    for line in book.columns.iloc[wrong[:1]].itertuples():
        yield f"rad {line.id} på faktura {line.invoice}: dygn gånger dygnsbelopp är inte dess {line.amount_ore} öre."


def _credited(book: Book) -> Iterator[str]:
    """A credit refers to an invoice of the same kommun and month, and each of its lines takes one of its lines back."""
    for invoice in book.invoices:
        original = book.invoice_by_number.get(invoice.credits) if invoice.credits else None
        if invoice.kind == "credit" and (
            original is None or (original.kommun, original.period) != (invoice.kommun, invoice.period)
        ):
            yield f"kreditfaktura {invoice.number} avser ingen faktura för sin kommun och månad."
    credits = pd.Series({row.number: row.credits or 0 for row in book.invoices if row.kind == "credit"}, dtype="int64")
    on_credit = book.columns["invoice"].isin(credits.index)
    says = book.columns["reverses"].notna()
    for line in book.columns[on_credit != says].head(1).itertuples():
        yield f"rad {line.id} på faktura {line.invoice} säger inte rätt vilken rad den tar tillbaka."
    back = book.columns[on_credit].astype({"reverses": "int64"})
    pairs = back.merge(book.columns, left_on="reverses", right_on="id", how="left", suffixes=("", "_taken"))
    right = ~pairs["reverses"].duplicated() & (pairs["invoice_taken"] == pairs["invoice"].map(credits))
    for name in _SAME:
        right &= pairs[name] == pairs[f"{name}_taken"]
    for name in _OPPOSITE:
        right &= pairs[name] == -pairs[f"{name}_taken"]
    for line in pairs[~right].head(1).itertuples():
        where = f"rad {line.id} på kreditfaktura {line.invoice}"
        yield f"{where} är inte rad {line.reverses} tagen tillbaka hel och en gång."


def _texts_kept(book: Book) -> Iterator[str]:
    """The rules of every run are there, by the name and with the text they had, and no others."""
    named: set[tuple[str, str]] = set()
    kept = {text.sha256 for text in book.texts}
    for run in book.runs:
        for _, name, sha in json.loads(run.law):
            named.add((name, sha))
            if sha not in kept:
                yield f"den sparade texten {name} till körningen i post {run.entry} saknas."
    for text in book.texts:
        if sha256(text.body.encode()).hexdigest() != text.sha256:
            yield f"den sparade texten {text.name} har ändrats."
        # A month's own runs need not be those that stored the text.
        if book.base.head.seq == 0 and (text.name, text.sha256) not in named:
            yield f"ingen körning har använt den sparade texten {text.name}, eller inte under det namnet."


_CHECKS: tuple[Callable[[Book], Iterator[str]], ...] = (
    _chained,
    _represented,
    _versioned,
    _numbered,
    _summed,
    _credited,
    _texts_kept,
)
