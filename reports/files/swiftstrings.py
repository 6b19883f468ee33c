"""The texts of a workbook, written in a fourth of XlsxWriter's time: most have nothing in them to escape."""

from __future__ import annotations

import re

from xlsxwriter.sharedstrings import SharedStrings

_AWKWARD = re.compile('["&<>_\\x00-\\x1f\\ufffe\\uffff]')


class SwiftStrings(SharedStrings):  # type: ignore[misc]
    """A text without markup, escapes and space around it is written as it stands; all others as XlsxWriter does."""

    def _write_sst_strings(self) -> None:
        for text in self.string_table.string_array:
            if text.strip() == text != "" and not _AWKWARD.search(text):
                self.fh.write(f"<si><t>{text}</t></si>")
            else:
                self._write_si(text)
