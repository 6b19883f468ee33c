"""Workbooks: what cells become, where the header stands, which sheet counts, and archives that are not opened."""

import io
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from betalningsansvar.data.files import archive
from betalningsansvar.data.files.inputs import InputError
from tests.intake_files import COLUMNS, found, read, row, write

PLACE = {name: n for n, name in enumerate(COLUMNS)}


def cells(**changes):
    """The good row as cells, with `changes` of any type."""
    values = row()
    for name, value in changes.items():
        values[PLACE[name]] = value
    return [value if value != "" else None for value in values]


def workbook(folder: Path, *rows, before=(), header=COLUMNS, name="a.xlsx", epoch=None, start_column=1) -> Path:
    book = openpyxl.Workbook()
    if epoch:
        book.epoch = epoch
    sheet = book.active
    for n, values in enumerate([*before, header, *rows], start=1):
        for m, value in enumerate(values, start=start_column):
            sheet.cell(n, m, value)
    book.save(folder / name)
    return folder / name


def edit(path: Path, change) -> Path:
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


def problem_of(path):
    with pytest.raises(InputError) as error:
        read(path)
    (problem,) = error.value.problems
    return problem


def test_a_workbook_gives_the_same_frame_as_its_csv(tmp_path):
    rows = [row(), row(arende_id="A2", utskriven="2018-11-10 12:00", sip_kravs="ja"), row(arende_id="A3", avslut="hem")]
    excel = read(workbook(tmp_path, *[[v or None for v in r] for r in rows]))
    text = read(write(tmp_path, *rows))
    pd.testing.assert_frame_equal(excel.cases.drop(columns="fil"), text.cases.drop(columns="fil"))
    (source,) = excel.sources
    assert (source.encoding, source.delimiter, source.rows, source.form) == ("xlsx", None, 3, "arendetabell")


def test_numbers_become_codes_and_ids_without_decimals(tmp_path):
    path = workbook(tmp_path, cells(arende_id=12345.0, patient_id=198112189876, folkbokforingskommun=180.0))
    case = read(path).cases.iloc[0]
    assert (case["arende_id"], case["patient_id"], case["folkbokforingskommun"]) == ("12345", "198112189876", "0180")


@pytest.mark.parametrize("epoch", [None, CALENDAR_MAC_1904])
def test_dates_in_both_date_systems(tmp_path, epoch):
    path = workbook(
        tmp_path,
        cells(inskriven=date(2018, 11, 1), utskrivningsklar=datetime(2018, 11, 5, 10, 30), utskriven=20181110),
        cells(arende_id="A2", utskriven=201811101230),
        epoch=epoch,
    )
    cases = read(path).cases
    assert cases["inskriven"][0] == pd.Timestamp("2018-11-01")
    assert cases["utskrivningsklar"][0] == pd.Timestamp("2018-11-05 10:30")
    assert cases["utskriven"].to_list() == [pd.Timestamp("2018-11-10"), pd.Timestamp("2018-11-10 12:30")]


@pytest.mark.parametrize(("epoch", "number"), [(None, 43409.4375), (CALENDAR_MAC_1904, 41947.4375)])
def test_a_day_number_without_date_format(tmp_path, epoch, number):
    path = workbook(tmp_path, cells(utskrivningsklar=number), epoch=epoch)
    assert read(path).cases["utskrivningsklar"][0] == pd.Timestamp("2018-11-05 10:30")


def test_a_fraction_of_a_second_is_rounded(tmp_path):
    def put_number(book):
        book.active.cell(2, PLACE["utskrivningsklar"] + 1).value = 43409.437499988426  # 10:29:59.999
        book.active.cell(2, PLACE["utskrivningsklar"] + 1).number_format = "yyyy-mm-dd hh:mm"

    path = edit(workbook(tmp_path, cells()), put_number)
    assert read(path).cases["utskrivningsklar"][0] == pd.Timestamp("2018-11-05 10:30")


def test_a_clock_without_a_day_is_no_time(tmp_path):
    intake = read(workbook(tmp_path, cells(utskriven=time(10, 30))))
    assert found(intake.issues) == [(2, "TID_OLASLIG", "utskriven", "10:30:00")]


