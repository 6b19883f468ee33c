"""On which line each key of a TOML text stands, so that a fault in what was read can be found."""

from __future__ import annotations

import re

Path = tuple[str | int, ...]
"""A table or key: `("regel", 2, "dagar")` is the key in the second `[[regel]]`."""

_HEADING = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"""\s*("[^"]*"|'[^']*'|[\w-]+)\s*=""")


def key_lines(text: str) -> dict[Path, int]:
    """Line by path, for headings and for keys written one a line. What is written otherwise is not in it."""
    found: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    inside = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if inside:
            inside = "" if inside in line else inside
            continue
        if heading := _HEADING.match(line):
            table = ()
            parts = [part.strip().strip("\"'") for part in heading[2].split(".")]
            for part in parts[:-1]:
                table = (*table, part)
                table = (*table, counts[table]) if table in counts else table
            table = (*table, parts[-1])
            if heading[1] == "[[":
                counts[table] = counts.get(table, 0) + 1
                table = (*table, counts[table])
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault((*table, key[1].strip("\"'")), number)
        for mark in ('"""', "'''"):
            if line.count(mark) % 2:
                inside = mark
    return found
