"""What cannot be seen in a text, made harmless in one place: control characters, marks of order and width, odd blanks.

They come with exports and with what is pasted, they make two equal ids differ, and some may stand in no XML file.
Blanks of every kind become a blank; the others go. A tab and a line end stay, for a file is made of them.
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_GONE_CONTROLS = bytes(n for n in (*range(32), 127) if n not in b"\t\n\r\x0b\x0c")
_PIECE = 1 << 18
_TO_BLANK = bytes.maketrans(b"\x0b\x0c", b"  ")
# By the first byte in UTF-8, so that most files are searched for single bytes that are not there.
_UNSEEN = (
    (b"\xc2", rb"\xc2[\x80-\x84\x86-\x9f\xad]", rb"\xc2[\x85\xa0]"),
    (b"\xe1", rb"\xe1\xa0[\x8b-\x8e]", rb"\xe1\x9a\x80"),
    (b"\xe2", rb"\xe2(?:\x80[\x8b-\x8f\xaa-\xae]|\x81[\xa0-\xaf])", rb"\xe2(?:\x80[\x80-\x8a\xa8\xa9\xaf]|\x81\x9f)"),
    (b"\xe3", b"", rb"\xe3\x80\x80"),
    (b"\xef", rb"\xef(?:\xb8[\x80-\x8f]|\xbb\xbf|\xb7[\x90-\xaf]|\xbf[\xb9-\xbb\xbe\xbf])", b""),
    (b"\xf3", rb"\xf3\xa0[\x80\x81][\x80-\xbf]", b""),
)
_PATTERNS = tuple(
    (first, re.compile(gone) if gone else None, re.compile(blank) if blank else None) for first, gone, blank in _UNSEEN
)


def harmless_bytes(text: bytes) -> bytes:
    """The UTF-8 `text` without what cannot be seen. NUL goes too: ask for it first where it tells of a damage."""
    return _without_unseen(text.translate(None, _GONE_CONTROLS) if _has_controls(text) else text)


def _without_unseen(cleaned: bytes) -> bytes:
    """The UTF-8 text, already without control characters, with other blanks as blanks and without signs of no width."""
    if b"\x0b" in cleaned or b"\x0c" in cleaned:
        cleaned = cleaned.translate(_TO_BLANK)
    if cleaned.isascii():
        return cleaned
    for first, gone, blank in _PATTERNS:
        if first in cleaned:
            cleaned = gone.sub(b"", cleaned) if gone else cleaned
            cleaned = blank.sub(b" ", cleaned) if blank else cleaned
    return cleaned


def harmless_lines(text: bytes) -> bytes:
    """The same for a whole file, in which every line end becomes `\n`."""
    if b"\r" not in text:
        return harmless_bytes(text)
    if _ends_lines_as_windows(text):
        # Then to drop a carriage return is to mend a line end, in the same pass as the other controls.
        return _without_unseen(text.translate(None, _GONE_CONTROLS + b"\r"))
    return harmless_bytes(text.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))


def _ends_lines_as_windows(text: bytes) -> bool:
    """Whether a line feed stands after every carriage return."""
    data = np.frombuffer(text, dtype=np.uint8)
    for at in range(0, len(data) - 1, _PIECE):
        returns = data[at : at + _PIECE] == ord("\r")
        fed = data[at + 1 : at + 1 + _PIECE] == ord("\n")
        if (returns[: len(fed)] & ~fed).any():
            return False
    return not text.endswith(b"\r")


def _has_controls(text: bytes) -> bool:
    """Whether a byte below the blank is none of those that make a file of text; counted, since they are many."""
    data = np.frombuffer(text, dtype=np.uint8)
    for at in range(0, len(data), _PIECE):
        piece = data[at : at + _PIECE]
        ordinary = sum(int(np.count_nonzero(piece == sign)) for sign in b"\n\t\r")
        if int(np.count_nonzero(piece < ord(" "))) > ordinary:
            return True
    return b"\x7f" in text


def harmless(text: str) -> str:
    """The same for one text, in which a tab or a line end becomes a blank."""
    plain = text.encode("utf-8", "replace").replace(b"\r\n", b"\n").translate(_LINE_ENDS)
    return harmless_bytes(plain).decode()


_LINE_ENDS = bytes.maketrans(b"\t\n\r", b"   ")


def harmless_texts(texts: pa.Array) -> pa.Array:
    """The same for a column (no missing values); the column itself where there is nothing to do."""
    buffer = texts.buffers()[2] if len(texts) else None
    if buffer is None:
        return texts
    joined = np.frombuffer(buffer, dtype=np.uint8).tobytes()
    if harmless_bytes(joined.translate(_LINE_ENDS)) == joined:
        return texts
    distinct = texts.dictionary_encode()
    words = pa.array([harmless(text) for text in distinct.dictionary.to_pylist()], pa.string())
    return pc.take(words, distinct.indices)
