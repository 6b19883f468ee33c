"""What is written is what was shown: another issuer, another file and a forgotten file stop the issue."""

from __future__ import annotations

import pandas as pd
import pytest

from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.disputing import Objection, decide, register
from betalningsansvar.billing.ledger.errors import MissingCasesError, NoLedgerError, PlanChangedError
from betalningsansvar.billing.ledger.facts import Terms
from betalningsansvar.billing.ledger.head import Seen
from betalningsansvar.billing.ledger.issuing import Issued, issue, issue_settlement
from betalningsansvar.billing.ledger.plan import Held, plan_issue, plan_settlement
from betalningsansvar.data.settings.avsandare import Nummerserie
from tests.ledger.stand import INVOICE_DATE, NOW, PERIOD, as_counter, facts, issue_lines, line, lines, proof, standing

A = lines(line("H-1"), line("H-2", 3), line("K-1", 2, kommun="1384"))
B = lines(line("H-1", 4), line("H-2", 3), line("K-1", 2, kommun="1384"))


def confirm(
    ledger: Ledger, wanted: pd.DataFrame, seen: Seen, held: Held | None = None, *, allow_missing: bool = False
) -> Issued:
    terms = Terms(INVOICE_DATE)
    return issue(ledger, wanted, facts(), terms, NOW, seen, held=held, by="anna", allow_missing=allow_missing)


def test_another_issuer_in_between_stops_the_issue_and_is_named(ledger: Ledger) -> None:
    seen = plan_issue(ledger, A, PERIOD, None).seen
    issue_lines(ledger, B, by="bo")
    before = proof(ledger)
    with pytest.raises(PlanChangedError, match=r"post 1, en körning för 2018-11 av bo") as stopped:
        confirm(ledger, A, seen)
    assert [(entry.kind, entry.by) for entry in stopped.value.later] == [("run", "bo"), ("schema", "bo")]
    assert not stopped.value.lines_changed
    assert proof(ledger) == before
    assert confirm(ledger, A, plan_issue(ledger, A, PERIOD, None).seen).numbers == (3, 4)


def test_another_month_in_between_stops_it_too(ledger: Ledger) -> None:
    issue_lines(ledger, A)
    seen = plan_issue(ledger, B, PERIOD, None).seen
    issue_lines(ledger, A, period="2018-12")
    with pytest.raises(PlanChangedError, match="en körning för 2018-12"):
        confirm(ledger, B, seen)


def test_a_decision_in_between_stops_it_too(ledger: Ledger) -> None:
    issue_lines(ledger, A)
    dispute = register(ledger, Objection(1, "OVRIGT", arende_id="H-1"), NOW)
    seen = plan_issue(ledger, B, PERIOD, None).seen
    decide(ledger, dispute, NOW, decision="medges")
    with pytest.raises(PlanChangedError, match="ett beslut om ett bestridande för 2018-11"):
        confirm(ledger, B, seen)


def test_other_lines_than_those_shown_stop_it(ledger: Ledger) -> None:
    seen = plan_issue(ledger, A, PERIOD, None).seen
    with pytest.raises(PlanChangedError, match="andra rader") as stopped:
        confirm(ledger, B, seen)
    assert stopped.value.lines_changed and stopped.value.later == ()
    with pytest.raises(NoLedgerError):
        proof(ledger)


def test_the_order_of_the_lines_is_not_another_plan(ledger: Ledger) -> None:
    assert confirm(ledger, A.iloc[::-1], plan_issue(ledger, A, PERIOD, None).seen).numbers == (1, 2)


def test_what_was_seen_travels_as_a_code(ledger: Ledger) -> None:
    issue_lines(ledger, A)
    seen = Seen.parse(plan_issue(ledger, B, PERIOD, None).seen.code)
    assert seen is not None and confirm(ledger, B, seen).numbers == (3, 4)
    with pytest.raises(PlanChangedError):
        confirm(ledger, A, seen)
    assert [Seen.parse(code) for code in ("", "1.ab.cd", "x.0123456789ab.0123456789ab")] == [None] * 3


def test_a_plan_of_another_ledger_is_told(ledger: Ledger, sqlite_ledger: Ledger) -> None:
    other = Ledger.parse(sqlite_ledger.address.replace("ledger.db", "other.db"))
    issue_lines(other, A)
    with pytest.raises(PlanChangedError, match="inte den som planen gjordes mot"):
        confirm(ledger, A, plan_issue(other, A, PERIOD, None).seen)


