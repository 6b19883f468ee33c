"""What goes wrong in the files that a user keeps in TOML: told within a second, with file, line and what to write."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from betalningsansvar.data.files.named import NamedFile, names_beside
from betalningsansvar.data.profiles.profile import load_profile
from betalningsansvar.data.settings.avsandare import load_sender
from betalningsansvar.data.settings.befolkning import load_population
from betalningsansvar.data.settings.bokforing import load_bookkeeping
from betalningsansvar.data.settings.kunder import load_customers
from betalningsansvar.data.stop import StopError
from betalningsansvar.data.toml_file import SettingsError, parse
from betalningsansvar.data.toml_table import read_toml
from betalningsansvar.tariffs.agreements import load_agreement
from betalningsansvar.tariffs.belopp import load_layer
from betalningsansvar.tariffs.downtime import load_downtimes
from betalningsansvar.tariffs.readings import load_points
from betalningsansvar.tariffs.scenariofile import load_scenarios

FAULTS = Path(__file__).parent / "faults"
KINDS: list[Callable[[NamedFile], object]] = [
    load_agreement,
    load_layer,
    load_scenarios,
    load_points,
    load_downtimes,
    load_profile,
    load_sender,
    load_customers,
    load_bookkeeping,
    load_population,
]
HOSTILE = {
    "integer": b"a = " + b"9" * 5_000,
    "many keys": b"\n".join(b"a%d.b.c = 1" % n for n in range(60_000)),
    "key of 20 000 parts": b".".join([b"a"] * 20_000) + b" = 1",
    "quoted parts": b".".join([b'"a"'] * 2_000) + b" = 1",
    "nested": b"a = " + b"[" * 4_000,
    "nested over lines": b"a = " + b"[\n" * 4_000,
    "a megabyte line": b'a = "' + b"x" * 999_000 + b'"',
    "too large": b"#\n" * 600_000,
    "never closed": b'\\"""\n' * 190_000,
    "many tables": b"[[a]]\n" * 150_000,
    "control": b'a = "\x00"',
    "lone return": b"a = 1\rb = 2",
    "escaped control": b'namn = "\\u0007"',
    "invisible": 'namn = "a\u202eb"'.encode(),
    "not UTF-8": 'namn = "Å"'.encode("cp1252"),
    "UTF-16": 'namn = "Å"'.encode("utf-16"),
    "a workbook": b"PK\x03\x04\x14\x00",
    "nothing closed": b"a = {",
}


def told(content: bytes | str) -> str:
    """What the reader says of a file that is no TOML."""
    with pytest.raises(SettingsError) as stopped:
        parse(NamedFile("egen.toml", content.encode() if isinstance(content, str) else content))
    return str(stopped.value)


@pytest.mark.parametrize("load", KINDS)
@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_no_file_costs_more_than_a_second_or_ends_otherwise_than_with_a_sentence(
    load: Callable[[NamedFile], object], content: bytes
) -> None:
    begun = time.process_time()
    names_beside(content)
    try:
        load(NamedFile("egen.toml", content))
    except StopError as stopped:
        assert str(stopped).startswith("egen.toml") and len(str(stopped)) < 4_000
        assert str(stopped).count("\n") <= 10
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("path", sorted(FAULTS.glob("*.toml")), ids=lambda p: p.name)
def test_the_files_that_once_went_wrong_are_told_by_every_reader(path: Path) -> None:
    for load in KINDS[:-1]:
        with pytest.raises(SettingsError, match=rf"^{path.name} rad \d+: "):
            load(NamedFile(path.name, path.read_bytes()))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "a = 1\ntroskel = 3,0  # dagar",
            "rad 2: troskel: 3,0 har decimalkomma. Skriv talet med punkt, inom citattecken",
        ),
        ("a = 1\nb = 2\na = 3", "rad 3: nyckeln a står två gånger (även på rad 1). Behåll en av dem."),
        ("[x]\na = 1\n[x]\nb = 1", "rad 3: [x] står mer än en gång. Skriv [[x]] på varje ställe"),
        ('logotyp = "C:\\Users\\eva\\logo.png"', "rad 1: logotyp: omvänt snedstreck"),
        ("utskrivningsdag = nej", "rad 1: utskrivningsdag: skriv utskrivningsdag = true (ja) eller"),
        ("namn = Region X", "rad 1: namn: text ska stå inom citattecken."),
        ("kronor = 7 100", "rad 1: kronor: talet har mellanslag. Skriv kronor = 7100."),
        ("klockslag = 12.00", None),
        ("klockslag = 12:00", "rad 1: klockslag: klockslaget behöver sekunder. Skriv klockslag = 12:00:00."),
        ("fran = 2018-1-1", "rad 1: fran: datumet"),
        ("fran = 2018-02-30", "rad 1: fran: datumet"),
        ("namn = ”Region”", "rad 1: citattecknen är krökta"),
        ('namn = "Region', "rad 1: namn: citattecknet stängs inte på raden."),
        ("villkor = [", "rad 1: villkor: listan kan inte läsas."),
        ("[regel", "rad 1: "),
        ('källa = "SFS"', 'rad 1: en nyckel med å, ä eller ö ska stå inom citattecken. Skriv "källa" = …'),
    ],
)
def test_a_line_that_is_no_toml_is_told_in_the_words_of_its_author(text: str, sentence: str | None) -> None:
    if sentence is not None:
        assert told(text).startswith(f"egen.toml {sentence}")


def test_a_file_of_patients_by_mistake_shows_none_of_them() -> None:
    assert "19121212" not in told("arende_id;patient_id\nA1;19121212-1212")
    assert "19121212" not in told("patient = 19121212-1212 Tolvan")


def test_what_cannot_be_printed_on_one_line_is_told_with_its_line() -> None:
    root = read_toml(NamedFile("egen.toml", b'a = "C:\\temp\\new.png"\nb = "\\u0007"\nc = " "'))
    assert (root.text("a"), root.text("b"), root.optional_text("c")) == (None, None, "")
    assert root.problems == [
        (
            1,
            "egen.toml rad 1: a innehåller radbrytning eller tabb. Skriv på en rad. "
            "En sökväg skrivs med snedstreck: C:/mapp/fil.",
        ),
        (2, "egen.toml rad 2: b innehåller styrtecknet U+0007, som inte syns. Skriv om värdet."),
    ]


def test_more_than_ten_faults_are_counted() -> None:
    error = SettingsError([f"fel {n}" for n in range(25)])
    assert str(error).splitlines()[-2:] == ["fel 9", "… och 15 fel till."] and len(error.problems) == 25


@settings(max_examples=60)
@given(st.text(alphabet=st.sampled_from("ab=[]{}\"'.,#\\ \n01-:åT"), max_size=80), st.integers(0, len(KINDS) - 1))
def test_any_text_is_read_or_told(text: str, kind: int) -> None:
    try:
        KINDS[kind](NamedFile("egen.toml", text.encode()))
    except StopError as stopped:
        assert "egen.toml" in str(stopped)
