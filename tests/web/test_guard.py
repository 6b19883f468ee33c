"""Only the page itself, opened on this computer with a key, is answered."""

from __future__ import annotations

from http.cookies import SimpleCookie

import pytest

from betalningsansvar.web.guard import HEADERS
from tests.web.stand import BASE, PORT, Browser, Stand


def test_the_key_works_once(stand: Stand) -> None:
    key, first, second = stand.here.keys.new(), stand.stranger(), stand.stranger()
    assert first.get(f"/?nyckel={key}").headers["Location"] == "/"
    assert first.get("/").status_code == 200
    answer = second.get(f"/?nyckel={key}")
    assert answer.status_code == 403 and "Enter" in answer.text
    assert second.get("/").status_code == 403


@pytest.mark.parametrize("key", ["", "x", "å", "x" * 10_000, "../../etc"])
def test_a_wrong_key_opens_nothing(stand: Stand, key: str) -> None:
    stand.here.keys.new()
    assert stand.stranger().get(f"/?nyckel={key}").status_code == 403


def test_a_wrong_key_is_refused_also_with_a_cookie(browser: Browser) -> None:
    assert browser.get("/?nyckel=fel").status_code == 403


def test_looking_at_the_link_does_not_spend_the_key(stand: Stand) -> None:
    key, own = stand.here.keys.new(), stand.stranger()
    assert own.client.head(f"/?nyckel={key}", base_url=BASE).status_code == 403
    assert own.get(f"/?nyckel={key}").status_code == 303


def test_the_address_printed_and_the_one_opened_both_work(stand: Stand) -> None:
    printed, opened = stand.here.keys.new(), stand.here.keys.new()
    assert stand.stranger().get(f"/?nyckel={opened}").status_code == 303
    assert stand.stranger().get(f"/?nyckel={printed}").status_code == 303


def test_a_fresh_key_in_the_same_browser_keeps_what_it_has(stand: Stand, browser: Browser) -> None:
    address = browser.upload()
    browser.get(f"/?nyckel={stand.here.keys.new()}")
    assert browser.get(f"{address}/kontroll").status_code == 200


def test_the_cookie_is_for_this_page_alone(stand: Stand) -> None:
    answer = stand.stranger().get(f"/?nyckel={stand.here.keys.new()}")
    ((name, cookie),) = SimpleCookie(answer.headers["Set-Cookie"]).items()
    assert name == f"betalningsansvar-{PORT}"
    assert cookie["httponly"] and cookie["samesite"] == "Strict" and cookie["path"] == "/"
    assert not cookie["max-age"] and not cookie["expires"]


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        f"evil.example:{PORT}",
        "127.0.0.1",
        f"127.0.0.1.nip.io:{PORT}",
        f"127.0.0.1:{PORT + 1}",
        "x@y",
        "",
    ],
)
def test_a_foreign_name_is_answered_by_nothing(stand: Stand, host: str) -> None:
    own = stand.browser()
    own.host = host or "evil.example"
    key = stand.here.keys.new()
    for address in ("/", f"/?nyckel={key}", "/static/x.css", "/finns/inte"):
        answer = own.client.get(address, base_url=BASE, headers={"Host": host})
        assert answer.status_code == 421
        assert answer.headers["Content-Security-Policy"] == dict(HEADERS)["Content-Security-Policy"]
    assert stand.stranger().get(f"/?nyckel={key}").status_code == 303


def test_localhost_is_this_computer_too(stand: Stand) -> None:
    own = stand.stranger()
    own.host = f"localhost:{PORT}"
    assert own.get(f"/?nyckel={stand.here.keys.new()}").status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": f"http://127.0.0.1:{PORT + 1}"},
        {"Origin": f"https://127.0.0.1:{PORT}"},
        {"Origin": f"http://localhost:{PORT}"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-site", "Origin": BASE},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://evil.example"},
    ],
    ids=str,
)
def test_a_form_of_another_page_changes_nothing(browser: Browser, headers: dict[str, str]) -> None:
    address = browser.upload()
    answer = browser.client.post(f"{address}/avsluta", base_url=BASE, headers=headers)
    assert answer.status_code == 403
    assert answer.headers["Cache-Control"] == "no-store"
    assert browser.get(f"{address}/kontroll").status_code == 200


@pytest.mark.parametrize("headers", [{"Origin": BASE}, {"Sec-Fetch-Site": "same-origin"}], ids=str)
def test_our_own_form_is_known_by_either_header(browser: Browser, headers: dict[str, str]) -> None:
    address = browser.upload()
    assert browser.client.post(f"{address}/avsluta", base_url=BASE, headers=headers).status_code == 303


def test_a_method_that_is_no_form_is_held_to_the_same(browser: Browser) -> None:
    for method in ("put", "delete", "patch"):
        assert getattr(browser.client, method)("/", base_url=BASE).status_code == 403


def test_a_browser_that_came_from_a_file_asks_again_by_itself(stand: Stand) -> None:
    """The strict cookie is not sent with a request that another page began; the page's own next one has it."""
    answer = stand.stranger().get("/", **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403 and 'http-equiv="refresh"' in answer.text
    assert 'http-equiv="refresh"' not in stand.stranger().get("/", **{"Sec-Fetch-Site": "same-origin"}).text


def test_every_answer_has_the_headers(stand: Stand, browser: Browser) -> None:
    style = stand.here.static["sida.css"].versioned
    answers = [
        browser.get("/"),
        browser.get("/finns/inte"),
        stand.stranger().get("/"),
        browser.get(f"/static/{style}"),
        browser.send([("x.exe", b"MZ")]),
    ]
    assert [a.status_code for a in answers] == [200, 404, 403, 200, 422]
    for answer in answers:
        for name, value in HEADERS:
            if name != "Cache-Control":
                assert answer.headers.getlist(name) == [value]
        assert "Server" not in answer.headers and "X-Powered-By" not in answer.headers
    assert [a.headers["Cache-Control"] for a in answers] == [
        *["no-store"] * 3,
        "public, max-age=31536000, immutable",
        "no-store",
    ]


@pytest.mark.parametrize(
    ("name", "kind"), [("sida.css", "text/css; charset=utf-8"), ("sida.js", "text/javascript; charset=utf-8")]
)
def test_static_files_have_their_type_whatever_windows_says(stand: Stand, name: str, kind: str) -> None:
    answer = stand.stranger().get(f"/static/{stand.here.static[name].versioned}")
    assert answer.status_code == 200 and answer.headers["Content-Type"] == kind


@pytest.mark.parametrize(
    "address",
    ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static/sida.css", "/u/../../etc/passwd"],
)
def test_no_path_leads_out_of_the_static_files(browser: Browser, address: str) -> None:
    answer = browser.get(address)
    assert answer.status_code == 404 and answer.headers["Cache-Control"] == "no-store"
