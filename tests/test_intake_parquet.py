"""Parquet: what the types of columns become, that it is the same data as CSV, and files that are not opened."""

import io
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from betalningsansvar.billing.cases import check_cases
from betalningsansvar.data.columns import TIME_COLUMNS
from betalningsansvar.data.files.inputs import InputError, InputFile
from betalningsansvar.data.files.parquetfooter import _require_pages
from betalningsansvar.data.files.parquetstructs import Chunk, Footer, Group, read_footer
from betalningsansvar.data.files.thrift import ThriftError, read_struct
from betalningsansvar.data.intake import read_cases, read_files
from betalningsansvar.data.localtime import swedish
from tests.intake_files import COLUMNS, checked, found, read, row, text_of, write
from tests.parquet_files import as_table, write_parquet

ROWS = (
    row(),
    row(arende_id="A2", utskriven="2018-11-10 12:00", sip_kravs="ja", sip_kallelse="2018-11-06 08:00"),
    row(arende_id="A3", avslut="hem", folkbokforingskommun="1380", vardform="psykiatri"),
    [""] * len(COLUMNS),
    row(arende_id="A4", folkbokforingskommun="9999", utskriven="2018-11-04 12:00"),
    row(arende_id="A5", patient_id="193207069889", utskrivningsklar=""),
    row(arende_id="A5", patient_id="193207069889", enhet="Avd Öst"),
)


def problem_of(path):
    with pytest.raises(InputError) as error:
        read_cases([path])
    (problem,) = error.value.problems
    return problem


def told_alike(issues):
    """The findings, with the files by one name."""
    return [(*place, value.replace("a.parquet", "a.csv")) for *place, value in found(issues)]


def typed(dtype):
    return lambda values: pa.array([value or None for value in values], pa.string()).cast(dtype)


def of_values(*values, dtype=None):
    return lambda _: pa.array(values, dtype)


def test_a_parquet_file_gives_the_same_cases_and_findings_as_its_csv(tmp_path):
    typed_cases, typed_issues = checked(write_parquet(tmp_path, *ROWS))
    text_cases, text_issues = checked(write(tmp_path, *ROWS))
    pd.testing.assert_frame_equal(typed_cases.drop(columns="fil"), text_cases.drop(columns="fil"))
    assert len(typed_issues) and told_alike(typed_issues) == found(text_issues)


def test_a_file_is_a_table_of_its_kind_and_its_hash_is_of_its_bytes(tmp_path):
    path = write_parquet(tmp_path, *ROWS)
    (source,) = read_cases([tmp_path]).sources
    assert (source.name, source.encoding, source.delimiter, source.rows) == ("a.parquet", "parquet", None, 6)
    (same,) = read_files([InputFile.from_bytes("a.parquet", path.read_bytes())]).sources
    assert same == source


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_times_of_every_unit_are_read_and_a_fraction_is_cut_off(tmp_path, unit):
    whole = datetime(2018, 11, 5, 10, 30, 59)
    told = whole if unit == "s" else whole + timedelta(milliseconds=999)
    path = write_parquet(tmp_path, row(), utskrivningsklar=of_values(told, dtype=pa.timestamp(unit)))
    assert read(path).cases["utskrivningsklar"].to_list() == [pd.Timestamp(whole)]


def test_a_date_is_midnight(tmp_path):
    path = write_parquet(tmp_path, row(), utskrivningsklar=of_values(date(2018, 11, 5), dtype=pa.date32()))
    assert read(path).cases["utskrivningsklar"].to_list() == [pd.Timestamp("2018-11-05")]


def test_a_time_with_a_zone_is_swedish_time_and_told(tmp_path):
    utc = of_values(datetime(2018, 7, 5, 8, 30), datetime(2018, 11, 5, 9, 30), dtype=pa.timestamp("ms", "UTC"))
    path = write_parquet(tmp_path, row(inskriven="2018-07-01 08:00"), row(arende_id="A2"), utskrivningsklar=utc)
    intake = read_cases([path])
    assert intake.cases["utskrivningsklar"].dt.hour.to_list() == [10, 10]
    told = intake.issues.loc[intake.issues["kod"] == "TIDSZON_OMRAKNAD", "varde"].to_list()
    assert told == ["utskrivningsklar"]


@given(st.datetimes(datetime(1990, 1, 1), datetime(2037, 12, 31)))
def test_swedish_time_is_that_of_the_time_zone_database(moment):
    utc = moment.replace(microsecond=0)
    there = utc.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo("Europe/Stockholm")).replace(tzinfo=None)
    assert swedish(np.array([utc], "datetime64[s]"))[0] == np.datetime64(there, "s")


