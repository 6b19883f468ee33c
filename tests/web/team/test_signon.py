"""Whoever did not come through the proxy, or of whom it does not say once who it is, is told nothing."""

from __future__ import annotations

import logging

import pytest
from werkzeug.test import TestResponse

from tests.web.team.stand import ADDRESS, SECRET, TeamStand, signed_on

GOOD = signed_on("anna.berg", "kontrollera")


def ask(team: TeamStand, headers: dict[str, str], remote: str = "127.0.0.1") -> TestResponse:
    return team.app.test_client().get(
        "/liggare", base_url=ADDRESS, headers=headers, environ_overrides={"REMOTE_ADDR": remote}
    )


def test_who_signed_in_is_let_in(team: TeamStand) -> None:
    answer = ask(team, GOOD)
    assert answer.status_code == 200 and "anna.berg" in answer.text and "kontrollera" in answer.text


@pytest.mark.parametrize("header", GOOD)
def test_each_header_is_needed(team: TeamStand, header: str) -> None:
    answer = ask(team, {name: value for name, value in GOOD.items() if name != header})
    assert answer.status_code == 403 and "inte inloggad" in answer.text and "anna" not in answer.text


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Betalningsansvar-Proxy", ""),
        ("X-Betalningsansvar-Proxy", SECRET[:-1]),
        ("X-Betalningsansvar-Proxy", f"{SECRET}, {SECRET}"),
        ("X-Betalningsansvar-Proxy", "å" * 40),
        ("X-Remote-User", ""),
        ("X-Remote-User", "anna.berg, chef"),
        ("X-Remote-User", "anna berg"),
        ("X-Remote-User", "<script>"),
        ("X-Remote-User", "a" * 81),
        ("X-Remote-User", "\xff\xfe"),
        ("X-Remote-User", "a\u0308nna".encode().decode("latin-1")),
        ("X-Remote-User", "19121212-1212"),
        ("X-Remote-User", "191212121212"),
        ("X-Remote-Groups", "\xff\xfe"),
    ],
)
def test_a_header_that_is_none_is_not_believed(team: TeamStand, header: str, value: str) -> None:
    assert ask(team, {**GOOD, header: value}).status_code == 403
    assert team.trail() == []


@pytest.mark.parametrize("remote", ["10.0.0.7", "", "127.0.0.2", "localhost", "::1"])
def test_only_the_listed_proxy_is_believed(team: TeamStand, remote: str) -> None:
    assert ask(team, GOOD, remote).status_code == 403


@pytest.mark.parametrize("name", ["anna.berg", "åsa@region.example", "REGION\\anna", "SE2321000016-1003", "a+b"])
def test_names_as_organisations_write_them(team: TeamStand, name: str) -> None:
    assert ask(team, signed_on(name, "läsa")).status_code == 200


@pytest.mark.parametrize("groups", ["", "andra", "g-utfarda-inte", "g-las,g-utfarda", "G-UTFARDA"])
def test_without_a_group_that_has_a_role_nothing(team: TeamStand, groups: str) -> None:
    answer = ask(team, {**GOOD, "X-Remote-Groups": groups})
    assert answer.status_code == 403 and "behörighet" in answer.text


def test_the_administrator_is_told_why_and_not_who(team: TeamStand, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="betalningsansvar.web")
    ask(team, {**GOOD, "X-Betalningsansvar-Proxy": "fel-hemlighet"})
    ask(team, {**GOOD, "X-Remote-User": "mallory, anna"})
    told = caplog.text
    assert "hemlighet" in told and "namn" in told
    assert not any(word in told for word in ("fel-hemlighet", "mallory", "anna", SECRET))


def test_a_key_in_the_address_opens_nothing(team: TeamStand) -> None:
    key = team.here.keys.new()
    assert team.app.test_client().get(f"/?nyckel={key}", base_url=ADDRESS).status_code == 403


def test_the_cookie_is_secure(team: TeamStand) -> None:
    cookie = ask(team, GOOD).headers["Set-Cookie"]
    assert cookie.startswith("__Host-betalningsansvar=")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"))
    assert "Domain" not in cookie and "Max-Age" not in cookie


@pytest.mark.parametrize("host", ["127.0.0.1:8017", "localhost:8017", "evil.example", "betalning.region.example:8443"])
def test_only_the_public_name_is_answered(team: TeamStand, host: str) -> None:
    answer = team.app.test_client().get("/", base_url=ADDRESS, headers={**GOOD, "Host": host})
    assert answer.status_code == 421


@pytest.mark.parametrize(
    "origin", [ADDRESS.replace("https", "http"), "null", "https://evil.example", ADDRESS + ":8443"]
)
def test_a_form_comes_from_the_https_page(team: TeamStand, origin: str) -> None:
    anna = team.officer("anna", "kontrollera")
    assert anna.post("/fortsatt", Origin=origin).status_code == 403
    assert anna.post("/fortsatt", Origin=ADDRESS).status_code == 303


def test_a_form_needs_the_cookie_of_the_one_who_is_signed_in(team: TeamStand) -> None:
    anna, bo = team.officer("anna", "kontrollera"), team.officer("bo", "kontrollera")
    bo.client = anna.client
    answer = bo.post("/fortsatt")
    assert answer.status_code == 403 and "Öppna sidan på nytt" in answer.text
    bo.get("/")
    assert bo.post("/fortsatt").status_code == 303
