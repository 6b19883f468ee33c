"""The checks between intake and arithmetic: payer, order of times, duplicates, warnings, and that no row is lost."""

import random

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from betalningsansvar.billing.cases import check_cases
from betalningsansvar.data.kommuner import kommuner
from tests.intake_files import COLUMNS, checked, found, read, row, write


def issues_of(folder, *rows):
    return found(checked(write(folder, *rows))[1])


@pytest.mark.parametrize(
    ("registered", "placed", "payer", "orsak"),
    [
        ("0180", "", "0180", ""),
        ("0180", "1480", "1480", ""),
        ("", "1480", "1480", ""),
        ("", "", None, "KOMMUN_SAKNAS"),
        ("fel", "", None, "KOMMUN_OKAND"),
        ("0180", "fel", None, "KOMMUN_OKAND"),
    ],
)
def test_the_payer(tmp_path, registered, placed, payer, orsak):
    cases, issues = checked(write(tmp_path, row(folkbokforingskommun=registered, placeringskommun=placed)))
    assert (cases["kommun"][0] if payer else None) == payer
    assert cases["kommun"].isna()[0] == (payer is None)
    assert cases["orsak"][0] == orsak and len(issues) == bool(orsak)
    assert cases["kommun"].cat.categories.to_list() == list(kommuner())


def test_an_unknown_folkbokforingskommun_warns_where_a_known_one_placed_the_patient(tmp_path):
    unknown, known = ({"folkbokforingskommun": "fel", "placeringskommun": placed} for placed in ("fel", "1480"))
    cases, issues = checked(write(tmp_path, row(**unknown), row(arende_id="A2", **known)))
    assert cases["status"].to_list() == ["parkerad", ""] and cases["kommun"].to_list()[1] == "1480"
    assert found(issues)[-1] == (3, "FOLKBOKFORING_OKAND", "folkbokforingskommun", "fel")


@pytest.mark.parametrize(
    ("changes", "kolumn", "varde"),
    [
        ({"utskrivningsklar": "2018-10-31"}, "utskrivningsklar", "2018-10-31 före inskriven 2018-11-01"),
        ({"aterkallad": "2018-11-04"}, "aterkallad", "2018-11-04 före utskrivningsklar 2018-11-05"),
        ({"utskriven": "2018-11-04"}, "utskriven", "2018-11-04 före utskrivningsklar 2018-11-05"),
        (
            {"oppenvard_hinder_fran": "2018-11-06", "oppenvard_hinder_till": "2018-11-05"},
            "oppenvard_hinder_till",
            "2018-11-05 före oppenvard_hinder_fran 2018-11-06",
        ),
    ],
)
def test_times_out_of_order_are_parked(tmp_path, changes, kolumn, varde):
    cases, issues = checked(write(tmp_path, row(**changes)))
    assert found(issues) == [(2, "ORIMLIG_TIDSFOLJD", kolumn, varde)]
    assert cases["status"].to_list() == ["parkerad"] and cases["orsak"].to_list() == ["ORIMLIG_TIDSFOLJD"]


def test_a_discharge_before_admission_is_also_before_the_notice(tmp_path):
    assert [varde for _, _, _, varde in issues_of(tmp_path, row(utskriven="2018-10-30"))] == [
        "2018-10-30 före inskriven 2018-11-01",
        "2018-10-30 före utskrivningsklar 2018-11-05",
    ]


def test_order_is_judged_by_the_day(tmp_path):
    same_day = row(
        inskriven="2018-11-05 15:00", inskrivningsmeddelande="2018-11-05 15:00", utskriven="2018-11-05",
        aterkallad="2018-11-05", oppenvard_hinder_fran="2018-11-05 09:00", oppenvard_hinder_till="2018-11-05",
    )  # fmt: skip
    assert issues_of(tmp_path, same_day) == []


