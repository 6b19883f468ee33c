"""Issuing a month: plan what has to be added, then number and freeze it in one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, func, insert, select

from betalningsansvar.billing.ledger.chain import START, Head, Writer, digest, head, moment
from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.corrections import LINE_COLUMNS, Correction, correction
from betalningsansvar.billing.ledger.disputing import granted
from betalningsansvar.billing.ledger.errors import LedgerError, NoLedgerError
from betalningsansvar.billing.ledger.invoices import InvoiceKind
from betalningsansvar.billing.ledger.migrations import version
from betalningsansvar.billing.ledger.reading import runs
from betalningsansvar.billing.ledger.schema import INVOICE, LAW_TEXT, LINE, RUN
from betalningsansvar.billing.ledger.verify import Book, require_sound, sound_book
from betalningsansvar.tariffs.texts import LawText

_LINE_ROW = [column.name for column in LINE.columns]


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What a run is computed from, enough to compute it again. `inputs` are (file name, SHA-256); nothing here may
    tell who a patient is. `period` is a month as `2018-11`, `program` the release."""

    period: str
    as_of: date
    agreement: str
    program: str
    options: Mapping[str, str]
    inputs: tuple[tuple[str, str], ...]
    law: tuple[LawText, ...]


@dataclass(frozen=True, slots=True)
class IssuePlan:
    """What issuing would add. `frozen` tells that the month has been issued before, `agreements` by which; `head` is
    the end of the chain the plan was made on."""

    correction: Correction
    frozen: bool
    agreements: tuple[str, ...]
    head: Head

    @property
    def nothing_to_do(self) -> bool:
        return self.frozen and self.correction.is_empty


@dataclass(frozen=True, slots=True)
class Issued:
    """What was done: the plan as written, the run's entry and its invoice numbers; `run` is None when the month was
    issued before and nothing differs."""

    plan: IssuePlan
    run: int | None
    numbers: tuple[int, ...]
    head: Head


def plan_issue(ledger: Ledger, wanted: pd.DataFrame, period: str) -> IssuePlan:
    """Hold the `wanted` lines (LINE_COLUMNS) of a month against the ledger, which is verified first.

    Without a ledger everything is new. Raises LedgerError, and BrokenLedgerError when the ledger does not hold.
    """
    try:
        with ledger.reading() as connection:
            return _plan(connection, sound_book(connection), wanted, period)
    except NoLedgerError:
        nothing = wanted.iloc[:0].assign(line=0, number=0)
        return IssuePlan(correction(wanted, nothing), frozen=False, agreements=(), head=Head(0, START))


def issue(ledger: Ledger, wanted: pd.DataFrame, facts: RunFacts, invoice_date: date, at: datetime) -> Issued:
    """Write what the month lacks: per kommun a credit for each invoice that has lines to reverse, then one new invoice.

    One transaction: all of it or nothing. When someone else wrote since the plan was made, the plan is made again, so
    that several issuers at once add one set of invoices. Raises LedgerError as `plan_issue`.
    """
    now = moment(at)
    while True:
        plan = plan_issue(ledger, wanted, facts.period)
        if plan.nothing_to_do:
            return Issued(plan, None, (), plan.head)
        with ledger.writing(now) as connection:
            if head(connection) != plan.head:
                continue
            run, numbers = _write(connection, plan, facts, invoice_date, now)
            return Issued(plan, run, numbers, head(connection))


def upgrade_ledger(ledger: Ledger, at: datetime) -> int:
    """Bring the schema of an existing ledger up to this release's; returns its version. Raises LedgerError."""
    ledger.require_existing()
    with ledger.writing(moment(at)) as connection:
        return version(connection)


def issue_settlement(
    ledger: Ledger, wanted: pd.DataFrame, facts: RunFacts, invoice_date: date, at: datetime, seen: Head
) -> Issued:
    """Write one settlement per kommun from `wanted` (LINE_COLUMNS, one line each), with `facts.period` the year.

    `seen` is the end of the chain when the year was settled. Raises LedgerError when something was issued since then:
    the settlement would no longer be what is left.
    """
    now = moment(at)
    nothing = wanted.iloc[:0].assign(line=0, number=0)
    plan = IssuePlan(correction(wanted, nothing), frozen=False, agreements=(), head=seen)
    if wanted.empty:
        return Issued(plan, None, (), seen)
    with ledger.writing(now) as connection:
        require_sound(connection)
        if head(connection) != seen:
            raise LedgerError("The ledger was written to while the year was settled; nothing was issued. Run again.")
        run, numbers = _write(connection, plan, facts, invoice_date, now, "settlement")
        return Issued(plan, run, numbers, head(connection))


