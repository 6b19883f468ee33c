"""The house style of every workbook: typed cells only, one accent colour, A4 print set-up, reproducible bytes.

Text from the data is always a text cell, whatever it begins with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from textwrap import wrap
from typing import Any

from xlsxwriter.image import Image
from xlsxwriter.utility import xl_rowcol_to_cell

from betalningsansvar.reports.files.cells import Column, Kind, cell_text, dygn, kronor
from betalningsansvar.reports.files.styles import FONT, INK, STYLES, number_format, thousands_of
from betalningsansvar.reports.files.swedish_book import SwedishWorkbook
from betalningsansvar.reports.files.tablewriter import write_table
from betalningsansvar.reports.files.written import Formula, Written

# Points: a row without a height of its own, and what a page still shows legibly, at five sixths of its size.
_ROW_HEIGHT, _MOST_ON_A_PAGE = 15, 900

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": {"font_name": FONT, "font_size": 9, "font_color": INK},
}


class Book:
    """One workbook being written. `save` writes it; nothing reaches the disk before.

    `written` tells what each sheet, by name, must be found to hold.
    """

    def __init__(self, *, title: str, author: str, created: date) -> None:
        self._bytes = BytesIO()
        # XlsxWriter writes into the options it is given; a second book must not inherit from the first.
        self._book = SwedishWorkbook(self._bytes, deepcopy(_OPTIONS))
        self._book.set_properties(
            {
                "title": cell_text(title)[:255],
                "author": cell_text(author)[:255],
                "created": datetime.combine(created, time()),
            }
        )
        self._formats: dict[tuple[str, str, str, int, int], Any] = {}
        self.written: dict[str, Written] = {}

    def sheet(self, name: str, *, landscape: bool = False) -> Sheet:
        """A new sheet, A4, one page wide, pages numbered."""
        self.written[name] = Written()
        return Sheet(self, self._book.add_worksheet(name), self.written[name], landscape=landscape)

    def style(self, name: str, number: str = "", align: str = "", indent: int = 0, thousands: int = 0) -> Any:
        """The cell format of a named style, with a number format of the house, an alignment and an indent."""
        key = (name, number, align, indent, thousands)
        if key not in self._formats:
            properties = STYLES[name] | ({"indent": indent} if indent else {})
            if number:
                properties["num_format"] = number_format(number, thousands)
            if align:
                properties["align"] = align
            if number == "wrap":
                properties["text_wrap"] = True
            self._formats[key] = self._book.add_format(properties)
        return self._formats[key]

    def bar_chart(self) -> Any:
        """An empty chart of horizontal bars."""
        return self._book.add_chart({"type": "bar"})

    def stacked_columns(self) -> Any:
        """An empty chart of stacked columns."""
        return self._book.add_chart({"type": "column", "subtype": "stacked"})

    def save(self, path: Path) -> None:
        """Write the workbook. Raises OSError."""
        self._book.close()
        path.write_bytes(self._bytes.getvalue())


@dataclass(slots=True)
class Sheet:
    """One sheet. Rows and columns count from 0; `row` is the next free row of a sheet written downwards."""

    book: Book
    native: Any
    written: Written
    landscape: bool = False
    row: int = 0
    column_widths: dict[int, int] = field(default_factory=dict)
    _heights: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.native.set_paper(9)
        if self.landscape:
            self.native.set_landscape()
        self.native.set_margins(left=0.6, right=0.6, top=0.6, bottom=0.75)
        self.native.fit_to_pages(1, 0)
        self.native.hide_gridlines(2)

    def height(self, row: int, points: float) -> None:
        """Give the row a height of its own."""
        self._heights[row] = points
        self.native.set_row(row, points)

    def heights(self, points: Mapping[int, float]) -> None:
        """Give rows of a table heights of their own."""
        self._heights |= points
        self.native.set_heights(points)

    def one_page(self) -> None:
        """Print the sheet, written down to `row`, on a single page where it is not much longer than one."""
        if sum(self._heights.get(row, _ROW_HEIGHT) for row in range(self.row)) <= _MOST_ON_A_PAGE:
            self.native.fit_to_pages(1, 1)

    def footer(self, text: str) -> None:
        """A line at the foot of every page, with page numbers to the right."""
        left = cell_text(text)[:120].replace("&", "&&")
        self.native.set_footer(f'&L&"{FONT}"&8{left}&R&"{FONT}"&8Sida &P av &N')

    def text(self, row: int, column: int, text: str, style: str = "plain", *, align: str = "") -> None:
        self.native.write_string(row, column, cell_text(text), self.book.style(style, "", align))

    def ore(self, row: int, column: int, ore: int, style: str = "cell") -> None:
        value = kronor(ore)
        self.native.write_number(row, column, value, self.book.style(style, "ore", "right", 0, thousands_of(value)))

    def dygn(self, row: int, column: int, micro: int, style: str = "cell") -> None:
        self.native.write_number(row, column, dygn(micro), self.book.style(style, "dygn", "right"))

    def count(self, row: int, column: int, number: int, style: str = "cell", *, align: str = "right") -> None:
        self.native.write_number(row, column, number, self.book.style(style, "antal", align, 0, thousands_of(number)))

    def day(self, row: int, column: int, day: date, style: str = "cell") -> None:
        self.native.write_datetime(row, column, day, self.book.style(style, "dag", "left"))

    def moment(self, row: int, column: int, at: datetime, style: str = "cell", *, seconds: bool = False) -> None:
        number = "sekund" if seconds else "tid"
        self.native.write_datetime(row, column, at, self.book.style(style, number, "left"))

    def formula(
        self, row: int, column: int, formula: str, kind: Kind, value: Decimal | int | str, style: str = "total"
    ) -> None:
        """One of our own formulas, with the value that a viewer shows without calculating."""
        number, align = ("", "left") if kind == "text" else (kind, "right")
        thousands = 0 if isinstance(value, str) else thousands_of(value)
        self.native.write_formula(row, column, formula, self.book.style(style, number, align, 0, thousands), value)
        self.written.formulas[xl_rowcol_to_cell(row, column)] = Formula(formula, value)

    def paragraph(
        self, row: int, first: int, last: int, text: str, style: str = "paragraph", *, width: int, lead: str = ""
    ) -> None:
        """Text over several columns, as high as it needs at about `width` characters a line; `lead` is a bold line
        above it."""
        self.across(row, first, last, text, style)
        if lead:
            cell = self.book.style(style)
            bold = self.book.style("bold")
            self.native.write_rich_string(row, first, bold, f"{cell_text(lead)}\n", cell, cell_text(text), cell)
        lines = sum(max(1, len(wrap(part, width))) for part in [cell_text(text), *([lead] if lead else [])])
        self.height(row, 12.5 * lines + (8 if style == "warning" else 3))

    def link(self, row: int, column: int, target: str, text: str) -> None:
        """Text that opens a file named from the workbook's own folder, with / between folders.

        A formula, because XlsxWriter's own links have backslashes, which only Windows takes for a path.
        """
        self.formula(row, column, f'=HYPERLINK("{target}","{text}")', "text", text, "link")

    def mark_words(self, first: int, column: int, last: int, styles: dict[str, str]) -> None:
        """Show cells of a column that begin with a word in the style of that word."""
        for word, style in styles.items():
            rule = {"type": "text", "criteria": "begins with", "value": word, "format": self.book.style(style)}
            self.native.conditional_format(first, column, last, column, rule)

    def picture(self, row: int, column: int, png: bytes, *, height: int, width: int) -> None:
        """A PNG picture, scaled to fit within `height` and `width` pixels and never enlarged."""
        own = Image(BytesIO(png))
        scale = min(1.0, height * own.y_dpi / own.height / 96, width * own.x_dpi / own.width / 96)
        self.native.insert_image(
            row,
            column,
            "logotyp.png",
            {
                "image_data": BytesIO(png),
                "x_scale": scale,
                "y_scale": scale,
                "object_position": 1,
                "description": "Logotyp",
            },
        )

    def across(self, row: int, first: int, last: int, text: str, style: str) -> None:
        """Text in one cell merged from several columns."""
        self.native.merge_range(row, first, row, last, "", self.book.style(style))
        self.text(row, first, text, style)

    def fill(self, row: int, first: int, last: int, style: str) -> None:
        for column in range(first, last + 1):
            self.native.write_blank(row, column, None, self.book.style(style))

    def widths(self, widths: Sequence[float]) -> None:
        for column, width in enumerate(widths):
            self.native.set_column(column, column, width)

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[Any]], *, filtered: bool = True) -> None:
        """Write headings at `row`, the rows below, and the sums; `row` becomes the second row after them.

        Values are str, whole öre, millionths of a dygn, whole numbers, dates or times as the columns' kinds say;
        None leaves the cell empty. Columns become as wide as their content; the headings stay on every page.
        """
        write_table(self, columns, rows, filtered=filtered)