def test_one_half_of_a_pair_is_parked(tmp_path):
    assert issues_of(tmp_path, row(oppenvard_hinder_till="2018-11-09"), row(arende_id="A2", avslut="hem")) == [
        (2, "HINDER_UTAN_BORJAN", "oppenvard_hinder_till", "2018-11-09 00:00"),
        (3, "AVSLUT_UTAN_TID", "avslut", "hem"),
    ]


def test_what_could_not_be_read_is_not_called_missing(tmp_path):
    unread = row(oppenvard_hinder_fran="x", oppenvard_hinder_till="2018-11-09", avslut="hem", utskriven="y")
    assert {kod for _, kod, _, _ in issues_of(tmp_path, unread)} == {"TID_OLASLIG"}


def test_a_broken_row_has_no_other_problem(tmp_path):
    cases, issues = checked(write(tmp_path, row()[:3]))
    assert [kod for _, kod, _, _ in found(issues)] == ["RAD_TRASIG"]
    assert cases["status"].to_list() == ["avvisad"]


def test_an_exact_copy_is_dropped_with_a_warning(tmp_path):
    path = write(tmp_path, row(), row(arende_id="A2"), row(inskriven="20181101 0800", vardform="Somatik"))
    cases, issues = checked(path)
    assert found(issues) == [(4, "DUBBLETT_IDENTISK", "arende_id", "samma som a.csv rad 2")]
    assert cases["arende_id"].to_list() == ["A1", "A2"] and cases["status"].to_list() == ["", ""]
    assert cases.index.to_list() == [0, 1]


def test_a_copy_in_another_file_is_dropped_too(tmp_path):
    one, two = write(tmp_path, row()), write(tmp_path, row(), row(arende_id="A2"), name="b.csv")
    cases, issues = checked(one, two)
    assert cases["fil"].to_list() == ["a.csv", "b.csv"]
    assert issues[["fil", "rad", "varde"]].to_numpy().tolist() == [["b.csv", 2, "samma som a.csv rad 2"]]


def test_different_contents_park_all(tmp_path):
    cases, issues = checked(write(tmp_path, row(), row(enhet="B"), row(enhet="B"), row(enhet="C"), row(arende_id="A2")))
    assert cases["orsak"].to_list() == ["DUBBLETT", "DUBBLETT", "DUBBLETT", ""]
    assert found(issues) == [
        (2, "DUBBLETT", "arende_id", "även a.csv rad 3"),
        (3, "DUBBLETT", "arende_id", "även a.csv rad 2"),
        (4, "DUBBLETT_IDENTISK", "arende_id", "samma som a.csv rad 3"),
        (5, "DUBBLETT", "arende_id", "även a.csv rad 2"),
    ]


def test_rows_that_differ_only_in_what_cannot_be_read_are_no_copies(tmp_path):
    cases, issues = checked(write(tmp_path, row(utskriven="x"), row(utskriven="y"), row(utskriven="x")))
    assert cases["rad"].to_list() == [2, 3]
    assert [kod for _, kod, _, _ in found(issues)] == [
        "DUBBLETT", "TID_OLASLIG", "DUBBLETT", "TID_OLASLIG", "DUBBLETT_IDENTISK",
    ]  # fmt: skip


def test_rows_without_arende_id_are_no_duplicates(tmp_path):
    cases, issues = checked(write(tmp_path, row(arende_id=""), row(arende_id="")))
    assert cases["orsak"].to_list() == ["ARENDE_ID_SAKNAS"] * 2 and len(issues) == 2


def test_broken_rows_are_never_copies(tmp_path):
    cases, _ = checked(write(tmp_path, row()[:3], row()[:3]))
    assert cases["orsak"].to_list() == ["RAD_TRASIG"] * 2


def test_a_late_inskrivningsmeddelande_is_a_warning(tmp_path):
    on_time, late = "2018-11-02 08:00", "2018-11-02 08:01"
    cases, issues = checked(
        write(tmp_path, row(inskrivningsmeddelande=on_time), row(arende_id="A2", inskrivningsmeddelande=late))
    )
    assert found(issues) == [(3, "INSKRIVNINGSMEDDELANDE_OVER_24H", "inskrivningsmeddelande", late)]
    assert cases["status"].to_list() == ["", ""]


