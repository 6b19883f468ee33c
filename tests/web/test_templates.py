"""Templates hold nothing that the content policy would refuse, and no word of the command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "web"
TEMPLATES = sorted((WEB / "templates").glob("*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_no_style_no_handler_no_script_of_its_own(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"\son[a-z]+\s*=", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text) and "<style" not in text
    assert not re.search(r"(?:href|src|action)=\"https?:", text)
    assert "|safe" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_no_word_of_the_command_line(path: Path) -> None:
    shown = re.sub(r"\{[%#{].*?[%#}]\}|<[^>]*>", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.search(r"(?<!\w)--?[a-z][a-z-]+", shown)


def test_the_script_keeps_nothing_and_makes_nothing_of_text() -> None:
    text = (WEB / "static" / "sida.js").read_text(encoding="utf-8")
    for word in ("eval", "Function(", "localStorage", "sessionStorage", "indexedDB", "caches", "innerHTML", ".style"):
        assert word not in text
    assert not re.search(r"https?://", text)
    assert len(text.splitlines()) <= 120
