"""The look of every workbook: one font, one accent colour, and numbers written the Swedish way on every computer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

FONT = "Arial"
INK, ACCENT, TINT, MUTED = "#1A1A1A", "#1F4E5F", "#EAF1F3", "#5A6470"
RULE = "#B7C4C9"
BARS = ACCENT, "#7A8B94", "#B5533C"
"""The colours of bars: the figure itself, what it stands beside, and what goes against it."""
PARTS = (ACCENT, "#B5533C", "#3E7D4F", "#6B4C9A", "#8A6D1F", "#2F6DB5", "#A03A6B", "#5A6470")
"""The colours of the parts of a bar, in their order."""

# An Office in another language writes the thousands its own way, so the no-break space between them is part of the
# format. Dygn are General, because "#,##0.######" leaves a comma behind a whole number; a mean shows two decimals.
_FORMATS: dict[str, str] = {
    "dygn": "General",
    "medel": "[$-41D]0.00",
    "dag": "yyyy-mm-dd",
    "tid": "yyyy-mm-dd hh:mm",
    "sekund": "yyyy-mm-dd hh:mm:ss",
    "wrap": "General",
}
AXIS = '[>=1000000]#"\u00a0"###"\u00a0"##0;[>=1000]#"\u00a0"##0;0'
"""Kronor along the axis of a chart, where nothing is below zero: the last part of such a format shows no minus."""
SIGNED_AXIS = '[>=1000000]#"\u00a0"###"\u00a0"##0;[<0]-#"\u00a0"##0;#"\u00a0"##0'
"""The same where something may be."""


def number_format(kind: str, thousands: int = 0) -> str:
    """The format of a kind of number; `thousands` is how many groups of three digits stand before the last."""
    if kind not in ("ore", "antal"):
        return _FORMATS[kind]
    whole = "#" + '"\u00a0"###' * (thousands - 1) + '"\u00a0"##0' if thousands else "0"
    return f'[$-41D]{whole}.00"\u00a0kr"' if kind == "ore" else whole


def thousands_of(value: Decimal | int) -> int:
    """How many times the digits before the decimal sign are parted."""
    return (len(str(abs(int(value)))) - 1) // 3


STYLES: dict[str, dict[str, Any]] = {
    "title": {"font_size": 18, "bold": True, "font_color": ACCENT},
    "subtitle": {"font_size": 10, "font_color": MUTED},
    "heading": {"font_size": 11, "bold": True, "font_color": ACCENT},
    "label": {"font_color": MUTED},
    "plain": {},
    "bold": {"bold": True},
    "party": {"shrink": True},
    "party_name": {"shrink": True, "bold": True},
    "party_missing": {"shrink": True, "italic": True, "font_color": "#8A1C1C"},
    "paragraph": {"text_wrap": True, "valign": "top"},
    "warning": {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "border_color": INK, "indent": 1},
    "mark": {"bold": True, "font_size": 12, "font_color": "#8A1C1C"},
    "notice": {"bold": True, "text_wrap": True, "valign": "vcenter"},
    "missing_wrap": {"italic": True, "font_color": "#8A1C1C", "text_wrap": True, "valign": "top"},
    "missing": {"italic": True, "font_color": "#8A1C1C"},
    "head": {
        "bold": True,
        "font_color": ACCENT,
        "bottom": 2,
        "bottom_color": ACCENT,
        "text_wrap": True,
        "valign": "bottom",
    },
    "cell": {"bottom": 4, "bottom_color": RULE, "valign": "top"},
    "cell_wrap": {"bottom": 4, "bottom_color": RULE, "valign": "top", "text_wrap": True},
    "total": {"bold": True, "top": 2, "top_color": ACCENT},
    "due": {
        "bold": True,
        "font_size": 13,
        "bg_color": TINT,
        "top": 1,
        "bottom": 1,
        "border_color": ACCENT,
        "valign": "vcenter",
    },
    "verdict_head": {"bold": True, "font_color": ACCENT, "bottom": 2, "bottom_color": ACCENT, "indent": 1},
    "verdict": {"bottom": 4, "bottom_color": RULE, "bold": True, "valign": "top", "indent": 1},
    "over": {"bold": True, "font_color": "#8A1C1C"},
    "under": {"font_color": "#1E6B3A"},
    "severity_avvisar": {"bg_color": "#F3C9C4"},
    "severity_parkerar": {"bg_color": "#F8DDC3"},
    "severity_blockerar": {"bg_color": "#FBEFC6"},
    "severity_varning": {"bg_color": "#FDF8E1"},
    "severity_upplysning": {"bg_color": "#E6F0F3"},
    "link": {"bottom": 4, "bottom_color": RULE, "valign": "top", "underline": 1, "font_color": ACCENT},
}
