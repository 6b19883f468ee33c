"""Kommun by code or name, vardform, ja/nej: what is understood and what is not."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.kommuntext import why_no_kommun
from betalningsansvar.data.values import BLANK, UNKNOWN, lost_digits, read_kommuner, read_vardformer, read_yes_no

CODES = list(kommuner())


def code_of(text):
    position = int(read_kommuner(pa.array([text]))[0])
    return CODES[position] if position >= 0 else position


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0180", "0180"), ("180", "0180"), (" 1480 ", "1480"), ("Stockholm", "0180"), ("STOCKHOLM", "0180"),
        ("Göteborg", "1480"), ("goteborg", "1480"), ("Go\u0308teborg", "1480"), ("Göteborgs stad", "1480"),
        ("GÖTEBORGS KOMMUN", "1480"), ("Stockholms stad", "0180"), ("Malmö stad", "1280"), ("Borås stad", "1490"),
        ("Kungsbacka kommun", "1384"), ("Upplands-Bro", "0139"), ("upplands bro", "0139"), ("UpplandsVäsby", "0114"),
        ("Håbo", "0305"), ("HÅBO", "0305"), ("Habo", "0643"), ("habo kommun", "0643"), ("Håbo kommun", "0305"),
    ],
)  # fmt: skip
def test_kommun_by_code_and_name(text, code):
    assert code_of(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "0000",
        "9999",
        "01800",
        "Göteburg",
        "1,38E+03",
        "Region Halland",
        "Hallands län",
        "1380 Varberg",
        "138001",
        "GÃ¶teborg",
        "stad",
        "kommun",
        "-",
        "１２３４",
    ],
)
def test_what_is_no_kommun_is_unknown(text):
    assert code_of(text) == UNKNOWN


def test_blank_kommun_is_blank():
    assert read_kommuner(pa.array(["", "  "])).tolist() == [BLANK, BLANK]


def test_every_kommun_is_found_by_its_code_and_its_name_in_any_case():
    for code, kommun in kommuner().items():
        assert {code_of(t) for t in (code, kommun.name, kommun.name.upper(), f"{kommun.name} kommun")} == {code}


def test_a_name_without_its_diacritics_is_found_when_only_one_has_it():
    assert code_of("ostersund") == "2380"
    assert code_of("Vasteras") == "1980"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1380.0", "1380"), ("180.0", "0180"), ("1380,0", "1380"), ("1380 Halmstad", "1380"),
        ("1380 - Halmstad", "1380"),
        ("Halmstad (1380)", "1380"), ("1380, Halmstads kommun", "1380"), ("Falu kommun", "2080"),
        ("Malungs kommun", "2023"),
        ("Region Gotland", "0980"), ("Kommunen Halmstad", "1380"), ("Staden Göteborg", "1480"),
        ("Halmstads kn", "1380"),
        ("Goeteborg", "1480"), ("Malmoe", "1280"), ("Halmstad kommun, Sverige", "1380"), ('="1380"', "1380"),
        ("'0180", "0180"), ("G&ouml;teborg", "1480"), ("１３８０", "1380"), ("Upplands\u2011Bro", "0139"),
        ("1 380", "1380"), ("1\u00a0380", "1380"), ("1 380,00", "1380"), ("0 180", "0180"),
        ("Halmstad, Hallands län", "1380"), ("Halmstads kommun (Hallands län)", "1380"), ("Heby Uppsala län", "0331"),
    ],
)  # fmt: skip
def test_kommun_as_programs_and_people_write_it(text, code):
    assert code_of(text) == code


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1380 Varberg", "1380 är Halmstad, men namnet är Varberg"),
        ("1,38E+03", "flera kommuner är möjliga"),
        ("138001", "församlingskod i Halmstad"),
        ("Kungsbaka", "menade du Kungsbacka?"),
        ("Halmsta", "menade du Halmstad?"),
        ("GÃ¶teborg", "fel teckenkodning två gånger (UTF-8 läst som Windows-1252); menade du Göteborg?"),
        ("G\ufffdteborg", "bokstäver har gått förlorade"),
        ("G?teborg", "menade du Göteborg?"),
        ("9999 Halmstad", "9999 är ingen kommunkod; menade du Halmstad?"),
        ("Region Halland", "ingen kommun"),
        ("Hallands län", "ingen kommun"),
        ("Halmstad, Skåne län", "Halmstad ligger i Hallands län"),
        ("Utlandet", ""),
    ],
)
def test_why_a_text_is_no_kommun(text, why):
    assert why in why_no_kommun(text) and bool(why) == bool(why_no_kommun(text))


def test_why_shows_no_patient():
    assert why_no_kommun("Halmstad 19320706-9889") == ""


@given(st.text(st.sampled_from("138047 HalmstdVrbeg.,()-=\"'ö?\ufffdEe+kn"), max_size=16))
def test_a_text_is_one_kommun_or_unknown_and_has_a_reason_or_none(text):
    read_kommuner(pa.array([text]))
    why_no_kommun(text)


def test_other_words_for_a_vardform():
    texts = pa.array(["Somatisk vård", "psykiatrisk slutenvård", "NULL", "rättspsykiatrisk vård"])
    assert read_vardformer(texts).tolist() == [0, 1, BLANK, UNKNOWN]


def test_vardform():
    texts = pa.array(["somatik", " Psykiatri", "AKUT", "geriatrik", "", "kirurgi"])
    assert read_vardformer(texts).tolist() == [*range(len(VARDFORMER)), BLANK, UNKNOWN]


def test_yes_and_no():
    yes, no = (
        ["ja", "J", "yes", "y", "TRUE", "1", "sant", "1.0", "X", "x", "Ja.", "Sant", "-1", "t", "1,0", "Ja\u00a0", "✓"],
        ["nej", "N", "no", "false", "0", "Falskt", "0.0", "f", "Nej.", "☐"],
    )
    assert set(read_yes_no(pa.array(yes)).tolist()) == {1}
    assert set(read_yes_no(pa.array(no)).tolist()) == {0}
    assert read_yes_no(pa.array(["", "kanske", "2", "NULL", "nan"])).tolist() == [BLANK, UNKNOWN, UNKNOWN, BLANK, BLANK]


def test_digits_a_spreadsheet_has_cut():
    texts = pa.array(["1,98112E+11", "1.2E+15", "2E+15", "BLE+5", "A-E+1", "E+", "198112189876"])
    assert lost_digits(texts).tolist() == [True, True, True, False, False, False, False]
