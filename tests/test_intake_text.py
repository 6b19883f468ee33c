"""CSV files: encodings, delimiters, quotes, blank and broken rows, and the row numbers they leave true."""

import csv
import io

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from betalningsansvar.data.files.inputs import InputError
from tests.intake_files import COLUMNS, found, read, row, text_of, write

ENCODINGS = {"utf-8": "utf-8", "utf-8-sig": "utf-8-sig", "cp1252": "windows-1252", "utf-16": "utf-16"}


def problems_of(path):
    with pytest.raises(InputError) as error:
        read(path)
    return error.value.problems


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters(tmp_path, encoding, delimiter):
    path = write(tmp_path, row(enhet="Åsa, Öst; Ä"), encoding=encoding, delimiter=delimiter)
    intake = read(path)
    assert intake.cases["enhet"].to_list() == ["Åsa, Öst; Ä"]
    (source,) = intake.sources
    assert (source.encoding, source.delimiter, source.rows) == (ENCODINGS[encoding], delimiter, 1)
    assert (source.name, source.form, len(source.sha256)) == ("a.csv", "arendetabell", 64)


@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "enhet": st.text(st.sampled_from('aåÅ" ;,\t\n=-–€'), max_size=8),
                "folkbokforingskommun": st.sampled_from(["0180", "Göteborg", "", "fel"]),
                "utskriven": st.sampled_from(["", "2018-11-10", "2018-11-10 12:00", "fel"]),
                "sip_kravs": st.sampled_from(["", "ja", "nej"]),
            }
        ),
        min_size=1,
        max_size=6,
    ),
    encoding=st.sampled_from(list(ENCODINGS)),
    delimiter=st.sampled_from(";,\t"),
    line_end=st.sampled_from(["\n", "\r\n"]),
    order=st.randoms(),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_writing_it_down_differently_gives_the_same_frame(tmp_path, rows, encoding, delimiter, line_end, order):
    rows = [row(arende_id=f"A{n}", **values) for n, values in enumerate(rows)]
    plain = read(write(tmp_path, *rows, name="a.csv"))
    shuffled = list(enumerate(rows))
    order.shuffle(shuffled)
    columns = list(range(len(COLUMNS)))
    order.shuffle(columns)
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=line_end)
    writer.writerows([values[n] for n in columns] for values in [COLUMNS, *(r for _, r in shuffled)])
    (tmp_path / "a.csv").write_bytes(out.getvalue().encode(encoding))
    other = read(tmp_path / "a.csv")

    def sorted_by_id(frame):
        return frame.drop(columns="rad").sort_values(["arende_id", *frame.columns[3:4]]).reset_index(drop=True)

    pd.testing.assert_frame_equal(sorted_by_id(plain.cases), sorted_by_id(other.cases))
    pd.testing.assert_frame_equal(sorted_by_id(plain.issues), sorted_by_id(other.issues))


def test_bytes_that_exist_in_no_encoding_are_named(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(text_of(row(), row(enhet="X")).encode().replace(b"X", b"\xe5\x8d"))
    assert "a.csv, line 3: the byte 8D" in problems_of(path)[0]


def test_encodings_mixed_in_one_file_are_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(text_of(row(enhet="Öst")).encode() + text_of(row(arende_id="A2", enhet="Öst")).encode("cp1252"))
    (problem,) = problems_of(path)
    assert "a.csv, line 2: the file mixes encodings" in problem and "line 4 (byte D6)" in problem


def test_quotation_marks_after_a_capital_are_no_mixture(tmp_path):
    path = write(tmp_path, row(enhet="”SJÖ” – Å…"), encoding="cp1252")
    assert read(path).cases["enhet"].to_list() == ["”SJÖ” – Å…"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "filen är tom"),
        (b"\n\n;;\n", "only blank lines"),
        (b"\xef\xbb\xbfarende_id;x\n1;\xe5\n", "line 2: the byte E5 is not UTF-8"),
        (b"arende_id;x\n1;\0\n", "line 2: a NUL byte"),
        (b"\xff\xfea\x00b", "UTF-16"),
        (b"PK\x03\x04", "Rename"),
        (text_of().encode(), "no row below it"),
        (b"hej", "needed column"),
    ],
)
def test_files_that_are_no_table(tmp_path, content, says):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    (problem,) = problems_of(path)
    assert problem.startswith("a.csv") and says in problem


def test_blank_lines_are_skipped_and_the_rows_stay_true(tmp_path):
    lines = text_of(row(), row(arende_id="A2"), row(arende_id="A3")).splitlines()
    text = "\n".join(["", lines[0], lines[1], "", ";" * 19, "   ", lines[2], lines[3], "", ""])
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    assert read(tmp_path / "a.csv").cases["rad"].to_list() == [3, 7, 8]


def test_a_row_of_blank_fields_among_whole_rows_is_skipped(tmp_path):
    path = write(tmp_path, row(), ["", " ", *[""] * 18], row(arende_id="A2"))
    intake = read(path)
    assert intake.cases["rad"].to_list() == [2, 4] and intake.sources[0].rows == 2


