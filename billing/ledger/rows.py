"""Many rows at once, as the driver gives them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select


def plain_rows(connection: Connection, query: Select[Any]) -> list[tuple[Any, ...]]:
    """The rows of a query as plain tuples of int, text and None; a named row per line would double the time."""
    result = connection.execute(query)
    cursor: Any = result.cursor
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    result.close()
    return rows