def test_a_wrong_control_digit_is_a_warning_that_hides_the_number(tmp_path):
    _, issues = checked(write(tmp_path, row(patient_id="19811218-9870"), row(arende_id="A2", patient_id="811218-9876")))
    assert found(issues) == [(2, "PERSONNUMMER_KONTROLLSIFFRA", "patient_id", "(dold)")]
    assert "9870" not in issues.to_csv()


def stay(arende_id, klar, aterkallad="", utskriven="", vardtillfalle_id="V1"):
    return row(
        arende_id=arende_id, vardtillfalle_id=vardtillfalle_id, utskrivningsklar=klar, aterkallad=aterkallad,
        utskriven=utskriven,
    )  # fmt: skip


def test_cases_of_one_stay_that_share_days_are_a_warning(tmp_path):
    rows = [
        stay("A1", "2018-11-05", aterkallad="2018-11-08", utskriven="2018-11-20"),
        stay("A2", "2018-11-08", utskriven="2018-11-20"),  # begins the day the first is withdrawn
        stay("A3", "2018-11-19", utskriven="2018-11-20"),
        stay("A4", "2018-11-20", utskriven="2018-11-20"),  # has no day
        stay("B1", "2018-11-05", vardtillfalle_id="V2"),
        stay("B2", "2018-12-24", vardtillfalle_id="V2"),  # the first is still open
        stay("D1", "2018-11-05", vardtillfalle_id="V3"),
    ]
    for line in rows:
        line[COLUMNS.index("patient_id")] = f"P{line[0][0]}"
    _, issues = checked(write(tmp_path, *rows))
    twice = issues[issues["kod"] == "SAMMA_DYGN_FLERA_ARENDEN"]
    assert twice["arende_id"].to_list() == ["A3", "B2"]
    assert set(issues["kod"]) == {"SAMMA_DYGN_FLERA_ARENDEN", "KLOCKSLAG_SAKNAS"}


def test_parked_cases_share_no_days(tmp_path):
    _, issues = checked(write(tmp_path, stay("A1", "2018-11-05"), stay("A2", "2018-10-01")))
    assert issues["kod"].to_list() == ["KLOCKSLAG_SAKNAS", "ORIMLIG_TIDSFOLJD"]


@given(
    st.lists(
        st.builds(
            row,
            arende_id=st.sampled_from(["A1", "A2", "A3", ""]),
            enhet=st.sampled_from(["", "B"]),
            utskriven=st.sampled_from(["", "2018-11-10", "fel", "2018-10-01"]),
            folkbokforingskommun=st.sampled_from(["0180", "", "fel"]),
        ),
        min_size=1,
        max_size=8,
    ),
    st.integers(0, 1000),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_no_row_is_lost_and_order_changes_nothing(tmp_path, rows, seed):
    intake = read(write(tmp_path, *rows))
    before = intake.cases.copy()
    cases, issues = check_cases(intake.cases, intake.issues)
    pd.testing.assert_frame_equal(intake.cases, before)
    assert len(rows) == len(cases) + (issues["kod"] == "DUBBLETT_IDENTISK").sum()
    assert ((cases["status"] == "") == (cases["orsak"] == "")).all()
    shuffled = rows.copy()
    random.Random(seed).shuffle(shuffled)
    other, other_issues = checked(write(tmp_path, *shuffled))

    def content(frame, columns):
        return sorted(map(str, frame[columns].itertuples(index=False)))

    columns = [name for name in cases.columns if name != "rad"]
    assert content(cases, columns) == content(other, columns)
    assert content(issues, ["arende_id", "kod", "kolumn"]) == content(other_issues, ["arende_id", "kod", "kolumn"])
