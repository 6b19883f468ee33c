"""The rows of a run: its facts, the rules it was computed by, its invoices and their lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Table, func, insert, select

from betalningsansvar.billing.ledger.chain import Writer, digest
from betalningsansvar.billing.ledger.corrections import LINE_COLUMNS, Correction
from betalningsansvar.billing.ledger.facts import RunFacts, Terms
from betalningsansvar.billing.ledger.schema import INVOICE, LAW_TEXT, LINE, RUN
from betalningsansvar.billing.ledger.settings import read_settings
from betalningsansvar.billing.ledger.verify import Proof

_LINE_ROW = [column.name for column in LINE.columns]


def write_run(
    connection: Connection,
    found: Correction,
    facts: RunFacts,
    terms: Terms,
    now: str,
    by: str,
    proof: Proof,
    *,
    settles: bool,
) -> tuple[int, tuple[int, ...]]:
    """Add a run with what `found` has; returns its entry and the invoice numbers. `proof` is what the ledger was
    proved to hold before it, kept with the run so that the next one need not begin from the start."""
    chain = Writer(connection, now, by)
    run = _write_run(connection, chain, facts, terms, proof)
    last = connection.execute(select(func.max(INVOICE.c.number))).scalar_one()
    number = read_settings(connection).first_number if last is None else last + 1
    line = (connection.execute(select(func.max(LINE.c.id))).scalar_one() or 0) + 1
    numbers: list[int] = []
    rows: list[tuple[Any, ...]] = []
    for kommun, credits, lines in _invoices(found):
        own = _line_rows(lines, line, number, is_credit=credits is not None)
        amount_ore = sum(values[_LINE_ROW.index("amount_ore")] for values in own)
        row = {
            "number": number,
            "run": run,
            "kommun": kommun,
            "period": facts.period,
            "kind": "credit" if credits is not None else "settlement" if settles else "invoice",
            "credits": credits,
            "invoice_date": terms.invoice_date.isoformat(),
            "amount_ore": amount_ore,
            # Only who has something to pay has a day to pay it.
            "due_date": terms.due_date.isoformat() if terms.due_date and amount_ore > 0 else "",
            "objection_until": terms.objection_until.isoformat() if terms.objection_until and amount_ore else "",
        }
        entry = chain.add("invoice", digest(row, own))
        connection.execute(INVOICE.insert().values(entry=entry, **row))
        rows += own
        numbers.append(number)
        number, line = number + 1, line + len(own)
    add_rows(connection, LINE, rows)
    return run, tuple(numbers)


def _write_run(connection: Connection, chain: Writer, facts: RunFacts, terms: Terms, proof: Proof) -> int:
    row = {
        "period": facts.period,
        "as_of": facts.as_of.isoformat(),
        "agreement": facts.agreement,
        "invoice_date": terms.invoice_date.isoformat(),
        "program": facts.program,
        "options": json.dumps(dict(sorted(facts.options.items())), ensure_ascii=False),
        "inputs": json.dumps(sorted(facts.inputs), ensure_ascii=False),
        "law": json.dumps([(text.role, text.name, text.sha256) for text in facts.law], ensure_ascii=False),
        "proved": proof.text(),
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


def add_rows(connection: Connection, table: Table, rows: list[tuple[Any, ...]]) -> None:
    """Add rows with all columns of `table`, in their order. Many at once go through the driver, four times faster than
    as expressions."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        driver: Any = connection.connection.driver_connection
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    else:
        connection.exec_driver_sql(str(insert(table).compile(dialect=connection.dialect)), rows)
