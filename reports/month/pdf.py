"""Invoice and underlag as PDF, set by typst from the same content as the workbooks. Needs the extra `pdf`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from betalningsansvar.billing.charged_lines import dygn_text
from betalningsansvar.reports.files.cells import Column, Kind, cell_text, dygn
from betalningsansvar.reports.files.typeset import typeset
from betalningsansvar.reports.month.invoice import footer_text, line_columns, line_rows
from betalningsansvar.reports.month.invoice_content import mean_text
from betalningsansvar.reports.month.invoice_record import Entry, Invoice
from betalningsansvar.reports.month.underlag import case_table, facts_text, line_table, time_table
from betalningsansvar.reports.month.underlag_content import PERSONAL_DATA, Underlag
from betalningsansvar.reports.words.numbers import decimal_text, kronor_text

_LONG_WORD = re.compile(r"\S{16}(?=\S{8})")


def write_invoice_pdf(invoice: Invoice, path: Path) -> None:
    """Write one invoice. The same invoice gives the same bytes on every computer. Raises OSError."""
    content = {
        "title": f"{invoice.title} {invoice.kommunnamn} {invoice.period}",
        "author": invoice.sender_name,
        "footer": footer_text(invoice),
        "logotyp": f"Logotyp för {invoice.sender_name}" if invoice.logotyp else "",
        "called": invoice.title,
        "mark": invoice.mark,
        "sender": _entries(invoice.sender),
        "recipient": _entries(invoice.recipient),
        "facts_left": _entries(invoice.short_facts),
        "facts_right": _entries(invoice.long_facts),
        "heading": invoice.heading,
        "intro": invoice.intro,
        "notices": list(invoice.notices),
        "due_label": invoice.due_label,
        "amount": kronor_text(abs(invoice.amount_ore)),
        "payment": _entries(invoice.payment),
        "objection": invoice.objection,
        "lines": None if invoice.nothing_to_pay else _table(line_columns(invoice), line_rows(invoice)),
        "documents": [_basis(invoice)],
    }
    path.write_bytes(typeset("month", "invoice.typ", content, invoice.logotyp))


def write_underlag_pdf(underlag: Underlag, path: Path) -> None:
    """Write one underlag. Raises OSError."""
    content = {
        "title": f"{underlag.heading}, {underlag.kommunnamn}",
        "author": underlag.sender_name,
        "footer": f"{underlag.heading}  ·  {underlag.kommunnamn}  ·  Innehåller personuppgifter",
        "kommun": f"{underlag.kommunnamn} {underlag.kommun}".strip(),
        "heading": underlag.heading,
        "personal_data": PERSONAL_DATA,
        "facts": facts_text(underlag),
        "cases": _table(*case_table(underlag)),
        "times": _table(*time_table(underlag)),
        "lines": _table(*line_table(underlag)),
        "documents": [_basis(document) for document in underlag.documents],
    }
    path.write_bytes(typeset("month", "underlag.typ", content))


def _entries(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    return [{"label": e.label, "text": cell_text(e.text), "missing": e.missing} for e in entries]


def _basis(invoice: Invoice) -> dict[str, Any]:
    return {
        "called": invoice.title if invoice.is_numbered else "",
        "bases": [
            {"number": str(b.number), "heading": b.heading, "text": " ".join(b.sentences)} for b in invoice.bases
        ],
        "means": [mean_text(mean) for mean in invoice.means],
    }


def _table(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
    total = [
        _shown(column.kind, sum(row[at] or 0 for row in rows)) if column.summed else ""
        for at, column in enumerate(columns)
    ]
    return {
        "headings": [column.heading for column in columns],
        "right": [column.align == "right" for column in columns],
        "widths": [_width(column, [row[at] for row in rows]) for at, column in enumerate(columns)],
        "rows": _rows(columns, rows),
        "total": ["Summa", *total[1:]] if any(column.summed for column in columns) else [],
    }


def _width(column: Column, values: Sequence[Any]) -> str:
    """`rest` for what takes the room that is left, `long` for names that are broken, blank for as much as it needs."""
    if column.heading == "Varför":
        return "rest"
    return "long" if any(isinstance(value, str) and _LONG_WORD.search(value) for value in values) else ""


def _rows(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> list[list[str]]:
    return [[_shown(column.kind, value) for column, value in zip(columns, row, strict=True)] for row in rows]


def _shown(kind: Kind, value: Any) -> str:
    """A value as the workbook shows it, with decimal comma."""
    if value is None:
        return ""
    match kind:
        case "ore":
            return kronor_text(value)
        case "dygn":
            return decimal_text(dygn_text(value))
        case "medel":
            return decimal_text(f"{dygn(value):.2f}")
        case "tid":
            return _moment(value)
        case _:
            # A long word gets places where the line may break, or it would run over the next column.
            return _LONG_WORD.sub(lambda piece: f"{piece[0]}\u200b", cell_text(str(value)))


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}".removesuffix(":00")
