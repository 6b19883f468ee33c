"""Guards on the files of law: each is named as its id, and each agreement is read a second time in the tests."""

import tomllib
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path

import pytest

from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.profiles.profile import find_profile, shipped_profiles
from betalningsansvar.data.toml_file import SettingsError
from betalningsansvar.tariffs.agreements import find_agreement, load_agreement, shipped, shipped_ids
from betalningsansvar.tariffs.partly_known import HOLE, load_partly_known, partly_known
from betalningsansvar.tariffs.records import Rule
from betalningsansvar.tariffs.schablon_underlag import load_schablon
from betalningsansvar.tariffs.shipped_files import shipped_file, shipped_names
from tests.law import AGREEMENTS

NAMING = ("agreement", "number", "kalla", "status", "upplysning", "fran", "tom", "vardform")


def without_a_second_reading(ids: tuple[str, ...]) -> set[str]:
    """The agreements whose rules nobody has written down again in `tests/law.py`."""
    return set(ids) - AGREEMENTS.keys()


def test_every_shipped_agreement_is_read_a_second_time() -> None:
    assert without_a_second_reading(shipped_ids()) == set()


def test_a_new_agreement_without_a_second_reading_would_fail() -> None:
    assert without_a_second_reading((*shipped_ids(), "ny-region")) == {"ny-region"}


def terms(rules: tuple[Rule, ...], vardform: str, day: date) -> dict[str, object] | None:
    """What holds on a day, without what names and documents the rule."""
    found = [rule for rule in rules if vardform in rule.vardform and rule.in_force(day)]
    assert len(found) <= 1
    return {f.name: getattr(found[0], f.name) for f in fields(found[0]) if f.name not in NAMING} if found else None


@pytest.mark.parametrize("name", shipped_ids())
def test_the_two_readings_say_the_same_of_every_day_at_which_anything_changes(name: str) -> None:
    first, second = shipped(name), AGREEMENTS[name]
    assert first.region == second.region
    edges = {day for a in (first, second) for rule in a.regler for day in (rule.fran, rule.tom or date(2040, 1, 1))}
    for day in sorted(edges | {edge + timedelta(days=n) for edge in edges for n in (-1, 1)}):
        for vardform in VARDFORMER:
            assert terms(first.regler, vardform, day) == terms(second.regler, vardform, day), (day, vardform)


@pytest.mark.parametrize("name", shipped_ids())
def test_an_agreement_is_named_as_its_file(name: str) -> None:
    assert shipped(name).id == name
    renamed = NamedFile("annat.toml", shipped_file("avtal", f"{name}.toml").content)
    with pytest.raises(SettingsError, match=f"id = .{name}., men filen heter annat.toml"):
        load_agreement(renamed)


@pytest.mark.parametrize("name", shipped_names("schablon"))
def test_a_schablon_is_named_as_its_file(name: str) -> None:
    assert load_schablon(name).id == name
    renamed = NamedFile("annat.toml", shipped_file("schablon", f"{name}.toml").content)
    with pytest.raises(SettingsError, match=r"men filen heter annat\.toml"):
        load_schablon("annat", (renamed,))


@pytest.mark.parametrize("name", shipped_profiles())
def test_a_profile_is_named_as_its_file(name: str) -> None:
    assert find_profile(name).id == name


def test_what_is_known_in_part_is_never_billed() -> None:
    ids = [one.id for one in partly_known()]
    assert {"jonkoping", "gavleborg", "gotland", "stockholm-fore-2020"} <= set(ids)
    assert not set(ids) & set(shipped_ids())
    for one in partly_known():
        assert one.saknas and one.kalla and one.status
        with pytest.raises(SettingsError, match=one.saknas[0]):
            find_agreement(one.id)


@pytest.mark.parametrize("name", shipped_names("mallar"))
def test_a_template_marks_its_holes_and_cannot_be_billed_before_they_are_filled(name: str) -> None:
    file = shipped_file("mallar", f"{name}.toml")
    assert name in {one.mall for one in partly_known()}
    text = file.content.decode()
    with pytest.raises(SettingsError, match=HOLE):
        load_agreement(file)
    filled = text.replace(f'"{HOLE}: tröskeln i dagar, t.ex. 3.00"', '"3.00"')
    filled = filled.replace(f'"{HOLE}: belopp 2018 enligt lag (1990:1404)"', "5042")
    assert HOLE not in "".join(str(rule) for rule in tomllib.loads(filled)["regel"])
    assert load_agreement(NamedFile(file.name, filled.encode())).id == name


def test_a_faulty_list_of_partly_known_agreements_is_told() -> None:
    with pytest.raises(SettingsError) as stopped:
        load_partly_known(NamedFile("d.toml", b'[[avtal]]\nid = "x"\nregion = "99"\nsaknas = []\n'))
    assert len(stopped.value.problems) >= 5


def test_the_folders_hold_nothing_else() -> None:
    folder = Path(__file__).parents[1] / "tariffs"
    assert {p.suffix for name in ("avtal", "schablon", "mallar") for p in (folder / name).iterdir()} == {".toml"}
