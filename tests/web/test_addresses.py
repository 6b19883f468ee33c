"""The whole URL map: nothing is answered without a cookie, to a foreign name or origin, and reading changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from werkzeug.routing import Rule

from betalningsansvar.web.routes import ROUTES
from tests.web.stand import BASE, Browser, Stand, new_stand
from tests.web.test_issuing import issued

FILLED: dict[str, object] = {
    "month": "2018-11",
    "kommun": "1380",
    "paper": "faktura",
    "kind": "xlsx",
    "row": 3,
    "number": 1,
    "year": 2018,
    "agreement": "halland",
    "name": "avsandare",
    "tool": "lankar",
}


@dataclass
class Walked:
    """A stand with an upload and a job, and every rule of its map with an address that answers."""

    stand: Stand
    browser: Browser
    upload: str
    job: str

    def addresses(self, method: str) -> Iterator[tuple[Rule, str]]:
        for rule in self.stand.app.url_map.iter_rules():
            if rule.endpoint == "static" or method not in (rule.methods or ()):
                continue
            values = {**FILLED, "id": self.upload, "job": self.job}
            with self.stand.app.test_request_context(base_url=BASE):
                from flask import url_for

                yield rule, url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walked]:
    folder = tmp_path_factory.mktemp("karta")
    stand = new_stand(folder, ledger=f"sqlite:///{folder / 'faktura.db'}")
    browser = stand.browser()
    address = browser.upload()
    FILLED["run"] = issued(browser, address).rpartition("/")[2]
    assert browser.post("/liggare/faktura/1/bestrid", {"rad": "1", "orsak": "FEL_DATUM"}).status_code == 303
    job = browser.post(f"{address}/manad/2018-11/filer?avtal=halland").headers["Location"]
    browser.follow(job)
    yield Walked(stand, browser, address.removeprefix("/u/"), job.removeprefix("/jobb/"))
    stand.here.state.end()
    stand.here.pool.shutdown()


def test_every_route_is_walked(walked: Walked) -> None:
    rules = {rule.endpoint for method in ("GET", "POST") for rule, _ in walked.addresses(method)}
    assert rules == {endpoint for _, endpoint, *_ in ROUTES}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_a_cookie_nothing_is_told(walked: Walked, method: str) -> None:
    stranger = walked.stand.stranger()
    for rule, address in walked.addresses(method):
        answer = stranger.get(address) if method == "GET" else stranger.post(address)
        assert answer.status_code == 403, rule
        assert "halland" not in answer.text.lower() and walked.upload not in answer.text, rule


def test_with_another_cookie_nothing_is_told(walked: Walked) -> None:
    stranger = walked.stand.stranger()
    stranger.client.set_cookie(walked.stand.here.cookie, "x" * 43, domain="127.0.0.1")
    for rule, address in walked.addresses("GET"):
        assert stranger.get(address).status_code == 403, rule


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_to_a_foreign_name_nothing_is_told(walked: Walked, method: str) -> None:
    for rule, address in walked.addresses(method):
        call = walked.browser.client.get if method == "GET" else walked.browser.client.post
        answer = call(address, base_url=BASE, headers={"Host": "evil.example", "Origin": BASE})
        assert answer.status_code == 421, rule


def test_for_a_foreign_origin_nothing_is_done(walked: Walked) -> None:
    before = state_of(walked)
    for rule, address in walked.addresses("POST"):
        for headers in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "null"}):
            answer = walked.browser.post(address, **headers)
            assert answer.status_code == 403, rule
    assert state_of(walked) == before


def test_reading_changes_nothing_and_answers_the_same_twice(walked: Walked) -> None:
    before = state_of(walked)
    for rule, address in walked.addresses("GET"):
        first, second = walked.browser.get(address), walked.browser.get(address)
        head = walked.browser.client.head(address, base_url=BASE)
        assert first.status_code == second.status_code == head.status_code, rule
        # A year whose months are not issued cannot be settled: its plan is told as 422, with why.
        assert first.status_code in (200, 303, 404) or rule.endpoint == "avrakna", (rule, first.status_code)
        assert first.data == second.data or rule.endpoint in CHANGING, rule
    assert state_of(walked) == before


COMPUTED = ("manad", "arende", "forhand", "kommun", "papper", "filer", "bokslut", "utfarda", "avrakna")
# A workbook holds the moment it was made; nothing else may differ.
CHANGING = ("papper",)


def test_reading_by_the_wrong_method_is_refused(walked: Walked) -> None:
    posts = {rule.endpoint for rule, _ in walked.addresses("POST")}
    gets = {address for _, address in walked.addresses("GET")}
    for rule, address in walked.addresses("POST"):
        if address not in gets and rule.endpoint in posts:
            assert walked.browser.get(address).status_code == 405, rule


@pytest.mark.parametrize(
    "word", ["/etc/passwd", "../../../etc/passwd", "finns-inte", "C:\\avtal.toml", "x.toml", "\x00"]
)
def test_only_a_listed_agreement_is_opened(walked: Walked, word: str) -> None:
    for rule, address in walked.addresses("GET"):
        if "id" not in rule.arguments:
            continue
        answer = walked.browser.client.get(address, base_url=BASE, query_string={"avtal": word})
        assert answer.status_code in (200, 303, 404, 422), rule
        if rule.endpoint in (
            "manad",
            "arende",
            "forhand",
            "kommun",
            "papper",
            "filer",
            "bokslut",
            "utfarda",
            "avrakna",
        ):
            assert answer.status_code == 404, rule
        assert b"TOML" not in answer.data, rule


@pytest.mark.parametrize("month", ["2018-13", "1805-01", "x", "2018-11-01", "..", "99999-01"])
def test_a_month_that_is_none_is_not_there(walked: Walked, month: str) -> None:
    assert walked.browser.get(f"/u/{walked.upload}/manad/{month}").status_code == 404


@pytest.mark.parametrize("kommun", ["9999", "138", "Halmstad", "..", "0180"])
def test_a_kommun_without_paper_is_not_there(walked: Walked, kommun: str) -> None:
    assert walked.browser.get(f"/u/{walked.upload}/manad/2018-11/kommun/{kommun}?avtal=halland").status_code == 404


def state_of(walked: Walked) -> tuple[object, ...]:
    """What reading must not change: uploads, ledger, settings, and the keys that have been shown."""
    here = walked.stand.here
    folder = here.run_folder.parent
    files = {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    return [*sessions(here)], files


def sessions(here: object) -> list[tuple[str, ...]]:
    return [tuple(session.uploads) for session in here.state._sessions.values()]  # type: ignore[attr-defined]


def test_the_folder_is_really_looked_at(walked: Walked, tmp_path: Path) -> None:
    before = state_of(walked)
    (walked.stand.here.run_folder.parent / "x").write_text("x", encoding="utf-8")
    assert state_of(walked) != before
    (walked.stand.here.run_folder.parent / "x").unlink()