def test_a_year_that_cannot_be_is_told_with_its_value(tmp_path):
    far = of_values(datetime(1890, 1, 1), datetime(2018, 11, 5), dtype=pa.timestamp("us"))
    path = write_parquet(tmp_path, row(), row(arende_id="A2"), utskrivningsklar=far)
    told = found(read(path).issues)
    assert told == [(2, "NODVANDIG_TID_OLASLIG", "utskrivningsklar", "1890-01-01 (året ligger utanför 1990–2100)")]


@pytest.mark.parametrize("dtype", [pa.int16(), pa.uint32(), pa.int64(), pa.float64(), pa.decimal128(9, 2)])
def test_a_kommunkod_as_a_number_gets_its_zero_without_a_finding(tmp_path, dtype):
    kommun = of_values(*(Decimal(180) if pa.types.is_decimal(dtype) else 180,), dtype=dtype)
    intake = read(write_parquet(tmp_path, row(), folkbokforingskommun=kommun))
    assert intake.cases["folkbokforingskommun"].to_list() == ["0180"] and not len(intake.issues)


def test_text_of_three_digits_is_told_as_in_csv(tmp_path):
    path = write_parquet(tmp_path, row(folkbokforingskommun="180"))
    assert found(read(path).issues)[0][1] == "KOMMUNKOD_UTFYLLD"


def test_numbers_keep_their_digits_and_say_where_they_lost_some(tmp_path):
    ids = of_values(193207069889.0, None, 2.5, 1e17, dtype=pa.float64())
    intake = read(write_parquet(tmp_path, *(row(arende_id=f"A{n}") for n in range(1, 5)), patient_id=ids))
    assert intake.cases["patient_id"].to_list() == ["193207069889", "", "2.5", ""]
    assert [(rad, kod) for rad, kod, *_ in found(intake.issues)] == [(3, "PATIENT_SAKNAS"), (5, "CELLFEL")]


@pytest.mark.parametrize(
    "dtype",
    [pa.large_string(), pa.string_view(), pa.binary(), pa.dictionary(pa.int8(), pa.string()), pa.string()],
    ids=str,
)
def test_text_of_every_kind_is_text(tmp_path, dtype):
    changed = {name: typed(dtype) for name in ("arende_id", "vardform", "enhet", "sip_kravs", "folkbokforingskommun")}
    cases, issues = checked(write_parquet(tmp_path, *ROWS, **changed))
    expected, told = checked(write(tmp_path, *ROWS))
    pd.testing.assert_frame_equal(cases.drop(columns="fil"), expected.drop(columns="fil"))
    assert told_alike(issues) == found(told)


def test_times_can_be_text(tmp_path):
    cases, issues = checked(write_parquet(tmp_path, *ROWS, **dict.fromkeys(TIME_COLUMNS, typed(pa.string()))))
    expected, told = checked(write(tmp_path, *ROWS))
    pd.testing.assert_frame_equal(cases.drop(columns="fil"), expected.drop(columns="fil"))
    assert told_alike(issues) == found(told)


def test_true_and_false_are_ja_and_nej(tmp_path):
    answers = of_values(True, False, None, dtype=pa.bool_())
    rows = [row(arende_id=f"A{n}") for n in range(3)]
    cases = read(write_parquet(tmp_path, *rows, sip_kravs=answers, makulerad=answers)).cases
    assert cases["sip_kravs"].to_list() == [True, False, False]
    assert cases["makulerad"].isna().to_list() == [False, True, True]


def test_a_column_of_nulls_is_blank(tmp_path):
    nulls = of_values(None, None, dtype=pa.null())
    cases = read(write_parquet(tmp_path, row(), row(arende_id="A2"), utskriven=nulls, avslut=nulls)).cases
    assert cases["utskriven"].isna().all() and (cases["avslut"] == "").all()


