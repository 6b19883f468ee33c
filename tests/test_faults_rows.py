"""Faults in rows that once moved money without a word: the input, and what must come of it."""

import pytest

from tests.month_of import amounts, fault, told


def test_a_broken_row_of_a_log_touches_no_other_case():
    whole = fault("handelser-hel.csv", agreement="halland")
    broken = fault("handelser-en-trasig-rad.csv", agreement="halland")
    assert amounts(broken) == amounts(whole) == {"1380": 85_200, "1381": 85_200}
    assert told(broken, "RAD_TRASIG") == [("handelser-en-trasig-rad.csv", 10, "")]


def test_a_log_of_one_broken_row_and_no_case_is_told():
    result = fault("handelser-inga-fall-en-trasig-rad.csv")
    assert amounts(result) == {}
    assert told(result, "RAD_TRASIG") == [("handelser-inga-fall-en-trasig-rad.csv", 2, "")]


def test_a_broken_last_row_leaves_a_case_without_kommun_parked():
    result = fault("handelser-utan-kommun-sist.csv")
    assert amounts(result) == {}
    assert told(result, "KOMMUN_SAKNAS") == [("handelser-utan-kommun-sist.csv", 4, "folkbokforingskommun")]
    assert result.cases["orsak"].to_list() == ["KOMMUN_SAKNAS"]


@pytest.mark.parametrize(("name", "rows"), [("1", [2]), ("2", [2, 3, 4, 5])])
def test_every_row_of_a_log_with_dates_that_cannot_be_read_is_told(name, rows):
    result = fault(f"handelser-fel-datumformat-{name}.csv")
    assert [rad for _, rad, _ in told(result, "NODVANDIG_TID_OLASLIG")] == rows
    assert set(result.cases["status"]) == {"avvisad"} and amounts(result) == {}


def test_a_broken_row_of_versions_touches_no_other_case():
    result = fault("statusrader-trasig-rad.csv", profile="exempel-statusrader")
    by_id = result.cases.set_index("arende_id")
    assert by_id["status"].to_dict() == {"M1": "debiteras", "M2": "fri", "M3": "debiteras", "M99": "avvisad"}
    assert by_id["kommun"]["M3"] == "1383"
    assert told(result, "RAD_TRASIG") == [("statusrader-trasig-rad.csv", 7, "")]
