"""Texts of one length seen as a matrix of bytes, so that a million of them are read by a few array operations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Texts: TypeAlias = pa.Array | pa.ChunkedArray
Rows = npt.NDArray[np.intp]
Bytes = npt.NDArray[np.uint8]

SECRET = 48
"""How many bytes a secret has."""

_LONGEST_HASHED = 64
_ODD = np.uint64(0x9E3779B97F4A7C15)


def of_each_length(texts: Texts, longest: int) -> Iterator[tuple[int, Rows, Bytes | None]]:
    """Every length among the UTF-8 `texts` (no missing values) that are not empty, some of the texts at a time.

    Yields the length, the rows that have it, and those texts as a read-only matrix of shape (rows, length).
    Texts longer than `longest` bytes come together under the length `longest + 1`, without a matrix.
    """
    start = 0
    for array in texts.chunks if isinstance(texts, pa.ChunkedArray) else [texts]:
        lengths = np.minimum(pc.binary_length(array).to_numpy(zero_copy_only=False), longest + 1)
        counts = np.bincount(lengths)
        present = np.flatnonzero(counts[1:]) + 1
        for length in present.tolist():
            chosen = lengths == length
            rows = np.flatnonzero(chosen) + start
            if length > longest:
                yield length, rows, None
            else:
                # Empty texts hold no bytes: the others lie side by side also among them.
                same = array if len(present) == 1 else array.filter(pa.array(chosen))
                yield length, rows, _side_by_side(same, len(rows), length)
        start += len(array)


def all_differ(texts: Texts) -> bool:
    """Whether no text that is not empty stands twice in `texts`. False may also mean that it was not found out.

    Equal texts have equal hashes, so that hashes which all differ settle it in a third of the time it takes to
    number the texts.
    """
    found = hashes(texts)
    ordered = np.sort(found[found != 0])
    return not bool((ordered[1:] == ordered[:-1]).any())


def hashes(texts: Texts) -> npt.NDArray[np.uint64]:
    """A hash of each of the UTF-8 `texts`: equal texts have equal hashes, and an empty one has 0, as no other has.

    A few different texts among billions may share one. All texts longer than 64 bytes do.
    """
    found = np.zeros(len(texts), dtype=np.uint64)
    for length, rows, matrix in of_each_length(texts, longest=_LONGEST_HASHED):
        if matrix is None:
            found[rows] = 1
            continue
        padded = np.zeros((len(rows), -(-length // 8) * 8), dtype=np.uint8)
        padded[:, :length] = matrix
        mixed = np.full(len(rows), length, dtype=np.uint64)
        for word in padded.view(np.uint64).T:
            mixed = (mixed ^ word) * _ODD
            mixed ^= mixed >> np.uint64(32)
        found[rows] = np.maximum(mixed, np.uint64(2))
    return found


def mixed(numbers: npt.NDArray[np.uint64], secret: bytes) -> npt.NDArray[np.uint64]:
    """Other numbers, as different as the `numbers` were, from which those are not read without the secret (SECRET
    bytes); each step can be undone by who knows it. It obscures what is left on a disk, and is no encryption."""
    keys = np.frombuffer(secret, np.uint64)
    for place in range(0, len(keys), 2):
        numbers = (numbers ^ keys[place]) * (keys[place + 1] | np.uint64(1))
        numbers ^= numbers >> np.uint64(32)
    return numbers


def _side_by_side(array: pa.Array, count: int, length: int) -> Bytes:
    """The bytes of `array`, whose texts that are not empty are `count` texts of `length` bytes each."""
    _, offsets, joined = array.buffers()
    offset_type = np.int64 if pa.types.is_large_string(array.type) else np.int32
    first = int(np.frombuffer(offsets, dtype=offset_type)[array.offset])
    return np.frombuffer(joined, dtype=np.uint8)[first : first + count * length].reshape(count, length)
