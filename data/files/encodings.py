"""The bytes of a text file as UTF-8 with `\n` line ends, or an error that says which encoding it has, and where."""

from __future__ import annotations

import codecs
import re

import pyarrow as pa

from betalningsansvar.data.files.inputs import InputError
from betalningsansvar.data.harmless import harmless_lines

_UNDEFINED_IN_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
# Two or three bytes that are a letter or a sign in UTF-8 and that no Swedish text holds in Windows-1252 (Ã¥, â€“).
_UTF8_IN_CP1252 = re.compile(rb"[\xc2\xc3][\x80-\xbf]|\xe2\x80[\x80-\xbf]")
# å, ä, ö, é, Å, Ä and Ö that were UTF-8, read as Windows-1252 or Latin-1, and written as UTF-8 again.
_TWICE = re.compile(rb"\xc3\x83(?:\xc2[\xa5\xa4\xb6\xa9\x85\x84\x96]|\xe2\x80[\xa6\x9e\x93])")
_LETTERS_IN_CP1252 = re.compile(rb"[\xe5\xe4\xf6\xc5\xc4\xd6\xe9]")
# The Swedish letters of other encodings inside a word; in Windows-1252 these bytes are signs that stand elsewhere.
_OTHERS = {
    "cp850 (DOS)": re.compile(rb"(?<=[A-Za-z])[\x84\x86\x94](?=[A-Za-z])|[\x8e\x8f\x99](?=[a-z])"),
    "Mac Roman": re.compile(rb"(?<=[A-Za-z])[\x8a\x8c\x9a](?=[A-Za-z])|\x81(?=[a-z])"),
}
_SAMPLE = 4_096


def to_utf8(content: bytes, name: str) -> tuple[bytes, str]:
    """`content` as UTF-8 with `\n` line ends and without what cannot be seen, and the encoding it had.

    Encodings: `utf-8`, `utf-8-sig`, `windows-1252`, `utf-16`, `utf-32`. Raises InputError (with `name`) for damaged
    bytes, for encodings mixed in one file, for other encodings, and for NUL.
    """
    text, encoding = _decode(content, name)
    nul = text.find(b"\0")
    if nul >= 0:
        raise _error(
            name,
            text,
            nul,
            "ett tecken som inte hör hemma i text (NUL), så filen är ingen textfil eller är skadad. Ta ut "
            "uppgifterna igen som CSV i UTF-8.",
        )
    # One byte that is in no Swedish letter is found missing ten times as fast as two that may be.
    if b"\x83" in text and (found := _TWICE.search(text)):
        raise _error(
            name,
            text,
            found.start(),
            "å, ä och ö har fått fel teckenkodning två gånger (UTF-8 läst som Windows-1252 och sparad igen). Ta ut "
            "uppgifterna igen som UTF-8, så att namnen blir rätt.",
        )
    return harmless_lines(text), encoding


def _decode(content: bytes, name: str) -> tuple[bytes, str]:
    wide = _wide_encoding(content)
    if wide:
        shown = wide[:6]
        try:
            return content.decode(wide).removeprefix("\ufeff").encode(), shown
        except UnicodeError:
            raise InputError(
                [f"{name}: filen börjar som {shown.upper()} men är skadad. Ta ut uppgifterna igen som UTF-8."]
            ) from None
    has_bom = content.startswith(codecs.BOM_UTF8)
    text = content[len(codecs.BOM_UTF8) :] if has_bom else content
    try:
        if not _is_utf8(text):
            text.decode("utf-8")  # tells where it fails
        return text, "utf-8-sig" if has_bom else "utf-8"
    except UnicodeDecodeError as error:
        first_wrong = error.start
    if has_bom:
        raise _error(
            name,
            text,
            first_wrong,
            f"byten {text[first_wrong]:02X} är inte UTF-8, fast filen säger sig vara det. Ta ut uppgifterna igen i "
            "en enda teckenkodning.",
        )
    _refuse_mixture(text, first_wrong, name)
    _refuse_others(text, name)
    return text.decode("cp1252").encode(), "windows-1252"


def _wide_encoding(content: bytes) -> str:
    """UTF-32 or UTF-16, by its mark or, without one, by where the NUL bytes of ordinary letters stand."""
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = content[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if len(sample) >= 4 and len(content) % 2 == 0:
        if odd > 0.8 * len(sample[1::2]) and even < 0.1 * len(sample[::2]):
            return "utf-16-le"
        if even > 0.8 * len(sample[::2]) and odd < 0.1 * len(sample[1::2]):
            return "utf-16-be"
    return ""


def _is_utf8(text: bytes) -> bool:
    """Whether `text` is valid UTF-8, found out without decoding a copy of it."""
    ends = pa.array([0, len(text)], pa.int64()).buffers()[1]
    try:
        pa.Array.from_buffers(pa.large_string(), 1, [None, ends, pa.py_buffer(text)]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _refuse_mixture(text: bytes, first_wrong: int, name: str) -> None:
    """Raise InputError if `text`, which is not UTF-8 at `first_wrong`, holds UTF-8 elsewhere."""
    as_utf8 = _UTF8_IN_CP1252.search(text)
    if as_utf8:
        raise _error(
            name,
            text,
            min(first_wrong, as_utf8.start()),
            f"filen blandar teckenkodningar: rad {_line(text, as_utf8.start())} är UTF-8 och rad "
            f"{_line(text, first_wrong)} (byten {text[first_wrong]:02X}) är det inte. Namn skulle bli fel; ta ut "
            "uppgifterna igen i en enda teckenkodning.",
        )


def _refuse_others(text: bytes, name: str) -> None:
    """Raise InputError if `text` has the Swedish letters of another encoding than Windows-1252, or of none."""
    found = {encoding: letters.findall(text) for encoding, letters in _OTHERS.items()}
    likely = max(found, key=lambda encoding: len(found[encoding]))
    if found[likely] and not _LETTERS_IN_CP1252.search(text):
        first = _OTHERS[likely].search(text)
        assert first
        raise _error(
            name,
            text,
            first.start(),
            f"å, ä och ö ser ut att vara i teckenkodningen {likely}, som inte läses. Ta ut uppgifterna igen som UTF-8.",
        )
    if undefined := _UNDEFINED_IN_CP1252.search(text):
        at = undefined.start()
        raise _error(
            name,
            text,
            at,
            f"byten {text[at]:02X} finns varken i UTF-8 eller i Windows-1252; filen blandar teckenkodningar eller är "
            "skadad. Ta ut uppgifterna igen som UTF-8.",
        )


def _error(name: str, text: bytes, position: int, what: str) -> InputError:
    return InputError([f"{name}, rad {_line(text, position)}: {what}"])


def _line(text: bytes, position: int) -> int:
    before = text[:position]
    return 1 + before.count(b"\n") + before.replace(b"\r\n", b"").count(b"\r")
