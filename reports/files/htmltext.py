"""Small pieces of accessible HTML: escaped text, figures in Swedish, and tables with caption and scopes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from betalningsansvar.billing.charged_lines import dygn_text

NO_BREAK = "\u00a0"


def text(value: object) -> str:
    """Any value as text that no browser reads as markup."""
    return escape(str(value), quote=True)


def kronor(ore: int, *, signed: bool = False) -> str:
    """Öre as exact kronor: `1 234 567`, with two decimals only where there are öre."""
    whole, rest = divmod(abs(ore), 100)
    sign = "−" if ore < 0 else "+" if signed and ore > 0 else ""
    return f"{sign}{whole:,}".replace(",", NO_BREAK) + (f",{rest:02d}" if rest else "")


def dygn(micro: int) -> str:
    """Millionths of a dygn with decimal comma."""
    whole, _, part = dygn_text(micro).partition(".")
    return f"{int(whole):,}".replace(",", NO_BREAK) + (f",{part}" if part else "")


def count(number: int) -> str:
    """A whole number with spaces between thousands."""
    return f"{number:,}".replace(",", NO_BREAK)


def counted(number: int, one: str, more: str) -> str:
    """`1 kommun`, `2 kommuner`, `1 234 kommuner` with a no-break space."""
    return f"{count(number)} {one if number == 1 else more}"


def percent(part: int, whole: int) -> str:
    """`part` of `whole` in percent with one decimal, rounded half away from zero; a dash when there is no whole."""
    if whole == 0:
        return "–"
    tenths = (abs(part) * 2000 + abs(whole)) // (2 * abs(whole))
    sign = "−" if part < 0 and tenths else "+" if part > 0 and tenths else ""
    return f"{sign}{tenths // 10},{tenths % 10}{NO_BREAK}%"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of figures: what is shown, and the whole number it is sorted by."""

    shown: str
    value: int

    @classmethod
    def kr(cls, ore: int, *, signed: bool = False) -> Cell:
        """An amount in kronor."""
        return cls(kronor(ore, signed=signed), ore)


Content = Cell | str


def table(
    caption: str,
    head: Sequence[str],
    rows: Iterable[Sequence[Content]],
    *,
    foot: Sequence[Content] = (),
    name: str = "",
    css: str = "",
) -> str:
    """A table whose first column names the row; text is escaped, figures stand to the right."""
    body = list(rows)
    first = body[0] if body else foot
    numeric = [bool(first) and isinstance(cell, Cell) for cell in first] or [False] * len(head)
    heads = "".join(
        f'<th scope="col"{" class=n" if number else ""}>{text(name)}</th>'
        for name, number in zip(head, numeric, strict=False)
    )
    attributes = (f' id="{text(name)}"' if name else "") + (f' class="{css}"' if css else "")
    lines = "".join(_row(row, "td") for row in body)
    end = f"<tfoot>{_row(foot, 'td')}</tfoot>" if foot else ""
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{text(caption)}"><table{attributes}>'
        f"<caption>{text(caption)}</caption><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody>{end}</table></div>\n"
    )


def _row(cells: Sequence[Content], tag: str) -> str:
    first, *rest = cells
    named = f'<th scope="row">{text(first.shown if isinstance(first, Cell) else first)}</th>'
    others = "".join(
        f"<{tag} class=n data-v={cell.value}>{cell.shown}</{tag}>"
        if isinstance(cell, Cell)
        else f"<{tag}>{text(cell)}</{tag}>"
        for cell in rest
    )
    return f"<tr>{named}{others}</tr>"
