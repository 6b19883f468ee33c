"""The bytes of a text file as UTF-8 with `\n` line ends, or an error that names the byte and its line."""

from __future__ import annotations

import codecs
import re

import pyarrow as pa

from betalningsansvar.data.files.inputs import InputError

_UNDEFINED_IN_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
# Two or three bytes that are a letter or a sign in UTF-8 and that no Swedish text holds in Windows-1252 (Ã¥, â€“).
_UTF8_IN_CP1252 = re.compile(rb"[\xc2\xc3][\x80-\xbf]|\xe2\x80[\x80-\xbf]")


def to_utf8(content: bytes, name: str) -> tuple[bytes, str]:
    """`content` as UTF-8 without a byte order mark and with `\n` line ends, and the encoding it had.

    Encodings: `utf-8`, `utf-8-sig`, `windows-1252`, `utf-16`. Raises InputError (with `name`) for damaged
    bytes, for encodings mixed in one file, and for NUL.
    """
    text, encoding = _decode(content, name)
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    nul = text.find(b"\0")
    if nul >= 0:
        raise InputError(
            [
                f"{name}, line {_line(text, nul)}: a NUL byte, so this is no text file or it is damaged. "
                "Export it again as CSV in UTF-8."
            ]
        )
    return text, encoding


def _decode(content: bytes, name: str) -> tuple[bytes, str]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return content.decode("utf-16").encode(), "utf-16"
        except UnicodeDecodeError:
            raise InputError([f"{name}: the file begins as UTF-16 but is damaged. Export it again as UTF-8."]) from None
    has_bom = content.startswith(codecs.BOM_UTF8)
    text = content[len(codecs.BOM_UTF8) :] if has_bom else content
    try:
        if not _is_utf8(text):
            text.decode("utf-8")  # tells where it fails
        return text, "utf-8-sig" if has_bom else "utf-8"
    except UnicodeDecodeError as error:
        first_wrong = error.start
    if has_bom:
        raise InputError(
            [
                f"{name}, line {_line(text, first_wrong)}: the byte {text[first_wrong]:02X} is not UTF-8, "
                "though the file says it is. Export the file again in one encoding."
            ]
        )
    _refuse_mixture(text, first_wrong, name)
    return text.decode("cp1252").encode(), "windows-1252"


def _is_utf8(text: bytes) -> bool:
    """Whether `text` is valid UTF-8, found out without decoding a copy of it."""
    ends = pa.array([0, len(text)], pa.int64()).buffers()[1]
    try:
        pa.Array.from_buffers(pa.large_string(), 1, [None, ends, pa.py_buffer(text)]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _refuse_mixture(text: bytes, first_wrong: int, name: str) -> None:
    """Raise InputError if `text`, which is not UTF-8 at `first_wrong`, is not Windows-1252 either."""
    undefined = _UNDEFINED_IN_CP1252.search(text)
    as_utf8 = _UTF8_IN_CP1252.search(text)
    if as_utf8:
        raise InputError(
            [
                f"{name}, line {_line(text, min(first_wrong, as_utf8.start()))}: the file mixes encodings: line "
                f"{_line(text, as_utf8.start())} is UTF-8 and line {_line(text, first_wrong)} (byte "
                f"{text[first_wrong]:02X}) is Windows-1252. Names would be garbled; export it again in one encoding."
            ]
        )
    if undefined:
        at = undefined.start()
        raise InputError(
            [
                f"{name}, line {_line(text, at)}: the byte {text[at]:02X} exists neither in UTF-8 nor in "
                "Windows-1252; the file mixes encodings or is damaged. Export it again as UTF-8."
            ]
        )


def _line(text: bytes, position: int) -> int:
    before = text[:position]
    return 1 + before.count(b"\n") + before.replace(b"\r\n", b"").count(b"\r")
