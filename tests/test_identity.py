"""What tells who a patient is, in every dress it has been seen in, and what does not."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from betalningsansvar.data.files.inputs import InputFile
from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.identity import (
    HIDDEN,
    has_a_piece,
    hidden_names,
    hide,
    identifies,
    telling_row,
    tells_patient,
)
from betalningsansvar.data.intake import read_cases, read_files
from betalningsansvar.data.settings.avsandare import load_sender
from betalningsansvar.data.toml_file import SettingsError
from tests.intake_files import row, text_of

TELLING = [
    "19320706-9889", "193207069889", "320706-9889", "3207069889", "19320706+9889", "Anna Ek 19320706-9889",
    "19320706-9880", "19320706\u20119889", "19320706\u20139889", "19320706\u22129889", "１９３２０７０６-９８８９",
    "193207069889.0", "3207069889,0", "19320706 9889", "19320706_9889", "19320706 - 9889", "1932-07-06-9889",
    "32.07.06-9889", "19 320706-9889", "pat19320706-9889.csv", "19320706\u200b9889", "19320766-9889", "19320706-A123",
    "320706\u00a09889", "19320706/9889", "x19320706-9889;y", "(193207069889)", "18990706-9889", "320706-9889-",
    "19320706?9889", "320706\ufffd9889", "Avd Öst\t19320706-9889\t0180", "19320706\x01-9889", "Anna 19320\x00706-9889",
]  # fmt: skip
HARMLESS = [
    "", "2018-11-05 10:30", "2018-11-01 - 2018-11-30", "20181101-20181130", "uttag_2018-11-01_2018-11-30.csv",
    "14-2019-008336", "A-000123", "1380", "2018-11-05T10:30:00.000", "9813019814", "199913019814", "V1/2", "12345678",
    "Avdelning 12", "2018/11/05 10:30", "1981121898760001",
]  # fmt: skip


@pytest.mark.parametrize("text", TELLING)
def test_it_is_found_and_nothing_of_it_shown(text):
    assert identifies(text) and tells_patient(pa.array([text])).tolist() == [True]
    shown = hide(text)
    assert HIDDEN in shown and "9889" not in shown and not identifies(shown)


_SENTENCES = ('"{}" ser ut', "({})", "{}, rad 3", "{}; sedan", "{}: fel", "«{}»", "Är {}?")


@pytest.mark.parametrize("text", TELLING)
def test_what_is_found_alone_is_hidden_in_a_sentence(text: str) -> None:
    alone = [text + ending for ending in ("", "/1", "/123", ".0", ".") if identifies(text + ending)]
    told = [sentence.format(one) for sentence in _SENTENCES for one in alone]
    assert len(told) >= 2 * len(_SENTENCES) and all(tells_patient(pa.array(told)))
    assert not any("9889" in hide(one) or identifies(hide(one)) for one in told)


@pytest.mark.parametrize("text", HARMLESS)
def test_dates_and_references_are_left_as_they_stand(text):
    assert not identifies(text) and hide(text) == text
    assert tells_patient(pa.array([text])).tolist() == [False]


@given(st.lists(st.text(st.sampled_from("0123456789019-+ ./:A\u2011é１\u200b\x00\t"), max_size=24)))
def test_one_text_and_a_column_get_the_same_answer(texts):
    column = tells_patient(pa.array(texts, pa.string()))
    assert column.tolist() == [identifies(text) for text in texts] == [hide(text) != text for text in texts]


def test_the_first_telling_row_also_by_the_patients_own_number():
    cases = pd.DataFrame(
        {"arende_id": ["A-1", "V/PSEUDO_77/1", "x-p1"], "patient_id": ["19320706-9889", "pseudo-77", "p1"]}
    )
    assert telling_row(cases, "arende_id") == 1
    assert telling_row(cases.iloc[[0, 2]], "arende_id") is None


def test_each_telling_reference_gets_a_name_of_its_own_whatever_the_order():
    names = {"19320706-9889": "(dold 1)", "19410101-9884/2": "(dold 2)"}
    ids = ["A-1", "19410101-9884/2", "19320706-9889", "19410101-9884/2", ""]
    assert hidden_names(pd.Series(ids)) == hidden_names(pd.Series(ids[::-1])) == names
    assert hidden_names(pd.Series(["A-1", "V1/2"])) == {}


def test_a_broken_row_shows_no_number_that_stands_where_its_id_should(tmp_path: Path) -> None:
    """A lost delimiter moves the patient into the first column, and a lost byte hides it from the ordinary test."""
    lines = text_of(row(), row(arende_id="A2")).splitlines()
    short = ";".join(row()[3:])
    for number in ("94h0101-9884", "940101-9884x", "9401019884", "40101-9884", "0101-9884", "01019884"):
        path = tmp_path / "a.csv"
        path.write_text("\r\n".join([*lines, f"{number};{short}"]), encoding="utf-8")
        issues = read_cases([path]).issues
        broken = issues[issues["kod"] == "RAD_TRASIG"]
        assert broken["arende_id"].item() in ("", HIDDEN) and "9884" not in issues.to_csv()


@pytest.mark.parametrize("column", ["folkbokforingskommun", "vardform", "sip_kravs", "utskriven", "utskrivningsklar"])
@pytest.mark.parametrize(
    "number",
    [
        "193ÿ20706-9889", "1932070k6-9889", "9320706-9889", "320706-98890", "0706-9889", "93207069889", "1193207069889",
        "G9320706?9889", "9320706 9889", "1932193207069889.0", "32193207069889", "19193207069889",
        "193207069889193207069889",
    ],
)  # fmt: skip
def test_a_number_that_lost_or_won_a_sign_is_not_shown_where_it_does_not_belong(
    tmp_path: Path, column: str, number: str
) -> None:
    issues = _issues(tmp_path, **{column: f"Anna {number}"})
    assert column in set(issues["kolumn"])
    assert "9889" not in issues.to_csv()


def test_what_is_no_number_is_shown(tmp_path: Path) -> None:
    told = _issues(tmp_path, utskriven="2018-13-05 10:30", vardform="avd 1234567").to_csv()
    assert "2018-13-05 10:30" in told and "avd 1234567" in told


@pytest.mark.parametrize(
    "text",
    [
        "2018-13-05", "1890-01-01", "05/13/2018", "20018-11-05 10:30", "2018-11-32 10:30:00",
        "den 2018-13-05 kl. 10.30", "20181305", "2018-11-05T25:30:00.000+01:00", "0218-11-05 10:30Z",
    ],
)  # fmt: skip
def test_a_time_that_is_wrong_is_shown(tmp_path: Path, text: str) -> None:
    issues = _issues(tmp_path, utskriven=text)
    assert text in set(issues["varde"].str.replace(r" \(.*", "", regex=True))


@given(st.text("0123456789-+:T åG", max_size=8), st.text("-+?_ \x00", max_size=2), st.text(" .0;x", max_size=3))
def test_whatever_a_damaged_file_puts_around_them_the_last_eight_digits_are_not_shown(
    before: str, between: str, after: str
) -> None:
    assert has_a_piece(f"{before}0706{between}9889{after}")


@given(st.sampled_from([n for n in TELLING if n.isascii()]), st.integers(0, 30), st.sampled_from("0123456789"))
def test_a_number_with_one_digit_mistyped_is_not_shown_where_it_does_not_belong(text: str, at: int, new: str) -> None:
    places = [place for place, sign in enumerate(text) if sign.isdigit()]
    at = places[at % len(places)]
    mistyped = text[:at] + new + text[at + 1 :]
    assert has_a_piece(mistyped) and has_a_piece(mistyped, time=True)


@pytest.mark.parametrize("text", ["194213231234", "19421323 1234", "194231081234", "20121323123400"])
def test_a_mistyped_number_whose_last_four_are_a_clock_is_not_shown(tmp_path: Path, text: str) -> None:
    for column in ("sip_kravs", "vardform", "utskriven"):
        assert text not in _issues(tmp_path, **{column: text}).to_csv()


def _issues(folder: Path, **changes: str) -> pd.DataFrame:
    path = folder / "a.csv"
    path.write_text(text_of(row(**changes)), encoding="utf-8")
    return read_cases([path]).issues


def test_the_id_of_a_broken_row_is_told_where_it_is_no_piece_of_a_number(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text_of(row()) + "H18-0053;x\r\n", encoding="utf-8")
    issues = read_cases([path]).issues
    assert issues.loc[issues["kod"] == "RAD_TRASIG", "arende_id"].tolist() == ["H18-0053"]


def test_a_ward_that_names_the_patient_is_hidden_and_told() -> None:
    text = text_of(row(enhet="Avd 3"), row(arende_id="A2", enhet="Anna Ek 19320706-9889"))
    intake = read_files([InputFile.from_bytes("a.csv", text.encode())])
    assert intake.cases["enhet"].tolist() == ["Avd 3", HIDDEN]
    told = intake.issues[intake.issues["kod"] == "PERSONNUMMER_I_TEXT"]
    assert told[["rad", "kolumn", "varde"]].to_numpy().tolist() == [[3, "enhet", HIDDEN]]


def test_what_stops_a_run_shows_no_number_and_leaves_a_fingerprint() -> None:
    digest = "ab" * 11 + "1932070698" + "89" + "cd" * 10
    told = str(SettingsError([f"kontakt = Anna 19320706-9889, {digest}"]))
    assert told == f"kontakt = Anna {HIDDEN}, {digest}"


@pytest.mark.parametrize("text", ["Anna Ek 19320706-9889", "１９３２０７０６-９８８９"])
def test_a_setting_that_would_print_a_number_is_told(text: str) -> None:
    with pytest.raises(SettingsError, match="kontakt ser ut som ett personnummer") as stopped:
        load_sender(NamedFile("avsandare.toml", f'namn = "R"\nkontakt = "{text}"\n'.encode()))
    assert "9889" not in str(stopped.value)
    assert load_sender(NamedFile("avsandare.toml", b'namn = "R"\ntelefon = "0708121234"\n')).telefon == "0708121234"


@pytest.mark.parametrize(
    "text", ["1900-09-09-9867", "１８３９０１７４-９９６８", "000909-9867", "010312-1234", "19320706-9889"]
)
def test_a_personal_number_is_no_telephone_number(text: str) -> None:
    with pytest.raises(SettingsError, match="telefon ser ut som ett personnummer"):
        load_sender(NamedFile("avsandare.toml", f'namn = "R"\ntelefon = "{text}"\n'.encode()))


@pytest.mark.parametrize("text", ["0708121234", "070-812 12 34", "+46 70 812 12 34", "010-312 12 34", "035-13 48 00"])
def test_a_telephone_number_is_one(text: str) -> None:
    assert load_sender(NamedFile("avsandare.toml", f'namn = "R"\ntelefon = "{text}"\n'.encode())).telefon == text
