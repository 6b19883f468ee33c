"""What cannot be read in a row, and what becomes of the row."""

import numpy as np
import pandas as pd
import pytest

from betalningsansvar.data.codes import CODES, STATUSES
from betalningsansvar.data.columns import TIME_COLUMNS
from betalningsansvar.data.kommuner import kommuner
from tests.intake_files import found, read, row, write


@pytest.mark.parametrize(
    ("changes", "status", "issue"),
    [
        ({"arende_id": ""}, "avvisad", ("ARENDE_ID_SAKNAS", "arende_id", "")),
        ({"inskriven": ""}, "avvisad", ("TID_SAKNAS", "inskriven", "")),
        ({"utskrivningsklar": " "}, "avvisad", ("TID_SAKNAS", "utskrivningsklar", " ")),
        ({"inskriven": "igår"}, "avvisad", ("NODVANDIG_TID_OLASLIG", "inskriven", "igår")),
        (
            {"utskrivningsklar": "2018-02-30"},
            "avvisad",
            ("NODVANDIG_TID_OLASLIG", "utskrivningsklar", "2018-02-30 (dagen finns inte)"),
        ),
        (
            {"utskriven": "2018-11-05T10:30Z"},
            "parkerad",
            ("TID_OLASLIG", "utskriven", "2018-11-05T10:30Z (tidszon ska inte anges, skriv svensk lokal tid)"),
        ),
        ({"sip_kallelse": "nej"}, "parkerad", ("TID_OLASLIG", "sip_kallelse", "nej")),
        ({"patient_id": " "}, "parkerad", ("PATIENT_SAKNAS", "patient_id", "(dold)")),
        ({"patient_id": "1,98112E+11"}, "parkerad", ("SIFFROR_FORLORADE", "patient_id", "(dold)")),
        ({"arende_id": "1.2E+15"}, "parkerad", ("SIFFROR_FORLORADE", "arende_id", "1.2E+15")),
        (
            {"folkbokforingskommun": "0199"},
            "parkerad",
            ("KOMMUN_OKAND", "folkbokforingskommun", "0199 (ingen kommun har koden 0199)"),
        ),
        ({"placeringskommun": "Ankeborg"}, "parkerad", ("KOMMUN_OKAND", "placeringskommun", "Ankeborg")),
        ({"vardform": "kirurgi"}, "parkerad", ("VARDFORM_OKAND", "vardform", "kirurgi")),
        ({"vardform": ""}, "parkerad", ("VARDFORM_OKAND", "vardform", "")),
        ({"sip_kravs": "kanske"}, "parkerad", ("JANEJ_OLASLIG", "sip_kravs", "kanske")),
        ({"kommun_medverkade": "2"}, "parkerad", ("JANEJ_OLASLIG", "kommun_medverkade", "2")),
        ({"utskriven": "198112189876"}, "parkerad", ("TID_OLASLIG", "utskriven", "(dold)")),
        ({"folkbokforingskommun": "198112189876"}, "parkerad", ("KOMMUN_OKAND", "folkbokforingskommun", "(dold)")),
    ],
)
def test_each_value_that_cannot_be_read(tmp_path, changes, status, issue):
    intake = read(write(tmp_path, row(**changes), row(arende_id="A2")))
    assert found(intake.issues) == [(2, *issue)]
    assert intake.cases["status"].to_list() == [status, ""]
    assert intake.cases["orsak"].to_list() == [issue[0], ""]
    assert (intake.issues["arende_id"] == intake.cases["arende_id"][0]).all()


def test_every_problem_is_told_and_the_worst_first_names_the_row(tmp_path):
    intake = read(write(tmp_path, row(patient_id="", vardform="x", utskrivningsklar="x", utskriven="x")))
    assert [kod for _, kod, _, _ in found(intake.issues)] == [
        "PATIENT_SAKNAS",
        "VARDFORM_OKAND",
        "NODVANDIG_TID_OLASLIG",
        "TID_OLASLIG",
    ]
    assert intake.cases["orsak"].to_list() == ["NODVANDIG_TID_OLASLIG"]


def test_the_frames_have_the_types_of_the_contract(tmp_path):
    intake = read(write(tmp_path, row(), row(arende_id="A2", utskriven="x")))
    cases, issues = intake.cases, intake.issues
    for name in ("arende_id", "vardtillfalle_id", "patient_id", "enhet", "avslut"):
        assert cases[name].dtype == "str" and not cases[name].isna().any()
    for name in TIME_COLUMNS:
        assert cases[name].dtype == np.dtype("datetime64[s]")
    for name in ("folkbokforingskommun", "placeringskommun"):
        assert cases[name].cat.categories.to_list() == list(kommuner())
    assert cases["vardform"].cat.categories.to_list() == ["somatik", "psykiatri", "akut", "geriatrik"]
    assert cases["sip_kravs"].dtype == cases["kommun_medverkade"].dtype == bool
    assert cases["status"].cat.categories.to_list() == list(STATUSES)
    assert cases["orsak"].cat.categories.to_list() == ["", *CODES]
    assert cases["fil"].cat.categories.to_list() == ["a.csv"]
    assert cases["rad"].dtype == np.int32
    assert "kommun" not in cases and isinstance(cases.index, pd.RangeIndex)
    assert issues.dtypes.astype(str).to_dict() == {
        "fil": "str", "rad": "int64", "arende_id": "str", "kod": "str", "kolumn": "str", "varde": "str",
    }  # fmt: skip
    assert set(issues["kod"]) <= set(CODES)


def test_rows_of_several_files_stand_in_order(tmp_path):
    write(tmp_path, row(), row(arende_id="A2", vardform="x"), name="a.csv")
    write(tmp_path, row(arende_id="A3", vardform="y"), name="b.csv")
    intake = read(tmp_path)
    places = [f"{fil} {rad}" for fil, rad in zip(intake.cases["fil"], intake.cases["rad"], strict=True)]
    assert places == ["a.csv 2", "a.csv 3", "b.csv 2"]
    assert intake.issues[["fil", "rad"]].to_numpy().tolist() == [["a.csv", 3], ["b.csv", 2]]
    assert intake.cases["status"].to_list() == ["", "parkerad", "parkerad"]


def test_long_values_are_cut_in_the_report(tmp_path):
    intake = read(write(tmp_path, row(vardform="x" * 5000)))
    assert len(intake.issues["varde"][0]) == 200
