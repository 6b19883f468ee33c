"""Completeness both ways: what differs between billed and owed, and by which word."""

from __future__ import annotations

from typing import Any

import pytest

from betalningsansvar.billing.ledger.completeness import compare_received, differences
from betalningsansvar.billing.ledger.corrections import correction
from tests.ledger.stand import PERIOD, line, lines

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
    issued = lines(*billed)
    found = differences(PERIOD, correction(lines(*owed), issued.assign(line=range(len(issued)), number=1)))
    assert found["kind"].tolist() == [kind]
    sums = [sum(row["amount_ore"] for row in side) for side in (billed, owed)]
    assert found[["billed_ore", "owed_ore"]].to_numpy().tolist() == [sums]


def test_a_received_credit_takes_its_line_back() -> None:
    received = lines(line("H-1"), line("H-1", dygn_micro=-5_000_000, amount_ore=-5 * 710_000), line("H-1", 4))
    assert compare_received(received, lines(line("H-1", 4)), PERIOD, ["1380"]).empty
    assert compare_received(received, lines(line("H-1")), PERIOD, ["1380"])["kind"].tolist() == ["ANNAT_BELOPP"]
