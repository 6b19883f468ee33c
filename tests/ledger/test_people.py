"""Who did it, who approved, and how a ledger is kept; and that a ledger of the earlier schema stays valid."""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import create_engine, text

from betalningsansvar.billing.ledger import migrations
from betalningsansvar.billing.ledger.approving import approvals, approve
from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.corrections import LINE_COLUMNS
from betalningsansvar.billing.ledger.disputing import Objection, decide, register
from betalningsansvar.billing.ledger.errors import LedgerError, NotApprovedError, OldSchemaError
from betalningsansvar.billing.ledger.facts import Terms
from betalningsansvar.billing.ledger.issuing import issue, issue_settlement, upgrade_ledger
from betalningsansvar.billing.ledger.plan import plan_issue, plan_settlement
from betalningsansvar.billing.ledger.reading import invoices, runs
from betalningsansvar.billing.ledger.settings import LedgerSettings, change_settings, read_settings
from tests.ledger.stand import INVOICE_DATE, NOW, PERIOD, as_counter, facts, issue_lines, line, lines, proof, standing

A = lines(line("H-1"), line("H-2", 3), line("K-1", 2, kommun="1384"))
B = lines(line("H-1", 4), line("H-2", 3), line("K-1", 2, kommun="1384"))
OLD = Path(__file__).parent / "schema2.sql"


def test_who_did_it_is_in_the_chain(ledger: Ledger) -> None:
    issue_lines(ledger, A, by="anna")
    decide(ledger, register(ledger, Objection(1, "OVRIGT", arende_id="H-1"), NOW, by="bo"), NOW, step=2, by="cia")
    approve(ledger, B, facts(), NOW, by="dag")
    with ledger.reading() as connection:
        said = connection.execute(text('SELECT kind, "by" FROM entry ORDER BY seq')).all()
        assert runs(connection)[0].by == "anna"
    assert said == [
        ("run", "anna"), ("invoice", "anna"), ("invoice", "anna"), ("schema", "anna"), ("dispute", "bo"),
        ("dispute_step", "bo"), ("dispute_step", "cia"), ("approval", "dag"),
    ]  # fmt: skip
    assert proof(ledger).entries == 8


def test_the_row_of_numbers_begins_where_the_ledger_says(ledger: Ledger) -> None:
    assert change_settings(ledger, NOW, by="anna", first_number=1001, prefix="BA-").first_number == 1001
    assert issue_lines(ledger, A).numbers == (1001, 1002)
    assert issue_lines(ledger, B).numbers == (1003, 1004)
    with ledger.reading() as connection:
        assert [invoice.printed_number for invoice in invoices(connection)][:2] == ["BA-1001", "BA-1002"]
        assert read_settings(connection) == LedgerSettings(1001, "BA-", four_eyes=False)
    assert proof(ledger).next_number == 1005
    with pytest.raises(LedgerError, match="redan utfärdat till och med nummer 1004"):
        change_settings(ledger, NOW, first_number=5)


@pytest.mark.parametrize("wrong", [{"first_number": 0}, {"prefix": "FAKTURA NR"}, {"prefix": "=1+1"}])
def test_a_row_of_numbers_that_cannot_be(ledger: Ledger, wrong: dict[str, int | str]) -> None:
    with pytest.raises(LedgerError):
        change_settings(ledger, NOW, **wrong)  # type: ignore[arg-type]


def test_the_days_of_an_invoice_are_kept(ledger: Ledger) -> None:
    issue_lines(ledger, lines(line("K-9", kommun="1384")))
    wanted = lines(line("H-1"), line("K-9", 2, kommun="1384"))
    seen = plan_issue(ledger, wanted, PERIOD, None).seen
    terms = Terms(INVOICE_DATE, due_date=date(2019, 1, 12), objection_until=date(2018, 12, 31))
    issue(ledger, wanted, facts(), terms, NOW, seen, held=None)
    with ledger.reading() as connection:
        first, new, credit, again = invoices(connection)
    assert (first.due_date, first.objection_until) == (None, None)
    assert (new.due_date, new.objection_until) == (date(2019, 1, 12), date(2018, 12, 31))
    assert (credit.due_date, credit.objection_until) == (None, date(2018, 12, 31))
    assert again.due_date == date(2019, 1, 12)
    proof(ledger)


def confirm(ledger: Ledger, by: str) -> tuple[int, ...]:
    seen = plan_issue(ledger, A, PERIOD, None).seen
    return issue(ledger, A, facts(), Terms(INVOICE_DATE), NOW, seen, held=None, by=by).numbers


def test_where_two_people_are_asked_for_no_one_issues_alone(ledger: Ledger) -> None:
    change_settings(ledger, NOW, by="admin", four_eyes=True)
    with pytest.raises(NotApprovedError, match="ingen har det"):
        confirm(ledger, "anna")
    approve(ledger, B, facts(), NOW, by="bo")
    with pytest.raises(NotApprovedError, match="inte de som bo godkände"):
        confirm(ledger, "anna")
    approve(ledger, A, facts(), NOW, by="anna")
    with pytest.raises(NotApprovedError, match="Anna har själv godkänt"):
        confirm(ledger, "Anna ")
    approve(ledger, A, facts(), NOW, by="bo")
    with pytest.raises(NotApprovedError, match="vem som utfärdar saknas"):
        confirm(ledger, "")
    assert confirm(ledger, "anna") == (1, 2)
    with ledger.reading() as connection:
        found = approvals(connection, PERIOD)
    assert [(each.by, each.lines, each.amount_ore) for each in found][-1] == ("bo", 3, 10 * 710_000)
    proof(ledger)