def test_true_and_false_are_ja_and_nej(tmp_path):
    cases = read(workbook(tmp_path, cells(sip_kravs=True, kommun_medverkade=False))).cases
    assert cases["sip_kravs"][0] and not cases["kommun_medverkade"][0]


def test_titles_above_the_header_and_blank_rows_leave_the_rows_true(tmp_path):
    path = workbook(tmp_path, cells(), [None], cells(arende_id="A2"), before=[["Ärenden 2018"], [None]], start_column=3)
    assert read(path).cases["rad"].to_list() == [4, 6]


def test_a_sheet_that_begins_further_down(tmp_path):
    path = workbook(tmp_path, cells(utskriven="fel"), before=[[None]] * 4)
    assert found(read(path).issues) == [(6, "TID_OLASLIG", "utskriven", "fel")]


def test_hidden_rows_are_read_too(tmp_path):
    def hide(book):
        book.active.row_dimensions[1].hidden = True
        book.active.row_dimensions[2].hidden = True

    assert len(read(edit(workbook(tmp_path, cells(), cells(arende_id="A2")), hide)).cases) == 2


def test_merged_headers_are_told(tmp_path):
    place = PLACE["vardform"] + 1
    path = edit(
        workbook(tmp_path, cells()),
        lambda book: book.active.merge_cells(start_row=1, end_row=1, start_column=place - 1, end_column=place),
    )
    problem = problem_of(path)
    assert "kolumnen vardform saknas" in problem and "sammanfogade celler" in problem


def test_the_visible_sheet_with_the_headers_counts(tmp_path):
    def add(book):
        book.active.title = "Ärenden"
        book.create_sheet("Läs mig", 0).append(["Så här", "gör du"])
        book.create_sheet("Tom")
        hidden = book.create_sheet("Gammal")
        hidden.append(COLUMNS)
        hidden.append(cells(arende_id="gammalt"))
        hidden.sheet_state = "hidden"

    assert read(edit(workbook(tmp_path, cells()), add)).cases["arende_id"].to_list() == ["A1"]


def test_two_sheets_with_the_headers_are_refused(tmp_path):
    path = edit(workbook(tmp_path, cells()), lambda book: book.copy_worksheet(book.active))
    assert "bladen Sheet, Sheet Copy har alla de kolumner som behövs" in problem_of(path)


def test_cells_that_hold_no_value(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, COLUMNS)
        for n in range(1, 6):
            for m, value in enumerate(row(arende_id=f"A{n}")):
                sheet.write_string(n, m, value)
        sheet.write_formula(1, PLACE["utskriven"], "=NA()", value="#N/A")
        sheet.write_formula(2, PLACE["utskrivningsklar"], "=NA()", value="#REF!")
        sheet.write_formula(3, PLACE["arende_id"], "=NA()", value="#N/A")
        sheet.write_formula(4, PLACE["folkbokforingskommun"], "=NA()", value="#N/A")
        sheet.write_formula(5, PLACE["enhet"], '=""', value="blank")
        sheet.write_formula(5, PLACE["utskriven"], "=C1", value="2018-11-10")
    with zipfile.ZipFile(path) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml")
    intake = read(replaced(path, "xl/worksheets/sheet1.xml", xml.replace(b"<v>blank</v>", b"<v></v>")))
    assert found(intake.issues) == [
        (2, "CELLFEL", "utskriven", "#N/A"),
        (3, "CELLFEL", "utskrivningsklar", "#REF!"),
        (3, "NODVANDIG_TID_OLASLIG", "utskrivningsklar", "#REF!"),
        (4, "CELLFEL", "arende_id", "#N/A"),
        (4, "ARENDE_ID_SAKNAS", "arende_id", ""),
        (5, "CELLFEL", "folkbokforingskommun", "#N/A"),
    ]
    assert intake.cases["status"].to_list() == ["parkerad", "avvisad", "avvisad", "parkerad", ""]
    assert intake.cases["enhet"][4] == ""
    assert intake.cases["utskriven"][4] == pd.Timestamp("2018-11-10")


def test_a_formula_without_a_result(tmp_path):
    intake = read(workbook(tmp_path, cells(utskriven="=NOW()"), [None], cells(arende_id="A2", patient_id="=A1")))
    assert found(intake.issues) == [
        (2, "CELLFEL", "utskriven", "formel utan värde"),
        (4, "CELLFEL", "patient_id", "(dold)"),
    ]


