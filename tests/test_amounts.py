"""The amounts that are shipped: as their sources say, the inferred ones derived again; a new year touches no test."""

from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.toml_file import SettingsError
from betalningsansvar.operations.law import LawRequest, find_law
from betalningsansvar.reports.words.law import replaced_texts
from betalningsansvar.tariffs.belopp import Tariffs, load, load_layer, shipped
from betalningsansvar.tariffs.schablon_underlag import load_schablon
from betalningsansvar.tariffs.shipped_files import shipped_file
from tests.test_cli import HALLAND, run

NEXT = next(year for year in range(2021, 2100) if load().rate("lag-2017-612", "somatik", date(year, 7, 1)) is None)
"""The first year that nobody has found the amount of."""

NEW_YEAR = f"""
[[belopp]]
serie = "lag-2017-612"
fran = {NEXT}-01-01
tom = {NEXT}-12-31
kronor = 12345
kalla = "Prov: ett nytt år"
status = "T"
"""


def with_a_year_added() -> Tariffs:
    text = shipped_file("dygnsbelopp.toml").content.decode() + NEW_YEAR
    return Tariffs((load_layer(NamedFile("dygnsbelopp.toml", text.encode())),))


@pytest.fixture(params=["as shipped", "with a year added"])
def tariffs(request: pytest.FixtureRequest) -> Tariffs:
    """The amounts as they are shipped, and as they will be when somebody has added a year."""
    return load() if request.param == "as shipped" else with_a_year_added()


@pytest.mark.parametrize(
    ("year", "kronor", "mark"),
    [
        (2018, 7100, "T"),
        (2019, 7800, "T"),
        (2020, 8200, "S"),
        (2022, 9300, "S"),
        (2023, 10500, "S"),
        (2024, 11600, "I"),
    ],
)
def test_every_amount_of_the_2017_law(tariffs: Tariffs, year: int, kronor: int, mark: str) -> None:
    for vardform in VARDFORMER:
        for day in (date(year, 1, 1), date(year, 12, 31)):
            found = tariffs.rate("lag-2017-612", vardform, day)
            assert found and (found.rate_ore, found.status) == (kronor * 100, mark) and found.kalla


@pytest.mark.parametrize(
    ("year", "akut", "psykiatri", "geriatrik", "mark"),
    [(2015, 4667, 3958, 3367, "I"), (2016, 4816, 4085, 3475, "S"), (2017, 5042, 4277, 3638, "I")],
)
def test_every_amount_of_the_1990_law(
    tariffs: Tariffs, year: int, akut: int, psykiatri: int, geriatrik: int, mark: str
) -> None:
    wanted = {"akut": akut, "somatik": akut, "psykiatri": psykiatri, "geriatrik": geriatrik}
    for vardform, kronor in wanted.items():
        found = tariffs.rate("lag-1990-1404", vardform, date(year, 6, 1))
        assert found and (found.rate_ore, found.status) == (kronor * 100, mark) and found.kalla


def test_the_amounts_of_2017_follow_from_what_halland_invoiced(tariffs: Tariffs) -> None:
    """Whole days at the amounts of 2017 make the printed years: 1, 31, 85, and 19 of akut with 19 of psykiatri."""
    invoiced = {row.kommun: row.year_ore for row in load_schablon("halland-2017").rows}
    rate = {v: b.rate_ore for v in VARDFORMER if (b := tariffs.rate("lag-1990-1404", v, date(2017, 6, 1)))}
    falkenberg, halmstad, varberg, laholm = (invoiced[code] for code in ("1382", "1380", "1383", "1381"))
    assert (falkenberg, halmstad, varberg) == (rate["akut"], 31 * rate["akut"], 85 * rate["akut"])
    assert laholm == 19 * rate["akut"] + 19 * rate["psykiatri"]


