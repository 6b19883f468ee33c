"""Every address that changes something asks for a role, and each role may do just what it should."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from betalningsansvar.web.routes import ROUTES
from betalningsansvar.web.team.roles import ASKED_FOR, Role
from tests.web.team.stand import GROUPS, Officer, TeamStand, new_team
from tests.web.test_addresses import FILLED

POSTS = [(rule, endpoint) for rule, endpoint, _, *methods in ROUTES if "POST" in methods]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamStand]:
    folder = tmp_path_factory.mktemp("roller")
    made = new_team(folder, ledger=f"sqlite:///{folder / 'faktura.db'}")
    yield made
    made.here.state.end()
    made.here.pool.shutdown()


def address(stand: TeamStand, endpoint: str) -> str:
    """An address of the rule that leads to nothing: what is asked is who may, not what then happens."""
    from flask import url_for

    (rule,) = (rule for rule in stand.app.url_map.iter_rules() if rule.endpoint == endpoint)
    values = {**FILLED, "id": "0" * 32, "job": "0" * 32, "run": 1, "number": 999}
    with stand.app.test_request_context(base_url="https://x"):
        return url_for(endpoint, **{name: values[name] for name in rule.arguments})


def test_every_address_that_changes_something_has_its_roles() -> None:
    assert {endpoint for _, endpoint in POSTS} == ASKED_FOR.keys()
    assert all(ASKED_FOR.values())


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("endpoint", [endpoint for _, endpoint in POSTS])
def test_every_post_by_every_role(shared: TeamStand, endpoint: str, role: Role) -> None:
    answer = shared.officer(f"den.som.{GROUPS[role]}", role).post(address(shared, endpoint))
    allowed = role in ASKED_FOR[endpoint]
    assert (answer.status_code != 403) == allowed, answer.text
    if not allowed:
        assert "rollen" in answer.text and shared.trail()[-1]["svar"] == 403


def test_each_role_does_its_own_work() -> None:
    """The table as the handbook tells it, from the roles' side."""
    own = {role: {endpoint for endpoint, roles in ASKED_FOR.items() if role in roles} for role in Role}
    everybody = own[Role.LASA]
    assert all(everybody <= done for done in own.values())
    assert own[Role.ATTESTERA] - own[Role.KONTROLLERA] == {"godkann", "avrakna_godkann"}
    assert own[Role.UTFARDA] - own[Role.KONTROLLERA] == {"utfarda_gor", "utfardat_filer", "avrakna_gor"}
    assert own[Role.BESTRIDA] - everybody == {"bestrid", "tvister_in", "tvist_gor"}
    settings = {"installningar_spara", "installningar_bort", "eget_avtal_spara", "liggare_satt_gor"}
    assert own[Role.ADMINISTRERA] - everybody == settings


def test_a_post_that_is_in_no_list_is_for_nobody(shared: TeamStand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(ASKED_FOR, "fortsatt")
    assert shared.officer("alla", *Role).post("/fortsatt").status_code == 403


def test_a_role_that_is_taken_away_is_gone_at_once(team: TeamStand) -> None:
    anna = team.officer("anna", "kontrollera")
    upload = anna.upload()
    less = Officer(anna.client, signed=team.officer("anna", "läsa").signed)
    assert less.post(f"{upload}/arende/3/patient").status_code == 403
    assert less.get(f"{upload}/kontroll").status_code == 200


def test_a_profile_is_kept_by_an_administrator_only(team: TeamStand, tmp_path: Path) -> None:
    header = b"Diarie;Personnr;Kommun;Klinik;In;Klar;Ut\n"
    row = b"A1;P1;1380;somatik;2018-11-01 10:00;2018-11-05 10:00;2018-11-12 10:00\n"
    anna = team.officer("anna", "kontrollera")
    anna.send([("annat.csv", header + row)])
    assert "Diarie" in anna.get("/para-ihop").text
    answer = anna.post("/para-ihop", {"namn": "vårt system", "k0": "arende_id"})
    assert answer.status_code == 422 and "administrera" in answer.text
    assert not list(tmp_path.rglob("profiler/*.toml"))
