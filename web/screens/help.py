"""Hjälp: the handbook and the documents it points at, and what is known of accessibility."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flask import Response, abort, url_for
from markupsafe import Markup

from betalningsansvar.web.markdown import to_html
from betalningsansvar.web.pages import page

DOCUMENTS = {
    "handbok": "Handbok",
    "profiler": "Profiler",
    "e-faktura": "E-faktura och skyddat underlag",
    "liggare": "Liggaren",
    "bokslut": "Bokslut",
    "analys": "Analys",
    "server": "Server för flera handläggare",
}
_FOLDER = Path(__file__).parents[2] / "docs"
"""The documents lie beside the rooms, in the checkout and where the program is installed."""

_PICTURES = "bilder"


def show() -> Response:
    """The handbook."""
    return document("handbok")


def document(name: str) -> Response:
    """One of the listed documents; any other name is not there."""
    if name not in DOCUMENTS:
        abort(404)
    return page("hjalp.html", title=DOCUMENTS[name], text=_html(name), documents=DOCUMENTS, name=name)


def picture(name: str) -> Response:
    """A picture of a document."""
    content = _pictures().get(name)
    if content is None:
        abort(404)
    return Response(content, mimetype="image/png")


def accessibility() -> Response:
    """Tillgänglighetsredogörelsen."""
    return page("tillganglighet.html")


def _html(name: str) -> Markup:
    text = _FOLDER.joinpath(f"{name}.md").read_text(encoding="utf-8")
    return to_html(text, _address)


@cache
def _pictures() -> dict[str, bytes]:
    folder = _FOLDER / _PICTURES
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.name.endswith(".png")} if folder.is_dir() else {}


def _address(target: str) -> str:
    """Where a link of a document leads; blank for a file that is not on the page."""
    if target.startswith("https://"):
        return target
    path, _, part = target.partition("#")
    if path.startswith(f"{_PICTURES}/"):
        return url_for("hjalp_bild", name=path.removeprefix(f"{_PICTURES}/"))
    if not path:
        return f"#{part}"
    name = path.removesuffix(".md")
    if name not in DOCUMENTS:
        return ""
    return url_for("hjalp_dokument", name=name) + (f"#{part}" if part else "")