@pytest.mark.parametrize("piece", [7, 8, 9, 11, 13])
def test_a_cell_without_a_result_is_found_wherever_the_sheet_is_cut(tmp_path, monkeypatch, piece):
    path = workbook(tmp_path, cells(utskriven="=C2"))
    monkeypatch.setattr(archive, "_PIECE", piece)
    assert found(read(path).issues) == [(2, "CELLFEL", "utskriven", "formel utan värde")]


def test_an_error_written_as_text_is_no_id(tmp_path):
    intake = read(write(tmp_path, row(arende_id="#SAKNAS!"), row(arende_id="A2", vardtillfalle_id="#N/A")))
    assert intake.cases["orsak"].to_list() == ["ARENDE_ID_SAKNAS", "CELLFEL"]


def test_a_number_longer_than_excel_keeps_is_not_trusted(tmp_path):
    intake = read(workbook(tmp_path, cells(vardtillfalle_id=1234567890123456789)))
    ((_, kod, kolumn, varde),) = found(intake.issues)
    assert (kod, kolumn) == ("CELLFEL", "vardtillfalle_id") and "15 siffror" in varde


def test_line_breaks_in_cells_become_blanks(tmp_path):
    assert read(workbook(tmp_path, cells(arende_id="A\n1"))).cases["arende_id"][0] == "A 1"


def test_a_sheet_without_rows_beside_one_file_with(tmp_path):
    workbook(tmp_path, name="b.xlsx")
    write(tmp_path, row())
    assert [s.rows for s in read(tmp_path).sources] == [1, 0]


def replaced(path: Path, part: str, content: bytes) -> Path:
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, old_content in {**parts, part: content}.items():
            new.writestr(name, old_content)
    return path


def test_a_zip_bomb_is_not_opened(tmp_path):
    path = replaced(workbook(tmp_path, cells()), "xl/worksheets/sheet1.xml", b" " * (40 << 20))
    assert path.stat().st_size < 200_000
    assert "zip-bomb" in problem_of(path)


def test_a_part_larger_than_it_declares_is_not_opened(tmp_path):
    path = replaced(workbook(tmp_path, cells()), "xl/sharedStrings.xml", b"A" * 5_000_000)
    content = path.read_bytes()
    honest, lie = (5_000_000).to_bytes(4, "little"), (5_000).to_bytes(4, "little")
    assert honest in content
    path.write_bytes(content.replace(honest, lie))
    assert "ingen hel Excelarbetsbok" in problem_of(path)


def test_a_value_far_to_the_right_is_a_column_not_read(tmp_path):
    path = edit(workbook(tmp_path, cells()), lambda book: book.active.cell(1, 16384, "x"))
    assert "x" in read(path).sources[0].ignored


@pytest.mark.parametrize("place", ["A1048576", "Z1048576", "AZ1048576", "ZZ1048576", "XFD1048576", "XFD100000"])
def test_a_value_far_from_the_table_is_told_before_room_is_made_for_it(tmp_path, place):
    def put(book):
        book.active[place] = "x"

    assert f"ett värde långt från tabellen (cell {place})" in problem_of(edit(workbook(tmp_path, cells()), put))


@pytest.mark.parametrize("place", ["Z20000", "AZ9000"])
def test_a_value_some_way_from_the_table_is_read(tmp_path, place):
    def put(book):
        book.active[place] = "x"

    assert place.lstrip("AZ") in problem_of(edit(workbook(tmp_path, cells()), put))


SHEET = "xl/worksheets/sheet1.xml"


def in_sheet(path: Path, old: str, new: str) -> Path:
    with zipfile.ZipFile(path) as archive:
        xml = archive.read(SHEET).decode()
    assert old in xml
    return replaced(path, SHEET, xml.replace(old, new).encode())


@pytest.mark.parametrize(
    "reference",
    [
        "A99999999999",
        "ZZZZ2",
        "A0",
        "AAAAAAAAAAAAAAAA2",
        "A1048577",
        "XFE2",
        "",
        "A 2",
        "&#65;2",
        "Å2",
        "A-2",
        "A2B",
    ],
)
def test_a_reference_to_no_cell_is_told(tmp_path, reference):
    path = in_sheet(workbook(tmp_path, cells()), 'r="A2"', f'r="{reference}"')
    assert "en cell på en plats som inte finns" in problem_of(path)


