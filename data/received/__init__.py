"""An invoice that a kommun got, read back: our `fakturarader.csv`, our invoice as a workbook, or anyone's UBL."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from betalningsansvar.data.files.inputs import InputError, InputFile, require_tables
from betalningsansvar.data.identity import hide
from betalningsansvar.data.received.book import is_invoice_book, read_invoice_book
from betalningsansvar.data.received.lines import Received
from betalningsansvar.data.received.rows import read_rows
from betalningsansvar.data.received.ubl import is_xml, read_ubl

__all__ = ["Received", "found_received", "read_received"]


def found_received(path: Path) -> InputFile:
    """The file at `path`. Raises InputError where there is none, or a folder or a device."""
    if path.is_file():
        return InputFile(hide(path.name), path)
    what = "är ingen vanlig fil" if path.exists() else "det finns ingen sådan fil"
    raise InputError([f"{hide(str(path))}: {what}. Ange fakturan som ni har fått."])


def read_received(file: InputFile, models: Mapping[str, str], kommun: str = "") -> Received:
    """The lines of one invoice or credit note, and those that cannot be held against a case.

    `models` tells the model of a line by the text that stands on it where it is for no single case; `kommun` is the
    code of the one invoiced, for a UBL whose buyer is no kommun's name. Raises InputError naming file, row and value.
    """
    content = file.read()
    if is_xml(file.name, content):
        return read_ubl(file.name, content, models, kommun)
    require_tables([file])
    if file.is_excel and is_invoice_book(file.name, content):
        return read_invoice_book(file.name, content, models)
    return read_rows(file)
