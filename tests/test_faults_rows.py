"""Faults in rows that once moved money without a word: the input, and what must come of it."""

import pytest

from tests.month_of import FAULTS, amounts, fault, month_of, told


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


def test_one_patient_in_three_places_is_told():
    result = fault("samma-patient-tre-arenden.csv")
    assert amounts(result) == {"1381": 170_400, "1383": 85_200}
    assert [rad for _, rad, _ in told(result, "PATIENT_PA_TVA_PLATSER")] == [3, 4]


def test_the_newer_of_two_extracts_holds_and_it_is_told():
    result = fault("overlappande-manader")
    assert amounts(result) == {"1380": 8 * 7_100 + 6 * 7_100}
    assert told(result, "NYARE_UTTAG_GALLER") == [("okt.csv", 2, "arende_id")]
    assert not told(result, "DUBBLETT")


def test_a_row_that_stands_in_both_extracts_tells_of_both_how_new_they_are(tmp_path):
    """The newest time of the later extract is in a row that the earlier one has too: a copy, dropped as one."""
    header, row = (FAULTS / "overlappande-manader" / "nov.csv").read_text(encoding="utf-8").splitlines()[::2]
    discharged = row.replace("2018-11-14 13:00", "2018-11-10 13:00")
    waiting, newest = row.replace("2018-11-14 13:00", ""), row.replace("F002", "F009")
    for name, lines in (("a.csv", (waiting, newest)), ("b.csv", (discharged, newest))):
        (tmp_path / name).write_text("\n".join([header, *lines, ""]), encoding="utf-8")
    result = month_of(tmp_path)
    assert told(result, "NYARE_UTTAG_GALLER") == [("a.csv", 2, "arende_id")]
    assert told(result, "DUBBLETT_IDENTISK") == [("b.csv", 3, "arende_id")] and not told(result, "DUBBLETT")


def test_extracts_that_contradict_each_other_are_both_parked(tmp_path):
    for name in ("okt.csv", "nov.csv"):
        text = (FAULTS / "overlappande-manader" / name).read_text(encoding="utf-8")
        changed = text.replace("2018-10-29 10:00", "2018-10-28 10:00") if name == "okt.csv" else text
        (tmp_path / name).write_text(changed, encoding="utf-8")
    result = month_of(tmp_path)
    assert len(told(result, "DUBBLETT")) == 2 and amounts(result) == {"1380": 6 * 7_100}


def test_a_newer_extract_that_forgets_a_fact_contradicts_the_older(tmp_path):
    old = (FAULTS / "overlappande-manader" / "nov.csv").read_text(encoding="utf-8")
    (tmp_path / "a.csv").write_text(old, encoding="utf-8")
    later = old.replace("2018-11-09 10:00", "").replace("2018-11-14 13:00", "2018-11-24 13:00").replace("F002", "F003")
    (tmp_path / "b.csv").write_text(later, encoding="utf-8")
    assert [fil for fil, *_ in told(month_of(tmp_path), "DUBBLETT")] == ["a.csv", "b.csv"]


def test_a_personnummer_as_case_id_is_told_and_not_shown():
    result = fault("89-personnummer-som-id.csv")
    assert told(result, "PERSONNUMMER_SOM_ARENDE_ID") == [("89-personnummer-som-id.csv", 0, "arende_id")]
    assert "9968" not in result.issues.to_csv()


def test_notices_without_an_hour_are_told_once_a_file_when_all_lack_it():
    assert told(fault("11-datum-utan-klockslag.csv"), "KLOCKSLAG_SAKNAS") == [
        ("11-datum-utan-klockslag.csv", 0, "utskrivningsklar")
    ]
    assert told(fault("11b-eftermiddag.csv"), "KLOCKSLAG_SAKNAS") == []
