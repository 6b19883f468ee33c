"""A listing that another program reads: the same table as text on the terminal, as CSV or as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas as pd

Shape = Literal["csv", "json"]

INVOICES = {
    "number": "fakturanummer",
    "printed": "tryckt_nummer",
    "kommun": "kommun",
    "period": "period",
    "kind": "typ",
    "credits": "krediterar",
    "invoice_date": "fakturadatum",
    "due_date": "forfallodag",
    "objection_until": "sista_invandningsdag",
    "lines": "antal_rader",
    "amount_ore": "belopp_ore",
    "disputed_ore": "bestritt_ore",
}
DISPUTES = {
    "id": "bestridande",
    "printed": "faktura",
    "rows": "rader",
    "kommun": "kommun",
    "period": "period",
    "arende_id": "arende_id",
    "reason": "orsak",
    "amount_ore": "belopp_ore",
    "step": "steg",
    "decision": "beslut",
    "days_open": "dagar_oppet",
    "raised_on": "bestritt_den",
    "objection_until": "sista_invandningsdag",
    "due_date": "forfallodag",
    "decided_on": "beslutat_den",
    "limitation_date": "preskriberas",
}
"""Our column by the name that a listing gives it."""

OPEN_MONTHS = ("manad", "sista_invandningsdag", "kan_utfardas")


def listing(table: pd.DataFrame, names: Mapping[str, str], shape: Shape) -> Iterator[str]:
    """The columns of `names`, a line each: CSV (RFC 4180, for programs) or one JSON array of objects."""
    shown = table[list(names)].rename(columns=dict(names)).astype(object)
    shown = shown.where(shown.notna(), None)
    yield from rows_listing(shown.to_dict("records"), list(names.values()), shape)


def rows_listing(rows: Sequence[Mapping[Any, object]], names: Sequence[str], shape: Shape) -> Iterator[str]:
    """The same of rows that have these names already."""
    if shape == "json":
        yield json.dumps(rows, ensure_ascii=False, indent=2)
        return
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([row[name] for name in names] for row in rows)
    yield from text.getvalue().splitlines()
