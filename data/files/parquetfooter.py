"""What a Parquet file says of itself at its end, judged before anything in it is unpacked.

The footer alone tells how large the file becomes. A file that claims to unpack to far more than its size, or whose
footer contradicts itself, is not opened further.
"""

from __future__ import annotations

from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from betalningsansvar.data.files.inputs import InputError
from betalningsansvar.data.files.kinds import ZIP, other_kind

MAGIC, _ENCRYPTED = b"PAR1", b"PARE"
_ENDS = 12  # the magic at the start; the footer's length and the magic at the end
_BEGINNING = 1 << 16
_LARGEST_FOOTER = 64 << 20
_LEAST_UNPACKED, _MOST_RATIO = 150 << 20, 40  # as of a workbook; real cases shrink to a tenth
_LEAST_ROWS = 1_000_000
_LEAST_CELLS, _CELLS_A_BYTE = 100_000_000, 10
_PREFIXED = "DELTA_BYTE_ARRAY"
DAMAGE = (pa.ArrowException, OSError, ValueError, KeyError, IndexError, OverflowError)


def require_whole(stream: BinaryIO, size: int, name: str) -> None:
    """Raise InputError when the bytes are no Parquet file, an encrypted one, or one that was cut short."""
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


def require_sound(footer: pq.FileMetaData, size: int, name: str) -> None:
    """Raise InputError when the footer contradicts itself, or the file unpacks to far more than its size."""
    groups = [footer.row_group(n) for n in range(footer.num_row_groups)]
    rows = [group.num_rows for group in groups]
    if footer.num_rows != sum(rows) or min(rows, default=0) < 0:
        raise damaged(name)
    unpacked = 0
    for group in groups:
        for place in range(group.num_columns):
            chunk = group.column(place)
            if chunk.total_uncompressed_size < 0 or not 0 <= chunk.total_compressed_size <= size:
                raise damaged(name)
            # Each text may repeat the one before it without end, which nothing but its unpacking tells.
            if _PREFIXED in chunk.encodings:
                raise InputError(
                    [
                        f"{name}: kolumnen {place + 1} är kodad som {_PREFIXED}, som inte läses. "
                        "Skriv filen med förvald kodning."
                    ]
                )
            unpacked += chunk.total_uncompressed_size
    cells = footer.num_rows * footer.num_columns
    if (
        unpacked > max(_LEAST_UNPACKED, size * _MOST_RATIO)
        or footer.num_rows > max(_LEAST_ROWS, size)
        or cells > max(_LEAST_CELLS, size * _CELLS_A_BYTE)
    ):
        raise absurd(name)


def absurd(name: str) -> InputError:
    return InputError(
        [
            f"{name}: filen packas upp till långt mer än sin storlek och öppnas inte. "
            "Ta ut uppgifterna igen, eller som CSV."
        ]
    )
