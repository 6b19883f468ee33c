"""Completeness both ways: what differs between billed and owed, and by which word."""

from __future__ import annotations

import random
from collections import defaultdict
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Connection

from betalningsansvar.billing.ledger import comparing
from betalningsansvar.billing.ledger.answering import received_report
from betalningsansvar.billing.ledger.comparing import compare_issued
from betalningsansvar.billing.ledger.completeness import differences
from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.disputing import Objection, decide, register
from betalningsansvar.billing.ledger.plan import plan_issue
from betalningsansvar.billing.ledger.verify import Proof, require_sound
from tests.ledger.stand import NOW, PERIOD, issue_lines, line, lines

MEAN = line("", modell="genomsnitt")
NOLL = line("", modell="genomsnitt", dygn_micro=0, amount_ore=0)
ELSEWHERE = line("H-1", fran="2018-11-11", tom="2018-11-15")


@pytest.mark.parametrize(
    ("billed", "owed", "kind"),
    [
        ([line("H-1")], [], "EJ_LANGRE_SKYLDIG"),
        ([], [line("H-1")], "ALDRIG_FAKTURERAD"),
        ([line("H-1")], [line("H-1", 4)], "ANNAT_BELOPP"),
        ([line("H-1")], [ELSEWHERE], "ANDRA_DYGN"),
        ([MEAN], [NOLL], "EJ_LANGRE_SKYLDIG"),
        ([NOLL], [MEAN], "ALDRIG_FAKTURERAD"),
        ([], [NOLL], "ANDRA_DYGN"),
    ],
)
def test_each_difference_has_its_word(billed: list[dict[str, Any]], owed: list[dict[str, Any]], kind: str) -> None:
    found = differences(*(lines(*side).assign(period=PERIOD) for side in (owed, billed)))
    assert found["kind"].tolist() == [kind]
    sums = [sum(row["amount_ore"] for row in side) for side in (billed, owed)]
    assert found[["billed_ore", "owed_ore"]].to_numpy().tolist() == [sums]


def test_a_received_credit_takes_its_line_back() -> None:
    received = lines(line("H-1"), line("H-1", dygn_micro=-5_000_000, amount_ore=-5 * 710_000), line("H-1", 4))
    assert received_report(received, lines(line("H-1", 4)), PERIOD, ["1380"]).cases.empty
    other = received_report(received, lines(line("H-1")), PERIOD, ["1380"])
    assert other.cases["kind"].tolist() == ["ANNAT_BELOPP"]


def test_a_credit_note_alone_is_agreed_with_unless_the_line_is_owed() -> None:
    credit = lines(line("H-1", dygn_micro=-5_000_000, amount_ore=-5 * 710_000))
    agreed = received_report(credit, lines(line("H-2")), PERIOD, ["1380"])
    assert agreed.cases.empty and agreed.disputed.empty and agreed.agreed_ore == -5 * 710_000
    owed = received_report(credit, lines(line("H-1"), line("H-2")), PERIOD, ["1380"])
    assert owed.agreed.empty and owed.cases["kind"].tolist() == ["KREDITERAD"]
    assert (owed.too_much_ore, owed.too_little_ore) == (0, 5 * 710_000)


def test_a_kommun_sees_what_it_agrees_with_and_what_not() -> None:
    received = lines(line("H-1"), line("H-2", 3), line("H-3", 1))
    own = lines(line("H-1", regelverk="egen"), line("H-2", 2, regelverk="egen"), line("H-4", 4, regelverk="egen"))
    found = received_report(received, own, PERIOD, ["1380"])
    assert found.agreed["arende_id"].tolist() == ["H-1"] and found.agreed_ore == 5 * 710_000
    said = found.disputed[["arende_id", "side", "regelverk", "dygn_micro", "kind"]].to_numpy().tolist()
    assert said == [
        ["H-2", "beraknat", "egen", 2_000_000, "ANNAT_BELOPP"],
        ["H-2", "fakturerat", "halland", 3_000_000, "ANNAT_BELOPP"],
        ["H-3", "fakturerat", "halland", 1_000_000, "EJ_LANGRE_SKYLDIG"],
        ["H-4", "beraknat", "egen", 4_000_000, "ALDRIG_FAKTURERAD"],
    ]
    assert (found.too_much_ore, found.too_little_ore) == (2 * 710_000, 4 * 710_000)


def test_many_months_are_compared_on_one_proof(sqlite_ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    months = [f"2018-{month:02d}" for month in range(1, 6)]
    for month in months:
        issue_lines(sqlite_ledger, lines(line("H-1")), month)
    proofs: list[Proof] = []

    def prove(connection: Connection) -> Proof:
        proofs.append(require_sound(connection))
        return proofs[-1]

    monkeypatch.setattr(comparing, "require_sound", prove)
    found = compare_issued(sqlite_ledger, months, lambda month: lines(line("H-1", 5 if month != "2018-03" else 4)))
    assert found[["period", "kind"]].to_numpy().tolist() == [["2018-03", "ANNAT_BELOPP"]]
    assert len(proofs) == 1


def test_months_together_differ_as_each_month_alone(sqlite_ledger: Ledger) -> None:
    """Also where lines stand twice, and where what one month waived is still owed in the others."""
    rolled = random.Random(1)

    def drawn() -> list[dict[str, Any]]:
        return [line(f"H-{rolled.randrange(6)}", rolled.randint(1, 3)) for _ in range(rolled.randint(3, 9))]

    issued = {f"2018-{month:02d}": [line("H-1"), line("H-2"), MEAN, *drawn()] for month in range(1, 7)}
    for month, rows in issued.items():
        issue_lines(sqlite_ledger, lines(*rows), month)
    for objection in (Objection(3, "OVRIGT", arende_id="H-1"), Objection(3, "OVRIGT", row=1)):
        decide(sqlite_ledger, register(sqlite_ledger, objection, NOW), NOW, decision="medges")
    owed = {month: lines(*rolled.sample(rows, len(rows) - 2), *drawn()) for month, rows in issued.items()}
    owed["2018-05"] = lines(*issued["2018-05"])
    found = compare_issued(sqlite_ledger, list(owed), owed.__getitem__)
    expected = {key: sums for month in owed for key, sums in _planned(sqlite_ledger, owed[month], month).items()}
    keys = found[["period", "kommun", "arende_id", "modell"]].itertuples(index=False, name=None)
    assert dict(zip(keys, found[["billed_ore", "owed_ore"]].to_numpy().tolist(), strict=True)) == expected
    assert set(found["period"]) == set(owed) - {"2018-05"}


def _planned(ledger: Ledger, wanted: Any, month: str) -> dict[tuple[str, ...], list[int]]:
    """What issuing the month would change, by case: öre billed and owed."""
    plan = plan_issue(ledger, wanted, month, None).correction
    sums: dict[tuple[str, ...], Any] = defaultdict(lambda: np.zeros(2, np.int64))
    changed = set()
    for part, sides in ((plan.new, (0, 1)), (plan.credited, (1, 0)), (plan.unchanged, (1, 1))):
        for row in part.itertuples():
            key = (month, str(row.kommun), str(row.arende_id), str(row.modell))
            sums[key] += np.array(sides) * int(str(row.amount_ore))
            changed |= set() if part is plan.unchanged else {key}
    return {key: sums[key].tolist() for key in changed}
