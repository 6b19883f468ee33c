"""The log and the pages for faults tell where, never who."""

from __future__ import annotations

import logging
import re

import pytest

from betalningsansvar.web.screens import check
from tests.web.stand import Browser, Stand

SECRET = "19121212-1212"


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, logger="betalningsansvar.web")
    return caplog


def test_a_line_of_the_log_is_method_route_status_and_time(browser: Browser, log: pytest.LogCaptureFixture) -> None:
    browser.send([(f"{SECRET}.csv", b"x" * 10)])
    address = browser.upload()
    browser.get(f"{address}/arenden?q={SECRET}")
    browser.post(f"{address}/arende/3/patient?avtal={SECRET}")
    browser.get(f"/{SECRET}")
    own = [record.getMessage() for record in log.records if record.name == "betalningsansvar.web"]
    assert len(own) >= 4
    assert all(re.fullmatch(r"(GET|POST) \S+ \d{3} \d+ ms", line) for line in own)
    told = "\n".join(own)
    assert "/u/<id>/arenden" in told and SECRET not in told and "H18-" not in told and address not in told


def test_a_fault_has_a_number_and_no_text(
    browser: Browser, log: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = browser.upload()

    def fail(*_: object, **__: object) -> None:
        raise KeyError(SECRET)

    monkeypatch.setattr(check, "page", fail)
    answer = browser.get(f"{address}/kontroll")
    (number,) = re.findall(r"Fel nummer ([0-9a-f]{8})", answer.text)
    assert answer.status_code == 500
    assert SECRET not in answer.text and "Traceback" not in answer.text and "KeyError" not in answer.text
    assert number in log.text and "KeyError" in log.text and SECRET not in log.text
    assert browser.get(f"{address}/arenden").status_code == 200


def test_a_fault_in_the_page_for_faults_is_told_too(
    browser: Browser, log: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError(SECRET)

    monkeypatch.setattr("betalningsansvar.web.errors.page", fail)
    answer = browser.get("/finns/inte")
    assert answer.status_code == 500 and "Fel nummer" in answer.text
    assert "Content-Security-Policy" in answer.headers
    assert SECRET not in answer.text and SECRET not in log.text


def test_nothing_in_the_surroundings_switches_debugging_on(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    from betalningsansvar.web.app import make_app

    monkeypatch.setenv("FLASK_DEBUG", "1")
    monkeypatch.setenv("FLASK_ENV", "development")
    app = make_app(stand.here)
    assert not app.debug and not app.config["DEBUG"] and not app.config["PROPAGATE_EXCEPTIONS"]
    app.debug = True
    assert not app.debug
