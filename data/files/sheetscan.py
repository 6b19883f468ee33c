"""How far the cells of a sheet reach, read from its XML a piece at a time, before any library makes room for them.

The Excel reader lays out every cell between the first and the last, so that one stray cell at ZZ1048576 takes more
memory than there is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from betalningsansvar.data.files.brokencells import SIGNS

LAST_ROW, LAST_COLUMN = 1 << 20, 1 << 14
_WINDOW = 13  # quotes around three letters and seven digits, with room to see what is longer
_OVERLAP = 64
_BLANKS = (ord(" "), ord("\n"), ord("\t"), ord("\r"))
_SPACED = re.compile(rb"\sr\s+=")
_ROW, _CELL = re.compile(rb"<(?:\w+:)?row[\s/>]"), re.compile(rb"<(?:\w+:)?c[\s/>]")

# In a tag that is cut between two pieces it is looked for in both, as far as they overlap.
_HIDDEN = b"hidden="

_UPPER = np.uint8(0xDF)

Bytes = npt.NDArray[np.uint8]
Positions = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int32]


def _table(signs: Iterable[int]) -> npt.NDArray[np.bool_]:
    """By byte, whether it is one of the signs."""
    return np.isin(np.arange(256), [*signs])


# How tags end as nearly every program writes them; where the count does not agree, each is looked at.
_IS_BLANK, _ENDS_ROW, _ENDS_CELL = (_table(signs) for signs in (_BLANKS, b" >", b" >/"))


class SheetScan:
    """What the pieces fed so far hold: `cells`, and how far they reach (`rows`, `columns`), all counted from 1.

    `farthest` names the cell of the last row, and `absurd` a reference that is no cell of any sheet. Cells that do not
    say where they stand are `unplaced`: how far they reach is known only when each is looked at (`exactly`). One of
    the cells of a `suspect` sheet may be broken (`brokencells.SIGNS`); some row or column of one may be `hidden`.
    """

    def __init__(self, *, exactly: bool = False) -> None:
        self._exactly = exactly
        self.suspect = self.hidden = False
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
        data = np.frombuffer(text, dtype=np.uint8)
        self._count(text, data, until)
        if ((data[1:] == ord("=")) & (data[:-1] <= ord(" "))).any() and _SPACED.search(text):
            self.absurd = self.absurd or "en cell utan läsbar plats"
        self.suspect = self.suspect or any(_holds(data, sign) and sign in text for sign in SIGNS)
        self.hidden = self.hidden or _HIDDEN in text
        marks = np.flatnonzero((data[1 : until + 1] == ord("r")) & (data[2 : until + 2] == ord("=")))
        marks = marks[_IS_BLANK[data[marks]]]
        if len(marks):
            # Each place read as one value of so many bytes: a tenth of the time of gathering them byte by byte.
            windows = np.ndarray((len(data) - _WINDOW,), f"V{_WINDOW}", text, strides=(1,))
            self._references(np.ascontiguousarray(windows[marks + 3].view(np.uint8).reshape(-1, _WINDOW).T))

    def _count(self, text: bytes, data: Bytes, until: int) -> None:
        if not self._exactly:
            opens = data[:until] == ord("<")
            rows = np.flatnonzero(opens & (data[1 : until + 1] == ord("r")))
            is_row = (data[rows + 2] == ord("o")) & (data[rows + 3] == ord("w")) & _ENDS_ROW[data[rows + 4]]
            cells = np.flatnonzero(opens & (data[1 : until + 1] == ord("c")))
            self._rows += int(np.count_nonzero(is_row))
            self.cells += int(np.count_nonzero(_ENDS_CELL[data[cells + 2]]))
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
        """Take the references in `windows`, a column for each: the bytes from the quote that opens it."""
        quote, text = windows[0], windows[1:]
        is_letter = (text[:4] & _UPPER) - np.uint8(ord("A")) < 26
        leading = np.logical_and.accumulate(is_letter, axis=0)
        letters = leading.sum(axis=0, dtype=np.uint8)
        sound = ((quote == ord('"')) | (quote == ord("'"))) & ~leading[3]
        for count in range(4):
            own = np.flatnonzero(sound & (letters == count))
            if len(own):
                sound[own] = self._of_length(text[:, own], quote[own], count)
        if not sound.all() and not self.absurd:
            shown = bytes(text[:, np.flatnonzero(~sound)[0]]).decode("ascii", "replace")
            self.absurd = re.split(r"[\"'\s<>]", shown)[0] or "en cell utan läsbar plats"

    def _of_length(self, text: Bytes, quote: Bytes, letters: int) -> npt.NDArray[np.bool_]:
        """The same for references with so many letters: none is the number of a row. Which of them are sound."""
        row = np.zeros(text.shape[1], dtype=np.int32)
        inside = np.ones(text.shape[1], dtype=bool)
        closed = np.zeros(text.shape[1], dtype=bool)
        for place, byte in enumerate(text[letters : letters + 8]):
            digit = byte - np.uint8(ord("0"))
            is_digit = inside & (digit <= 9)
            if place:
                closed |= inside & ~is_digit & (byte == quote)
            inside = is_digit
            row = np.where(inside, row * 10 + digit, row)
        column = np.zeros(text.shape[1], dtype=np.int32)
        for letter in text[:letters]:
            column = column * 26 + ((letter & _UPPER) - (ord("A") - 1))
        sound = closed & (row >= 1) & (row <= LAST_ROW) & (column <= LAST_COLUMN)
        if letters:
            self._lettered += text.shape[1]
            self._reach(row[sound], column[sound], text[:letters, sound])
        else:
            self._numbered_rows += text.shape[1]
        return sound

    def _reach(self, row: Numbers, column: Numbers, letters: Bytes) -> None:
        if not len(row):
            return
        first, last = int(row.min()), int(row.argmax())
        self.first_row = min(self.first_row or first, first)
        self.last_column = max(self.last_column, int(column.max()))
        if int(row[last]) > self.last_row:
            self.last_row = int(row[last])
            self.farthest = f"{bytes(letters[:, last] & _UPPER).decode()}{self.last_row}"


def _holds(data: Bytes, sign: bytes) -> bool:
    """Whether the last two bytes of `sign` stand beside each other; a tenth of the time of looking for it all."""
    return bool(((data[:-1] == sign[-2]) & (data[1:] == sign[-1])).any())


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
