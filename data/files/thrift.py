"""Thrift's compact protocol, in which a Parquet file tells of itself: read to what it says, whatever it says.

Arrow's own reader of it ends the whole process on some contradictions, so a file of unknown origin is read here first.
"""

from __future__ import annotations

from typing import Any

Struct = dict[int, Any]
"""A struct's values by field number: bool, int, bytes, list or Struct."""

_DEEPEST = 32
_STOP, _TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = 0, 1, 2, 3, 7, 8, 9, 10, 11, 12
_INTEGERS = (4, 5, 6)
_MOST_BITS = 64


class ThriftError(ValueError):
    """The bytes are no struct."""


def read_struct(content: bytes, at: int = 0) -> tuple[Struct, int]:
    """The struct that begins at `at`, and where it ends. Raises ThriftError."""
    reader = _Reader(content, at)
    try:
        return reader.struct(0), reader.at
    except IndexError:
        raise ThriftError("it ends too soon") from None


class _Reader:
    def __init__(self, content: bytes, at: int) -> None:
        self._content, self.at = content, at

    def struct(self, depth: int) -> Struct:
        if depth > _DEEPEST:
            raise ThriftError("structs within structs without end")
        found: Struct = {}
        field = 0
        while (head := self._byte()) != _STOP:
            field = field + (head >> 4) if head >> 4 else self._zigzag()
            kind = head & 15
            found[field] = kind == _TRUE if kind in (_TRUE, _FALSE) else self._value(kind, depth)
        return found

    def _value(self, kind: int, depth: int) -> Any:
        if kind in _INTEGERS:
            return self._zigzag()
        if kind == _BINARY:
            return self._take(self._varint())
        if kind == _STRUCT:
            return self.struct(depth + 1)
        if kind in (_LIST, _SET):
            return self._list(depth + 1)
        if kind in (_BYTE, _TRUE, _FALSE):
            return self._byte()
        if kind == _DOUBLE:
            return self._take(8)
        if kind == _MAP:
            return self._map(depth + 1)
        raise ThriftError(f"kind {kind}")

    def _list(self, depth: int) -> list[Any]:
        head = self._byte()
        size = head >> 4 if head >> 4 < 15 else self._varint()
        # Every element takes a byte at least.
        if size > len(self._content) - self.at:
            raise ThriftError("a list longer than what is left")
        return [self._value(head & 15, depth) for _ in range(size)]

    def _map(self, depth: int) -> None:
        size = self._varint()
        if size > len(self._content) - self.at:
            raise ThriftError("a map longer than what is left")
        kinds = self._byte() if size else 0
        for _ in range(size):
            self._value(kinds >> 4, depth)
            self._value(kinds & 15, depth)

    def _byte(self) -> int:
        value = self._content[self.at]
        self.at += 1
        return value

    def _take(self, size: int) -> bytes:
        if size > len(self._content) - self.at:
            raise ThriftError("a text longer than what is left")
        self.at += size
        return self._content[self.at - size : self.at]

    def _varint(self) -> int:
        value = shift = 0
        while (byte := self._byte()) & 0x80:
            value |= (byte & 0x7F) << shift
            shift += 7
            if shift > _MOST_BITS:
                raise ThriftError("a number without end")
        return value | byte << shift

    def _zigzag(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)
