"""One patient, one bed: who is the same patient, and which days are claimed twice."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from betalningsansvar.billing.overlaps import of_patients
from betalningsansvar.billing.period import Month
from betalningsansvar.data.files.inputs import find_files
from betalningsansvar.data.patients import patient_keys
from betalningsansvar.operations.inputs import ReadRequest
from betalningsansvar.operations.inputs import read as read_input
from betalningsansvar.operations.law import LawRequest, find_law
from betalningsansvar.operations.month import MonthRequest, compute_month, month_papers
from betalningsansvar.operations.parties import Parties
from tests.intake_files import checked, row, write

TOLD = "PATIENT_PA_TVA_PLATSER"


@pytest.mark.parametrize(
    "other",
    [
        *("191212121212", "121212-1212", "1212121212", "19121212-1212", "121212+1212", " 19121212-1212 "),
        *("19121212 1212", "19121212\N{NON-BREAKING HYPHEN}1212", "191212121212.0", "\uff11\uff1912121212-12"),
    ],
)
def test_a_personal_number_is_its_digits(other: str) -> None:
    key = patient_keys(pa.array(["19121212-1212", other if "\uff11" not in other else "19121212-1212"]))
    assert key[0] == key[1] != -1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("191212121212", "201212121212"), ("PAT-1", "PAT-01"), ("PAT-1", "pat-1"), ("121212-1212", "121212-1213")),
        *(("1234567890", "201234567890"), ("19121212T123", "19121212R123")),
    ],
)
def test_other_ids_are_as_they_stand(one: str, other: str) -> None:
    key = patient_keys(pa.array([one, other]))
    assert key[0] != key[1]


def test_blank_ids_are_nobody_and_a_reserve_number_has_a_letter() -> None:
    key = patient_keys(pa.array(["", " ", "19121212-T123", "121212T123"]))
    assert key[0] == key[1] == -1 and key[2] == key[3] >= 0


def twice(folder: Path, *cases: dict[str, str]) -> list[str]:
    rows = [
        row(**{"arende_id": f"A{n}", "patient_id": "P", "vardtillfalle_id": f"V{n}", **case})
        for n, case in enumerate(cases)
    ]
    _, issues = checked(write(folder, *rows))
    return issues.loc[issues["kod"] == TOLD, "arende_id"].to_list()


def stay(admitted: int, ready: int, left: int | str, **more: str) -> dict[str, str]:
    times = {"inskriven": f"2018-11-{admitted:02} 08:00", "utskrivningsklar": f"2018-11-{ready:02} 09:00"}
    sent = {"inskrivningsmeddelande": f"2018-11-{admitted:02} 09:00"}
    return {**times, **sent, "utskriven": f"2018-11-{left:02} 10:00" if left else "", **more}


def test_the_same_days_in_two_stays_are_told_at_the_later(tmp_path: Path) -> None:
    assert twice(tmp_path, stay(1, 5, 20), stay(1, 5, 20), stay(1, 7, 9)) == ["A1", "A2"]


def test_a_move_on_the_same_day_is_none(tmp_path: Path) -> None:
    assert twice(tmp_path, stay(1, 5, 10), stay(10, 12, 20), stay(20, 21, "")) == []


def test_stays_that_overlap_are_told_though_the_waits_do_not(tmp_path: Path) -> None:
    assert twice(tmp_path, stay(1, 3, 10), stay(8, 15, 20)) == ["A1"]


def test_a_patient_never_discharged_is_in_two_places(tmp_path: Path) -> None:
    assert twice(tmp_path, stay(1, 3, ""), stay(20, 22, 25)) == ["A1"]


def test_a_second_notice_of_one_stay_is_none(tmp_path: Path) -> None:
    again = {"vardtillfalle_id": ""}
    assert twice(tmp_path, stay(1, 3, 20, aterkallad="2018-11-05 10:00", **again), stay(1, 8, 20, **again)) == []


def test_a_notice_that_was_never_valid_waits_for_nobody(tmp_path: Path) -> None:
    both = {"vardtillfalle_id": "V"}
    assert twice(tmp_path, stay(1, 3, 20, makulerad="ja", **both), stay(1, 3, 20, **both)) == []


def test_across_files_and_kommuner_and_ways_to_write_the_number(tmp_path: Path) -> None:
    one = row(arende_id="A1", patient_id="19121212-1212", utskriven="2018-11-20 10:00")
    other = row(arende_id="A2", patient_id="121212-1212", utskriven="2018-11-15 10:00", folkbokforingskommun="1380")
    paths = [write(tmp_path, one, name="a.csv"), write(tmp_path, other, name="b.csv")]
    _, issues = checked(*paths)
    told = issues[issues["kod"] == TOLD]
    assert told[["fil", "arende_id", "varde"]].to_numpy().tolist() == [
        ["b.csv", "A2", "10 dygn 2018-11-05–2018-11-14, även i a.csv rad 2"]
    ]


DAYS = st.integers(0, 12)


@given(st.lists(st.tuples(st.sampled_from("AB"), DAYS, DAYS, DAYS), max_size=8))
def test_as_a_slow_reading_day_by_day(stays: list[tuple[str, int, int, int]]) -> None:
    """Every case of which a waiting day is also another's is one of a pair, and no pair is told without such a day."""
    day = np.datetime64("2018-11-01", "s")
    sizes = [sorted(days) for _, *days in stays]
    times = {
        name: day + np.array([size[n] for size in sizes], dtype=np.int64) * np.timedelta64(86_400, "s")
        for n, name in enumerate(("inskriven", "utskrivningsklar", "utskriven"))
    }
    none = np.full(len(stays), np.datetime64("NaT", "s"))
    frame = pd.DataFrame(
        {
            "patient_id": pd.Series([patient for patient, *_ in stays], dtype="str"),
            "vardtillfalle_id": pd.Series([f"V{n}" for n in range(len(stays))], dtype="str"),
            **times,
            "aterkallad": none,
            "makulerad": none,
        }
    )
    found = of_patients(frame, np.arange(len(stays)))
    for n, (patient, *_) in enumerate(stays):
        waits = set(range(sizes[n][1], sizes[n][2]))
        beds = [
            set(range(sizes[m][1], sizes[m][2])) for m, (other, *_) in enumerate(stays) if m != n and other == patient
        ]
        if any(waits & bed for bed in beds):
            assert n in found.row or n in found.other
    for row_, other in zip(found.row.tolist(), found.other.tolist(), strict=True):
        assert stays[row_][0] == stays[other][0]
        assert set(range(sizes[row_][0], sizes[row_][2])) & set(range(sizes[other][0], sizes[other][2]))


def test_no_kommun_is_shown_that_its_patient_has_a_case_elsewhere(tmp_path: Path) -> None:
    """The other case may be another kommun's: that the two are one patient is for the region alone."""
    path = write(
        tmp_path,
        row(arende_id="A1", patient_id="P", folkbokforingskommun="1380"),
        row(arende_id="A2", patient_id="P", folkbokforingskommun="1381", inskrivningsmeddelande="2018-11-04 10:00"),
    )
    data = read_input(ReadRequest(find_files([path]).files, date(2019, 1, 15)))
    work = compute_month(MonthRequest(data, find_law(LawRequest("nationell")), Month(2018, 11), date(2018, 11, 30)))
    assert TOLD in set(work.bill.issues["kod"])
    told = repr([one.cases for one in month_papers(work, Parties(), date(2018, 12, 1)).underlag])
    assert "mer än 24 timmar" in told and "två platser" not in told and TOLD not in told
