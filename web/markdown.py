"""The documents of the house as HTML: the few forms of Markdown they use, every text escaped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from markupsafe import Markup, escape

Address = Callable[[str], str]
"""Turns what a link of a document points at into an address, blank where there is none: the text stays."""

_INLINE = re.compile(
    r"`(?P<code>[^`]+)`|\*\*(?P<strong>[^*]+)\*\*|!\[(?P<alt>[^]]*)]\((?P<image>[^)]+)\)|\[(?P<text>[^]]+)]\((?P<link>[^)]+)\)"
)
_ITEM = re.compile(r"(?:[-*]|(?P<number>\d+)\.) +(?P<text>.*)")


def to_html(text: str, address: Address) -> Markup:
    """A whole document. Headings get the names that links within documents use."""
    return Markup("\n").join(_blocks(text.splitlines(), address))


def anchor(heading: str) -> str:
    """The name of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _blocks(lines: list[str], address: Address) -> Iterator[Markup]:
    place = 0
    while place < len(lines):
        line = lines[place]
        if not line.strip():
            place += 1
        elif line.startswith("```"):
            end = next((n for n in range(place + 1, len(lines)) if lines[n].startswith("```")), len(lines))
            yield Markup('<pre tabindex="0"><code>{}</code></pre>').format("\n".join(lines[place + 1 : end]))
            place = end + 1
        elif found := re.fullmatch(r"(#{1,4}) +(.*)", line):
            level = len(found[1])
            yield Markup('<h{0} id="{1}">{2}</h{0}>').format(level, anchor(found[2]), inline(found[2], address))
            place += 1
        else:
            end = next((n for n in range(place, len(lines)) if not lines[n].strip() or _starts(lines[n])), len(lines))
            end = max(end, place + 1)
            if line.startswith("|"):
                yield _table(lines[place:end], address)
            elif _ITEM.match(line):
                end = _end_of_list(lines, place)
                yield _list(lines[place:end], address)
            else:
                yield Markup("<p>{}</p>").format(inline(" ".join(lines[place:end]), address))
            place = end


def _starts(line: str) -> bool:
    return line.startswith(("```", "#"))


def _end_of_list(lines: list[str], place: int) -> int:
    """The first line after a list: its items, and the indented lines that go on with one."""
    while place < len(lines) and (
        _ITEM.match(lines[place]) or (lines[place].startswith("  ") and lines[place].strip())
    ):
        place += 1
    return place


def _list(lines: list[str], address: Address) -> Markup:
    items: list[str] = []
    numbered = False
    for line in lines:
        found = _ITEM.match(line)
        if found:
            numbered = numbered or found["number"] is not None
            items.append(found["text"])
        else:
            items[-1] += f" {line.strip()}"
    kind = "ol" if numbered else "ul"
    inside = Markup("").join(Markup("<li>{}</li>").format(inline(item, address)) for item in items)
    return Markup("<{0}>{1}</{0}>").format(kind, inside)


def _table(lines: list[str], address: Address) -> Markup:
    rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))] for line in lines]
    head, body = rows[0], [row for row in rows[1:] if not all(re.fullmatch(r":?-+:?", cell) for cell in row)]
    heads = Markup("").join(Markup('<th scope="col">{}</th>').format(inline(cell, address)) for cell in head)
    shown = Markup("").join(_row(row, address) for row in body)
    return Markup(
        '<div class="bred" tabindex="0" role="region" aria-label="Tabell: {2}"><table><thead><tr>{0}</tr></thead>'
        "<tbody>{1}</tbody></table></div>"
    ).format(heads, shown, ", ".join(filter(None, head)))


def _row(row: list[str], address: Address) -> Markup:
    first, *rest = (inline(cell, address) for cell in row)
    cells = Markup("").join(Markup("<td>{}</td>").format(cell) for cell in rest)
    return Markup('<tr><th scope="row">{}</th>{}</tr>').format(first, cells)


def inline(text: str, address: Address) -> Markup:
    """Code, strong text, links and pictures within a line."""
    made, last = Markup(""), 0
    for found in _INLINE.finditer(text):
        made += escape(text[last : found.start()])
        last = found.end()
        if found["code"] is not None:
            made += Markup("<code>{}</code>").format(found["code"])
        elif found["strong"] is not None:
            made += Markup("<strong>{}</strong>").format(found["strong"])
        elif found["image"] is not None:
            made += Markup('<img src="{}" alt="{}" class="bild">').format(address(found["image"]), found["alt"])
        elif leads_to := address(found["link"]):
            made += Markup('<a href="{}">{}</a>').format(leads_to, inline(found["text"], address))
        else:
            made += inline(found["text"], address)
    return made + escape(text[last:])
