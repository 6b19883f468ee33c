"""Texts of one length seen as a matrix of bytes, so that a million of them are read by a few array operations."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Rows = npt.NDArray[np.intp]
Bytes = npt.NDArray[np.uint8]


def byte_lengths(texts: pa.Array) -> npt.NDArray[np.int64]:
    """The UTF-8 length of every text in `texts` (no missing values)."""
    lengths: npt.NDArray[np.int64] = pc.binary_length(texts).to_numpy(zero_copy_only=False).astype(np.int64)
    return lengths


def of_length(texts: pa.Array, lengths: npt.NDArray[np.int64], length: int) -> tuple[Rows, Bytes]:
    """The rows whose text is `length` bytes long, and those texts as a matrix of shape (rows, length).

    `lengths` is `byte_lengths(texts)`. The matrix may share memory with `texts` and is read-only.
    """
    chosen = lengths == length
    rows = np.flatnonzero(chosen)
    only_these = len(rows) * length == int(lengths.sum())  # the other texts are empty and hold no bytes
    array = texts if only_these else texts.filter(pa.array(chosen))
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if not len(rows) or not length:
        return rows, np.empty((len(rows), length), dtype=np.uint8)
    offset_type = np.int64 if pa.types.is_large_string(array.type) else np.int32
    offsets = np.frombuffer(array.buffers()[1], dtype=offset_type)
    start = int(offsets[array.offset])
    joined = np.frombuffer(array.buffers()[2], dtype=np.uint8)
    return rows, joined[start : start + len(rows) * length].reshape(len(rows), length)