@pytest.mark.parametrize(
    ("column", "array", "name"),
    [
        ("utskrivningsklar", pa.array([43409.4375]), "double"),
        ("utskrivningsklar", pa.array([1541410200]), "int64"),
        ("utskrivningsklar", pa.array([True]), "bool"),
        ("utskrivningsklar", pa.array([time(10, 30)]), "time64[us]"),
        ("utskrivningsklar", pa.array([timedelta(1)]), "duration[us]"),
        ("vardform", pa.array([True]), "bool"),
        ("arende_id", pa.array([datetime(2018, 11, 5)]), "timestamp[us]"),
        ("sip_kravs", pa.array([date(2018, 11, 5)]), "date32[day]"),
        ("patient_id", pa.array([["P1"]]), "list<element: string>"),
        ("enhet", pa.array([{"namn": "Avd 1"}]), "struct<namn: string>"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_column_of_a_wrong_type_is_told_by_name_and_type(tmp_path, column, array, name):
    problem = problem_of(write_parquet(tmp_path, row(), **{column: lambda _: array}))
    assert problem.startswith(f"a.parquet: kolumnen {column} är av typen {name}")


def test_whole_numbers_can_be_dates_written_as_digits(tmp_path):
    digits = of_values(20181105, None, 17, dtype=pa.int64())
    path = write_parquet(tmp_path, *(row(arende_id=f"A{n}") for n in range(3)), utskriven=digits)
    intake = read(path)
    assert intake.cases["utskriven"].to_list()[0] == pd.Timestamp("2018-11-05")
    assert found(intake.issues) == [(4, "TID_OLASLIG", "utskriven", "17")]


def test_old_times_whose_zone_nobody_knows_are_told(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(as_table(row()), path, use_deprecated_int96_timestamps=True)
    with pytest.raises(InputError, match="är av typen INT96"):
        read_cases([path])


def test_nested_columns_that_are_not_ours_are_passed_over_and_told(tmp_path):
    table = as_table(row()).append_column("bilagor", pa.array([[{"namn": "x"}]]))
    pq.write_table(table, tmp_path / "a.parquet")
    issues = read_cases([tmp_path]).issues
    assert issues.loc[issues["kod"] == "KOLUMN_EJ_LAST", "varde"].to_list() == ["bilagor"]


def test_two_columns_of_one_name_are_told(tmp_path):
    pq.write_table(as_table(row()).append_column("enhet", pa.array(["Avd 2"])), tmp_path / "a.parquet")
    assert "två kolumner är enhet" in problem_of(tmp_path / "a.parquet")


def test_no_rows_is_told(tmp_path):
    assert "under rubrikraden finns ingen rad" in problem_of(write_parquet(tmp_path))


def test_several_row_groups_are_one_table_with_running_rows(tmp_path):
    rows = [row(arende_id=f"A{n}", folkbokforingskommun="9" if n == 17 else "1380") for n in range(20)]
    pq.write_table(as_table(*rows), tmp_path / "a.parquet", row_group_size=3)
    intake = read(tmp_path / "a.parquet")
    assert intake.cases["rad"].to_list() == list(range(2, 22))
    assert [(rad, kod) for rad, kod, *_ in found(intake.issues)] == [(19, "KOMMUN_OKAND")]


def test_text_that_is_not_utf8_is_told(tmp_path):
    bad = of_values(b"\xff\xfe", dtype=pa.binary())
    assert "kolumnen enhet har värden som inte går att läsa" in problem_of(write_parquet(tmp_path, row(), enhet=bad))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda b: b[: len(b) // 2], "filen är avbruten, slutet saknas"),
        (lambda b: b[:3], "ingen Parquet-fil"),
        (lambda b: b"", "tom"),
        (lambda b: b"PARE" + b[4:], "filen är krypterad"),
        (lambda b: b[:-4] + b"PARE", "filen är krypterad"),
        (lambda b: b[:-8] + b"\xff\xff\xff\x7fPAR1", "Parquet-filen är skadad"),
        (lambda b: b[:4] + bytes(len(b) - 800) + b[-796:], "Parquet-filen är skadad"),
        (lambda b: text_of(row()).encode(), "en textfil med fel namn"),
        (lambda b: b"%PDF-1.7" + b, "en PDF"),
    ],
)
def test_a_file_that_is_no_whole_parquet_is_told(tmp_path, change, told):
    path = write_parquet(tmp_path, row())
    path.write_bytes(change(path.read_bytes()))
    assert told in problem_of(path)


def test_parquet_named_csv_is_told(tmp_path):
    assert "en Parquet-fil med fel namn" in problem_of(write_parquet(tmp_path, row()).rename(tmp_path / "a.csv"))


def test_text_that_is_repeated_beyond_memory_is_not_laid_out(tmp_path):
    rows = as_table(*[row(arende_id=f"A{n}") for n in range(2000)])
    vast = pa.DictionaryArray.from_arrays(pa.array(np.zeros(2000, np.int32)), pa.array(["x" * 1_000_000]))
    pq.write_table(rows.set_column(COLUMNS.index("enhet"), "enhet", vast), tmp_path / "a.parquet", compression="zstd")
    assert "packas upp till långt mer" in problem_of(tmp_path / "a.parquet")


def test_rows_that_take_no_room_in_the_file_are_not_laid_out(tmp_path):
    one = as_table(row())
    rows = pa.table({name: pa.repeat(one[name][0], 3_000_000) for name in one.column_names})
    pq.write_table(rows, tmp_path / "a.parquet", compression="zstd")
    assert "packas upp till långt mer" in problem_of(tmp_path / "a.parquet")


def test_statistics_that_contradict_the_column_are_told_and_end_no_process(tmp_path):
    path = write_parquet(tmp_path, *ROWS)
    content = path.read_bytes()
    length = int.from_bytes(content[-8:-4], "little")
    footer = bytearray(content[-8 - length : -8])
    told = set()
    for at in range(0, len(footer), 7):
        changed = bytearray(footer)
        changed[at] ^= 0x10
        path.write_bytes(content[: -8 - length] + bytes(changed) + content[-8:])
        try:
            read_cases([path])
        except InputError as error:
            told.add(error.problems[0].split(". ")[0][:60])
    assert any("skadad" in one for one in told)


def test_a_page_that_unpacks_to_far_more_than_the_footer_says_is_not_unpacked():
    # A page header: kind 0, 2 147 483 647 bytes unpacked, 10 packed.
    header = bytes.fromhex("1500 15feffffff0f 1514 00")
    stream = io.BytesIO(b"PAR1" + header + bytes(10))
    told = Chunk(6, (0,), len(header) + 10, 40, 4, False, (0, 0), False)
    with pytest.raises(InputError, match="packas upp till långt mer"):
        _require_pages(stream, Footer(1, ((1, 0),), (Group(1, (told,)),)), 1000, "a.parquet")


def test_statistics_must_be_of_the_column():
    column = Chunk(1, (0,), 1, 1, 4, False, (1, 2), False)
    assert column.fits((1, 0)) and not column.fits((0, 0)) and not column.fits((1, 1))
    assert not replace(column, text_size=True).fits((1, 0)) and replace(column, kind=6, text_size=True).fits((1, 0))


@given(st.binary(max_size=60))
def test_any_bytes_are_a_struct_or_told(content):
    try:
        _, end = read_struct(content)
        assert 0 < end <= len(content)
    except ThriftError:
        pass


def test_our_reading_of_a_footer_is_arrows(tmp_path):
    pq.write_table(
        as_table(*ROWS).append_column("bilagor", pa.array([[{"namn": "x"}]] * len(ROWS))), tmp_path / "a.parquet"
    )
    content = (tmp_path / "a.parquet").read_bytes()
    ours = read_footer(content[-8 - int.from_bytes(content[-8:-4], "little") : -8])
    theirs = pq.read_metadata(tmp_path / "a.parquet")
    columns = [theirs.row_group(0).column(n) for n in range(theirs.num_columns)]
    assert ours.rows == theirs.num_rows and len(ours.levels) == theirs.num_columns
    levels = [theirs.schema.column(n) for n in range(theirs.num_columns)]
    assert ours.levels == tuple((one.max_definition_level, one.max_repetition_level) for one in levels)
    assert [(c.unpacked, c.packed) for c in ours.groups[0].chunks] == [
        (c.total_uncompressed_size, c.total_compressed_size) for c in columns
    ]


CELL = st.sampled_from(
    ["", " ", "ja", "nej", "180", "0180", "Halmstad", "9999", "somatik", "psyk", "#SAKNAS!", "NULL", "1e5"]
)
TIME = st.one_of(st.just(""), st.datetimes(datetime(2018, 1, 1), datetime(2018, 12, 31)).map(lambda at: f"{at:%F %T}"))


@settings(phases=[Phase.explicit, Phase.generate], max_examples=20)
@given(st.lists(st.tuples(CELL, CELL, CELL, CELL, TIME, TIME, TIME), min_size=1, max_size=6))
def test_the_same_data_is_the_same_cases_whatever_it_is_written_in(tmp_path_factory, cells):
    names = ("folkbokforingskommun", "vardform", "sip_kravs", "enhet", "inskriven", "utskrivningsklar", "utskriven")
    rows = [row(arende_id=f"A{n}", **dict(zip(names, own, strict=True))) for n, own in enumerate(cells)]
    folder = tmp_path_factory.mktemp("samma")
    parquet = read_cases([write_parquet(folder, *rows)])
    csv = read_cases([write(folder, *rows)])
    today = date(2019, 1, 1)
    ours, told = check_cases(parquet.cases, parquet.issues, today)
    expected, same = check_cases(csv.cases, csv.issues, today)
    pd.testing.assert_frame_equal(ours.drop(columns="fil"), expected.drop(columns="fil"))
    assert told_alike(told) == found(same)
    (one,), (other,) = parquet.sources, csv.sources
    assert replace(one, name="", sha256="", encoding="", delimiter="") == replace(
        other, name="", sha256="", encoding="", delimiter=""
    )


def test_a_footer_without_a_schema_is_told() -> None:
    with pytest.raises(ThriftError):
        read_footer(b"\x15\x02\x19\x0c\x16\x00\x19\x0c\x00")
