"""Writes a table on a sheet: headings, a cell of the right type and format for every value, sums, widths, heights.

It goes column by column, and works out once what a value that comes again looks like.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_col_to_name

from betalningsansvar.reports.files.cells import Column, Kind, cell_text, dygn, kronor
from betalningsansvar.reports.files.styles import thousands_of
from betalningsansvar.reports.files.swiftsheet import Block
from betalningsansvar.reports.files.textwidth import lines_of, width_of
from betalningsansvar.reports.files.written import TableLayout

if TYPE_CHECKING:
    from betalningsansvar.reports.files.workbook import Sheet


def write_table(sheet: Sheet, columns: Sequence[Column], rows: Sequence[Sequence[Any]], *, filtered: bool) -> None:
    """Write headings at the sheet's row, the rows below, and the sums, as `Sheet.table` tells."""
    head, first = sheet.row, sheet.row + 1
    values: list[Sequence[Any]] = [*zip(*rows, strict=True)] if rows else [()] * len(columns)
    made = []
    for at, (column, own) in enumerate(zip(columns, values, strict=True)):
        # A text right after a figure needs air between them.
        indent = int(at > 0 and column.align == "left" and columns[at - 1].align == "right")
        style = sheet.book.style("head", "", column.align, indent)
        sheet.native.write_string(head, at, cell_text(column.heading), style)
        made.append((own, _cells(sheet, column, dict.fromkeys(own), indent)))
        _widen(sheet, at, column, own)
    if rows:
        sheet.native.write_block(Block(first, tuple(made)))
    _heighten(sheet, first, columns, values)
    sheet.height(head, 3 + 12 * max(_heading_lines(sheet, at, column) for at, column in enumerate(columns)))
    if filtered and rows:
        sheet.native.autofilter(head, 0, head + len(rows), len(columns) - 1)
    sheet.native.repeat_rows(head)
    sheet.row = first + max(len(rows), 1)
    if any(column.summed for column in columns):
        _sums(sheet, first, columns, values)
    sheet.row += 1
    sheet.written.tables.append(TableLayout(first, tuple(columns), tuple(rows)))


def _sums(sheet: Sheet, first: int, columns: Sequence[Column], values: Sequence[Sequence[Any]]) -> None:
    sheet.fill(sheet.row, 0, len(columns) - 1, "total")
    sheet.text(sheet.row, 0, "Summa", "total")
    for at, column in enumerate(columns):
        if column.summed:
            letter = xl_col_to_name(at)
            total = _total(values[at])
            value = kronor(total) if column.kind == "ore" else dygn(total) if column.kind == "dygn" else total
            sheet.formula(sheet.row, at, f"=SUM({letter}{first + 1}:{letter}{sheet.row})", column.kind, value)
    sheet.row += 1


def _total(values: Iterable[Any]) -> Any:
    return sum(filter(None, values))


def _cells(sheet: Sheet, column: Column, values: Iterable[Any], indent: int) -> dict[Any, Any]:
    """The cell of each of the distinct values."""
    native = sheet.native
    blank = native.blank_cell(sheet.book.style("cell"))
    number: str = column.kind
    if number == "tid" and _with_seconds(values):
        number = "sekund"

    def style(thousands: int = 0) -> Any:
        return sheet.book.style("cell", "" if number == "text" else number, column.align, indent, thousands)

    cell = _maker(native, column.kind, style)
    return {value: blank if value is None or value == "" else cell(value) for value in values}


def _maker(native: Any, kind: Kind, style: Callable[..., Any]) -> Callable[[Any], Any]:
    plain = style()
    match kind:
        case "text" | "wrap":
            return lambda text: native.text_cell(cell_text(text), plain)
        case "ore":
            return lambda ore: native.number_cell(value := kronor(ore), style(thousands_of(value)))
        case "dygn" | "medel":
            return lambda micro: native.number_cell(dygn(micro), plain)
        case "antal":
            return lambda number: native.number_cell(int(number), style(thousands_of(number)))
        case _:
            return lambda at: native.time_cell(at, plain)


def _widen(sheet: Sheet, at: int, column: Column, values: Sequence[Any]) -> None:
    shown = _shown(column.kind, set(values) - {None})
    longest = max(map(width_of, shown), default=0)
    if column.summed:
        (total,) = _shown(column.kind, [_total(values)])
        longest = max(longest, width_of(total, bold=True))
    # A heading is never broken inside a word; beside it there is room for the filter's arrow.
    heading = max(width_of(word, bold=True) for word in column.heading.split()) + 2
    width = max(min(max(longest + 1, column.least), column.most), heading)
    sheet.column_widths[at] = max(width, sheet.column_widths.get(at, 0))
    sheet.native.set_column(at, at, sheet.column_widths[at])


def _heading_lines(sheet: Sheet, at: int, column: Column) -> int:
    return lines_of(column.heading, sheet.column_widths[at] - 1, bold=True)


def _heighten(sheet: Sheet, first: int, columns: Sequence[Column], values: Sequence[Sequence[Any]]) -> None:
    """Rows as high as their wrapped text; not every program works that out when it opens the file."""
    needed = []
    for at, (column, own) in enumerate(zip(columns, values, strict=True)):
        if column.kind == "wrap":
            lines = {text: lines_of(text, sheet.column_widths[at]) for text in dict.fromkeys(own)}
            if max(lines.values(), default=1) > 1:
                needed.append([lines[text] for text in own])
    most = enumerate(map(max, zip(*needed, strict=True)), start=first)
    sheet.heights({row: 12 * lines + 3 for row, lines in most if lines > 1})


def _with_seconds(values: Iterable[Any]) -> bool:
    return any(value is not None and value.second for value in values)


def _shown(kind: Kind, values: Iterable[Any]) -> Iterable[str]:
    """The values as long as they are shown; those that are all equally long once."""
    match kind:
        case "ore":
            return (f"{kronor(value):,.2f} kr" for value in values)
        case "dygn":
            return (f"{dygn(value).normalize():,f}" for value in values)
        case "medel":
            return (f"{dygn(value):.2f}" for value in values)
        case "dag":
            return ["2018-01-01"] if values else []
        case "tid":
            return ["2018-01-01 00:00:00" if _with_seconds(values) else "2018-01-01 00:00"] if values else []
        case _:
            return map(str, values)
