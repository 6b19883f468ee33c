"""The four CSV files of a run: RFC 4180, UTF-8, decimal point, ISO dates, rows in a fixed order.

The same Bill gives the same bytes whatever order its rows arrived in. An `arende_id` that tells who the patient is
stands as `(dold 1)` …, the same in every file.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from betalningsansvar.billing.charged_lines import charged_lines, dygn_text
from betalningsansvar.data.codes import CODES
from betalningsansvar.data.identity import hidden_names

if TYPE_CHECKING:
    from betalningsansvar.billing.engine import Bill


def bill_tables(bill: Bill) -> dict[str, pa.Table]:
    """The tables of a month by the name of their CSV file."""
    return {
        "fakturarader.csv": invoice_lines(bill),
        "arenden.csv": case_rows(bill),
        "sammanstallning.csv": summary_rows(bill),
        "avvikelser.csv": issue_rows(bill.issues),
    }


def write_csv_files(bill: Bill, folder: Path) -> list[Path]:
    """Write `fakturarader.csv`, `arenden.csv`, `sammanstallning.csv` and `avvikelser.csv` into `folder`."""
    tables = bill_tables(bill)
    for name, table in tables.items():
        write_table(folder / name, table)
    return [folder / name for name in tables]


def invoice_lines(bill: Bill) -> pa.Table:
    """The charged lines, by kommun, arende_id and first day."""
    lines = charged_lines(bill)
    hidden = hidden_names(bill.cases["arende_id"])
    table = pa.table(
        {
            "arende_id": text_array(lines["arende_id"].replace(hidden)),
            "kommun": text_array(lines["kommun"]),
            "regelverk": text_array(lines["regelverk"]),
            "modell": text_array(lines["modell"]),
            "fran": date_array(lines["fran"]),
            "tom": date_array(lines["tom"]),
            "dygn": each_array(dygn_text, lines["dygn_micro"]),
            "dygnsbelopp_ore": whole_array(lines["rate_ore"]),
            "belopp_ore": whole_array(lines["amount_ore"]),
        }
    )
    return _sorted(table, ("kommun", "arende_id", "fran"))


def case_rows(bill: Bill, chosen: np.ndarray | None = None) -> pa.Table:
    """Every case read, or the `chosen` (a flag per row), with its status and reason, by arende_id."""
    hidden = hidden_names(bill.cases["arende_id"])
    cases = bill.cases if chosen is None else bill.cases[chosen]
    table = pa.table(
        {
            "arende_id": text_array(cases["arende_id"].replace(hidden)),
            "kommun": text_array(cases["kommun"]),
            "vardform": text_array(cases["vardform"]),
            "status": text_array(cases["status"]),
            "orsak": text_array(cases["orsak"]),
            "ansvar_fran": date_array(cases["ansvar_fran"]),
            "dygn": whole_array(cases["dygn"]),
            "belopp_ore": whole_array(cases["amount_ore"]),
        }
    )
    return _sorted(table, ("arende_id",))


def summary_rows(bill: Bill) -> pa.Table:
    """One row per kommun by code; the bucket without a payer last."""
    rows = bill.kommuner.assign(no_payer=bill.kommuner["kommun"] == "").sort_values(["no_payer", "kommun"])
    return pa.table(kommun_columns(rows))


def kommun_columns(rows: pd.DataFrame) -> dict[str, pa.Array]:
    """What a kommun is charged: the columns of a month's summary, also where months stand together."""
    return {
        "kommun": text_array(rows["kommun"]),
        "kommunnamn": text_array(rows["kommunnamn"]),
        "antal_arenden": whole_array(rows["antal_arenden"]),
        "dygn": each_array(dygn_text, rows["dygn_micro"]),
        "belopp_ore": whole_array(rows["amount_ore"]),
        "nollfaktura": text_array(rows["nollfaktura"].map({True: "ja", False: "nej"})),
    }


def issue_rows(issues: pd.DataFrame, *, in_order: bool = False) -> pa.Table:
    """What was found in the data, each with its severity, meaning, how it is mended and the öre that hang on it.

    By file and row, unless they stand `in_order` already. A finding about a whole file has no row.
    """
    kod = issues["kod"]
    stake = issues["stake_ore"] if "stake_ore" in issues else pd.Series(pd.NA, index=issues.index, dtype="Int64")
    table = pa.table(
        {
            "fil": text_array(issues["fil"]),
            "rad": whole_array(issues["rad"].astype("Int64").mask(issues["rad"] == 0)),
            "arende_id": text_array(issues["arende_id"]),
            "kod": text_array(kod),
            "allvar": text_array(kod.map({c.code: c.severity for c in CODES.values()})),
            "kolumn": text_array(issues["kolumn"]),
            "varde": text_array(issues["varde"]),
            "fel": text_array(kod.map({c.code: c.meaning for c in CODES.values()})),
            "atgard": text_array(kod.map({c.code: c.mend for c in CODES.values()})),
            "pa_spel_ore": whole_array(stake),
        }
    )
    return table if in_order else _sorted(table, ("fil", "rad", "kod", "kolumn"))


