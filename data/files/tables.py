"""One file as a raw table, by what kind its name says it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from betalningsansvar.data.files.excelfile import read_excel_file
from betalningsansvar.data.files.headers import FORMS, Form
from betalningsansvar.data.files.inputs import InputFile
from betalningsansvar.data.files.parquetfile import read_parquet_file
from betalningsansvar.data.files.rawtable import RawTable
from betalningsansvar.data.files.textfile import read_text_file


def read_table(file: InputFile, forms: Sequence[Form] = FORMS, tell: Callable[[str], None] | None = None) -> RawTable:
    """Read a CSV, Excel or Parquet file; `forms` are those its header may have. Raises InputError.

    `tell` is told, in Swedish, what is done as rows of a large file are read; what it raises ends the reading.
    """
    if file.is_excel:
        return read_excel_file(file, forms, tell)
    return read_parquet_file(file, tell) if file.is_parquet else read_text_file(file, forms)
