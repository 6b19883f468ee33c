"""The house style of every workbook: typed cells only, one accent colour, A4 print set-up, reproducible bytes.

Text from the data is always a text cell, whatever it begins with. Whole öre and millionths of a dygn become
numbers here and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from textwrap import wrap
from typing import Any, Literal

from xlsxwriter.image import Image
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from betalningsansvar.reports.files.styles import FONT, INK, STYLES, number_format, thousands_of
from betalningsansvar.reports.files.swedish_book import SwedishWorkbook
from betalningsansvar.reports.files.textwidth import lines_of, width_of

Kind = Literal["text", "wrap", "ore", "dygn", "medel", "antal", "dag", "tid"]

LONGEST_TEXT = 32_767
# Points: a row without a height of its own, and what a page still shows legibly, at five sixths of its size.
_ROW_HEIGHT, _MOST_ON_A_PAGE = 15, 900

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": {"font_name": FONT, "font_size": 9, "font_color": INK},
}

# What XML 1.0 has no room for, and the halves of broken surrogate pairs; a tab or line end becomes a space too.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def cell_text(text: str) -> str:
    """The text as a cell can hold it: no control characters, cut at Excel's limit with … at the end."""
    clean = _UNPRINTABLE.sub(" ", text)
    if len(clean) > LONGEST_TEXT:
        clean = clean[: LONGEST_TEXT - 1] + "…"
    # XlsxWriter takes a text in these two tags for ready-made XML.
    return f"{clean} " if clean.startswith("<r>") and clean.endswith("</r>") else clean


def kronor(ore: int) -> Decimal:
    """Whole öre as the exact number of kronor that the cell holds."""
    return Decimal(ore).scaleb(-2)


def dygn(micro: int) -> Decimal:
    """Millionths of a dygn as the exact number of dygn that the cell holds."""
    return Decimal(micro).scaleb(-6)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its heading, what it holds, and its least and greatest width in characters.

    `summed` gives it a live sum below the table.
    """

    heading: str
    kind: Kind
    least: int = 6
    most: int = 40
    summed: bool = False
    to_the_left: bool = False

    @property
    def align(self) -> str:
        return "right" if self.kind in ("ore", "dygn", "medel", "antal") and not self.to_the_left else "left"


@dataclass(frozen=True, slots=True)
class TableLayout:
    """A table as written: the values stand in rows `first` … `first + len(rows) − 1`, counted from 0."""

    first: int
    columns: tuple[Column, ...]
    rows: tuple[Sequence[Any], ...]


@dataclass(frozen=True, slots=True)
class Formula:
    """One of our own formulas, and the value written beside it."""

    text: str
    value: Decimal | int | str


@dataclass(frozen=True, slots=True)
class Written:
    """What was written on a sheet, for whoever reads the file back: tables, and formulas by cell."""

    tables: list[TableLayout] = field(default_factory=list)
    formulas: dict[str, Formula] = field(default_factory=dict)


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
    _widths: dict[int, int] = field(default_factory=dict)
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
        head, first = self.row, self.row + 1
        for at, column in enumerate(columns):
            # A text right after a figure needs air between them.
            indent = int(at > 0 and column.align == "left" and columns[at - 1].align == "right")
            style = self.book.style("head", "", column.align, indent)
            self.native.write_string(head, at, cell_text(column.heading), style)
            values = [row[at] for row in rows]
            self._write_column(first, at, column, values, indent)
            self._widen(at, column, values)
        self._heighten(first, columns, rows)
        self.height(head, 3 + 12 * max(self._heading_lines(at, column) for at, column in enumerate(columns)))
        if filtered and rows:
            self.native.autofilter(head, 0, head + len(rows), len(columns) - 1)
        self.native.repeat_rows(head)
        self.row = first + max(len(rows), 1)
        if any(column.summed for column in columns):
            self._sums(first, columns, rows)
        self.row += 1
        self.written.tables.append(TableLayout(first, tuple(columns), tuple(rows)))

    def _sums(self, first: int, columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> None:
        self.fill(self.row, 0, len(columns) - 1, "total")
        self.text(self.row, 0, "Summa", "total")
        for at, column in enumerate(columns):
            if column.summed:
                letter = xl_col_to_name(at)
                total = sum(row[at] or 0 for row in rows)
                value = kronor(total) if column.kind == "ore" else dygn(total) if column.kind == "dygn" else total
                self.formula(self.row, at, f"=SUM({letter}{first + 1}:{letter}{self.row})", column.kind, value)
        self.row += 1

    def _write_column(self, first: int, at: int, column: Column, values: Sequence[Any], indent: int) -> None:
        blank = self.book.style("cell")
        number: str = column.kind
        if number == "tid" and any(value is not None and value.second for value in values):
            number = "sekund"
        number = "" if number == "text" else number
        write, convert = self._writer(column.kind)
        made: dict[Any, Any] = {}
        for row, value in enumerate(values, start=first):
            if value in made:
                self.native.again(row, at, made[value])
                continue
            if value is None or value == "":
                self.native.write_blank(row, at, None, blank)
            else:
                cell = convert(value)
                thousands = thousands_of(cell) if number in ("ore", "antal") else 0
                write(row, at, cell, self.book.style("cell", number, column.align, indent, thousands))
            made[value] = self.native.cell(row, at)

    def _writer(self, kind: Kind) -> tuple[Callable[..., Any], Callable[[Any], Any]]:
        match kind:
            case "text" | "wrap":
                return self.native.write_string, cell_text
            case "ore":
                return self.native.write_number, kronor
            case "dygn" | "medel":
                return self.native.write_number, dygn
            case "antal":
                return self.native.write_number, int
            case _:
                return self.native.write_datetime, _same

    def _widen(self, at: int, column: Column, values: Sequence[Any]) -> None:
        shown = {_shown(column.kind, value) for value in set(values) if value is not None}
        longest = max(map(width_of, shown), default=0)
        if column.summed:
            total = _shown(column.kind, sum(value or 0 for value in values))
            longest = max(longest, width_of(total, bold=True))
        # A heading is never broken inside a word; beside it there is room for the filter's arrow.
        heading = max(width_of(word, bold=True) for word in column.heading.split()) + 2
        width = max(min(max(longest + 1, column.least), column.most), heading)
        self._widths[at] = max(width, self._widths.get(at, 0))
        self.native.set_column(at, at, self._widths[at])

    def _heading_lines(self, at: int, column: Column) -> int:
        return lines_of(column.heading, self._widths[at] - 1, bold=True)

    def _heighten(self, first: int, columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> None:
        """Rows as high as their wrapped text; not every program works that out when it opens the file."""
        wrapped = [at for at, column in enumerate(columns) if column.kind == "wrap"]
        for row, values in enumerate(rows, start=first):
            lines = max((lines_of(values[at], self._widths[at]) for at in wrapped), default=1)
            if lines > 1:
                self.height(row, 12 * lines + 3)


def _same(value: Any) -> Any:
    return value


def _shown(kind: Kind, value: Any) -> str:
    match kind:
        case "ore":
            return f"{kronor(value):,.2f} kr"
        case "dygn":
            return f"{dygn(value).normalize():,f}"
        case "medel":
            return f"{dygn(value):.2f}"
        case "dag":
            return "2018-01-01"
        case "tid":
            return "2018-01-01 00:00:00" if value.second else "2018-01-01 00:00"
        case _:
            return str(value)