@pytest.mark.parametrize(("earlier", "later", "per_mille"), [(2016, 2017, 1_047), (2015, 2016, 1_032)])
@pytest.mark.parametrize("vardform", ["akut", "psykiatri", "geriatrik"])
def test_the_inferred_years_are_the_only_whole_kronor_that_fit(
    tariffs: Tariffs, vardform: str, earlier: int, later: int, per_mille: int
) -> None:
    before, after = (tariffs.rate("lag-1990-1404", vardform, date(year, 6, 1)) for year in (earlier, later))
    assert before and after
    kronor, wanted = before.rate_ore // 100, after.rate_ore // 100
    assert [k for k in range(kronor - 50, kronor + 51) if (k * per_mille + 500) // 1000 == wanted] == [kronor]


def test_regions_have_amounts_of_their_own(tariffs: Tariffs) -> None:
    vgr = [tariffs.rate("vgr", "psykiatri", d) for d in (date(2016, 12, 31), date(2018, 9, 24), date(2018, 9, 25))]
    assert [b and b.rate_ore for b in vgr] == [408_500, 427_700, None]


def test_a_day_has_an_amount_or_is_in_a_gap_never_both(tariffs: Tariffs) -> None:
    through = date(2026, 5, 1)
    gaps = tariffs.gaps(through)
    for serie in tariffs.serier().values():
        for vardform in VARDFORMER:
            for year in range(serie.fran.year, min(serie.tom or through, through).year + 1):
                for day in (date(year, 1, 1), date(year, 7, 1), date(year, 12, 31)):
                    if not serie.fran <= day <= (serie.tom or date.max):
                        continue
                    known = tariffs.rate(serie.id, vardform, day)
                    missing = [
                        g for g in gaps if g.serie == serie.id and vardform in g.vardform and g.fran <= day <= g.tom
                    ]
                    assert (known is None) == (len(missing) == 1), (serie.id, vardform, day)


def test_every_amount_has_a_source_and_a_mark(tariffs: Tariffs) -> None:
    assert all(b.kalla.strip() and b.status in ("T", "S", "I") and b.rate_ore > 0 for b in tariffs.belopp())
    assert all("rlett" in b.kalla for b in tariffs.belopp() if b.status == "I")


def test_adding_a_year_closes_its_gap_and_changes_nothing_else() -> None:
    before, after = load(), with_a_year_added()
    added = after.rate("lag-2017-612", "somatik", date(NEXT, 7, 1))
    assert added and added.rate_ore == 1_234_500
    assert [b for b in after.belopp() if b != added] == before.belopp()


def test_the_shipped_file_is_the_one_in_the_house() -> None:
    path = Path(__file__).parents[1] / "tariffs" / "dygnsbelopp.toml"
    assert load_layer(path) == shipped()


def _own(serie: str, kronor: int, more: str = "") -> NamedFile:
    text = f'[[belopp]]\nserie = "{serie}"\nfran = 2018-01-01\ntom = 2018-12-31\nkronor = {kronor}\nkalla = "x"\n'
    return NamedFile("egna.toml", f'{text}status = "T"\n{more}'.encode())


def test_an_amount_in_a_series_nearly_another_is_told_and_not_passed_over() -> None:
    with pytest.raises(SettingsError, match=r"serien lag-2017-621 används inte.*menade du lag-2017-612"):
        find_law(LawRequest("nationell", _own("lag-2017-621", 9_999)))
    own = '[[serie]]\nid = "lag-2017-621"\nnamn = "Egen"\nfran = 2018-01-01\n'
    for fine in (_own("lag-2017-621", 9_999, own), _own("lag-2017-612-eget", 9_999), _own("lag-2017-612", 7_200)):
        find_law(LawRequest("nationell", fine))


def test_what_an_amount_of_ones_own_takes_the_place_of_is_told() -> None:
    tariffs = load(_own("lag-2017-612", 71_000))
    (told,) = replaced_texts(tariffs.replaced(date(2018, 11, 1), date(2018, 11, 30)))
    assert told.replace("\N{NO-BREAK SPACE}", " ").endswith("71 000,00 kr i stället för 7 100,00 kr per dygn.")
    assert tariffs.replaced(date(2019, 1, 1), date(2019, 1, 31)) == []
    assert load(_own("lag-2017-612", 7_100)).replaced(date(2018, 1, 1), date(2018, 12, 31)) == []
    assert load(None).replaced(date(2018, 1, 1), date(2018, 12, 31)) == []


_MONTH, _SPAN = ("--month", "2018-11"), ("--from", "2018-11", "--to", "2018-12")


@pytest.mark.parametrize(
    "asked",
    [
        ("bill", *_MONTH, "--out"),
        ("bill", *_MONTH, "--as-of", "2018-11-12", "--preview"),
        ("bill", *_SPAN, "--out"),
        ("bill", *_SPAN, "--agreements", "region", "--out"),
        ("issue", *_MONTH, "--ledger"),
        ("reconcile", "--year", "2018", "--out"),
        ("scenario", *_SPAN, "--vary", "dagar=2..3", "--out"),
    ],
    ids=" ".join,
)
def test_every_command_and_workbook_tells_an_amount_of_ones_own(asked: tuple[str, ...], tmp_path: Path) -> None:
    own, out = tmp_path / "egna.toml", tmp_path / "ut"
    own.write_bytes(_own("lag-2017-612", 71_000).content)
    ending = {"--out": [out], "--ledger": [f"sqlite:///{tmp_path / 'l.db'}"]}.get(asked[-1], [])
    done = run(asked[0], HALLAND, *asked[1:], *ending, "--tariffs", own)
    assert done.exit_code == 0, done.output
    sentence = (
        "egna.toml ersätter lag-2017-612 för all vård 2018-01-01–2018-12-31: "
        "71 000,00 kr i stället för 7 100,00 kr per dygn."
    )
    assert done.output.count(f"Observera: {sentence}") == 1
    if asked[0] == "bill" and out.exists():
        (book,) = out.glob("sammanstallning_*.xlsx")
        cells = [str(cell) for row in load_workbook(book).active.values for cell in row if cell]  # type: ignore[union-attr]
        assert sentence in [cell.replace("\N{NO-BREAK SPACE}", " ") for cell in cells]