HELD = Held(frozenset({"H-2", "K-1"}), frozenset({"1380", "1384"}))


def test_a_case_that_the_input_lacks_is_credited_only_when_it_is_said(ledger: Ledger) -> None:
    issue_lines(ledger, A)
    plan = plan_issue(ledger, A.iloc[1:], PERIOD, HELD)
    assert plan.vanished["arende_id"].tolist() == ["H-1"]
    with pytest.raises(MissingCasesError, match=r"H-1 .*35 500,00 kr.*Saknas en fil") as stopped:
        confirm(ledger, A.iloc[1:], plan.seen, HELD)
    assert (stopped.value.cases, stopped.value.amount_ore) == (("H-1",), 3_550_000)
    assert standing(ledger) == as_counter(A)
    assert confirm(ledger, A.iloc[1:], plan.seen, HELD, allow_missing=True).numbers == (3,)


def test_a_case_that_is_there_and_no_longer_owed_is_credited(ledger: Ledger) -> None:
    issue_lines(ledger, A)
    held = Held(HELD.cases | {"H-1"}, HELD.kommuner)
    plan = plan_issue(ledger, A.iloc[1:], PERIOD, held)
    assert plan.vanished.empty and confirm(ledger, A.iloc[1:], plan.seen, held).numbers == (3,)


def test_a_mean_of_a_kommun_that_the_input_lacks_has_vanished(ledger: Ledger) -> None:
    mean = lines(line("", modell="genomsnitt"), line("", 2, "1384", modell="genomsnitt"))
    issue_lines(ledger, mean)
    gone = Held(frozenset({"K-1"}), frozenset({"1384"}))
    plan = plan_issue(ledger, mean.iloc[1:], PERIOD, gone)
    with pytest.raises(MissingCasesError, match="kommun 1380"):
        confirm(ledger, mean.iloc[1:], plan.seen, gone)


def test_a_granted_case_that_left_the_data_needs_no_permission(ledger: Ledger) -> None:
    issue_lines(ledger, A)
    dispute = register(ledger, Objection(1, "FEL_KOMMUN", arende_id="H-1"), NOW)
    decide(ledger, dispute, NOW, decision="rattas")
    assert plan_issue(ledger, A.iloc[1:], PERIOD, HELD).vanished.empty


def test_a_settlement_is_written_as_shown(ledger: Ledger) -> None:
    head = issue_lines(ledger, A).head
    left = lines(line("", modell="avrakning", regelverk="avrakning", fran="2018-01-01", tom="2018-12-31"))
    plan = plan_settlement(left, "2018", head)
    more = plan_settlement(lines(line("", 4, modell="avrakning")), "2018", head)
    with pytest.raises(PlanChangedError, match="andra rader"):
        issue_settlement(ledger, more, facts("2018"), Terms(INVOICE_DATE), NOW, plan.seen)
    issue_lines(ledger, A, period="2018-12")
    with pytest.raises(PlanChangedError, match="en körning för 2018-12"):
        issue_settlement(ledger, plan, facts("2018"), Terms(INVOICE_DATE), NOW, plan.seen)
    now = plan_settlement(left, "2018", proof(ledger).head)
    assert issue_settlement(ledger, now, facts("2018"), Terms(INVOICE_DATE), NOW, now.seen).numbers == (5,)


def test_another_series_on_a_new_ledger_stops_it(ledger: Ledger) -> None:
    """The first issue sets by which series the ledger numbers: that too is what was shown."""
    ba, other = Nummerserie("BA", 1001), Nummerserie("B", 1)
    seen = plan_issue(ledger, A, PERIOD, None, ba).seen
    assert Seen.parse(seen.code) is not None
    for now in (other, Nummerserie("BA", 1), None):
        with pytest.raises(PlanChangedError, match="nummerserie") as stopped:
            issue(ledger, A, facts(), Terms(INVOICE_DATE, series=now), NOW, seen, held=None)
        assert not stopped.value.lines_changed
    with pytest.raises(PlanChangedError, match="nummerserie"):
        issue(
            ledger, A, facts(), Terms(INVOICE_DATE, series=ba), NOW, plan_issue(ledger, A, PERIOD, None).seen, held=None
        )
    typed = Seen.parse(seen.code)
    assert typed
    done = issue(ledger, A, facts(), Terms(INVOICE_DATE, series=ba), NOW, typed, held=None)
    assert (done.numbers[0], done.prefix) == (1001, "BA")
    assert plan_issue(ledger, B, PERIOD, None, ba).series is None
