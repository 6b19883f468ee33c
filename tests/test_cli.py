"""The commands as a user runs them: exit codes, what is printed, and that nothing is half-written."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from betalningsansvar.cli import main

EXAMPLES = Path(__file__).parents[1] / "data" / "exempel"
HALLAND = str(EXAMPLES / "halland-2018-11-12.csv")

HEADER = (
    "arende_id;patient_id;folkbokforingskommun;vardform;inskriven;inskrivningsmeddelande;utskrivningsklar;utskriven\n"
)
ORSA_DAYS = (5, 5, 5, 5, 6, 6)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def notices(path: Path, kommun: str, year: int, days: tuple[int, ...]) -> Path:
    text = HEADER
    for n, stay in enumerate(days, start=1):
        times = ("01 08:00", "01 10:00", "03 09:00", f"{3 + stay:02d}")
        text += f"A{n};P{n};{kommun};somatik;" + ";".join(f"{year}-05-{time}" for time in times) + "\n"
    path.write_text(text, encoding="utf-8")
    return path


def test_orsas_published_mean_is_billed_and_explained(tmp_path: Path) -> None:
    data = notices(tmp_path / "orsa.csv", "2034", 2023, ORSA_DAYS)
    done = run("bill", data, "--month", "2023-05", "--agreement", "dalarna", "--out", tmp_path / "ut")
    assert done.exit_code == 0, done.output
    assert rows(tmp_path / "ut" / "fakturarader.csv") == [
        {
            "arende_id": "",
            "kommun": "2034",
            "regelverk": "dalarna",
            "modell": "genomsnitt",
            "fran": "2023-05-01",
            "tom": "2023-05-31",
            "dygn": "13.98",
            "dygnsbelopp_ore": "1050000",
            "belopp_ore": "14679000",
        }
    ]
    assert {r["status"] for r in rows(tmp_path / "ut" / "arenden.csv")} == {"genomsnitt"}
    told = run("explain", data, "--kommun", "Orsa", "--month", "2023-05", "--agreement", "dalarna").output
    assert "32 dagar / 6 ärenden = 5,33 dygn i genomsnitt (avrundat till 2 decimaler)" in told
    assert "över tröskeln: (5,33 − 3,00) × 6 = 13,98 dygn" in told
    assert "13,98 dygn × 10 500,00 kr = 146 790,00 kr" in told


def test_hallands_schablon_to_the_krona_with_the_outcome_beside(tmp_path: Path) -> None:
    data = notices(tmp_path / "h.csv", "1384", 2018, (20,))
    done = run("bill", data, "--month", "2018-05", "--agreement", "halland", "--out", tmp_path / "ut")
    assert done.exit_code == 0, done.output
    lines = {r["kommun"]: (r["modell"], r["belopp_ore"]) for r in rows(tmp_path / "ut" / "fakturarader.csv")}
    assert lines == {
        "1380": ("schablon", "1302500"),
        "1381": ("schablon", "1475500"),
        "1382": ("schablon", "42000"),
        "1383": ("schablon", "3571400"),
        "1384": ("schablon", "12513400"),
    }
    assert [r["status"] for r in rows(tmp_path / "ut" / "arenden.csv")] == ["fri"]
    assert [r["kommun"] for r in rows(tmp_path / "ut" / "sammanstallning.csv") if r["nollfaktura"] == "ja"] == ["1315"]
    told = run("explain", data, "--case", "A1", "--agreement", "halland").output
    assert "kommunen betalar en schablon varje månad" in told


def test_a_gap_stops_before_anything_is_written(tmp_path: Path) -> None:
    data = notices(tmp_path / "gap.csv", "1380", 2021, (10,))
    own = '[[belopp]]\nserie = "eget"\nfran = 2020-01-01\ntom = 2020-12-31\nkronor = 1\nkalla = "x"\nstatus = "S"\n'
    (tmp_path / "eget.toml").write_text(own, encoding="utf-8")
    rule = '[[regel]]\nfran = 2020-01-01\nmodell = "individuell"\ndagar = 3\n'
    rule += 'dygnsbelopp = "eget"\nkalla = "x"\nstatus = "S"\n'
    (tmp_path / "lucka.toml").write_text(f'id = "lucka"\nnamn = "Lucka"\n{rule}', encoding="utf-8")
    law = ("--agreement", tmp_path / "lucka.toml", "--tariffs", tmp_path / "eget.toml")
    stopped = run("bill", data, "--month", "2021-05", *law, "--out", tmp_path / "ut")
    assert stopped.exit_code == 1
    assert "Dygnsbelopp för 2021 saknas i serien eget; 7 dygn behöver det (från 2021-05-06)" in stopped.output
    assert not (tmp_path / "ut").exists()


def test_an_inferred_amount_needs_leave(tmp_path: Path) -> None:
    data = notices(tmp_path / "24.csv", "1380", 2024, (10,))
    arguments = ("bill", data, "--month", "2024-05", "--out", tmp_path / "ut")
    stopped = run(*arguments)
    assert stopped.exit_code == 1 and "är härlett" in stopped.output and "--allow-inferred" in stopped.output
    assert run(*arguments, "--allow-inferred").exit_code == 0
    assert rows(tmp_path / "ut" / "fakturarader.csv")[0]["belopp_ore"] == str(7 * 1_160_000)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--month", "2018-13"), "2018-13 är ingen månad"),
        (("--month", "november"), "är ingen månad"),
        ((), "Det saknas '--month'"),
        (("--month", "2018-11"), "Ange --out MAPP"),
        (("--month", "2018-11", "--as-of", "31/12"), "är inget datum"),
    ],
)
def test_wrong_usage_is_exit_2(arguments: tuple[str, ...], told: str) -> None:
    stopped = run("bill", HALLAND, *arguments)
    assert stopped.exit_code == 2 and told in stopped.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--month", "2018-11", "--agreement", "atlantis"), 'Avtalet "atlantis" finns inte'),
        (("--month", "2017-11"), "har ingen regel för"),
        (("--month", "2018-11", "--tariffs", "finns-inte.toml"), "finns-inte.toml: filen finns inte"),
        (("--month", "2018-11", "--avsandare", "finns-inte.toml"), "finns-inte.toml: filen finns inte"),
    ],
)
def test_what_stops_the_run_is_exit_1(arguments: tuple[str, ...], told: str, tmp_path: Path) -> None:
    stopped = run("bill", HALLAND, *arguments, "--out", tmp_path / "ut")
    assert stopped.exit_code == 1 and told in stopped.output
    assert list(tmp_path.iterdir()) == []


def test_an_existing_folder_is_kept_without_force(tmp_path: Path) -> None:
    arguments = ("bill", HALLAND, "--month", "2018-11", "--out", tmp_path / "ut")
    assert run(*arguments).exit_code == 0
    first = (tmp_path / "ut" / "fakturarader.csv").read_bytes()
    stopped = run(*arguments)
    assert stopped.exit_code == 1 and "--force" in stopped.output
    assert run(*arguments, "--force").exit_code == 0
    assert (tmp_path / "ut" / "fakturarader.csv").read_bytes() == first


def test_the_same_rows_in_another_order_give_the_same_bytes(tmp_path: Path) -> None:
    head, *body = Path(HALLAND).read_text(encoding="utf-8-sig").splitlines(keepends=True)
    turned = tmp_path / "vand.csv"
    turned.write_text(head + "".join(reversed(body)), encoding="utf-8")
    for data, out in ((HALLAND, "a"), (turned, "b")):
        assert run("bill", data, "--month", "2018-12", "--out", tmp_path / out).exit_code == 0
    for name in ("fakturarader.csv", "arenden.csv", "sammanstallning.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_everything_ties_to_the_rows_read(tmp_path: Path) -> None:
    broken = str(EXAMPLES / "trasiga-rader.csv")
    assert run("bill", HALLAND, broken, "--month", "2018-11", "--out", tmp_path / "ut").exit_code == 0
    cases, lines = rows(tmp_path / "ut" / "arenden.csv"), rows(tmp_path / "ut" / "fakturarader.csv")
    summary = rows(tmp_path / "ut" / "sammanstallning.csv")
    total = sum(int(r["belopp_ore"]) for r in lines)
    assert total == sum(int(r["belopp_ore"]) for r in cases) == sum(int(r["belopp_ore"]) for r in summary)
    assert len(cases) == sum(int(r["antal_arenden"]) for r in summary)
    manifest = json.loads((tmp_path / "ut" / "manifest.json").read_text(encoding="utf-8"))
    assert sum(manifest["counts"]["status"].values()) == len(cases)


def test_no_patient_identity_leaves_the_underlag(tmp_path: Path) -> None:
    """Neither the CSV files, the manifest, nor what is printed carries a personnummer."""
    broken = EXAMPLES / "trasiga-rader.csv"
    done = run("bill", broken, "--month", "2018-11", "--out", tmp_path / "ut")
    identities = [line.split(";")[2] for line in broken.read_text(encoding="utf-8-sig").splitlines()[1:]]
    identities = [text for text in identities if len(text) > 8]
    assert len(identities) > 10
    told = done.output + run("check", broken).output
    for name in ("arenden.csv", "fakturarader.csv", "avvikelser.csv", "manifest.json"):
        told += (tmp_path / "ut" / name).read_text(encoding="utf-8")
    assert [identity for identity in identities if identity in told] == []


def test_check_writes_every_finding(tmp_path: Path) -> None:
    done = run("check", EXAMPLES / "trasiga-rader.csv", "--out", tmp_path / "fynd.csv", "--most", "2")
    assert done.exit_code == 0 and "visas 2. Alla står i " in done.output
    heading = "fil;rad;arende_id;kod;allvar;kolumn;varde;fel;atgard;pa_spel_ore"
    assert (tmp_path / "fynd.csv").read_text(encoding="utf-8").splitlines()[0] == "\ufeff" + heading


def test_check_writes_a_workbook_or_a_csv_file_and_nothing_else(tmp_path: Path) -> None:
    done = run("check", EXAMPLES / "trasiga-rader.csv", "--out", tmp_path / "fynd.xlsx")
    assert done.exit_code == 0 and (tmp_path / "fynd.xlsx").is_file()
    stopped = run("check", EXAMPLES / "trasiga-rader.csv", "--out", tmp_path / "fynd.txt")
    assert stopped.exit_code == 1 and ".xlsx eller .csv" in stopped.output and not (tmp_path / "fynd.txt").exists()


@pytest.mark.parametrize(
    ("case", "told"),
    [
        ("H18-0002", "ansvar från tor 2018-10-25"),
        ("H18-0053", "hinder i regionens öppna vård: ansvaret skjuts upp → mån 2018-11-12 (5 kap. 5 § lag (2017:612))"),
        ("H18-0067", "STOPP SIP_KALLELSE_SEN: Kallelsen till SIP skickades senare"),
        ("H18-0090", "0 kr: raden är parkerad och debiteras inte förrän den är rättad. Ingen kommun är angiven"),
    ],
)
def test_explain_gives_fact_rule_day_and_kronor(case: str, told: str) -> None:
    done = run("explain", HALLAND, "--case", case)
    assert done.exit_code == 0 and told in done.output


def test_explain_without_such_a_case_says_how_many_rows_there_were() -> None:
    stopped = run("explain", HALLAND, "--case", "finns inte")
    assert stopped.exit_code == 1 and "(238 rader är lästa)" in stopped.output


def test_explain_wants_one_thing() -> None:
    assert run("explain", HALLAND).exit_code == 2
    assert run("explain", HALLAND, "--kommun", "1380").exit_code == 2
    assert "ingen av landets 290" in run("explain", HALLAND, "--kommun", "Ankeborg", "--month", "2018-11").output


def test_explanation_and_bill_agree_on_every_case(tmp_path: Path) -> None:
    assert run("bill", HALLAND, "--month", "2018-12", "--out", tmp_path / "ut").exit_code == 0
    for row in rows(tmp_path / "ut" / "arenden.csv")[::12]:
        told = run("explain", HALLAND, "--case", row["arende_id"], "--month", "2018-12").output
        kronor = int(row["belopp_ore"]) // 100
        wanted = f"Summa {kronor:,} ".replace(",", " ").rstrip() + ",00 kr" if kronor else "0 kr"
        assert wanted in told


def test_a_template_can_be_checked_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "mitt.toml"
    assert run("agreements", "new", path).exit_code == 0
    assert "2 regler, lästa utan fel" in run("agreements", "check", path, "--through", "2019-12").output
    assert run("agreements", "new", path).exit_code == 1


def test_demo_gives_the_same_data_for_the_same_seed_and_can_be_billed(tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert run("demo", tmp_path / name, "--cases", "300", "--seed", "7").exit_code == 0
    data = "arenden_13_2018.csv"
    assert (tmp_path / "a" / data).read_bytes() == (tmp_path / "b" / data).read_bytes()
    assert run("bill", tmp_path / "a", "--month", "2018-06", "--out", tmp_path / "ut").exit_code == 0


def test_a_case_in_a_mean_is_explained_with_the_mean(tmp_path: Path) -> None:
    data = notices(tmp_path / "orsa.csv", "2034", 2023, ORSA_DAYS)
    told = run("explain", data, "--case", "A3", "--agreement", "dalarna").output
    assert "0 kr för ärendet självt: kommunen betalar genom genomsnittet" in told and "= 146 790,00 kr" in told


def test_explain_says_that_an_inferred_amount_needs_leave(tmp_path: Path) -> None:
    data = notices(tmp_path / "24.csv", "1380", 2024, (10,))
    assert "ett belopp är härlett" in run("explain", data, "--case", "A1").output


def test_data_from_before_the_month_is_refused(tmp_path: Path) -> None:
    stopped = run("bill", HALLAND, "--month", "2018-11", "--as-of", "2018-10-10", "--out", tmp_path / "ut")
    assert stopped.exit_code == 1 and "ingen dag av den är känd" in stopped.output and "--as-of" in stopped.output


def test_a_kommunkod_of_three_digits_is_read_and_flagged(tmp_path: Path) -> None:
    data = notices(tmp_path / "tre.csv", "180", 2018, (10,))
    assert "KOMMUNKOD_UTFYLLD" in run("check", data).output


def test_a_readme_beside_the_data_is_not_read(tmp_path: Path) -> None:
    folder = tmp_path / "uttag"
    folder.mkdir()
    notices(folder / "a.csv", "1380", 2018, (10,))
    (folder / "readme.txt").write_text("Läs mig", encoding="utf-8")
    assert run("check", folder).exit_code == 0


def test_no_day_of_liability_under_a_rule_that_began_after_the_discharge(tmp_path: Path) -> None:
    data = notices(tmp_path / "maj.csv", "1384", 2018, (20,))
    options = ("--month", "2018-11", "--agreement", "halland", "--as-of", "2018-11-30", "--out", tmp_path / "ut")
    assert run("bill", data, *options).exit_code == 0
    assert rows(tmp_path / "ut" / "arenden.csv")[0]["ansvar_fran"] == ""


def test_issue_and_a_preview_end_with_the_findings_of_the_month_and_where_they_are_listed(tmp_path: Path) -> None:
    data = notices(tmp_path / "h.csv", "1384", 2019, (20,))
    data.write_text(data.read_text(encoding="utf-8").replace("2019-05-01 10:00", ""), encoding="utf-8")
    ledger = f"sqlite:///{tmp_path / 'l.db'}"
    for done in (
        run("issue", data, "--month", "2019-05", "--ledger", ledger),
        run("bill", data, "--month", "2019-05", "--as-of", "2019-05-20", "--preview"),
    ):
        *_, last = done.output.splitlines()
        assert "1 blockerat ärende" in last and last.endswith(
            "Alla står i avvikelser.csv som bill --month 2019-05 skriver."
        )
