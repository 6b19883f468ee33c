"""Whatever is handed out is kept with who took it, whose it was and of how many: walked over the whole map."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import url_for

from betalningsansvar.web.holds import Holds
from betalningsansvar.web.team.roles import Role
from tests.web.stand import EXAMPLE
from tests.web.team.stand import Officer, TeamStand, new_team
from tests.web.test_addresses import FILLED
from tests.web.test_issuing import issued

# What is not about a case or an invoice: rules, settings, and the scenario as it was typed.
WITHOUT_COUNT = {"scenarier_fil", "installningar_fil", "installningar_mall"}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamStand]:
    folder = tmp_path_factory.mktemp("spar")
    (folder / "installningar").mkdir()
    for name in ("avsandare.toml", "kunder.toml", "logo.png"):
        shutil.copy(EXAMPLE.with_name(name), folder / "installningar")
    made = new_team(folder, ledger=f"sqlite:///{folder / 'faktura.db'}")
    yield made
    made.here.state.end()
    made.here.pool.shutdown()


def downloads(stand: TeamStand, eva: Officer) -> Iterator[tuple[str, str]]:
    """Every address that is read, filled in so that those which give a file do."""
    upload = eva.upload()
    run = issued(eva, upload).rpartition("/")[2]
    assert eva.post("/liggare/faktura/1/bestrid", {"rad": "1", "orsak": "FEL_DATUM"}).status_code == 303
    assert eva.post("/tvister/1", {"steg": "2", "beslut": "avslas"}).status_code == 303
    job = eva.post(f"{upload}/manad/2018-11/filer?avtal=halland").headers["Location"]
    eva.follow(job)
    values = {**FILLED, "id": upload.removeprefix("/u/"), "job": job.removeprefix("/jobb/"), "run": run}
    for rule in stand.app.url_map.iter_rules():
        if rule.endpoint != "static" and "GET" in (rule.methods or ()):
            with stand.app.test_request_context(base_url="https://x"):
                path = url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})
            yield rule.endpoint, f"{path}{'&' if '?' in path else '?'}avtal=halland&dagar1=5"


def test_every_file_that_is_taken_is_kept(shared: TeamStand) -> None:
    eva = shared.officer("eva", *Role)
    given = set()
    for endpoint, address in downloads(shared, eva):
        before = len(shared.trail())
        answer = eva.get(address)
        kept = shared.trail()[before:]
        if "attachment" in answer.headers.get("Content-Disposition", ""):
            given.add(endpoint)
            (line,) = kept
            assert (line["vem"], line["vad"], line["svar"]) == ("eva", endpoint, 200), endpoint
            assert line["tid"].endswith("+00:00") and (line["antal"] > 0 or endpoint in WITHOUT_COUNT), endpoint
        else:
            assert kept == [], endpoint
    expected = {"avvikelser", "papper", "jobb_fil", "jamfor_fil", "liggare_fakturafil", "tvister_fil", "tvist_brev"}
    assert given >= expected | WITHOUT_COUNT


def test_nobody_is_told_of_in_it(shared: TeamStand) -> None:
    text = shared.trail_file.read_text(encoding="utf-8")
    cases = next(iter(shared.here.state.of_user("eva").uploads.values())).read.cases
    names = {*cases["patient_id"].astype("str"), *cases["arende_id"].astype("str")} - {""}
    assert names and not any(name in text for name in names)


def test_two_who_write_at_once_have_a_line_each(shared: TeamStand, tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    trail = shared.here.team.trail  # type: ignore[union-attr]
    before = len(shared.trail())
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: trail.keep(f"person{n % 8}", "papper", Holds("1380", n)), range(400)))
    assert sorted(line["antal"] for line in shared.trail()[before:]) == list(range(400))
