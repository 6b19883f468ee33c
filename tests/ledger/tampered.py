"""A ledger with something of everything in it, and ways to change it past the program."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

from betalningsansvar.billing.ledger.approving import approve
from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.disputing import Objection, decide, register
from betalningsansvar.billing.ledger.facts import Terms
from betalningsansvar.billing.ledger.issuing import issue
from betalningsansvar.billing.ledger.plan import plan_issue
from betalningsansvar.billing.ledger.settings import change_settings
from tests.ledger.stand import INVOICE_DATE, NOW, PERIOD, facts, issue_lines, line, lines

A = lines(line("H-1"), line("H-2", 3), line("K-1", 2, kommun="1384"))
B = lines(line("H-1", 4), line("H-2", 3), line("K-1", 2, kommun="1384"))


def fill(ledger: Ledger) -> None:
    """Entries 1–3 settings and schema, 4–6 invoices 101 and 102, 7–9 the credit 103 of 101, and 104, 10–12 a dispute,
    13 an approval, 14–16 the next month's invoices 105 and 106. Lines 1–8."""
    change_settings(ledger, NOW, by="admin", first_number=101, prefix="BA-")
    issue_lines(ledger, A, by="anna")
    seen = plan_issue(ledger, B, PERIOD, None).seen
    terms = Terms(INVOICE_DATE, date(2019, 1, 12), date(2018, 12, 31))
    issue(ledger, B, facts(), terms, NOW, seen, held=None, by="anna")
    dispute = register(ledger, Objection(102, "FEL_DATUM", arende_id="K-1"), NOW, by="anna")
    decide(ledger, dispute, NOW, step=2, by="anna")
    approve(ledger, A, facts("2018-12"), NOW, by="bo")
    issue_lines(ledger, A, period="2018-12", by="anna")


def change_rows(path: Path, statement: str) -> None:
    """Past the guards, which are put back so that only the rows tell."""
    connection = sqlite3.connect(path)
    guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in guards:
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute(statement)
    for _, sql in guards:
        connection.execute(sql)
    connection.commit()
    connection.close()


def change_structure(path: Path, script: str) -> None:
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.commit()
    connection.close()