def write_table(path: Path, table: pa.Table) -> None:
    """Write one table as RFC 4180: comma, CRLF, quotes only where a value needs them, missing as nothing."""
    write_pieces(path, [table])


def write_pieces(path: Path, pieces: Iterable[pa.Table], *, delimiter: str = ",", mark: bool = False) -> None:
    """Write tables with the same columns, at least one, one after the other under one header.

    `mark` puts a byte order mark first, by which a Swedish Excel knows the file as UTF-8.
    """
    with path.open("wb") as file:
        if mark:
            file.write(codecs.BOM_UTF8)
        for number, table in enumerate(pieces):
            if number == 0:
                file.write((delimiter.join(table.column_names) + "\r\n").encode())
            for batch in table.to_batches(max_chunksize=100_000):
                for buffer in _rendered(batch, delimiter):
                    file.write(buffer)


def _rendered(batch: pa.RecordBatch, delimiter: str) -> Iterable[memoryview]:
    """The batch as CSV text, joined column by column so that no row is touched in Python."""
    fields = [_quoted(text_array(column), delimiter) for column in batch.columns]
    fields[-1] = pc.binary_join_element_wise(fields[-1], _scalar(""), _scalar("\r\n"))
    rows = pc.binary_join_element_wise(*fields, _scalar(delimiter))
    if len(rows):
        _, offsets, text = rows.buffers()
        ends = np.frombuffer(offsets, dtype=np.int64)[rows.offset : rows.offset + len(rows) + 1]
        yield memoryview(text)[ends[0] : ends[-1]]


def _quoted(column: pa.Array, delimiter: str) -> pa.Array:
    needs = pc.match_substring_regex(column, f'["{delimiter}\r\n]')
    if not pc.any(needs, min_count=0).as_py():
        return column
    doubled = pc.replace_substring(column, '"', '""')
    return pc.if_else(needs, pc.binary_join_element_wise(_scalar('"'), doubled, _scalar('"'), _scalar("")), column)


def _sorted(table: pa.Table, first: Sequence[str]) -> pa.Table:
    """Rows by `first`, then by the other columns, so that only identical rows may change places."""
    if table.num_rows == 0:
        return table
    names = [*first, *(name for name in table.column_names if name not in first)]
    keys = {name: key for name in names if (key := _sort_key(table[name].combine_chunks())) is not None}
    if not keys:
        return table
    batch = pa.RecordBatch.from_arrays(list(keys.values()), list(keys))
    return table.take(pc.sort_indices(batch, [(name, "ascending") for name in keys]))


def _sort_key(column: pa.Array) -> pa.Array | None:
    """Something that sorts as the column does, faster: numbers in place of texts that come again and again.

    None for one text all the way down: pyarrow sorts up to eight keys much faster than nine.
    """
    if not pa.types.is_large_string(column.type):
        return column
    coded = column.dictionary_encode()
    if len(coded.dictionary) == 1:
        return None
    if 10 * len(coded.dictionary) > len(column):
        return column
    rank = np.empty(len(coded.dictionary), np.int32)
    rank[pc.sort_indices(coded.dictionary).to_numpy()] = np.arange(len(rank), dtype=np.int32)
    return pa.array(rank[coded.indices.to_numpy()])


def text_array(column: Any) -> pa.Array:
    """The column as text, `""` where it is missing; also a column without rows, which has no kind of its own."""
    return pc.fill_null(pc.cast(pa.array(column), pa.large_string()), "")


def whole_array(column: Any) -> pa.Array:
    """The column as int64, missing left out."""
    return pa.array(column, pa.int64())


def date_array(column: Any) -> pa.Array:
    """The column of times (`datetime64[s]`) or dates as ISO dates."""
    return pc.cast(pa.array(column, pa.timestamp("s")), pa.date32(), safe=False)


def each_array(render: Callable[[int], str], column: Any) -> pa.Array:
    """`render` of every value, worked out once per distinct value."""
    values, position = np.unique(np.asarray(column), return_inverse=True)
    return pa.array([render(int(v)) for v in values], pa.large_string()).take(pa.array(position))


def _scalar(text: str) -> pa.Scalar:
    return pa.scalar(text, pa.large_string())
