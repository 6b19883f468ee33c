"""Officers at work: apart from each other, two for each issue, in the ledger by name, and within their limits."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import threading
from pathlib import Path

import pytest

from betalningsansvar.operations.ledger import verify_ledger
from betalningsansvar.operations.ledger_settings import SettingsRequest, set_ledger
from betalningsansvar.web.holds import Holds
from tests.web.stand import EXAMPLE, NOW
from tests.web.team.stand import Officer, TeamStand, new_team
from tests.web.test_issuing import filled

MONTH = "manad/2018-11/utfarda?avtal=halland"


def plan_of(officer: Officer, upload: str) -> tuple[str, dict[str, str]]:
    form = f"{upload}/{MONTH}"
    shown = officer.get(form)
    assert shown.status_code == 200, shown.text
    return form, filled(shown.text)


def entries(team: TeamStand) -> list[tuple[str, str]]:
    path = team.here.ledger.removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        return connection.execute('SELECT kind, "by" FROM entry ORDER BY seq').fetchall()


def test_nobody_reaches_anothers_upload(team: TeamStand) -> None:
    anna, bo = team.officer("anna", "kontrollera"), team.officer("bo", "kontrollera")
    upload = anna.upload()
    assert bo.get(f"{upload}/kontroll").status_code == 404
    bo.client = anna.client
    assert bo.get(f"{upload}/kontroll").status_code == 404
    assert anna.get(f"{upload}/kontroll").status_code == 200


def test_one_officer_in_two_browsers_has_one_session(team: TeamStand) -> None:
    upload = team.officer("anna", "kontrollera").upload()
    other = team.officer("Anna", "kontrollera")
    assert other.get(f"{upload}/kontroll").status_code == 200


def test_who_is_signed_in_issues_whatever_name_is_typed(team: TeamStand) -> None:
    cecilia = team.officer("cecilia", "utfärda")
    form, fields = plan_of(cecilia, cecilia.upload())
    shown = cecilia.get(form).text
    assert 'name="namn"' not in shown and "Du utfärdar som cecilia" in shown
    assert cecilia.post(form, {**fields, "namn": "chefen"}).status_code == 303
    kinds = entries(team)
    assert {by for kind, by in kinds if kind != "schema"} == {"cecilia"}
    bo = team.officer("bo", "bestrida")
    assert bo.post("/liggare/faktura/1/bestrid", {"rad": "1", "orsak": "FEL_DATUM"}).status_code == 303
    assert bo.post("/tvister/1", {"steg": "2"}).status_code == 303
    disputed = [pair for pair in entries(team) if pair[0].startswith("dispute")]
    assert disputed[0] == ("dispute", "bo") and set(disputed[1:]) == {("dispute_step", "bo")}
    verify_ledger(team.here.ledger)


def test_four_eyes_from_plan_to_number(team: TeamStand) -> None:
    set_ledger(team.here.ledger, SettingsRequest(four_eyes=True), NOW, "driften")
    anna, cecilia = team.officer("anna", "attestera", "utfärda"), team.officer("cecilia", "utfärda")
    form, fields = plan_of(cecilia, upload := cecilia.upload())
    refused = cecilia.post(form, fields)
    assert refused.status_code == 422 and "en annan person" in refused.text
    own, shown = plan_of(anna, anna.upload())
    approve = own.replace("/utfarda", "/godkann")
    assert anna.post(approve, {"kod": "0.000000000000.000000000000"}).status_code == 409
    assert anna.post(approve, {"kod": shown["kod"]}).status_code == 303
    own, shown = plan_of(anna, own.partition("/manad")[0])
    alone = anna.post(own, shown)
    assert alone.status_code == 422 and "har själv godkänt" in alone.text
    assert cecilia.post(form, fields).status_code == 409, "the ledger has an entry more than when the plan was shown"
    form, fields = plan_of(cecilia, upload)
    assert "anna" in cecilia.get(form).text
    assert cecilia.post(form, fields).status_code == 303
    assert ("approval", "anna") in entries(team) and ("run", "cecilia") in entries(team)


def test_four_eyes_for_the_years_settlement(team: TeamStand) -> None:
    december, march = (
        [(f"{day}.csv", (EXAMPLE.parent / "halland-2018" / f"arenden-{day}.csv").read_bytes())]
        for day in ("2018-12-31", "2019-03-15")
    )
    settlement = "bokslut/2018/utfarda?avtal=nationell&utan_manader=ja"

    def shown(officer: Officer, form: str, period: str) -> dict[str, str]:
        told = officer.get(form).text
        (net,) = re.findall(r"netto</dt><dd>([^<]*)</dd>", told)
        return filled(told, manad=period, summa=net, utan_manader="ja")

    cecilia, anna = team.officer("cecilia", "utfärda"), team.officer("anna", "attestera", "utfärda")
    month = f"{cecilia.upload(december)}/manad/2018-11/utfarda?avtal=nationell"
    assert cecilia.post(month, shown(cecilia, month, "2018-11")).status_code == 303
    set_ledger(team.here.ledger, SettingsRequest(four_eyes=True), NOW, "driften")
    hers, annas = (f"{officer.upload(march)}/{settlement}" for officer in (cecilia, anna))
    refused = cecilia.post(hers, shown(cecilia, hers, "2018"))
    assert refused.status_code == 422 and "en annan person" in refused.text
    approve = [form.replace("/utfarda", "/godkann") for form in (hers, annas)]
    assert cecilia.post(approve[0], shown(cecilia, hers, "2018")).status_code == 403
    before = shown(cecilia, hers, "2018")
    assert anna.post(approve[1], {"kod": "0.000000000000.000000000000"}).status_code == 409
    done = anna.post(approve[1], shown(anna, annas, "2018"))
    assert done.status_code == 303 and "Avräkningen är godkänd" in anna.get(done.headers["Location"]).text
    alone = anna.post(annas, shown(anna, annas, "2018"))
    assert alone.status_code == 422 and "anna har själv godkänt" in alone.text
    assert cecilia.post(hers, before).status_code == 409, "the ledger has an entry more than when the plan was shown"
    assert "anna godkände 4" in cecilia.get(hers).text
    assert cecilia.post(hers, shown(cecilia, hers, "2018")).status_code == 303
    assert [pair for pair in entries(team) if pair[0] in ("run", "approval")] == [
        ("run", "cecilia"),
        ("approval", "anna"),
        ("run", "cecilia"),
    ]
    assert verify_ledger(team.here.ledger).runs == 2


def test_who_may_not_issue_is_not_shown_the_form(team: TeamStand) -> None:
    anna = team.officer("anna", "kontrollera")
    shown = anna.get(f"{anna.upload()}/{MONTH}")
    assert shown.status_code == 200 and "<button>Utfärda" not in shown.text and "Rollen utfärda" in shown.text


def test_who_took_what_is_kept_without_whom(team: TeamStand) -> None:
    anna = team.officer("anna", "utfärda")
    upload = anna.upload()
    kommun = f"{upload}/manad/2018-11/kommun/1380"
    assert anna.get(f"{kommun}/underlag.xlsx?avtal=halland").status_code == 200
    assert anna.get(f"{kommun}/faktura.xlsx?avtal=halland").status_code == 200
    assert anna.get(f"{upload}/kontroll/avvikelser.csv").status_code == 200
    assert anna.post(f"{upload}/arende/3/patient?avtal=halland").status_code == 303
    job = anna.post(f"{upload}/manad/2018-11/filer?avtal=halland").headers["Location"]
    anna.follow(job)
    assert anna.get(f"{job}/fil").status_code == 200
    kept = [(line["vad"], line["kommun"], line["antal"]) for line in team.trail()]
    patient_kommun = next(kommun for what, kommun, _ in kept if what == "arende_patient")
    assert [what for what, *_ in kept] == [
        "uppgifter",
        "papper",
        "papper",
        "avvikelser",
        "arende_patient",
        "filer_gor",
        "jobb_fil",
    ]
    assert kept[1][1] == "1380" and kept[1][2] > 1 and kept[2] == ("papper", "1380", 1)
    assert re.fullmatch(r"\d{4}", patient_kommun) and kept[4][2] == 1 and kept[-1][2] > 200
    assert all(line.keys() == {"tid", "vem", "vad", "kommun", "antal", "svar"} for line in team.trail())
    text = team.trail_file.read_text(encoding="utf-8")
    read = next(iter(team.here.state.of_user("anna").uploads.values())).read.cases
    assert not any(name in text for name in [*read["patient_id"].astype("str"), *read["arende_id"].astype("str")])
    assert team.trail_file.stat().st_mode & 0o007 == 0


@pytest.mark.skipif(os.name == "nt", reason="a folder in place of the file")
def test_what_cannot_be_kept_is_not_given(team: TeamStand, caplog: pytest.LogCaptureFixture) -> None:
    anna = team.officer("anna", "kontrollera")
    upload = anna.upload()
    team.trail_file.unlink()
    team.trail_file.mkdir()
    for answer in (
        anna.get(f"{upload}/manad/2018-11/kommun/1380/underlag.xlsx?avtal=halland"),
        anna.post(f"{upload}/arende/3/patient"),
    ):
        assert answer.status_code == 422 and "anteckna" in answer.text and "Disposition" not in str(answer.headers)
    assert "TrailError" in caplog.text
    cases = team.here.state.of_user("anna").uploads[upload.removeprefix("/u/")].read.cases
    assert str(cases["patient_id"].iloc[3]) not in anna.get(f"{upload}/arende/3").text


def test_limits_are_each_users_own(tmp_path: Path) -> None:
    team = new_team(
        tmp_path, ledger=f"sqlite:///{tmp_path / 'l.db'}", more="[granser]\nuttag = 2\nmegabyte = 1\njobb = 1\n"
    )
    anna, bo = team.officer("anna", "kontrollera"), team.officer("bo", "kontrollera")
    anna.upload()
    anna.upload()
    third = anna.send([(EXAMPLE.name, EXAMPLE.read_bytes())])
    assert third.status_code == 422 and "2 uttag är redan öppna" in third.text
    bo.upload()
    wide = EXAMPLE.read_bytes() + b"\n" * 1_100_000
    too_much = bo.send([("stor.csv", wide)])
    assert too_much.status_code == 422 and "1 MB" in too_much.text
    first, second = team.here.state.of_user("anna").uploads
    go_on = threading.Event()
    jobs = team.here.state.of_user("anna").jobs
    jobs.start(first, "Väntar", lambda *_: go_on.wait(60), back="/", holds=Holds())
    busy = anna.post(f"/u/{second}/manad/2018-11/filer?avtal=halland")
    assert busy.status_code == 422 and "1 arbete" in busy.text.replace("\xa0", " ")
    theirs = next(iter(team.here.state.of_user("bo").uploads))
    assert bo.post(f"/u/{theirs}/manad/2018-11/filer?avtal=halland").status_code == 303
    go_on.set()
    team.here.state.end()
    team.here.pool.shutdown()


def test_a_database_that_is_gone_is_told_in_words_and_in_the_log(
    team: TeamStand, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    cecilia = team.officer("cecilia", "utfärda")
    form, fields = plan_of(cecilia, cecilia.upload())
    assert cecilia.post(form, fields).status_code == 303
    for path in tmp_path.glob("faktura.db*"):
        path.unlink()
    (tmp_path / "faktura.db").write_bytes(b"ingen databas" * 100)
    answer = cecilia.get("/liggare")
    assert answer.status_code == 422 and "ingen SQLite-databas" in answer.text
    assert "DatabaseError SQLITE_NOTADB" in caplog.text
    assert "cecilia" not in caplog.text


def test_the_trail_is_one_line_for_each(team: TeamStand) -> None:
    team.here.team.trail.keep("rad\nbrytning", "x")  # type: ignore[union-attr]
    (line,) = team.trail_file.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["vem"] == "rad\nbrytning"