@pytest.mark.parametrize("written", ['r = "A1048576"', 'r= "A1048576"', "r\n='A1048576'", "r='A1048576'"])
def test_a_reference_written_otherwise_is_not_overlooked(tmp_path, written):
    problem = problem_of(in_sheet(workbook(tmp_path, cells()), 'r="A2"', written))
    assert "plats" in problem or "långt från tabellen" in problem


def test_an_absurd_row_number_is_told(tmp_path):
    path = in_sheet(workbook(tmp_path, cells()), '<row r="2"', '<row r="99999999999999999999"')
    assert "plats som inte finns" in problem_of(path)


def test_lower_case_references_are_read(tmp_path):
    assert len(read(in_sheet(workbook(tmp_path, cells()), 'r="A2"', 'r="a2"')).cases) == 1


def test_a_sheet_without_references_is_read(tmp_path):
    path = workbook(tmp_path, cells(), cells(arende_id="A2"))
    with zipfile.ZipFile(path) as archive:
        xml = archive.read(SHEET).decode()
    filled = [[v if v is not None else "-" for v in one] for one in (COLUMNS, cells(), cells(arende_id="A2"))]
    rows = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{v if v != "-" else ""}</t></is></c>' for v in one) + "</row>"
        for one in filled
    )
    start, end = xml.index("<sheetData>"), xml.index("</sheetData>")
    path = replaced(path, SHEET, (xml[:start] + "<sheetData>" + rows + xml[end:]).encode())
    assert read(path).cases["arende_id"].to_list() == ["A1", "A2"]


@pytest.mark.parametrize("error", ["#SPILL!", "#CALC!", "#BUSY!", "#FIELD!", "#GETTING_DATA", "#PYTHON!", "#NYTT!"])
def test_an_error_to_come_is_that_cells_fault(tmp_path, error):
    letters = openpyxl.utils.get_column_letter(PLACE["utskriven"] + 1)
    path = workbook(tmp_path, cells(utskriven="x"), cells(arende_id="A2", utskriven="2018-11-10"))
    old = f'<c r="{letters}2" t="inlineStr"><is><t>x</t></is></c>'
    intake = read(in_sheet(path, old, f'<c r="{letters}2" t="e"><v>{error}</v></c>'))
    assert found(intake.issues) == [(2, "CELLFEL", "utskriven", error)]
    assert intake.cases["utskriven"].notna().to_list() == [False, True]


@pytest.mark.parametrize(
    "cell",
    ['t="z"><v>1</v>', 't="n"><v>x1</v>', 't="s"><v>99999</v>', 't="s"><v>-1</v>'],
)
def test_a_cell_of_an_unknown_kind_is_that_cells_fault(tmp_path, cell):
    letters = openpyxl.utils.get_column_letter(PLACE["utskriven"] + 1)
    path = workbook(tmp_path, cells(utskriven="x"), cells(arende_id="A2"))
    old = f'<c r="{letters}2" t="inlineStr"><is><t>x</t></is></c>'
    intake = read(in_sheet(path, old, f'<c r="{letters}2" {cell}</c>'))
    assert found(intake.issues) == [(2, "CELLFEL", "utskriven", "en sorts cell som inte känns igen")]


