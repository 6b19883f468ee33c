"""Nothing of the user's is overwritten, whatever command writes: inputs, others' folders, half-written files."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from betalningsansvar.cli import main

HOUSE = Path(__file__).parents[1]
LEDGER = "sqlite:///faktura.db"


@pytest.fixture(autouse=True)
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder to stand in with data, settings and a ledger."""
    for name in ("halland-2018-11-12.csv", "avsandare.toml", "kunder.toml", "bokforing.toml", "logo.png"):
        shutil.copy(HOUSE / "data" / "exempel" / name, tmp_path / name.replace("halland-2018-11-12", "data"))
    (tmp_path / "folk.csv").write_text("kommun;invanare\n1380;100000\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    yield tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def issued() -> None:
    done = run("issue", "data.csv", "--month", "2018-11", "--agreement", "halland", "--ledger", LEDGER, "--confirm")
    assert done.exit_code == 0, done.output


BILL = ("bill", "data.csv", "--month", "2018-11", "--agreement", "halland")
FOLDERS: dict[str, tuple[str, ...]] = {
    "bill": BILL,
    "reconcile": ("reconcile", "data.csv", "--year", "2018", "--agreement", "halland"),
    "scenario": ("scenario", "data.csv", "--from", "2018-11", "--to", "2018-12", "--vary", "dagar=2..3"),
    "export": ("ledger", "export", "--ledger", LEDGER),
    "issue": ("issue", "data.csv", "--month", "2018-12", "--ledger", LEDGER, "--confirm"),
}
FILES: dict[str, tuple[str, ...]] = {
    "check": ("check", "data.csv"),
    "stats": ("stats", "data.csv", "--from", "2018-11", "--to", "2018-12", "--befolkning", "folk.csv"),
    "compare": ("ledger", "compare", "data.csv", "--ledger", LEDGER, "--agreement", "halland"),
}


def everything(folder: Path) -> dict[str, bytes]:
    """Every file but the ledger, whose bytes change when it is opened."""
    found = (p for p in folder.rglob("*") if p.is_file() and "faktura.db" not in p.name)
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in found}


@pytest.mark.parametrize("name", FILES)
def test_no_output_file_is_an_input_or_a_file_of_the_users(name: str, checkout: Path) -> None:
    issued()
    (checkout / "budget.csv").write_text("konto;kronor\n", encoding="utf-8")
    (checkout / "lank.csv").symlink_to(checkout / "data.csv")
    before = everything(checkout)
    for target in ("data.csv", "./data.csv", "lank.csv", "budget.csv", "avsandare.toml", "ut.pdf", "."):
        refused = run(*FILES[name], "--out", target)
        assert refused.exit_code == 1, refused.output
        assert everything(checkout) == before


def test_a_file_that_an_option_names_is_no_output_either(checkout: Path) -> None:
    refused = run(*FILES["stats"], "--out", "folk.csv")
    assert refused.exit_code == 1 and "är indata" in refused.output


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_replaced_by_the_same_command(name: str, checkout: Path) -> None:
    issued()
    for _ in range(2):
        assert run(*FILES[name], "--out", "ut/lista.csv").exit_code == 0
    assert [p.name for p in (checkout / "ut").iterdir()] == ["lista.csv"]


def _users_folder(folder: Path) -> None:
    folder.mkdir()
    (folder / "viktigt.xlsx").write_bytes(b"x")


def _with_the_input_in_it(folder: Path) -> None:
    folder.mkdir()
    (folder / "mer.csv").symlink_to(Path("data.csv").resolve())
    shutil.move("data.csv", folder / "data.csv")
    Path("data.csv").symlink_to(folder / "data.csv")


