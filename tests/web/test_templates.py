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


def test_every_mending_is_of_an_error_that_exists_and_leads_to_a_screen() -> None:
    from betalningsansvar.web.mend import SCREENS
    from betalningsansvar.web.routes import ROUTES

    house = WEB.parent
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for room in ("data", "tariffs", "billing", "reports", "operations", "web")
        for path in (house / room).rglob("*.py")
    )
    assert [name for name in SCREENS if f"class {name}(" not in code] == []
    endpoints = {endpoint for _, endpoint, *_ in ROUTES}
    assert {endpoint for endpoint, _ in SCREENS.values()} <= endpoints


def test_the_page_names_no_option_in_its_own_words() -> None:
    for path in WEB.rglob("*.py"):
        if path.name != "command.py":
            assert not re.search(r"[\"' ]--[a-z]", path.read_text(encoding="utf-8")), path.name
