"""What the ledger holds, as records and frames."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Row, func, select

from betalningsansvar.billing.ledger.corrections import LINE_COLUMNS
from betalningsansvar.billing.ledger.database_errors import readable
from betalningsansvar.billing.ledger.dispute_table import disputed_by_invoice
from betalningsansvar.billing.ledger.errors import UnknownInvoiceError
from betalningsansvar.billing.ledger.invoices import IssuedInvoice, IssuedLine
from betalningsansvar.billing.ledger.rows import plain_rows
from betalningsansvar.billing.ledger.schema import ENTRY, INVOICE, LAW_TEXT, LINE, RUN
from betalningsansvar.billing.ledger.settings import read_settings
from betalningsansvar.billing.period import Month
from betalningsansvar.tariffs.texts import LawText


@dataclass(frozen=True, slots=True)
class Run:
    """One issue of one month and what it was computed from. `entry` is its place in the chain, `hash` that entry's;
    `at` the moment in UTC, `by` who issued (`""`: not kept); `law` names the stored files without their text."""

    entry: int
    hash: str
    at: str
    period: str
    as_of: date
    agreement: str
    invoice_date: date
    program: str
    options: dict[str, str]
    inputs: tuple[tuple[str, str], ...]
    law: tuple[tuple[str, str, str], ...]
    by: str = ""


@readable
def runs(connection: Connection, period: str | None = None) -> list[Run]:
    """Every run, or those of one month, oldest first."""
    query = (
        select(RUN, ENTRY.c.at, ENTRY.c.hash, ENTRY.c.by).join(ENTRY, ENTRY.c.seq == RUN.c.entry).order_by(RUN.c.entry)
    )
    if period is not None:
        query = query.where(RUN.c.period == period)
    return [_run(row) for row in connection.execute(query)]


@readable
def run_of(connection: Connection, number: int) -> Run:
    """The run that issued invoice `number`. Raises UnknownInvoiceError."""
    query = (
        select(RUN, ENTRY.c.at, ENTRY.c.hash, ENTRY.c.by)
        .join(ENTRY, ENTRY.c.seq == RUN.c.entry)
        .join(INVOICE, INVOICE.c.run == RUN.c.entry)
        .where(INVOICE.c.number == number)
    )
    row = connection.execute(query).first()
    if row is None:
        last = connection.execute(select(func.max(INVOICE.c.number))).scalar_one() or 0
        first = connection.execute(select(func.min(INVOICE.c.number))).scalar_one() or 0
        raise UnknownInvoiceError(number, first, last)
    return _run(row)


@readable
def stored_texts(connection: Connection, run: Run) -> tuple[LawText, ...]:
    """The agreement and tariff files of a run as they were."""
    wanted = LAW_TEXT.c.sha256.in_([sha for _, _, sha in run.law])
    bodies = dict(plain_rows(connection, select(LAW_TEXT.c.sha256, LAW_TEXT.c.body).where(wanted)))
    return tuple(LawText(role, name, sha, bodies[sha]) for role, name, sha in run.law)


@readable
def invoices(
    connection: Connection,
    *,
    numbers: Collection[int] | None = None,
    period: str | None = None,
    run: int | None = None,
) -> tuple[IssuedInvoice, ...]:
    """Issued invoices with their lines, by number: all, or those chosen."""
    chosen: list[ColumnElement[bool]] = []
    if numbers is not None:
        chosen.append(INVOICE.c.number.in_(numbers))
    if period is not None:
        chosen.append(INVOICE.c.period == period)
    if run is not None:
        chosen.append(INVOICE.c.run == run)
    prefix = read_settings(connection).prefix
    query = select(INVOICE, ENTRY.c.hash).join(ENTRY, ENTRY.c.seq == INVOICE.c.entry).where(*chosen)
    heads = connection.execute(query.order_by(INVOICE.c.number)).all()
    columns = [
        LINE.c[name] for name in ("invoice", "arende_id", "regelverk", "modell", "fran", "tom", "dygn_micro")
    ] + [LINE.c.rate_ore, LINE.c.amount_ore, LINE.c.reason]
    of_lines = select(*columns).join(INVOICE, INVOICE.c.number == LINE.c.invoice).where(*chosen).order_by(LINE.c.id)
    lines: dict[int, tuple[IssuedLine, ...]] = {
        number: tuple(
            IssuedLine(a, rv, m, date.fromisoformat(fran), date.fromisoformat(tom), dygn, rate, amount, reason)
            for _, a, rv, m, fran, tom, dygn, rate, amount, reason in own
        )
        for number, own in groupby(plain_rows(connection, of_lines), key=lambda row: int(row[0]))
    }
    return tuple(
        IssuedInvoice(
            row.number,
            row.kommun,
            row.period,
            row.kind,
            row.credits,
            date.fromisoformat(row.invoice_date),
            row.amount_ore,
            lines.get(row.number, ()),
            prefix,
            _day(row.due_date),
            _day(row.objection_until),
            row.entry,
            row.hash,
        )
        for row in heads
    )


@readable
def standing_lines(connection: Connection, period: str) -> pd.DataFrame:
    """The invoiced lines of a month that no credit has taken back, as `standing` gives them."""
    return standing_of_months(connection, [period]).drop(columns="period")


@readable
def standing_of_months(connection: Connection, periods: Sequence[str]) -> pd.DataFrame:
    """The same of several months, with the `period` of each line."""
    own = select(LINE).join(INVOICE, INVOICE.c.number == LINE.c.invoice).where(INVOICE.c.period.in_(periods))
    lines = pd.DataFrame(plain_rows(connection, own.order_by(LINE.c.id)), columns=[c.name for c in LINE.columns])
    heads = connection.execute(select(INVOICE).where(INVOICE.c.period.in_(periods), INVOICE.c.kind == "invoice")).all()
    left = standing(lines, {row.number: row.kommun for row in heads})
    return left.assign(period=left["number"].map({row.number: row.period for row in heads}).astype("str"))


def standing(lines: pd.DataFrame, kommun_of: Mapping[int, str]) -> pd.DataFrame:
    """Of `lines` (the columns of the table, with the credits that take them back), those on the invoices in
    `kommun_of` that no credit has taken back: LINE_COLUMNS with `line` (their id) and `number`, by id."""
    taken_back = lines["reverses"].dropna()
    left = lines[lines["invoice"].isin(kommun_of.keys()) & ~lines["id"].isin(taken_back)]
    left = left.rename(columns={"id": "line", "invoice": "number"})
    left = left.assign(kommun=left["number"].map(kommun_of)).sort_values("line")
    whole = dict.fromkeys(("dygn_micro", "rate_ore", "amount_ore", "line", "number"), "int64")
    texts = dict.fromkeys(LINE_COLUMNS[:6], "str")
    return left[[*LINE_COLUMNS, "line", "number"]].astype(texts | whole).reset_index(drop=True)


@readable
def frozen_months(connection: Connection) -> list[Month]:
    """The months that have been issued, in order."""
    return sorted(Month.parse(p) for p in connection.execute(select(RUN.c.period).distinct()).scalars() if len(p) == 7)


@readable
def invoice_heads(connection: Connection) -> pd.DataFrame:
    """One row per invoice: number, printed (with the prefix), kommun, period, kind, credits (0: none), invoice_date,
    due_date, objection_until (`""`: none), amount_ore, lines (int64), disputed_ore (int64, in open disputes)."""
    query = (
        select(
            INVOICE.c.number,
            INVOICE.c.kommun,
            INVOICE.c.period,
            INVOICE.c.kind,
            func.coalesce(INVOICE.c.credits, 0).label("credits"),
            INVOICE.c.invoice_date,
            INVOICE.c.amount_ore,
            select(func.count()).where(LINE.c.invoice == INVOICE.c.number).scalar_subquery().label("lines"),
            INVOICE.c.due_date,
            INVOICE.c.objection_until,
        )
        .select_from(INVOICE)
        .order_by(INVOICE.c.number)
    )
    columns = ["number", "kommun", "period", "kind", "credits", "invoice_date", "amount_ore", "lines"]
    columns += ["due_date", "objection_until"]
    whole = dict.fromkeys(("number", "credits", "amount_ore", "lines"), "int64")
    texts = dict.fromkeys(("kommun", "period", "kind", "invoice_date", "due_date", "objection_until"), "str")
    heads = pd.DataFrame(plain_rows(connection, query), columns=columns).astype(whole | texts)
    disputed, prefix = disputed_by_invoice(connection), read_settings(connection).prefix
    return heads.assign(
        printed=prefix + heads["number"].astype("str"),
        disputed_ore=heads["number"].map(disputed).fillna(0).astype("int64"),
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _run(row: Row[Any]) -> Run:
    return Run(
        entry=row.entry,
        hash=row.hash,
        at=row.at,
        period=row.period,
        as_of=date.fromisoformat(row.as_of),
        agreement=row.agreement,
        invoice_date=date.fromisoformat(row.invoice_date),
        program=row.program,
        options=json.loads(row.options),
        inputs=tuple((name, sha) for name, sha in json.loads(row.inputs)),
        law=tuple((role, name, sha) for role, name, sha in json.loads(row.law)),
        by=row.by,
    )
