"""The bounds of a sheet, found in its XML, are those of its cells, however it is written and cut into pieces."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from betalningsansvar.data.files.sheetscan import LAST_COLUMN, LAST_ROW, SheetScan

PLACES = st.tuples(st.integers(1, LAST_ROW), st.integers(1, LAST_COLUMN))
SPACES = st.sampled_from([" ", "\n", "\t", ' s="1" t="s" '])
TEXTS = ("'r=A1', t=\"e och &lt;c r", "Se avd r=3", "x r = 9", "it's r='Ö1", "> r=ZZZ9", f"r={'3 ' * 60}r=3")
VALUES = st.sampled_from(["", "<v>1</v>", "<v>e=</v>", "å" * 40, *(f"<is><t>{text}</t></is>" for text in TEXTS)])
CELLS = st.lists(st.tuples(PLACES, SPACES, st.sampled_from("\"'"), st.booleans(), VALUES))


@given(CELLS, st.lists(st.integers(0, 3_000)))
def test_the_bounds_are_those_of_the_cells(cells, cuts) -> None:
    xml = "<worksheet><cols><col min='1'/></cols><sheetData>" + "".join(
        f"<row r={quote}{row}{quote}><c{space}r={quote}{_reference(row, column, small)}{quote}>{value}</c></row>"
        for (row, column), space, quote, small, value in cells
    )
    content = xml.encode()
    cuts = [0, *sorted(min(cut, len(content)) for cut in cuts), len(content)]
    pieces = [content[start:end] for start, end in pairwise(cuts)]
    scan = _scanned(pieces)
    if scan.unplaced:  # a tag that ends its name with neither a blank nor a sign
        scan = _scanned(pieces, exactly=True)
    rows, columns = [place[0] for place, *_ in cells], [place[1] for place, *_ in cells]
    assert (scan.absurd, scan.unplaced, scan.cells) == ("", False, len(cells))
    assert (scan.first_row, scan.last_row) == (min(rows, default=0), max(rows, default=0))
    assert scan.last_column == max(columns, default=0)
    last = max(cells, key=lambda cell: cell[0][0], default=None)
    assert scan.farthest == (f"{get_column_letter(last[0][1])}{last[0][0]}" if last else "")


def _scanned(pieces: list[bytes], *, exactly: bool = False) -> SheetScan:
    scan = SheetScan(exactly=exactly)
    for piece in pieces:
        scan.feed(piece)
    return scan.end()


def _reference(row: int, column: int, small: bool) -> str:
    letters = get_column_letter(column)
    return f"{letters.lower() if small else letters}{row}"


NOWHERE = (
    '<c r="ZZZZ1">',
    "<c a='>' r=\"A9999999\">",
    "<c a=\">'\" b='x' r='A0'>",
    '<c a="<"\n r="ÅÅ1"/>',
    "<c r = 'A1'>",
)


@pytest.mark.parametrize("tag", NOWHERE)
def test_a_cell_nowhere_is_found_however_its_tag_is_written_and_cut(tag: str) -> None:
    content = f"<sheetData><row r='1'><c r='A1'><is><t>Se r=3</t></is></c>{tag}</row>".encode()
    for first in range(len(content)):
        for second in range(first, len(content), 7):
            assert _scanned([content[:first], content[first:second], content[second:]]).absurd