def test_a_quoted_line_break_is_one_row_and_becomes_a_blank(tmp_path):
    path = write(tmp_path, row(arende_id="A\n1", enhet='x ";" y'), row(arende_id="A2"))
    cases = read(path).cases
    assert cases["arende_id"].to_list() == ["A 1", "A2"]
    assert cases["rad"].to_list() == [2, 3]
    assert cases["enhet"][0] == 'x ";" y'


def test_blanks_around_values_go_and_formula_like_text_stays(tmp_path):
    path = write(
        tmp_path, row(arende_id=" A1 ", enhet="=1+1", vardform=" somatik\u00a0", utskrivningsklar=" 2018-11-05 ")
    )
    cases = read(path).cases
    assert cases.loc[0, ["arende_id", "enhet", "vardform"]].to_list() == ["A1", "=1+1", "somatik"]
    assert cases["utskrivningsklar"][0] == pd.Timestamp("2018-11-05")


def test_broken_rows_are_rejected_and_the_others_kept(tmp_path):
    path = write(tmp_path, row(), row(arende_id="A2")[:5], row(arende_id="A3"), [*row(arende_id="A4"), "x"])
    intake = read(path)
    assert intake.cases["arende_id"].to_list() == ["A1", "A2", "A3", "A4"]
    assert intake.cases["status"].to_list() == ["", "avvisad", "", "avvisad"]
    assert intake.cases["orsak"].to_list() == ["", "RAD_TRASIG", "", "RAD_TRASIG"]
    assert found(intake.issues) == [
        (3, "RAD_TRASIG", "", f"5 fält i stället för {len(COLUMNS)}"),
        (5, "RAD_TRASIG", "", f"{len(COLUMNS) + 1} fält i stället för {len(COLUMNS)}"),
    ]
    assert intake.cases["inskriven"].isna().to_list() == [False, True, False, True]


def test_a_broken_row_shows_no_identity_in_place_of_its_id(tmp_path):
    header = ["patient_id", *[name for name in COLUMNS if name != "patient_id"]]
    values = dict(zip(COLUMNS, row(patient_id="19811218-9876"), strict=True))
    path = write(tmp_path, ["", *[values[name] for name in header]], header=header)
    intake = read(path)
    assert intake.cases["orsak"].to_list() == ["RAD_TRASIG"] and intake.cases["arende_id"].to_list() == [""]


def test_delimiters_left_over_at_the_end_of_all_rows_are_no_fields(tmp_path):
    header, *rows = text_of(row(), row(arende_id="A2"), row(arende_id="A3")).splitlines()
    for name, text in {
        "rows": "\n".join([header, *(line + ";;" for line in rows)]),
        "header": "\n".join([header + ";;", *rows]),
    }.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        intake = read(tmp_path / f"{name}.csv")
        assert intake.cases["status"].to_list() == ["", "", ""] and len(intake.issues) == 0


def test_a_row_whose_values_are_moved_aside_is_broken(tmp_path):
    moved = ["", *row(arende_id="A2")]
    assert moved[-1] == ""
    intake = read(write(tmp_path, row(), moved, row(arende_id="A3")))
    assert intake.cases["orsak"].to_list() == ["", "RAD_TRASIG", ""]
    assert read(write(tmp_path, moved)).cases["orsak"].to_list() == ["RAD_TRASIG"]


@pytest.mark.parametrize("later", ["", 'x"', '"x', '"x"'])
@pytest.mark.parametrize("between", [0, 1])
def test_a_quote_that_swallows_rows_stops_the_file_at_its_line(tmp_path, later, between):
    rows = [row(), row(arende_id="A2", enhet="Q"), *[row(arende_id="A3")] * between, row(arende_id="A4", enhet="R")]
    text = text_of(*rows).replace("Q", '"x').replace("R", later)
    (tmp_path / "a.csv").write_text(text, encoding="utf-8", newline="")
    (problem,) = problems_of(tmp_path / "a.csv")
    assert problem.startswith("a.csv, line 3: a quote opens")


def test_a_quote_inside_a_field_is_a_letter(tmp_path):
    text = text_of(row(enhet="X"), row(arende_id="A2")).replace("X", 'Avd 5" nord')
    (tmp_path / "a.csv").write_text(text, encoding="utf-8", newline="")
    assert read(tmp_path / "a.csv").cases["enhet"].to_list() == ['Avd 5" nord', ""]


def test_the_line_that_tells_excel_the_delimiter_is_not_counted(tmp_path):
    (tmp_path / "a.csv").write_text("sep=;\r\n" + text_of(row()), encoding="utf-8", newline="")
    assert read(tmp_path / "a.csv").cases["rad"].to_list() == [2]


def test_old_mac_line_ends(tmp_path):
    (tmp_path / "a.txt").write_bytes(text_of(row(), row(arende_id="A2")).replace("\r\n", "\r").encode())
    assert read(tmp_path / "a.txt").cases["rad"].to_list() == [2, 3]
