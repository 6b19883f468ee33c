"""How far the cells of a sheet reach, read from its XML a piece at a time, before any library makes room for them.

The Excel reader lays out every cell between the first and the last, so that one stray cell at ZZ1048576 takes more
memory than there is.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

LAST_ROW, LAST_COLUMN = 1 << 20, 1 << 14
_LONGEST_REFERENCE = 12  # three letters, seven digits and a quote, with room to see what is longer
_OVERLAP = 64
_BLANKS = (ord(" "), ord("\n"), ord("\t"), ord("\r"))
_SPACED = re.compile(rb"\sr\s+=")
_SPACED_SIGNS = (b"r =", b"r\n=", b"r\t=", b"r\r=")
_ROW, _CELL = re.compile(rb"<(?:\w+:)?row[\s/>]"), re.compile(rb"<(?:\w+:)?c[\s/>]")

# As nearly every program writes them; where the count does not agree, each is looked at.
_ROW_TAGS, _CELL_TAGS = (b"<row ", b"<row>"), (b"<c ", b"<c>", b"<c/")

Bytes = npt.NDArray[np.uint8]
Positions = npt.NDArray[np.int64]


class SheetScan:
    """What the pieces fed so far hold: `cells`, and how far they reach (`rows`, `columns`), all counted from 1.

    `farthest` names the cell of the last row, and `absurd` a reference that is no cell of any sheet. Cells that do not
    say where they stand are `unplaced`: how far they reach is known only when each is looked at (`exactly`).
    """

    def __init__(self, *, exactly: bool = False) -> None:
        self._exactly = exactly
        self.cells = self.first_row = self.last_row = self.last_column = 0
        self.farthest = self.absurd = ""
        self._rows = self._numbered_rows = self._in_row = self._longest_row = self._lettered = 0
        self._tail = b""

    def feed(self, piece: bytes) -> None:
        """Take the next bytes of the XML; what may go on in the next piece waits for it."""
        text = self._tail + piece
        self._take(text, len(text) - _OVERLAP)
        self._tail = text[-_OVERLAP:] if len(text) > _OVERLAP else text

    def end(self) -> SheetScan:
        """The same when all is fed."""
        text, self._tail = self._tail, b""
        self._take(text + b" " * _OVERLAP, len(text))
        return self

    @property
    def unplaced(self) -> bool:
        return self.cells != self._lettered or self._rows != self._numbered_rows

    @property
    def laid_out(self) -> int:
        """How many cells the reader lays out, also where cells do not say where they stand."""
        unnumbered = self._rows - self._numbered_rows
        unlettered = self._longest_row if self.cells > self._lettered else 0
        rows = max(self.last_row - self.first_row + 1, 0) + unnumbered
        return rows * (self.last_column + unlettered)

    def _take(self, text: bytes, until: int) -> None:
        if until <= 0:
            return
        self._count(text, until)
        if any(sign in text for sign in _SPACED_SIGNS) and _SPACED.search(text):
            self.absurd = self.absurd or "en cell utan läsbar plats"
        data = np.frombuffer(text, dtype=np.uint8)
        marks = np.flatnonzero((data[1:-1] == ord("r")) & (data[2:] == ord("="))).astype(np.int64)
        marks = marks[np.isin(data[marks], _BLANKS) & (marks < until)]
        if len(marks):
            places = marks[:, None] + 3 + np.arange(_LONGEST_REFERENCE + 1)
            self._references(np.take(data, places, mode="clip"))

    def _count(self, text: bytes, until: int) -> None:
        if not self._exactly:
            self._rows += sum(text.count(tag, 0, until + len(tag) - 1) for tag in _ROW_TAGS)
            self.cells += sum(text.count(tag, 0, until + len(tag) - 1) for tag in _CELL_TAGS)
            return
        rows = _positions(text, _ROW, b"row", until)
        cells = _positions(text, _CELL, b"c", until)
        self._rows += len(rows)
        self.cells += len(cells)
        if len(cells) or len(rows):
            between = np.diff(np.concatenate([[0], np.searchsorted(cells, rows), [len(cells)]]))
            between[0] += self._in_row
            self._longest_row = max(self._longest_row, int(between.max()))
            self._in_row = int(between[-1])

    def _references(self, windows: Bytes) -> None:
        """Take the references in `windows`, each the bytes from the quote that opens it."""
        quote, text = windows[:, 0], windows[:, 1:]
        upper = np.where((text >= ord("a")) & (text <= ord("z")), text - 32, text)
        is_letter = (upper >= ord("A")) & (upper <= ord("Z"))
        letters = np.cumprod(is_letter, axis=1).sum(axis=1)
        sound = np.isin(quote, (ord('"'), ord("'"))) & (letters <= 3)
        for count in range(4):
            own = np.flatnonzero(sound & (letters == count))
            if len(own):
                sound[own] = self._of_length(text[own], upper[own], quote[own], count)
        if not sound.all() and not self.absurd:
            shown = bytes(text[np.flatnonzero(~sound)[0]]).decode("ascii", "replace")
            self.absurd = re.split(r"[\"'\s<>]", shown)[0] or "en cell utan läsbar plats"

    def _of_length(self, text: Bytes, upper: Bytes, quote: Bytes, letters: int) -> npt.NDArray[np.bool_]:
        """The same for references with so many letters: none is the number of a row. Which of them are sound."""
        digits = text[:, letters : letters + 8] - np.uint8(ord("0"))
        count = np.cumprod(digits <= 9, axis=1).sum(axis=1)
        row = np.zeros(len(text), dtype=np.int64)
        for place in range(7):
            row = np.where(place < count, row * 10 + digits[:, place], row)
        column = np.zeros(len(text), dtype=np.int64)
        for place in range(letters):
            column = column * 26 + (upper[:, place] - (ord("A") - 1))
        closed = text[np.arange(len(text)), np.minimum(letters + count, text.shape[1] - 1)] == quote
        sound: npt.NDArray[np.bool_] = closed & (count >= 1) & (count <= 7) & (row >= 1)
        sound &= (row <= LAST_ROW) & (column <= LAST_COLUMN)
        if letters:
            self._lettered += len(text)
            self._reach(row[sound], column[sound], upper[sound][:, :letters])
        else:
            self._numbered_rows += len(text)
        return sound

    def _reach(self, row: Positions, column: Positions, letters: Bytes) -> None:
        if not len(row):
            return
        first, last = int(row.min()), int(row.argmax())
        self.first_row = min(self.first_row or first, first)
        self.last_column = max(self.last_column, int(column.max()))
        if int(row[last]) > self.last_row:
            self.last_row = int(row[last])
            self.farthest = f"{bytes(letters[last]).decode()}{self.last_row}"


def _positions(text: bytes, tag: re.Pattern[bytes], name: bytes, until: int) -> Positions:
    """Where the tag begins in `text` before `until`."""
    data = np.frombuffer(text, dtype=np.uint8)
    opens = np.flatnonzero(data == ord("<"))
    opens = opens[opens < until]
    if b":" + name in text:  # with a prefix: rare, and slow
        return np.array([found.start() for found in tag.finditer(text) if found.start() < until], dtype=np.int64)
    fits = np.ones(len(opens), dtype=bool)
    for place, letter in enumerate(name, start=1):
        fits &= np.take(data, opens + place, mode="clip") == letter
    after = np.take(data, opens + len(name) + 1, mode="clip")
    return opens[fits & np.isin(after, (*_BLANKS, ord("/"), ord(">")))].astype(np.int64)