def _of_another_command(folder: Path) -> None:
    done = run("bill", "data.csv", "--month", "2018-12", "--out", str(folder))
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("there", [_users_folder, _with_the_input_in_it, _of_another_command])
@pytest.mark.parametrize("name", FOLDERS)
def test_force_leaves_what_is_not_the_same_run(name: str, there: Callable[[Path], None], checkout: Path) -> None:
    issued()
    there(checkout / "ut")
    before = everything(checkout)
    refused = run(*FOLDERS[name], "--out", "ut", "--force")
    assert refused.exit_code == 1 and "ut:" in refused.output, refused.output
    assert everything(checkout) == before
    assert "2018-12" not in run("ledger", "list", "--ledger", LEDGER).output


@pytest.mark.parametrize("name", ["bill", "reconcile", "scenario", "export"])
def test_force_replaces_the_same_run(name: str, checkout: Path) -> None:
    issued()
    assert run(*FOLDERS[name], "--out", "ut").exit_code == 0
    first = everything(checkout / "ut")
    stopped = run(*FOLDERS[name], "--out", "ut")
    assert stopped.exit_code == 1 and "--force" in stopped.output
    again = run(*FOLDERS[name], "--out", "ut", "--force")
    assert again.exit_code == 0 and everything(checkout / "ut").keys() == first.keys(), again.output


def test_what_issue_wrote_is_never_replaced(checkout: Path) -> None:
    done = run(*FOLDERS["issue"], "--out", "ut")
    assert done.exit_code == 0, done.output
    before = everything(checkout)
    for arguments in (FOLDERS["issue"], BILL):
        refused = run(*arguments, "--out", "ut", "--force")
        assert refused.exit_code == 1 and "utfärdade fakturor" in refused.output
    assert everything(checkout) == before


@pytest.mark.parametrize("command", [("agreements", "new"), ("profile", "new"), ("demo",)])
def test_what_is_begun_never_replaces_a_file(command: tuple[str, ...], checkout: Path) -> None:
    before = everything(checkout)
    refused = run(*command, "avsandare.toml")
    assert refused.exit_code == 1 and "avsandare.toml" in refused.output
    assert everything(checkout) == before


def test_demo_leaves_a_folder_that_holds_something(checkout: Path) -> None:
    _users_folder(checkout / "exempel")
    assert run("demo", "exempel", "--cases", "10").exit_code == 1
    assert [p.name for p in (checkout / "exempel").iterdir()] == ["viktigt.xlsx"]


@pytest.mark.parametrize("name", [*(name for name in FOLDERS if name != "issue"), *FILES, "demo"])
def test_a_full_disk_leaves_no_half_file(name: str, checkout: Path) -> None:
    """A limit on the size of a file stands in for the disk: every write above it fails."""
    issued()
    arguments = (
        ("demo", "ut.csv", "--cases", "200") if name == "demo" else (*(FOLDERS | FILES)[name], "--out", "ut.csv")
    )
    code = (
        "import resource, signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50, 50))\nfrom betalningsansvar.cli import main\nmain()"
    )
    before = everything(checkout)
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=120)
    assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
    assert everything(checkout) == before
    assert [p.name for p in checkout.iterdir() if ".ny-" in p.name] == []


@pytest.mark.parametrize("name", ["check", "bill", "issue", "reconcile", "scenario"])
def test_the_last_line_tells_the_findings(name: str) -> None:
    issued()
    arguments = (FOLDERS | FILES)[name]
    arguments = arguments if name in ("check", "issue") else (*arguments, "--out", "ut")
    done = run(*arguments)
    assert done.exit_code == 0, done.output
    last = done.output.strip().splitlines()[-1]
    assert "avvikelser: " in last and "varningar" in last


@pytest.mark.skipif(sys.platform != "linux", reason="file names of any bytes are Linux's own")
def test_a_new_profile_may_have_a_name_that_is_no_text(tmp_path: Path) -> None:
    name = os.fsdecode(b"\xe5.toml")
    result = CliRunner().invoke(main, ["profile", "new", str(tmp_path / name)])
    assert result.exit_code == 0 and (tmp_path / name).read_text(encoding="utf-8")
