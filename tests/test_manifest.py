"""Every folder's manifest is written in one place and is what the shipped schema says."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

from betalningsansvar import cli
from tests.intake_files import COLUMNS, GOOD, row, text_of

EXAMPLES = Path(__file__).parents[1] / "data" / "exempel"
HALLAND = EXAMPLES / "halland-2018-11-12.csv"
PARTIES = ("--avsandare", EXAMPLES / "avsandare.toml", "--kunder", EXAMPLES / "kunder.toml")
AGREED = ("--agreement", "halland", "--tariffs", EXAMPLES / "belopp-exempel.toml")


def run(*words: object) -> None:
    done = CliRunner().invoke(cli.main, [str(word) for word in words])
    assert done.exit_code == 0, done.output


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The manifest of each kind of folder."""
    home = tmp_path_factory.mktemp("manifest")
    ledger = ("--ledger", f"sqlite:///{(home / 'l.db').as_posix()}")
    run("bill", HALLAND, "--month", "2018-11", *AGREED, "--out", home / "manad")
    issued = ("issue", HALLAND, "--month", "2018-11", *AGREED, *ledger, *PARTIES, "--confirm")
    run(*issued, "--out", home / "utfardat")
    run("ledger", "export", *ledger, "--out", home / "liggare")
    run("ledger", "export", *ledger, "--format", "ubl", *PARTIES, "--out", home / "efaktura")
    booked = ("--avsandare", EXAMPLES / "avsandare.toml", "--bokforing", EXAMPLES / "bokforing.toml")
    run("ledger", "export", *ledger, "--format", "sie", *booked, "--out", home / "bokforing")
    run("reconcile", HALLAND, "--year", "2018", *AGREED, "--out", home / "bokslut")
    given = ("--from", "2018-11", "--to", "2018-11", "--scenarios", EXAMPLES / "scenarier.toml")
    run("scenario", HALLAND, *given, *AGREED[2:], "--out", home / "scenario")
    run("bill", HALLAND, *given[:4], *AGREED, "--out", home / "span")
    run("bill", HALLAND, *given[:4], *AGREED[2:], "--agreements", "region", "--out", home / "land")
    return {path.name: json.loads((path / "manifest.json").read_bytes()) for path in home.iterdir() if path.is_dir()}


def test_every_kind_follows_the_schema(made: dict[str, Any]) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(files("betalningsansvar.reports.files").joinpath("manifest.schema.json").read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    assert sorted(made) == sorted(schema["properties"]["manifest"]["properties"]["kind"]["enum"])
    for content in made.values():
        jsonschema.validate(content, schema, cls=jsonschema.Draft202012Validator)


def test_every_kind_tells_program_libraries_and_files(made: dict[str, Any]) -> None:
    for kind, content in made.items():
        assert content["manifest"] == {"version": 1, "kind": kind}
        assert content["libraries"] and content["files"]
        assert "manifest.json" not in {file["name"] for file in content["files"]}
    assert made["bokslut"]["rates"] and made["bokslut"]["inputs"][0]["rows"] == 238


def test_the_bokslut_page_is_set_from_shipped_fonts_and_declares_that_it_is_accessible(tmp_path: Path) -> None:
    pytest.importorskip("typst")
    run("reconcile", HALLAND, "--year", "2018", *AGREED, "--out", tmp_path / "ut")
    content = (tmp_path / "ut" / "bokslut.pdf").read_bytes()
    assert b"pdfuaid:part" in content and b"Libertinus" in content and b"Arial" not in content


@pytest.mark.parametrize(
    "command",
    [
        ("bill", "--month", "2018-11"),
        ("bill", "--from", "2018-10", "--to", "2018-11"),
        ("reconcile", "--year", "2018"),
        ("scenario", "--from", "2018-11", "--to", "2018-11", "--vary", "dagar=2..3"),
    ],
)
def test_every_manifest_tells_what_was_passed_over(command: tuple[str, ...], tmp_path: Path) -> None:
    folder = tmp_path / "uttag"
    folder.mkdir()
    (folder / "läs mig.txt.bak").write_text("x", encoding="utf-8")
    left = row(utskriven="2018-11-14 10:00")
    text = text_of([*left, "kommentar"], header=[*COLUMNS, "anteckning"])
    (folder / "a.csv").write_text(text, encoding="utf-8")
    name, *options = command
    done = CliRunner().invoke(cli.main, [name, str(folder), *options, "--out", str(tmp_path / "ut")])
    assert done.exit_code == 0, done.output
    told = json.loads((tmp_path / "ut" / "manifest.json").read_text(encoding="utf-8"))["told_of_files"]
    assert {one["kod"] for one in told} >= {"FIL_EJ_LAST", "KOLUMN_EJ_LAST", "KOLUMN_TOM"}


def test_columns_that_a_profile_leaves_are_told_and_a_short_kommunkod_with_its_kronor(tmp_path: Path) -> None:
    profile = tmp_path / "p.toml"
    names = {name: name for name in GOOD} | {"Ut": "utskriven"}
    pairs = "\n".join(f'"{theirs}" = "{ours}"' for theirs, ours in names.items())
    profile.write_text(f'id = "p"\nnamn = "Prov"\nform = "arendetabell"\n[kolumner]\n{pairs}\n', encoding="utf-8")
    values = [*(GOOD | {"folkbokforingskommun": "180"}).values(), "2018-11-14 10:00", "x"]
    (tmp_path / "a.csv").write_text(text_of(values, header=[*GOOD, "Ut", "Makulerad"]), encoding="utf-8")
    arguments = ["bill", str(tmp_path / "a.csv"), "--profile", str(profile), "--month", "2018-11"]
    done = CliRunner().invoke(cli.main, [*arguments, "--out", str(tmp_path / "ut")])
    assert done.exit_code == 0, done.output
    assert "varningar (42 600,00 kr på spel)" in done.output.replace("\N{NO-BREAK SPACE}", " ")
    issues = pd.read_csv(tmp_path / "ut" / "avvikelser.csv").set_index("kod")
    assert issues["varde"]["KOLUMN_EJ_LAST"] == "Makulerad" and issues["varde"]["KOMMUNKOD_UTFYLLD"] == "180"