@pytest.mark.parametrize("name", ["xl/worksheets/Sheet1.xml", "XL/WORKSHEETS/SHEET1.XML", "xl\\worksheets\\sheet1.xml"])
def test_parts_are_found_in_other_letter_case_and_with_back_slashes(tmp_path, name):
    path = workbook(tmp_path, cells(utskriven="=NOW()"))
    with zipfile.ZipFile(path) as old:
        parts = {part: old.read(part) for part in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part, content in parts.items():
            info = zipfile.ZipInfo("x")
            info.filename = name if part == SHEET else part
            new.writestr(info, content)
    assert found(read(path).issues) == [(2, "CELLFEL", "utskriven", "formel utan värde")]


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("at", [0.3, 0.5, 0.7])
def test_a_damaged_archive_is_told(tmp_path, method, at):
    path = workbook(tmp_path, cells())
    with zipfile.ZipFile(path) as old:
        parts = {part: old.read(part) for part in old.namelist()}
    with zipfile.ZipFile(path, "w", method) as new:
        for part, content in parts.items():
            new.writestr(part, content)
    content = bytearray(path.read_bytes())
    start = int(len(content) * at)
    content[start : start + 40] = b"\x55" * 40
    path.write_bytes(bytes(content))
    assert problem_of(path).startswith("a.xlsx: ")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
def test_a_sheet_in_an_unknown_encoding_is_told(tmp_path, encoding):
    path = workbook(tmp_path, cells())
    with zipfile.ZipFile(path) as archive:
        xml = archive.read(SHEET).decode()
    assert problem_of(replaced(path, SHEET, xml.encode(encoding))).startswith("a.xlsx: ")


def test_two_parts_of_one_name_are_refused(tmp_path):
    path = workbook(tmp_path, cells())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("XL/worksheets/sheet1.xml", b"<worksheet/>")
    assert "två delar med samma namn" in problem_of(path)


@pytest.mark.parametrize("number", [2958465.9999999, 2958465.99999999999, 0.0, -1.0, 1e300])
def test_numbers_at_the_end_of_time(tmp_path, number):
    def put(book):
        book.active.cell(2, PLACE["utskriven"] + 1).value = number
        book.active.cell(2, PLACE["utskriven"] + 1).number_format = "yyyy-mm-dd hh:mm:ss.000"

    path = edit(workbook(tmp_path, cells()), put)
    try:
        assert [(kod, kolumn) for _, kod, kolumn, _ in found(read(path).issues)] in (
            [("TID_OLASLIG", "utskriven")],
            [("CELLFEL", "utskriven")],
        )
    except InputError as error:
        assert "orimligt" in str(error) or "skadad" in str(error)


def test_a_workbook_of_another_kind_is_told_as_what_it_is(tmp_path):
    for names, told in (
        (["mimetype", "content.xml"], "LibreOffice (.ods)"),
        (["xl/workbook.bin"], ".xlsb"),
        (["word/document.xml"], "Worddokument"),
        (["a.csv"], "arkiv (zip)"),
    ):
        with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
            for name in names:
                archive.writestr(name, "x")
        assert told in problem_of(tmp_path / "a.xlsx")
    (tmp_path / "a.xlsx").write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 99 + "EncryptedPackage".encode("utf-16-le"))
    assert "lösenord" in problem_of(tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"arende_id;patient_id\n", "textfil med fel namn"),
        (b"PK\x03\x04 broken", "ingen hel Excelarbetsbok"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xls"),
    ],
)
def test_what_is_no_workbook(tmp_path, content, says):
    (tmp_path / "a.xlsx").write_bytes(content)
    assert says in problem_of(tmp_path / "a.xlsx")


def test_a_zip_that_is_no_workbook(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("hej.txt", "hej")
    (tmp_path / "a.xlsx").write_bytes(out.getvalue())
    assert problem_of(tmp_path / "a.xlsx").startswith("a.xlsx")


def test_a_cut_workbook(tmp_path):
    path = workbook(tmp_path, cells())
    path.write_bytes(path.read_bytes()[:-200])
    assert "ingen hel Excelarbetsbok" in problem_of(path)


def test_cells_without_references_are_counted(tmp_path):
    path = workbook(tmp_path, cells(utskriven="=NOW()"))
    with zipfile.ZipFile(path) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    letters = openpyxl.utils.get_column_letter(PLACE["utskriven"] + 1)
    assert f'r="{letters}2"' in xml
    blanks = "".join("<c/>" for _ in range(PLACE["utskriven"] - PLACE["utskrivningsklar"] - 1))
    replaced(path, "xl/worksheets/sheet1.xml", xml.replace(f'<c r="{letters}2"', blanks + "<c").encode())
    intake = read(path)
    np.testing.assert_array_equal(intake.issues["kolumn"], ["utskriven"])


@pytest.mark.parametrize(("length", "told"), [(30_000, True), (100, False)])
def test_a_long_text_repeated_in_very_many_cells_is_told_before_it_is_copied(tmp_path, length, told):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        for n, values in enumerate([COLUMNS, *[row(arende_id=f"A{n}", enhet="x" * length) for n in range(20_000)]]):
            sheet.write_row(n, 0, values)
    if told:
        assert "långa texter upprepas" in problem_of(tmp_path / "a.xlsx")
    else:
        assert len(read(tmp_path / "a.xlsx").cases) == 20_000
