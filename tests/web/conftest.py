"""A page for each test, and a real Chromium for those that need one."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.web.furnished import Furnished, furnished
from tests.web.running import Running, running
from tests.web.signing import confirm
from tests.web.stand import Browser, Stand, new_stand


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    made = new_stand(tmp_path, ledger=f"sqlite:///{tmp_path / 'faktura.db'}")
    yield made
    made.here.state.end()
    made.here.pool.shutdown()


@pytest.fixture
def browser(stand: Stand) -> Browser:
    return stand.browser()


@pytest.fixture(scope="session")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    """A page on which every form stands. Tests leave it as it was."""
    with furnished(tmp_path_factory.mktemp("sida") / "allt") as made:
        yield made


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium, driven by playwright. Without it the tests fail in CI, and skip elsewhere."""
    program = shutil.which("chromium")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed; .ci/run installs it")
        pytest.skip("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=program)
        yield started
        started.close()


@dataclass
class Opened:
    """A started page with a ledger and settings, and the address its first upload has."""

    program: Running
    upload: str
    cookies: list[Any]


@pytest.fixture(scope="session")
def opened(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """One program for the browser tests, logged in once, with the example on it."""
    from tests.web.stand import EXAMPLE

    folder = tmp_path_factory.mktemp("sida")
    settings = folder / "installningar"
    settings.mkdir()
    for name in ("avsandare.toml", "kunder.toml", "bokforing.toml", "logo.png"):
        shutil.copy(EXAMPLE.parent / name, settings / name)
    ledger = f"sqlite:///{folder / 'faktura.db'}"
    with running("--ledger", ledger, "--installningar", str(settings), str(EXAMPLE), temporary=folder) as program:
        context = chromium.new_context()
        page = context.new_page()
        page.goto(f"{program.base}/?nyckel={program.key}")
        page.get_by_role("link", name=EXAMPLE.name).click()
        upload = page.url.rsplit("/", 1)[0]
        yield Opened(program, upload, context.cookies())
        context.close()


@pytest.fixture
def page(chromium: Any, opened: Opened, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page of the browser that is logged in. No message of the console and no request to elsewhere is let pass."""
    options = getattr(request, "param", {})
    context = chromium.new_context(locale="sv-SE", timezone_id="Europe/Stockholm", **options)
    context.add_cookies(opened.cookies)
    seen: list[str] = []
    own = context.new_page()
    own.on("console", lambda message: message.type in ("error", "warning") and seen.append(message.text))
    own.on("pageerror", lambda error: seen.append(str(error)))
    own.on("request", lambda asked: asked.url.startswith((opened.program.base, "data:")) or seen.append(asked.url))
    own.seen = seen
    yield own
    context.close()
    assert seen == []


@pytest.fixture(scope="session")
def issued_month(chromium: Any, opened: Opened) -> Opened:
    """The month issued and a line disputed, the way a person does it: so that no screen is empty."""
    context = chromium.new_context()
    context.add_cookies(opened.cookies)
    page = context.new_page()
    page.goto(f"{opened.upload}/manad/2018-11?avtal=halland")
    page.get_by_role("link", name="Utfärda fakturorna").click()
    if "utan_efaktura" not in page.url and page.get_by_role("link", name="utan krav på e-faktura").count():
        page.get_by_role("link", name="utan krav på e-faktura").click()
    confirm(page, "2018-11", "788 100,00")
    page.get_by_role("heading", name="är utfärdad").wait_for()
    page.get_by_role("link", name=re.compile("^1$")).click()
    page.get_by_label("Rad", exact=True).fill("1")
    page.get_by_role("button", name="Registrera bestridandet").click()
    page.get_by_role("heading", name="Tvist 1").wait_for()
    context.close()
    return opened
