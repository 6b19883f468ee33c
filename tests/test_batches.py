"""Cases read some at a time: together the cases and findings of the whole reading, with the same rows."""

from datetime import date

import pandas as pd
import pyarrow.parquet as pq
import pytest

from betalningsansvar.data.files.inputs import InputError, InputFile, find_files
from betalningsansvar.data.issues import ISSUE_COLUMNS
from betalningsansvar.operations.inputs import ReadInBatches, ReadRequest, read
from tests.intake_files import COLUMNS, row, text_of, write
from tests.parquet_files import as_table, write_parquet

TODAY = date(2019, 1, 1)
ROWS = [
    row(
        arende_id=f"A{n}",
        folkbokforingskommun="9" if n % 7 == 3 else "1380",
        utskriven="2018-11-04 10:00" if n % 5 == 1 else "2018-11-20 10:00",
        enhet="" if n < 12 else "Avd 1",
        sip_kravs="kanske" if n == 9 else "",
    )
    for n in range(25)
]


def request(*paths):
    found = find_files(paths)
    return ReadRequest(found.files, TODAY, passed_over=found.passed_over)


def whole_and_batches(asked, rows):
    whole = read(asked)
    batches = ReadInBatches(asked, rows)
    parts = list(batches)
    issues = pd.concat([batches.issues, *(part.issues for part in parts)], ignore_index=True)
    return whole, parts, batches, issues


def in_order(issues):
    return sorted(issues[list(ISSUE_COLUMNS)].itertuples(index=False, name=None))


@pytest.mark.parametrize("rows", [1, 4, 10, 25, 1000])
@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_batches_are_the_whole(tmp_path, kind, rows):
    path = tmp_path / f"a.{kind}"
    if kind == "parquet":
        pq.write_table(as_table(*ROWS), path, row_group_size=7)
    else:
        write(tmp_path, *ROWS)
    whole, parts, batches, issues = whole_and_batches(request(path), rows)
    assert len(parts) >= -(-25 // rows) and max(len(part.cases) for part in parts) <= rows
    cases = pd.concat([part.cases for part in parts], ignore_index=True)
    pd.testing.assert_frame_equal(cases, whole.cases)
    assert in_order(issues) == in_order(whole.issues)
    assert batches.sources == whole.sources


def test_several_files_of_every_kind_keep_their_names_and_rows(tmp_path):
    write_parquet(tmp_path, *ROWS[:10], name="b.parquet")
    write(tmp_path, *ROWS[10:], name="a.csv")
    (tmp_path / "las.md").write_text("x", encoding="utf-8")
    whole, parts, batches, issues = whole_and_batches(request(tmp_path), 6)
    cases = pd.concat([part.cases.astype({"fil": "str"}) for part in parts], ignore_index=True)
    pd.testing.assert_frame_equal(cases, whole.cases.astype({"fil": "str"}))
    assert in_order(issues) == in_order(whole.issues) and batches.sources == whole.sources


def test_messages_of_a_log_belong_together_wherever_they_stand(tmp_path):
    header = "vardtillfalle_id,patient_id,folkbokforingskommun,vardform,tidpunkt,handelse\n"
    base = "V1,P1,1380,somatik"
    one = f"{header}{base},2018-11-01 08:00,inskriven\n{base},2018-11-05 10:00,utskrivningsklar\n"
    (tmp_path / "1.csv").write_text(one, encoding="utf-8")
    (tmp_path / "2.csv").write_text(f"{header}{base},2018-11-20 10:00,utskriven\n", encoding="utf-8")
    write(tmp_path, *ROWS[:3], name="3.csv")
    whole, parts, batches, issues = whole_and_batches(request(tmp_path), 1)
    assert [len(part.cases) for part in parts] == [1, 1, 1, 1]
    assert parts[-1].cases["utskriven"].notna().all()
    assert in_order(issues) == in_order(whole.issues) and batches.sources == whole.sources


def test_an_hour_that_is_missing_on_every_row_is_told_once(tmp_path):
    rows = [row(arende_id=f"A{n}", utskrivningsklar="2018-11-05") for n in range(9)]
    whole, _, _, issues = whole_and_batches(request(write(tmp_path, *rows)), 4)
    assert in_order(issues) == in_order(whole.issues)
    mixed = [*rows, *ROWS[12:14]]
    _, _, _, issues = whole_and_batches(request(write(tmp_path, *mixed)), 4)
    told = issues[issues["kod"] == "KLOCKSLAG_SAKNAS"]
    assert told["varde"].to_list() == ["8 av ärendena", ""] and told["rad"].to_list() == [0, 10]


def test_no_rows_at_all_is_told_as_of_the_whole(tmp_path):
    asked = request(write_parquet(tmp_path, name="tom.parquet"))
    for reading in (lambda: read(asked), lambda: list(ReadInBatches(asked, 5))):
        with pytest.raises(InputError, match=r"tom\.parquet: under rubrikraden finns ingen rad"):
            reading()


def test_a_file_in_memory_is_read_in_batches_too(tmp_path):
    content = text_of(*ROWS, header=COLUMNS).encode()
    asked = ReadRequest((InputFile.from_bytes("a.csv", content),), TODAY)
    assert [len(part.cases) for part in ReadInBatches(asked, 10)] == [10, 10, 5]


def test_a_file_that_changes_while_it_is_read_stops_the_run(tmp_path):
    pq.write_table(as_table(*ROWS), tmp_path / "a.parquet", row_group_size=5)
    parts = iter(ReadInBatches(request(tmp_path), 5))
    next(parts)
    with (tmp_path / "a.parquet").open("ab") as file:
        file.write(b"mer")
    with pytest.raises(InputError, match="ändrades medan den lästes"):
        list(parts)
