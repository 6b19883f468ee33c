"""A settings table as TOML text, in the order it is given: the other way of `data.toml_table`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Any


def toml_text(table: Mapping[str, Any]) -> str:
    """The table with its values first, then its tables and lists of tables. Blank texts and None are left out; an empty
    list is not: it says that there is none."""
    return "\n".join(_lines(table, "")) + "\n"


def _lines(table: Mapping[str, Any], name: str) -> Iterator[str]:
    for key, value in table.items():
        if not isinstance(value, Mapping) and not _is_tables(value) and value not in ("", None):
            yield f"{_key(key)} = {_value(value)}"
    for key, value in table.items():
        path = f"{name}.{key}" if name else key
        if isinstance(value, Mapping):
            if any(inner not in ("", None) for inner in value.values()):
                yield from ("", f"[{path}]", *_lines(value, path))
        elif _is_tables(value):
            for one in value:
                yield from ("", f"[[{path}]]", *_lines(one, path))


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key, re.ASCII) else _value(key)


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date | time | int):
        return str(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(one) for one in value)}]"
    # A TOML string in double quotes is escaped as JSON's is, and DEL besides.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
