"""How far the cells of a sheet reach, read from its XML a piece at a time, before any library makes room for them.

The Excel reader lays out every cell between the first and the last, so that one stray cell at ZZ1048576 takes more
memory than there is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from betalningsansvar.data.files.brokencells import ERROR_CELLS

LAST_ROW, LAST_COLUMN = 1 << 20, 1 << 14
_MOST_LETTERS, _MOST_DIGITS = 3, 7
_SHOWN, _NO_LETTERS = 12, "0123456789\"'"
_OVERLAP = 64
_BLANKS = (ord(" "), ord("\n"), ord("\t"), ord("\r"))
_SPACED = re.compile(rb"\sr\s+=")
_ROW, _CELL = re.compile(rb"<(?:\w+:)?row[\s/>]"), re.compile(rb"<(?:\w+:)?c[\s/>]")

_WHOLE_TAG = re.compile(rb"""<[^<>"']*(?:(?:"[^"]*"|'[^']*')[^<>"']*)*>""")
_IN_TEXT, _NO_TEXT, _LONG_TAG = b"<>", b"<<", 10_000

# In a tag that is cut between two pieces it is looked for in both, as far as they overlap.
_HIDDEN = b"hidden="

_UPPER, _A, _ZERO = np.uint8(0xDF), np.uint8(ord("A")), np.uint8(ord("0"))

Bytes = npt.NDArray[np.uint8]
Positions = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]


def _table(signs: Iterable[int]) -> npt.NDArray[np.bool_]:
    """By byte, whether it is one of the signs."""
    return np.isin(np.arange(256), [*signs])


# How tags end as nearly every program writes them; where the count does not agree, each is looked at.
_IS_BLANK, _ENDS_ROW, _ENDS_CELL = (_table(signs) for signs in (_BLANKS, b" >", b" >/"))


class SheetScan:
    """What the pieces fed so far hold: `cells`, and how far they reach (`rows`, `columns`), all counted from 1.

    `farthest` names the cell of the last row, and `absurd` a reference that is no cell of any sheet. Cells that do not
    say where they stand are `unplaced`: how far they reach is known only when each is looked at (`exactly`). One of
    the cells of a `suspect` sheet may be broken (`brokencells`); some row or column of one may be `hidden`.
    """

    def __init__(self, *, exactly: bool = False) -> None:
        self._exactly = exactly
        self.suspect = self.hidden = False
        self.cells = self.first_row = self.last_row = self.last_column = 0
        self.farthest = self.absurd = ""
        self._rows = self._numbered_rows = self._in_row = self._longest_row = self._lettered = 0
        self._tail = b""
        self._opened = _NO_TEXT

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
        opens = data == ord("<")
        self._count(text, data, opens, until)
        # Every attribute is looked at once, by its last letter: a tenth of the time of searching for each word.
        equals = np.flatnonzero(data[2:-2] == ord("=")) + 2
        name = data[equals - 1]
        if not self.absurd and (name <= ord(" ")).any():
            spaced = np.array([found.start() for found in _SPACED.finditer(text)], dtype=np.int64)
            if self._first_in_tag(text, opens, spaced) is not None:
                self.absurd = "en cell utan läsbar plats"
        self.hidden = self.hidden or (bool((name == ord("n")).any()) and _HIDDEN in text)
        self.suspect = self.suspect or _is_suspect(text, data, opens, equals[name == ord("t")])
        marks = equals[name == ord("r")]
        self._references(text, data, opens, marks[(marks < until + 2) & _IS_BLANK[data[marks - 2]]] + 1)
        last = text.rfind(b"<", 0, until)
        opened = self._opened + text[:until] if last < 0 else text[last:until]
        self._opened = _IN_TEXT if _WHOLE_TAG.match(opened) else opened if len(opened) < _LONG_TAG else _NO_TEXT

    def _first_in_tag(self, text: bytes, opens: Flags, places: Positions) -> int | None:
        """The first of the places, in order, that stands in a tag, not in the text of a cell after one."""
        if not len(places):
            return None
        tags = np.concatenate([[-1], np.flatnonzero(opens)])  # −1: the tag that an earlier piece left open
        # Of the places behind one tag the first decides: each tag is read once, however long the text after it.
        last, first = np.unique(np.searchsorted(tags, places) - 1, return_index=True)
        for tag, place in zip(tags[last].tolist(), places[first].tolist(), strict=True):
            whole = _WHOLE_TAG.match(text, tag) if tag >= 0 else _WHOLE_TAG.match(self._opened + text)
            ahead = 0 if tag >= 0 else len(self._opened)
            if whole is None or place + ahead < whole.end():
                return int(place)
        return None

    def _count(self, text: bytes, data: Bytes, opens: Flags, until: int) -> None:
        if not self._exactly:
            opens, name = opens[:until], data[1 : until + 1]
            rows = np.flatnonzero(opens & (name == ord("r")))
            is_row = (data[rows + 2] == ord("o")) & (data[rows + 3] == ord("w")) & _ENDS_ROW[data[rows + 4]]
            cells = np.flatnonzero(opens & (name == ord("c")))
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

    def _references(self, text: bytes, data: Bytes, opens: Flags, quotes: Positions) -> None:
        """Take the references in `quotes`, all of them at once and a sign at a time; none but digits is a row's."""
        at = quotes + 1
        row, column = np.zeros((2, len(at)), dtype=np.int32)
        inside = np.ones(len(at), dtype=bool)
        for _ in range(_MOST_LETTERS):
            letter = (data[at] & _UPPER) - _A
            inside &= letter < 26
            if not inside.any():
                break
            column = np.where(inside, column * 26 + letter + 1, column)
            at += inside
        inside[:] = True
        for _ in range(_MOST_DIGITS):
            digit = data[at] - _ZERO
            inside &= digit <= 9
            if not inside.any():
                break
            row = np.where(inside, row * 10 + digit, row)
            at += inside
        quote = data[quotes]
        sound = ((quote == ord('"')) | (quote == ord("'"))) & (data[at] == quote)
        sound &= (row >= 1) & (row <= LAST_ROW) & (column <= LAST_COLUMN)
        wrong = None if sound.all() or self.absurd else self._first_in_tag(text, opens, quotes[~sound])
        if wrong is not None:
            shown = text[wrong + 1 : wrong + 1 + _SHOWN].decode("ascii", "replace")
            self.absurd = re.split(r"[\"'\s<>]", shown)[0] or "en cell utan läsbar plats"
        cells = np.flatnonzero(sound & (column > 0))
        self._lettered += len(cells)
        self._numbered_rows += int(np.count_nonzero(sound)) - len(cells)
        if len(cells):
            self._reach(text, quotes[cells], row[cells], column[cells])

    def _reach(self, text: bytes, quotes: Positions, row: Numbers, column: Numbers) -> None:
        first, last = int(row.min()), int(row.argmax())
        self.first_row = min(self.first_row or first, first)
        self.last_column = max(self.last_column, int(column.max()))
        if int(row[last]) > self.last_row:
            self.last_row = int(row[last])
            shown = text[quotes[last] + 1 : quotes[last] + 1 + _MOST_LETTERS].decode()
            self.farthest = f"{shown.rstrip(_NO_LETTERS).upper()}{self.last_row}"


def _is_suspect(text: bytes, data: Bytes, opens: Flags, types: Positions) -> bool:
    """Whether a sign of a broken cell is there; `types` are the places of the `=` of a type, and of some others."""
    formula = (opens[:-1] & (data[1:] == ord("f"))).any() or (b":" in text and b":f" in text)
    return bool(formula) or (bool((data[types + 2] == ord("e")).any()) and any(sign in text for sign in ERROR_CELLS))


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
