"""Amounts as people type them."""

from __future__ import annotations

import re


def ore_typed(text: str) -> int | None:
    """`788 100,00 kr`, `788100` or `−12,50` as whole öre; None for anything else."""
    plain = re.sub(r"[\s\u00a0\u202f]|kr$", "", text.strip().lower()).replace("−", "-").replace("–", "-")
    found = re.fullmatch(r"(-?)(\d{1,12})(?:[.,](\d{2}))?", plain, re.ASCII)
    if found is None:
        return None
    ore = 100 * int(found[2]) + int(found[3] or 0)
    return -ore if found[1] else ore