def _plan(connection: Connection, book: Book, wanted: pd.DataFrame, period: str) -> IssuePlan:
    earlier = runs(connection, period)
    standing = book.standing(period)
    found = correction(wanted, standing, **granted(connection, period, standing))
    agreements = tuple(dict.fromkeys(run.agreement for run in earlier))
    return IssuePlan(found, frozen=bool(earlier), agreements=agreements, head=head(connection))


def _write(
    connection: Connection,
    plan: IssuePlan,
    facts: RunFacts,
    invoice_date: date,
    now: str,
    kind: InvoiceKind = "invoice",
) -> tuple[int, tuple[int, ...]]:
    chain = Writer(connection, now)
    run = _write_run(connection, chain, facts, invoice_date)
    number = (connection.execute(select(func.max(INVOICE.c.number))).scalar_one() or 0) + 1
    line = (connection.execute(select(func.max(LINE.c.id))).scalar_one() or 0) + 1
    numbers: list[int] = []
    rows: list[tuple[Any, ...]] = []
    for kommun, credits, lines in _invoices(plan.correction):
        own = _line_rows(lines, line, number, is_credit=credits is not None)
        row = {
            "number": number,
            "run": run,
            "kommun": kommun,
            "period": facts.period,
            "kind": kind if credits is None else "credit",
            "credits": credits,
            "invoice_date": invoice_date.isoformat(),
            "amount_ore": sum(values[_LINE_ROW.index("amount_ore")] for values in own),
        }
        entry = chain.add("invoice", digest(row, own))
        connection.execute(INVOICE.insert().values(entry=entry, **row))
        rows += own
        numbers.append(number)
        number, line = number + 1, line + len(own)
    _add_lines(connection, rows)
    return run, tuple(numbers)


def _write_run(connection: Connection, chain: Writer, facts: RunFacts, invoice_date: date) -> int:
    row = {
        "period": facts.period,
        "as_of": facts.as_of.isoformat(),
        "agreement": facts.agreement,
        "invoice_date": invoice_date.isoformat(),
        "program": facts.program,
        "options": json.dumps(dict(sorted(facts.options.items())), ensure_ascii=False),
        "inputs": json.dumps(sorted(facts.inputs), ensure_ascii=False),
        "law": json.dumps([(text.role, text.name, text.sha256) for text in facts.law], ensure_ascii=False),
    }
    stored = set(connection.execute(select(LAW_TEXT.c.sha256)).scalars())
    for text in {text.sha256: text for text in facts.law if text.sha256 not in stored}.values():
        connection.execute(LAW_TEXT.insert().values(sha256=text.sha256, name=text.name, body=text.body))
    entry = chain.add("run", digest(row))
    connection.execute(RUN.insert().values(entry=entry, **row))
    return entry


def _invoices(found: Correction) -> Iterator[tuple[str, int | None, pd.DataFrame]]:
    """Kommun by kommun: a credit for each invoice with lines to reverse, then the new invoice."""
    credited = {str(kommun): lines for kommun, lines in found.credited.groupby("kommun")}
    new = {str(kommun): lines for kommun, lines in found.new.groupby("kommun")}
    for kommun in sorted(credited.keys() | new.keys()):
        if kommun in credited:
            for number, lines in credited[kommun].groupby("number"):
                yield kommun, int(str(number)), lines
        if kommun in new:
            yield kommun, None, new[kommun]


def _line_rows(lines: pd.DataFrame, first_id: int, number: int, *, is_credit: bool) -> list[tuple[Any, ...]]:
    """The rows of `line` in the order of its columns; a credit has its line's days and öre with the other sign."""
    count = len(lines)
    sign = -1 if is_credit else 1
    texts = [lines[name].tolist() for name in LINE_COLUMNS[1:6]]
    return list(
        zip(
            range(first_id, first_id + count),
            [number] * count,
            *texts,
            (sign * lines["dygn_micro"]).tolist(),
            lines["rate_ore"].tolist(),
            (sign * lines["amount_ore"]).tolist(),
            lines["reason"].tolist() if is_credit else [""] * count,
            lines["line"].tolist() if is_credit else [None] * count,
            strict=True,
        )
    )


def _add_lines(connection: Connection, rows: list[tuple[Any, ...]]) -> None:
    """Many rows at once go through the driver, four times faster than as expressions."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY line ({', '.join(_LINE_ROW)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    else:
        connection.exec_driver_sql(str(insert(LINE).compile(dialect=connection.dialect)), rows)
