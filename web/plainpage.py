"""A page without template, for answers given before the application is asked."""

from __future__ import annotations

from html import escape


def plain_page(heading: str, sentence: str) -> bytes:
    """A whole small page in UTF-8: a heading and a sentence, nothing from the request."""
    return (
        '<!doctype html><html lang="sv"><head><meta charset="utf-8">'
        f"<title>{escape(heading)} – Betalningsansvar</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1"></head>'
        f"<body><main><h1>{escape(heading)}</h1><p>{escape(sentence)}</p></main></body></html>"
    ).encode()
