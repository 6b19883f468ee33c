"""Sender and customers: strict files, every fault at once."""

from pathlib import Path

import pytest

from betalningsansvar.data.files.named import FileUnreadableError
from betalningsansvar.data.settings.avsandare import load_sender
from betalningsansvar.data.settings.kunder import load_customers
from betalningsansvar.data.toml_file import SettingsError

EXAMPLES = Path(__file__).parents[1] / "data" / "exempel"


def faults(path: Path, text: str, load: object) -> tuple[str, ...]:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load(path)  # type: ignore[operator]
    return caught.value.problems


def test_the_examples_load_and_say_that_they_are_examples() -> None:
    sender = load_sender(EXAMPLES / "avsandare.toml")
    assert "EXEMPEL" in sender.namn and sender.logotyp
    customers = load_customers(EXAMPLES / "kunder.toml")
    assert {"1315", "1380", "1381", "1382", "1383", "1384"} <= customers.keys()
    assert all("EXEMPEL" in customer.referens for customer in customers.values())


def test_a_sender_with_nothing_is_a_sender_with_gaps(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("", encoding="utf-8")
    assert load_sender(tmp_path / "a.toml").namn == ""


def test_unknown_keys_and_wrong_types_are_all_told(tmp_path: Path) -> None:
    told = faults(tmp_path / "a.toml", 'bakgiro = "1"\nnamn = 3\nadress = 1\n', load_sender)
    assert len(told) == 3
    assert all("a.toml" in line for line in told)
    assert told[0] == 'a.toml rad 1: okänd nyckel "bakgiro"; menade du bankgiro?'
    assert told[1] == "a.toml rad 2: namn = 3 är av fel slag. Skriv text inom citattecken."
    assert told[2].startswith("a.toml rad 3: adress")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('bankgiro = "12-34"', "bankgiro"),
        ('organisationsnummer = "2321000115"', "organisationsnummer"),
        ("betalningsvillkor_dagar = -1", "betalningsvillkor_dagar"),
        ("betalningsvillkor_dagar = true", "betalningsvillkor_dagar"),
        ('logotyp = "finns-inte.png"', "logotyp"),
        ('logotyp = "a.toml"', "PNG"),
        ("namn = ", "rad 1: namn: värdet fattas"),
    ],
)
def test_what_cannot_be_is_told(text: str, word: str, tmp_path: Path) -> None:
    assert any(word in line for line in faults(tmp_path / "a.toml", text, load_sender))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadableError, match="finns inte"):
        load_sender(tmp_path / "a.toml")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('[[kund]]\nnamn = "A"', "kommunkod saknas"),
        ('[[kund]]\nkommunkod = "9999"', "ingen av de 290"),
        ('[[kund]]\nkommunkod = "1380"\n[[kund]]\nkommunkod = "1380"', "tidigare [[kund]]"),
        ("[[kund]]\nkommunkod = 1380", "fyra siffror inom citattecken"),
        ('[[kund]]\nkommunkod = ["1380"]', "fyra siffror inom citattecken"),
        ('kund = "1380"', "[[kund]]"),
        ("kunder = 1", 'okänd nyckel "kunder"'),
    ],
)
def test_customers_are_as_strict(text: str, word: str, tmp_path: Path) -> None:
    assert any(word in line for line in faults(tmp_path / "k.toml", text, load_customers))
