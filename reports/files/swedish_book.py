"""A workbook whose properties say that its language is Swedish, which XlsxWriter has no option for."""

from __future__ import annotations

import xlsxwriter
from xlsxwriter.core import Core
from xlsxwriter.packager import Packager

from betalningsansvar.reports.files.swiftsheet import SwiftWorksheet
from betalningsansvar.reports.files.swiftstrings import SwiftStrings

LANGUAGE = "sv-SE"


class SwedishWorkbook(xlsxwriter.Workbook):  # type: ignore[misc]
    """XlsxWriter's workbook; a screen reader then reads it in Swedish."""

    worksheet_class = SwiftWorksheet

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
