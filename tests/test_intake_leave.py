"""The columns makulerad, behov_upptackt and permission: what they may hold, and what keeps a row out."""

import pandas as pd
import pytest

from tests.intake_files import checked, found, row, write


@pytest.mark.parametrize(
    ("answer", "when"), [("ja", "2018-11-05 10:30"), ("nej", None), ("", None), ("2018-11-07", "2018-11-07")]
)
def test_makulerad_is_an_answer_or_a_time(tmp_path, answer, when):
    cases, issues = checked(write(tmp_path, row(makulerad=answer)))
    assert cases["makulerad"].to_list() == [pd.Timestamp(when) if when else pd.NaT]
    assert issues.empty and cases["status"].to_list() == [""]


def test_makulerad_that_is_neither_parks_the_case(tmp_path):
    cases, issues = checked(write(tmp_path, row(makulerad="kanske")))
    assert found(issues) == [(2, "TID_OLASLIG", "makulerad", "kanske")] and cases["status"].to_list() == ["parkerad"]


def test_the_24_hours_count_from_when_the_need_was_seen(tmp_path):
    late = {"inskrivningsmeddelande": "2018-11-04 10:00"}
    seen = {"behov_upptackt": "2018-11-03 12:00"}
    _, issues = checked(write(tmp_path, row(arende_id="A1", **late), row(arende_id="A2", **late, **seen)))
    assert [one[:2] for one in found(issues)] == [(2, "INSKRIVNINGSMEDDELANDE_OVER_24H")]


def test_a_permission_needs_its_start_and_its_order(tmp_path):
    till, before = {"permission_till": "2018-11-07"}, {"permission_fran": "2018-11-08"}
    _, issues = checked(write(tmp_path, row(arende_id="A1", **till), row(arende_id="A2", **till, **before)))
    assert [one[:3] for one in found(issues)] == [
        (2, "PERMISSION_UTAN_BORJAN", "permission_till"),
        (3, "PERMISSION", "permission_fran"),
        (3, "ORIMLIG_TIDSFOLJD", "permission_till"),
    ]
