"""A folder of synthetic notices as a region's care system would export them to a Swedish Excel."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import xlsxwriter

from betalningsansvar.data.columns import CASE_COLUMNS, TIME_COLUMNS
from betalningsansvar.data.demo.country import EVERY_REGION, generate_country
from betalningsansvar.data.demo.synthetic import generate
from betalningsansvar.data.kommuner import region_names

LARGEST_WORKBOOK = 20_000
_BOM = b"\xef\xbb\xbf"
_ROWS_AT_A_TIME = 200_000
_EXCEL_FOLDER = "excel"

_README = """\
# Påhittade underrättelser om utskrivningsklara patienter

{region}, {year}: {cases} rader, en per underrättelse (frö {seed}).
Ingen patient finns: personnumren har Skatteverkets testnummer (födelsenummer 980–999).

{files}

Uppgifterna är som uttagna vid årets slut: en patient utan utskriven är kvar.
De är hela och läsbara, men som i verkligheten saknar några rader kommun eller ett meddelande.

Pröva, i den här mappen:

    betalningsansvar check {table}
    betalningsansvar bill {table} --month {year}-11{how} --out fakturor
    betalningsansvar agreements
"""


def write_demo(folder: Path, cases: int, region: str, year: int, seed: int, *, parquet: bool = False) -> list[Path]:
    """Write synthetic notices (see `data.demo.synthetic.generate`) and a Swedish README.md to `folder`.

    The CSV is what a region would send; up to 20 000 rows the same table is also an Excel workbook, in a folder of its
    own so that `folder` can be billed as it stands without reading every row twice. With `parquet` it is a Parquet file
    in place of both. Returns the files written.

    Of `EVERY_REGION` the rows tell their hospital's region. Raises FileExistsError when `folder` already holds
    something, RequestError as `generate` does.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"{folder}: finns redan och är ingen tom mapp. Ange en ny.")
    country = region == EVERY_REGION
    frame = generate_country(cases, year, seed) if country else generate(cases, region, year, seed)
    folder.mkdir(parents=True, exist_ok=True)
    table = folder / f"arenden_{region}_{year}.{'parquet' if parquet else 'csv'}"
    (write_parquet if parquet else write_csv)(frame, table)
    written = [table]
    csv_text = "semikolon, UTF-8 med BOM, så som svenska Excel sparar"
    listed = [f"- `{table.name}`: {'tider som timestamp, svensk tid' if parquet else csv_text}"]
    if not parquet and cases <= LARGEST_WORKBOOK:
        workbook = folder / _EXCEL_FOLDER / f"arenden_{region}_{year}.xlsx"
        workbook.parent.mkdir()
        write_xlsx(frame, workbook)
        written.append(workbook)
        listed.append(f"- `{_EXCEL_FOLDER}/{workbook.name}`: samma rader som Excel-fil")
    readme = folder / "README.md"
    text = _README.format(
        region="Hela landet" if country else region_names()[region],
        year=year,
        cases=cases,
        seed=seed,
        table=table.name,
        files="\n".join(listed),
        how=" --agreements region" if country else "",
    )
    readme.write_text(text, encoding="utf-8")
    return [*written, readme]


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a case table as semicolon-separated UTF-8 with a byte order mark, CRLF, times as `2018-11-05 10:30`.

    Texts must be free of semicolons, quotes and line breaks, as those of `generate` are.
    """
    options = pa.csv.WriteOptions(delimiter=";", quoting_style="none", include_header=False)
    with path.open("wb") as file:
        file.write(_BOM + ";".join(frame.columns).encode() + b"\r\n")
        for start in range(0, len(frame), _ROWS_AT_A_TIME):
            rows = frame.iloc[start : start + _ROWS_AT_A_TIME]
            buffer = io.BytesIO()
            pa.csv.write_csv(pa.table({name: _as_text(rows[name]) for name in rows}), buffer, options)
            file.write(buffer.getvalue().replace(b"\n", b"\r\n"))


def write_parquet(frame: pd.DataFrame, path: Path) -> None:
    """Write a case table with its times as timestamps in Swedish time, blank as missing, and the rest as text."""
    columns = {
        name: pa.array(frame[name].to_numpy()) if name in TIME_COLUMNS else pa.array(frame[name]).cast(pa.string())
        for name in frame
    }
    pq.write_table(pa.table(columns), path, row_group_size=_ROWS_AT_A_TIME, write_page_checksum=True)


def write_xlsx(frame: pd.DataFrame, path: Path) -> None:
    """Write a case table as one worksheet `Ärenden`: texts as text (leading zeros stay), times as Excel dates.

    Raises OSError.
    """
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"default_date_format": "yyyy-mm-dd hh:mm", "in_memory": True})
    book.set_properties({"title": "Ärenden (påhittade)", "created": frame["utskrivningsklar"].max().to_pydatetime()})
    sheet = book.add_worksheet("Ärenden")
    heading = book.add_format({"bold": True, "bottom": 1})
    for position, column in enumerate(c for c in CASE_COLUMNS if c.name in frame):
        sheet.write_string(0, position, column.name, heading)
        values = frame[column.name]
        sheet.set_column(position, position, max(len(column.name) + 2, 17 if column.kind == "time" else 10))
        if column.kind == "time":
            for row, moment in enumerate(values, start=1):
                if moment is not pd.NaT:
                    sheet.write_datetime(row, position, moment.to_pydatetime())
        else:
            for row, value in enumerate(values, start=1):
                if value:
                    sheet.write_string(row, position, value)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)
    book.close()
    path.write_bytes(content.getvalue())


def _as_text(values: pd.Series) -> pa.Array:
    if values.name in TIME_COLUMNS:
        to_the_minute = pc.utf8_slice_codeunits(pc.cast(pa.array(values), pa.string()), 0, 16)
        return pc.fill_null(to_the_minute, "")
    return pa.array(values)
