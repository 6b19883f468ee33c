"""What a Parquet file says of itself at its end, judged before anything in it is unpacked.

The footer and the headers of the pages tell how large the file becomes. A file that would unpack to far more than its
size, or that contradicts itself, is not opened further: some contradictions end Arrow's reader with the whole process.
"""

from __future__ import annotations

from typing import BinaryIO

import pyarrow as pa

from betalningsansvar.data.files.inputs import InputError
from betalningsansvar.data.files.kinds import ZIP, other_kind
from betalningsansvar.data.files.parquetstructs import DELTA_BYTE_ARRAY, Footer, Page, read_footer, read_page
from betalningsansvar.data.files.thrift import ThriftError

MAGIC, _ENCRYPTED = b"PAR1", b"PARE"
_ENDS = 12  # the magic at the start; the footer's length and the magic at the end
_BEGINNING = 1 << 16
_LARGEST_FOOTER = 64 << 20
_LEAST_UNPACKED, _MOST_RATIO = 150 << 20, 40  # as of a workbook; real cases shrink to a tenth
_LEAST_ROWS = 1_000_000
_LEAST_CELLS, _CELLS_A_BYTE = 100_000_000, 20
_SHORT_HEADER, _LONG_HEADER = 1 << 10, 1 << 20
DAMAGE = (pa.ArrowException, OSError, ValueError, KeyError, IndexError, OverflowError)


def require_whole(stream: BinaryIO, size: int, name: str) -> None:
    """Raise InputError when the bytes are no Parquet file, an encrypted one, one that was cut short or contradicts
    itself, or one that unpacks to far more than its size."""
    stream.seek(0)
    beginning = stream.read(_BEGINNING)
    if beginning[:4] == _ENCRYPTED:
        raise InputError([f"{name}: filen är krypterad. Spara den som Parquet utan kryptering."])
    if beginning[:4] != MAGIC:
        raise InputError([f"{name}: {_what_else(beginning)}"])
    stream.seek(max(0, size - 8))
    ending = stream.read(8)
    length = int.from_bytes(ending[:4], "little")
    if ending[4:] == _ENCRYPTED:
        raise InputError([f"{name}: filen är krypterad. Spara den som Parquet utan kryptering."])
    if size < _ENDS or ending[4:] != MAGIC:
        raise InputError([f"{name}: filen är avbruten, slutet saknas. Kopiera eller ta ut den igen."])
    if length > min(size - _ENDS, _LARGEST_FOOTER):
        raise damaged(name)
    stream.seek(size - 8 - length)
    try:
        footer = read_footer(stream.read(length))
        _require_sound(footer, size, name)
        _require_pages(stream, footer, size, name)
    except (ThriftError, KeyError, TypeError, AttributeError, OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise damaged(name) from None


def _what_else(beginning: bytes) -> str:
    if kind := other_kind(beginning):
        return f"är {kind}."
    if beginning.startswith(ZIP):
        return "är en Excelarbetsbok med fel namn. Byt namn på den så att det slutar på .xlsx."
    if beginning[:1024].count(0) == 0 and b"\n" in beginning[:4096]:
        return "är en textfil med fel namn. Byt namn på den så att det slutar på .csv."
    return "filen är ingen Parquet-fil. Ta ut den igen."


def damaged(name: str) -> InputError:
    return InputError([f"{name}: Parquet-filen är skadad och går inte att läsa. Kopiera eller ta ut den igen."])


def _require_sound(footer: Footer, size: int, name: str) -> None:
    """Raise InputError when the footer contradicts itself, or the file unpacks to far more than its size."""
    leaves = len(footer.levels)
    rows = [group.rows for group in footer.groups]
    if footer.rows != sum(rows) or min(rows, default=0) < 0 or any(len(g.chunks) != leaves for g in footer.groups):
        raise damaged(name)
    unpacked = 0
    for group in footer.groups:
        for place, (chunk, levels) in enumerate(zip(group.chunks, footer.levels, strict=True), start=1):
            if chunk.encrypted:
                raise InputError([f"{name}: kolumn {place} är krypterad. Spara filen som Parquet utan kryptering."])
            if chunk.unpacked < 0 or not 0 <= chunk.packed <= size or not chunk.fits(levels):
                raise damaged(name)
            # Each text may repeat the one before it without end, which nothing but its unpacking tells.
            if DELTA_BYTE_ARRAY in chunk.encodings:
                raise InputError(
                    [
                        f"{name}: kolumn {place} är kodad som DELTA_BYTE_ARRAY, som inte läses. "
                        "Skriv filen med förvald kodning."
                    ]
                )
            unpacked += chunk.unpacked
    cells = footer.rows * leaves
    if (
        unpacked > _most_unpacked(size)
        or footer.rows > max(_LEAST_ROWS, size)
        or cells > max(_LEAST_CELLS, size * _CELLS_A_BYTE)
    ):
        raise absurd(name)


def _require_pages(stream: BinaryIO, footer: Footer, size: int, name: str) -> None:
    """Raise InputError when the pages, whatever the footer says of them, unpack to far more than the file's size."""
    left = _most_unpacked(size)
    for number, group in enumerate(footer.groups):
        for chunk in group.chunks:
            at = chunk.start
            while at < chunk.start + chunk.packed:
                try:
                    page, length = _page_at(stream, at)
                except ThriftError:
                    raise damaged(f"{name}, radgrupp {number}") from None
                left -= page.unpacked
                if left < 0:
                    raise absurd(name)
                if page.packed < 0 or page.unpacked < 0:
                    raise damaged(f"{name}, radgrupp {number}")
                at += length + page.packed


def _page_at(stream: BinaryIO, at: int) -> tuple[Page, int]:
    """The header of the page at `at`, and how long it is. Raises ThriftError."""
    for most in (_SHORT_HEADER, _LONG_HEADER):
        stream.seek(at)
        beginning = stream.read(most)
        try:
            return read_page(beginning)
        except ThriftError:
            if len(beginning) < most or most == _LONG_HEADER:
                raise
    raise AssertionError("one of the two was read or raised")


def _most_unpacked(size: int) -> int:
    return max(_LEAST_UNPACKED, size * _MOST_RATIO)


def absurd(name: str) -> InputError:
    return InputError(
        [
            f"{name}: filen packas upp till långt mer än sin storlek och öppnas inte. "
            "Ta ut uppgifterna igen, eller som CSV."
        ]
    )
