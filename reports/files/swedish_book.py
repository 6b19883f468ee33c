"""A workbook whose properties say that its language is Swedish, and that is packed quickly: XlsxWriter has no option
for either.
"""

from __future__ import annotations

from types import FunctionType
from typing import Any
from zipfile import ZipFile, ZipInfo

import xlsxwriter
from xlsxwriter.core import Core
from xlsxwriter.packager import Packager

from betalningsansvar.reports.files.swiftsheet import SwiftWorksheet
from betalningsansvar.reports.files.swiftstrings import SwiftStrings

LANGUAGE = "sv-SE"
# Half the time of zlib's own choice, 6, for a fiftieth more room.
_LEVEL = 4


class _QuickZip(ZipFile):
    def writestr(self, zinfo_or_arcname: str | ZipInfo, data: Any, *_: Any, **__: Any) -> None:
        super().writestr(zinfo_or_arcname, data, compresslevel=_LEVEL)


class SwedishWorkbook(xlsxwriter.Workbook):  # type: ignore[misc]
    """XlsxWriter's workbook; a screen reader then reads it in Swedish."""

    worksheet_class = SwiftWorksheet
    # XlsxWriter's own, with another ZipFile.
    _store_workbook = FunctionType(
        xlsxwriter.Workbook._store_workbook.__code__, {**vars(xlsxwriter.workbook), "ZipFile": _QuickZip}
    )

    def _get_packager(self) -> Packager:
        return _SwedishPackager()


class _SwedishPackager(Packager):  # type: ignore[misc]
    def _write_shared_strings_file(self) -> None:
        texts = SwiftStrings()
        texts.string_table = self.workbook.str_table
        if texts.string_table.count:
            texts._set_xml_writer(self._filename("xl/sharedStrings.xml"))
            texts._assemble_xml_file()

    def _write_core_file(self) -> None:
        core = _SwedishCore()
        core._set_properties(self.workbook.doc_properties)
        core._set_xml_writer(self._filename("docProps/core.xml"))
        core._assemble_xml_file()


class _SwedishCore(Core):  # type: ignore[misc]
    def _write_dc_title(self) -> None:
        super()._write_dc_title()
        self._xml_data_element("dc:language", LANGUAGE)
