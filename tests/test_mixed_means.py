"""A mean is one number for all its cases: kinds of care with different amounts cannot share one."""

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from betalningsansvar import cli
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.pricing import MixedMeanError, mean_rate
from betalningsansvar.commands.mend import mending
from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.toml_file import SettingsError
from betalningsansvar.tariffs.agreements import load_agreement
from betalningsansvar.tariffs.belopp import load
from tests.law import PSYKIATRI, SOMATIK, mean

HOUSE = Path(__file__).parents[1]
AGREEMENT = """id = "prov"
namn = "Prov"
region = "13"

[[regel]]
fran = FRAN
modell = "genomsnitt"
dygnsbelopp = "SERIE"
troskel = "3.00"
kalla = "prov"
status = "T"
"""
PSYCHIATRY_APART = """[[belopp]]
serie = "lag-2017-612"
fran = 2018-11-01
tom = 2018-11-30
vardform = ["psykiatri"]
kronor = 6000
kalla = "prov"
status = "T"
"""
NOVEMBER = Month(2018, 11)


def agreement_file(serie: str, fran: str) -> NamedFile:
    return NamedFile("prov.toml", AGREEMENT.replace("SERIE", serie).replace("FRAN", fran).encode())


def test_a_mean_over_kinds_of_care_whose_series_differ_is_refused_when_it_is_read() -> None:
    with pytest.raises(SettingsError) as stopped:
        load_agreement(agreement_file("lag-1990-1404", "2017-01-01"))
    (told,) = stopped.value.problems
    assert told.startswith("prov.toml rad 5 (regel 1): Serien lag-1990-1404 har olika dygnsbelopp 2017-01-01 (")
    assert "akut 5042,00 kr" in told and "psykiatri 4277,00 kr" in told
    assert told.endswith("Gör en regel för varje vårdform (vardform), eller ange ett dygnsbelopp i kronor.")
    assert load_agreement(agreement_file("lag-2017-612", "2018-01-01")).id == "prov"


def test_amounts_of_ones_own_that_part_the_kinds_of_care_stop_where_the_mean_is_priced() -> None:
    own = load(NamedFile("egna.toml", PSYCHIATRY_APART.encode()))
    both, one = mean(date(2018, 1, 1)), mean(date(2018, 1, 1), None, PSYKIATRI)
    with pytest.raises(MixedMeanError, match=r"olika dygnsbelopp 2018-11-30 \(.*psykiatri 6000,00 kr"):
        mean_rate(both, own, NOVEMBER)
    rates = [mean_rate(rule, own, NOVEMBER) for rule in (one, mean(date(2018, 1, 1), None, SOMATIK))]
    assert [belopp.rate_ore for belopp in rates if belopp] == [600_000, 710_000]
    december = mean_rate(both, own, Month(2018, 12))
    assert december and december.rate_ore == 710_000


def test_the_terminal_says_how_a_mixed_mean_is_mended(tmp_path: Path) -> None:
    (tmp_path / "egna.toml").write_text(PSYCHIATRY_APART, encoding="utf-8")
    (tmp_path / "prov.toml").write_bytes(agreement_file("lag-2017-612", "2018-01-01").content)
    words = ["bill", str(HOUSE / "data/exempel/halland-2018-11-12.csv"), "--month", "2018-11"]
    words += ["--agreement", str(tmp_path / "prov.toml"), "--tariffs", str(tmp_path / "egna.toml")]
    stopped = CliRunner().invoke(cli.main, [*words, "--out", str(tmp_path / "ut")])
    assert stopped.exit_code == 1 and not (tmp_path / "ut").exists()
    assert "prov" in stopped.output and "--tariffs" in stopped.output and "--agreement" in stopped.output
    assert "--agreement FIL" in mending(MixedMeanError("x"), {"--tariffs", "--agreement"})
