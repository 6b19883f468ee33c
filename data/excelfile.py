"""Excel workbooks (.xlsx)."""

from __future__ import annotations

from data.files import InputError, InputFile
from data.rawtable import RawTable


def read_excel_file(file: InputFile) -> RawTable:
    """Read the sheet with the cases."""
    raise InputError([f"{file.name}: workbooks are not read yet."])
