"""The forms that stand on pages, as a browser reads them: where each is sent, and what stands in its fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Field:
    """One field: its name, kind (`text`, `checkbox`, `select`, `file` …), what stands in it, and what can be chosen."""

    name: str
    kind: str
    value: str = ""
    chosen: bool = False
    choices: list[str] = field(default_factory=list)
    id: str = ""
    focused: bool = False


@dataclass
class Form:
    """One form: its address (blank: that of its page) and its fields."""

    action: str
    fields: list[Field] = field(default_factory=list)

    @property
    def values(self) -> dict[str, str]:
        """What would be sent as it stands; no files."""
        return {
            one.name: one.value
            for one in self.fields
            if one.name and one.kind != "file" and (one.kind not in ("checkbox", "radio") or one.chosen)
        }


class Page(HTMLParser):
    """A page: its forms (`forms` are posted, `asking` only ask), its links, which fields have the focus, and its
    visible text by where it stands (`inside`)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.asking: list[Form] = []
        self.links: list[str] = []
        self.focused: list[str] = []
        self.inside: dict[str, list[str]] = {"fel": [], "faltfel": [], "": []}
        self._form: Form | None = None
        self._field: Field | None = None
        self._stack: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        own = {name: value or "" for name, value in attributes}
        if "autofocus" in own:
            self.focused.append(own.get("id", ""))
        if tag == "a" and "href" in own:
            self.links.append(own["href"])
        if tag == "form":
            self._form = Form(own.get("action", ""))
            (self.forms if own.get("method") == "post" else self.asking).append(self._form)
        elif tag in ("input", "select", "textarea") and self._form is not None:
            kind = own.get("type", "text") if tag == "input" else tag
            made = Field(own.get("name", ""), kind, own.get("value", "ja" if kind == "checkbox" else ""))
            made.chosen, made.id, made.focused = "checked" in own, own.get("id", ""), "autofocus" in own
            self._form.fields.append(made)
            self._field = made
        elif tag == "option" and self._field and self._field.kind == "select":
            if "selected" in own or not self._field.choices:
                self._field.value = own.get("value", "")
            self._field.choices.append(own.get("value", ""))
        if tag not in ("input", "br", "meta", "link", "img", "hr", "col", "wbr"):
            place = "fel" if own.get("id") == "fel" else "faltfel" if own.get("class") == "faltfel" else ""
            self._stack.append((tag, place))

    def handle_endtag(self, tag: str) -> None:
        while self._stack and self._stack.pop()[0] != tag:
            pass
        if tag == "form":
            self._form = None
        if tag in ("select", "textarea"):
            self._field = None

    def handle_data(self, text: str) -> None:
        if self._stack and self._stack[-1][0] in ("script", "style", "title"):
            return
        if self._field and self._field.kind == "textarea":
            self._field.value += text
        place = next((place for _, place in reversed(self._stack) if place), "")
        if text.strip():
            self.inside[place].append(" ".join(text.split()))

    def told(self, place: str) -> str:
        """The text that stands there, blanks as one."""
        return " ".join(" ".join(self.inside[place]).split())
