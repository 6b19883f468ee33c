"""Correct by adding: named situations of a month issued once, twice, changed and changed back."""

from __future__ import annotations

from collections import Counter
from itertools import permutations
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.corrections import LINE_COLUMNS, correction
from betalningsansvar.billing.ledger.plan import plan_issue
from betalningsansvar.billing.ledger.reading import invoices, run_of, stored_texts
from tests.ledger.stand import PERIOD, as_counter, facts, issue_lines, line, lines, proof, standing

A = lines(line("H-1"), line("H-2", 3), line("K-1", 2, kommun="1384"))


def test_the_first_issue_numbers_one_invoice_per_kommun(ledger: Ledger) -> None:
    issued = issue_lines(ledger, A)
    assert issued.numbers == (1, 2)
    with ledger.reading() as connection:
        first, second = invoices(connection)
    assert (first.number, first.kommun, first.kind, first.credits, first.amount_ore) == (
        1, "1380", "invoice", None, 8 * 710_000,
    )  # fmt: skip
    assert [(row.arende_id, row.dygn_micro, row.reason) for row in first.lines] == [
        ("H-1", 5_000_000, ""),
        ("H-2", 3_000_000, ""),
    ]
    assert (second.kommun, second.amount_ore) == ("1384", 2 * 710_000)


def test_issuing_twice_emits_nothing(ledger: Ledger) -> None:
    first = issue_lines(ledger, A)
    again = issue_lines(ledger, A.iloc[::-1])
    assert (again.run, again.numbers) == (None, ())
    assert again.head == first.head


def test_a_changed_line_is_reversed_whole_and_invoiced_anew(ledger: Ledger) -> None:
    issue_lines(ledger, A)
    changed = lines(line("H-1", 4), line("H-2", 3), line("K-1", 2, kommun="1384"))
    assert issue_lines(ledger, changed).numbers == (3, 4)
    with ledger.reading() as connection:
        credit, new = invoices(connection, numbers=[3, 4])
    assert (credit.kind, credit.credits, credit.amount_ore) == ("credit", 1, -5 * 710_000)
    assert [(row.arende_id, row.dygn_micro, row.amount_ore, row.reason) for row in credit.lines] == [
        ("H-1", -5_000_000, -5 * 710_000, "ANDRAD")
    ]
    assert (new.kind, new.amount_ore) == ("invoice", 4 * 710_000)


def test_a_vanished_line_is_credited(ledger: Ledger) -> None:
    issue_lines(ledger, A)
    issue_lines(ledger, A.iloc[1:])
    with ledger.reading() as connection:
        (credit,) = invoices(connection, numbers=[3])
    assert [(row.arende_id, row.reason) for row in credit.lines] == [("H-1", "BORTFALLEN")]


def test_a_case_moved_to_another_kommun(ledger: Ledger) -> None:
    issue_lines(ledger, lines(line("H-1")))
    issue_lines(ledger, lines(line("H-1", kommun="1384")))
    with ledger.reading() as connection:
        credit, new = invoices(connection, numbers=[2, 3])
    assert (credit.kommun, credit.lines[0].reason) == ("1380", "ANNAN_KOMMUN")
    assert new.kommun == "1384"


def test_each_credit_refers_to_one_invoice(ledger: Ledger) -> None:
    issue_lines(ledger, lines(line("H-1")))
    issue_lines(ledger, lines(line("H-1"), line("H-2")))
    issue_lines(ledger, lines(line("H-3")))
    with ledger.reading() as connection:
        found = invoices(connection)
    assert [(i.number, i.kind, i.credits) for i in found] == [
        (1, "invoice", None), (2, "invoice", None), (3, "credit", 1), (4, "credit", 2), (5, "invoice", None),
    ]  # fmt: skip


def test_a_b_a_nets_to_a(ledger: Ledger) -> None:
    b = lines(line("H-1", 7), line("X-1", kommun="1315"))
    for wanted in (A, b, A):
        issue_lines(ledger, wanted)
        assert standing(ledger) == as_counter(wanted)
    assert proof(ledger).amount_ore == int(A["amount_ore"].sum())


def test_equal_lines_are_counted(ledger: Ledger) -> None:
    mean = line("", modell="genomsnitt")
    issue_lines(ledger, lines(mean, mean))
    assert issue_lines(ledger, lines(mean, mean)).run is None
    assert len(issue_lines(ledger, lines(mean)).plan.correction.credited) == 1
    assert standing(ledger) == as_counter(lines(mean))


def test_a_month_without_charge_is_frozen_too(ledger: Ledger) -> None:
    first = issue_lines(ledger, lines())
    assert first.run == 1 and first.numbers == ()
    assert issue_lines(ledger, lines()).run is None
    assert plan_issue(ledger, A, PERIOD, None).frozen


def test_months_do_not_touch_each_other(ledger: Ledger) -> None:
    issue_lines(ledger, A)
    issue_lines(ledger, A.iloc[:1], period="2018-12")
    assert standing(ledger) == as_counter(A)
    assert standing(ledger, "2018-12") == as_counter(A.iloc[:1])


def test_the_plan_writes_nothing(sqlite_ledger: Ledger, tmp_path: Any) -> None:
    plan = plan_issue(sqlite_ledger, A, PERIOD, None)
    assert not plan.frozen and len(plan.correction.new) == 3
    assert list(tmp_path.iterdir()) == []


def test_what_is_needed_to_compute_again_is_kept(ledger: Ledger) -> None:
    issue_lines(ledger, A)
    with ledger.reading() as connection:
        run = run_of(connection, 2)
        (text,) = stored_texts(connection, run)
    assert text == facts().law[0]
    assert run.inputs == facts().inputs and run.options == {"agreement": "halland"} and run.program == "0.1.0"


def test_what_a_run_saves_is_the_same_in_both_databases(sqlite_ledger: Ledger, ledger: Ledger) -> None:
    other = Ledger.parse(sqlite_ledger.address.replace("ledger.db", "other.db"))
    assert issue_lines(other, A).head == issue_lines(ledger, A).head


names = st.sampled_from(["H-1", "H-2", ""])
some_lines = st.lists(st.builds(line, names, st.integers(1, 3), st.sampled_from(["1380", "1384"])), max_size=6).map(
    lambda rows: lines(*rows)
)


@settings(max_examples=40)
@given(wanted=some_lines, issued=some_lines)
def test_what_stands_after_the_correction_is_what_is_wanted(wanted: pd.DataFrame, issued: pd.DataFrame) -> None:
    stored = issued.assign(line=range(len(issued)), number=1)
    found = correction(wanted, stored)
    after = as_counter(issued) - as_counter(found.credited) + as_counter(found.new)
    assert after == as_counter(wanted)
    assert not as_counter(found.new) & as_counter(found.credited), "a line is not credited to be invoiced again"
    assert as_counter(found.unchanged) == as_counter(wanted) & as_counter(issued)
    sums = found.per_kommun().sum(numeric_only=True)
    assert sums["net_ore"] == wanted["amount_ore"].sum()
    assert sums["change_ore"] == wanted["amount_ore"].sum() - issued["amount_ore"].sum()


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_lines_changes_nothing(order: tuple[int, ...]) -> None:
    stored = A.assign(line=[1, 2, 3], number=1)
    found = correction(A.iloc[list(order)], stored)
    assert found.is_empty
    assert Counter(found.unchanged[LINE_COLUMNS].itertuples(index=False)) == Counter(A.itertuples(index=False))