def test_after_a_decision_the_month_is_approved_anew(ledger: Ledger) -> None:
    """What a decision grants is credited without a line being another: whoever decided is not alone in that either."""
    change_settings(ledger, NOW, by="admin", four_eyes=True)
    approve(ledger, A, facts(), NOW, by="bo")
    confirm(ledger, "anna")
    number = register(ledger, Objection(1, "FEL_DATUM", arende_id="H-1"), NOW, by="anna")
    assert confirm(ledger, "anna") == (), "an objection alone changes nothing"
    decide(ledger, number, NOW, decision="medges", by="anna")
    with pytest.raises(NotApprovedError, match="ett bestridande har avgjorts"):
        confirm(ledger, "anna")
    with pytest.raises(NotApprovedError, match="Anna har själv godkänt"):
        approve(ledger, A, facts(), NOW, by="anna")
        confirm(ledger, "Anna")
    approve(ledger, A, facts(), NOW, by="bo")
    assert confirm(ledger, "anna") == (3,)
    assert standing(ledger) == Counter(
        {row: many for row, many in as_counter(A).items() if row[LINE_COLUMNS.index("arende_id")] != "H-1"}
    )
    proof(ledger)


LEFT = lines(line("", modell="avrakning", regelverk="avrakning", fran="2018-01-01", tom="2018-12-31"))


def settle(ledger: Ledger, wanted: pd.DataFrame, by: str) -> tuple[int, ...]:
    plan = plan_settlement(wanted, "2018", proof(ledger).head)
    return issue_settlement(ledger, plan, facts("2018"), Terms(INVOICE_DATE), NOW, plan.seen, by=by).numbers


def test_where_two_people_are_asked_for_no_one_settles_alone(ledger: Ledger) -> None:
    issue_lines(ledger, A, by="anna")
    change_settings(ledger, NOW, by="admin", four_eyes=True)
    with pytest.raises(NotApprovedError, match=r"2018 kan inte utfärdas.*ingen har det"):
        settle(ledger, LEFT, "anna")
    approve(ledger, LEFT, facts("2018-12"), NOW, by="bo")
    with pytest.raises(NotApprovedError, match="ingen har det"):
        settle(ledger, LEFT, "anna")
    approve(ledger, LEFT.assign(amount_ore=1), facts("2018"), NOW, by="bo")
    with pytest.raises(NotApprovedError, match="inte de som bo godkände"):
        settle(ledger, LEFT, "anna")
    approve(ledger, LEFT, facts("2018"), NOW, by="anna")
    for alone in ("anna", " ANNA"):
        with pytest.raises(NotApprovedError, match="har själv godkänt"):
            settle(ledger, LEFT, alone)
    with pytest.raises(NotApprovedError, match="vem som utfärdar saknas"):
        settle(ledger, LEFT, "")
    assert settle(ledger, LEFT, "cecilia") == (3,)
    with ledger.reading() as connection:
        said = connection.execute(text('SELECT kind, "by" FROM entry ORDER BY seq')).all()
    assert said[-4:] == [("approval", "bo"), ("approval", "anna"), ("run", "cecilia"), ("invoice", "cecilia")]
    proof(ledger)


def test_an_approval_needs_a_name_and_is_given_once(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="vem som godkänner"):
        approve(ledger, A, facts(), NOW, by=" ")
    approve(ledger, A, facts(), NOW, by="bo")
    with pytest.raises(LedgerError, match="redan godkänd av bo"):
        approve(ledger, A, facts(), NOW, by="bo")


def old_ledger(ledger: Ledger) -> None:
    """Fill an empty database with what the release of schema 2 wrote: four invoices and a dispute."""
    if ledger.url.get_backend_name() == "sqlite":
        with sqlite3.connect(str(ledger.url.database)) as connection:
            connection.executescript(OLD.read_text(encoding="utf-8"))
        return
    with sqlite3.connect(":memory:") as written, create_engine(ledger.url).begin() as connection:
        written.executescript(OLD.read_text(encoding="utf-8"))
        for step in migrations.STEPS[:2]:
            step(connection)
        for table in ("entry", "law_text", "ledger_schema", "run", "invoice", "line", "dispute", "dispute_step"):
            for row in written.execute(f"SELECT * FROM {table} ORDER BY 1"):
                marks = ", ".join(["%s"] * len(row))
                connection.exec_driver_sql(f"INSERT INTO {table} VALUES ({marks})", tuple(row))


def test_a_ledger_of_the_earlier_schema_stays_valid(ledger: Ledger) -> None:
    old_ledger(ledger)
    with pytest.raises(OldSchemaError, match=r"schemaversion 2.*Säkerhetskopiera"):
        proof(ledger)
    assert upgrade_ledger(ledger, NOW) == migrations.VERSION
    found = proof(ledger)
    assert (found.entries, found.invoices, found.lines) == (10, 4, 5)
    before = standing(ledger)
    assert issue_lines(ledger, B).run is None
    issue_lines(ledger, A, by="anna")
    issue_lines(ledger, B, by="anna")
    assert standing(ledger) == before
    assert proof(ledger).invoices == 8
