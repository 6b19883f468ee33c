"""The strict reading of amounts and agreements, and the walk through time over everything that is shipped."""

from datetime import date
from pathlib import Path

import pytest

from betalningsansvar.billing.agreements import RuleGapError, require_rules, rule_book
from betalningsansvar.billing.coverage import monthly_coverage, unknown_series
from betalningsansvar.billing.period import Month
from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.toml_file import SettingsError
from betalningsansvar.tariffs import belopp
from betalningsansvar.tariffs.agreements import find_agreement, load_agreement, shipped, shipped_ids, statute, uncovered
from betalningsansvar.tariffs.schablon_underlag import load_schablon

AMOUNT = '[[belopp]]\nserie = "egen"\nfran = 2025-01-01\ntom = 2025-12-31\nkronor = {}\nkalla = "x"\nstatus = "S"\n'
RULE = """
[[regel]]
fran = 2018-01-01
modell = "individuell"
dagar = 3
dygnsbelopp = "lag-2017-612"
kalla = "Protokoll"
status = "S"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "egen.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems_of(text: str, folder: Path) -> list[str]:
    with pytest.raises(SettingsError) as stopped:
        load_agreement(written(folder, text))
    return list(stopped.value.problems)


def test_a_year_without_amount_is_a_gap_and_is_listed() -> None:
    known = AMOUNT.format(1) + AMOUNT.format(2).replace("2025-", "2028-")
    serie = '[[serie]]\nid = "egen"\nnamn = "Egen"\nfran = 2024-07-01\n'
    tariffs = belopp.Tariffs((belopp.load_layer(NamedFile("egen.toml", (serie + known).encode())),))
    assert tariffs.rate("egen", "somatik", date(2026, 7, 1)) is None
    assert [(g.serie, g.vardform, g.fran, g.tom) for g in tariffs.gaps(date(2029, 5, 1))] == [
        ("egen", VARDFORMER, date(2024, 7, 1), date(2024, 12, 31)),
        ("egen", VARDFORMER, date(2026, 1, 1), date(2027, 12, 31)),
        ("egen", VARDFORMER, date(2029, 1, 1), date(2029, 12, 31)),
    ]


def test_the_users_file_adds_and_overrides_day_by_day(tmp_path: Path) -> None:
    text = AMOUNT.format(12000).replace("egen", "lag-2017-612")
    own = text + text.replace("2025-01-01", "2019-03-01").replace("2025-12-31", "2019-03-31").replace("12000", '"1,5"')
    with pytest.raises(SettingsError, match="kronor"):
        belopp.load(written(tmp_path, own))
    tariffs = belopp.load(written(tmp_path, own.replace('"1,5"', '"8000.50"')))
    days = [date(2019, 2, 28), date(2019, 3, 1), date(2019, 3, 31), date(2019, 4, 1), date(2025, 6, 1)]
    found = [tariffs.rate("lag-2017-612", "somatik", day) for day in days]
    assert [b and b.rate_ore for b in found] == [780_000, 800_050, 800_050, 780_000, 1_200_000]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("kronor = 1", "kronor = 1.5"), "kronor = 1.5 är av fel slag"),
        (("kronor = 1", "kronor = true"), "kronor = true är av fel slag"),
        (("kronor = 1", "kronor = 0"), "inget rimligt dygnsbelopp"),
        (("kalla", "kalla_"), "kalla saknas"),
        (('status = "S"', 'status = "-"'), "Välj bland: T, S, I"),
        (("tom = 2025-12-31", "tom = 2024-12-31"), "är efter tom"),
        (("tom = 2025-12-31", "tom = 9999-12-31"), "inget rimligt datum"),
        (("fran = 2025-01-01", 'fran = "2025-01-01"'), 'fran = "2025-01-01" är av fel slag'),
    ],
)
def test_a_faulty_amount_names_file_block_and_key(change: tuple[str, str], told: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as stopped:
        belopp.load(written(tmp_path, AMOUNT.format(1).replace(*change)))
    assert stopped.value.problems[0].startswith("egen.toml rad ") and " (belopp 1): " in stopped.value.problems[0]
    assert any(told in problem for problem in stopped.value.problems)


def test_two_amounts_for_one_day_in_one_file_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(
        SettingsError,
        match=r"två belopp för somatik, .*geriatrik den 2025-01-01 \(1 och 2 kr\)",
    ):
        belopp.load(written(tmp_path, AMOUNT.format(1) + AMOUNT.format(2)))


def test_every_fault_of_an_agreement_is_told_at_once(tmp_path: Path) -> None:
    text = 'id = "egen"\nnamn = "Egen"\nregion = "99"\nfarg = 1\n' + RULE.replace("dagar = 3", "dagar = 3.0\ndagr = 3")
    text += RULE.replace('kalla = "Protokoll"\n', "").replace("individuell", "medel")
    problems = problems_of(text, tmp_path)
    assert any('egen.toml rad 3: region = "99" är okänt' in p for p in problems)
    assert any('egen.toml rad 4: okänd nyckel "farg"' in p for p in problems)
    assert any('(regel 1): okänd nyckel "dagr"; menade du dag' in p for p in problems)
    assert any("(regel 1): dagar = 3.0 är av fel slag" in p for p in problems)
    assert any("(regel 2): kalla saknas" in p for p in problems)
    assert any('(regel 2): modell = "medel" är okänt' in p for p in problems)


def test_a_threshold_must_be_exact(tmp_path: Path) -> None:
    mean = RULE.replace('"individuell"\ndagar = 3', '"genomsnitt"\ntroskel = 3.0')
    problems = problems_of('id = "egen"\nnamn = "Egen"\n' + mean, tmp_path)
    assert problems == [
        'egen.toml rad 7 (regel 1): troskel = 3.0 är av fel slag. Skriv ett exakt tal inom citattecken som "3.00".'
    ]


def test_two_rules_for_one_day_name_both(tmp_path: Path) -> None:
    second = RULE.replace("2018-01-01", "2019-01-01").replace("modell", 'vardform = ["psykiatri"]\nmodell')
    assert problems_of('id = "egen"\nnamn = "Egen"\n' + RULE + second, tmp_path) == [
        "egen.toml: regel 1 och regel 2 gäller båda psykiatri från 2019-01-01, men ett dygn har en enda regel per "
        "vårdform. Ge den ena tom = dagen före den andras fran."
    ]


def test_a_key_of_another_model_is_unknown(tmp_path: Path) -> None:
    problems = problems_of(
        'id = "egen"\nnamn = "Egen"\n' + RULE.replace("dagar = 3", 'dagar = 3\ntroskel = "3"'), tmp_path
    )
    assert 'okänd nyckel "troskel"' in problems[0]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("atlantis", "Det finns dalarna, halland"),
        ("gotland", "bara känt till en del"),
        ("saknas.toml", "Det finns dalarna"),
    ],
)
def test_an_unknown_agreement_says_what_is_known(name: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        find_agreement(name)


@pytest.mark.parametrize("name", shipped_ids())
def test_no_shipped_agreement_has_a_day_without_rule_after_its_start(name: str) -> None:
    agreement = shipped(name)
    last = max(rule.tom or date(2030, 12, 31) for rule in agreement.regler)
    for vardform in VARDFORMER:
        assert uncovered(agreement.regler, vardform, agreement.start, last) == []
    for stretch in monthly_coverage(agreement, belopp.load(), Month.of(last)):
        assert not stretch.uncovered
        assert all(rule.kalla and rule.status for rule in stretch.rules)


@pytest.mark.parametrize("name", shipped_ids())
def test_every_kommun_has_one_rule_each_day_and_vardform(name: str) -> None:
    """The rule book, region and statute together, walked through every day at which anything changes."""
    book = rule_book(shipped(name))
    turns = {r.fran for r in book.rules} | {r.tom for r in book.rules if r.tom} | {date(2026, 1, 1)}
    for day in sorted(d for d in turns if d >= shipped(name).start):
        in_force = [n for n, rule in enumerate(book.rules) if rule.in_force(day)]
        covered = book.covers[in_force].sum(axis=0)
        assert covered.shape == (len(kommuner()), len(VARDFORMER))
        outside_its_time = name == "lag-1990-1404" and day > date(2017, 12, 31)
        assert (covered == (0 if outside_its_time else 1)).all()


def test_the_statutes_meet_without_gap_or_overlap() -> None:
    for vardform in VARDFORMER:
        assert uncovered(statute(), vardform, date(2003, 7, 1), date(2030, 1, 1)) == []


def test_a_month_without_rule_names_the_days() -> None:
    with pytest.raises(
        RuleGapError, match=r"nationell .* ingen regel för somatik 2017-12-01–2017-12-31; det börjar gälla 2018"
    ):
        require_rules(shipped("nationell"), date(2017, 12, 1), date(2017, 12, 31), ["somatik"])


def test_hallands_printed_rows_and_total_are_both_kept() -> None:
    table = load_schablon("halland-2017")
    assert (table.year_ore, table.printed_year_ore) == (226_858_700, 226_858_700)
    assert (table.month_ore, table.printed_month_ore) == (18_904_800, 18_904_900)
    assert table.year_ore - 12 * table.month_ore == 1_100
    assert {row.kommun: row.month_ore // 100 for row in table.rows} == {
        "1382": 420,
        "1384": 125_134,
        "1383": 35_714,
        "1380": 13_025,
        "1381": 14_755,
        "1315": 0,
    }


def test_a_rule_tells_all_its_faults_also_when_its_dates_are_wrong(tmp_path: Path) -> None:
    wrong = RULE.replace("fran = 2018-01-01", 'fran = "2018"').replace(
        "dagar = 3", 'dagar = 3\ndagtyp = "helgdag"\nfarg = 1'
    )
    problems = problems_of('id = "egen"\nnamn = "Egen"\n' + wrong.replace('kalla = "Protokoll"', ""), tmp_path)
    for told in ('fran = "2018" är av fel slag', "kalla saknas", 'dagtyp = "helgdag"', 'okänd nyckel "farg"'):
        assert any(told in problem for problem in problems)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('"lag-2017-612"', "7100.5"), "hela kronor utan citattecken"),
        (('"lag-2017-612"', '"7100"'), "hela kronor utan citattecken"),
        (("dagar = 3", 'dagar = 3\nklockslag_grans = "fran"'), "säger inget utan klockslag"),
    ],
)
def test_what_cannot_be_meant_is_refused(change: tuple[str, str], told: str, tmp_path: Path) -> None:
    problems = problems_of('id = "egen"\nnamn = "Egen"\n' + RULE.replace(*change), tmp_path)
    assert len(problems) == 1 and told in problems[0]


def test_a_series_nobody_has_is_named(tmp_path: Path) -> None:
    agreement = load_agreement(
        written(tmp_path, 'id = "egen"\nnamn = "Egen"\n' + RULE.replace("lag-2017-612", "lag-x"))
    )
    assert unknown_series(agreement, belopp.load()) == ["lag-x"]
