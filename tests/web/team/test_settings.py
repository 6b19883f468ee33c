"""team.toml is read strictly, and a server that lacks something does not start: a sentence, and nothing half-done."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from betalningsansvar import cli
from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.toml_file import SettingsError
from betalningsansvar.web.team.roles import Role
from betalningsansvar.web.team.settings import load_team
from tests.web.stand import NOW
from tests.web.team.stand import team_file

HOUSE = Path(__file__).parents[3]


def start(file: Path, *more: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli.main, ["web", "--team", str(file), *more])
    return result.exit_code, result.output


@pytest.fixture
def good(tmp_path: Path) -> str:
    return team_file(tmp_path, ledger=f"sqlite:///{tmp_path / 'l.db'}").read_text(encoding="utf-8")


def test_the_shipped_example_is_read() -> None:
    path = HOUSE / "deploy" / "team.toml"
    settings = load_team(NamedFile(path.name, path.read_bytes()))
    assert settings.socket and not settings.proxy.addresses
    assert {role for roles in settings.roles.values() for role in roles} == set(Role)
    assert "secret" not in repr(settings).lower() or "hemlighet" in repr(settings.proxy.secret)


def test_the_shipped_unit_is_read_by_systemd(tmp_path: Path) -> None:
    """As it stands, but for the program, which is not installed there."""
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("needs systemd-analyze")
    text = (HOUSE / "deploy" / "betalningsansvar.service").read_text(encoding="utf-8")
    assert "web --team /etc/betalningsansvar/team.toml" in text
    unit = tmp_path / "betalningsansvar.service"
    unit.write_text(text.replace("/opt/betalningsansvar/bin/betalningsansvar", "/bin/true"), encoding="utf-8")
    done = subprocess.run([verify, "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('adress = "https', 'adress = "http', "https://namn"),
        (".example", ".example/sida", "https://namn"),
        ("port = 8017", "", "antingen port eller socket"),
        ("port = 8017", 'port = 8017\nsocket = "/run/x.sock"', "antingen port eller socket"),
        ("port = 8017", "port = 0", "1–65535"),
        ("port = 8017", 'socket = "x.sock"', "hela sökvägen"),
        ("port = 8017", 'socket = "/run/x.sock"', "rättigheterna till filen"),
        ('["127.0.0.1"]', '["10.0.0.7"]', "den egna datorns"),
        ('["127.0.0.1"]', '["proxy"]', "den egna datorns"),
        ('adresser = ["127.0.0.1"]', "", "adresser saknas"),
        ("liggare =", "ligare =", "menade du liggare"),
        ("spar =", "spår =", "rad 5"),
        ("lasa =", "läsa =", "rad 10"),
        ("utfarda =", "utfarde =", "menade du utfarda"),
        ("[proxy]", '[proxy]\ngrupprubrik = "X-Remote-User"', "tre olika"),
        ("[proxy]", '[proxy]\nanvandarrubrik = "Host"', "börja på X-"),
        ("[proxy]", '[proxy]\navgransare = " "', "avgransare"),
        ("[roller]", "[grupper]", "roller saknas"),
    ],
)
def test_a_fault_is_told_with_what_to_write(good: str, tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in good
    text = good.replace(old, new, 1)
    with pytest.raises(SettingsError) as caught:
        load_team(NamedFile("team.toml", text.encode()))
    assert told in str(caught.value) and "team.toml" in str(caught.value)


def test_limits_are_read_and_have_bounds(good: str) -> None:
    text = good + "\n[granser]\nuttag = 3\nmegabyte = 10\njobb = 1\n"
    limits = load_team(NamedFile("team.toml", text.encode())).limits
    assert (limits.uploads, limits.bytes, limits.jobs) == (3, 10 * 2**20, 1)
    with pytest.raises(SettingsError, match="megabyte"):
        load_team(NamedFile("team.toml", text.replace("10", "99999").encode()))


def test_the_other_options_belong_in_the_file(tmp_path: Path) -> None:
    file = team_file(tmp_path, ledger="sqlite:////x")
    for more in (["--ledger", "sqlite:///x"], ["--port", "8017"], ["--installningar", "x"], ["x.csv"]):
        code, told = start(file, *more)
        assert code == 2 and "--team" in told


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    code, told = start(tmp_path / "saknas.toml")
    assert code == 1 and "finns inte" in told


@pytest.mark.parametrize("secret", ["", "kort", "å" * 40, "a" * 40 + "\n" + "b" * 40])
def test_a_secret_that_is_none(tmp_path: Path, secret: str) -> None:
    file = team_file(tmp_path, ledger=f"sqlite:///{tmp_path / 'l.db'}")
    (tmp_path / "hemlighet").write_text(secret, encoding="utf-8")
    code, told = start(file)
    assert code == 1 and "32 tecken" in told and (not secret.strip() or secret not in told)


@pytest.mark.skipif(sys.platform == "win32", reason="rights of files")
def test_a_secret_that_everybody_can_read(tmp_path: Path) -> None:
    file = team_file(tmp_path, ledger=f"sqlite:///{tmp_path / 'l.db'}")
    (tmp_path / "hemlighet").chmod(0o644)
    code, told = start(file)
    assert code == 1 and "alla på datorn" in told


def test_without_a_ledger_it_does_not_start(tmp_path: Path) -> None:
    code, told = start(team_file(tmp_path, ledger=f"sqlite:///{tmp_path / 'l.db'}"))
    assert code == 1 and "ingen liggare" in told and not (tmp_path / "l.db").exists()


def test_a_ledger_of_a_later_program(tmp_path: Path) -> None:
    import sqlite3

    from betalningsansvar.operations.ledger_settings import SettingsRequest, set_ledger

    ledger = f"sqlite:///{tmp_path / 'l.db'}"
    set_ledger(ledger, SettingsRequest(four_eyes=True), NOW)
    with sqlite3.connect(tmp_path / "l.db") as connection:
        connection.execute("INSERT INTO ledger_schema VALUES (99, 'x')")
    code, told = start(team_file(tmp_path, ledger=ledger))
    assert code == 1 and "senare version" in told


def test_a_trail_that_cannot_be_written(tmp_path: Path) -> None:
    file = team_file(tmp_path, ledger=f"sqlite:///{tmp_path / 'l.db'}")
    (tmp_path / "spar.jsonl").mkdir()
    code, told = start(file)
    assert code == 1 and "anteckna" in told
