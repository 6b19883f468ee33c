"""The form of Scenarier and the scenario file, both ways: what is typed becomes the file that the terminal takes, and a
file becomes what is typed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import time
from decimal import Decimal
from typing import Any

from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.stop import StopError
from betalningsansvar.data.toml_file import SettingsError, parse
from betalningsansvar.operations.toml_text import toml_text
from betalningsansvar.web.choices import ChoiceError, FieldsError, chosen_month
from betalningsansvar.web.knobs import AXES, BEHAVIOUR, CLOCK, EXACT, KNOBS, KRONOR, MONTH, WHERE, WHOLE, WORDS, Knob
from betalningsansvar.web.settingforms import read_problem

FEWEST, MOST = 3, 30
"""How many scenarios the form shows at least, and takes at most."""

OTHER = {"namn": "Namn", "kronor": "Kronor per dygn", "kalla": "Källa"}
"""The keys of the table of what the same dygn cost elsewhere (`alternativ.namn` …), and their words."""

_REASON = "Ställt på sidan"
_NUMBERS = {WHOLE: r"\d{1,8}", KRONOR: r"\d{1,8}", EXACT: r"-?\d{1,8}(\.\d{1,4})?"}
_SAY = {
    WHOLE: "skriv ett heltal med siffror",
    EXACT: "skriv ett tal med siffror, till exempel 3,00",
    KRONOR: "skriv hela kronor med siffror, eller namnet på en serie",
    CLOCK: "skriv ett klockslag som 12:00",
}


def numbers_in(given: Mapping[str, str]) -> list[int]:
    """The numbers of the scenarios that the form shows: those that are filled in, and an empty one after them."""
    names = "|".join(("namn", "skal", *(knob.key for knob in KNOBS)))
    filled = [
        int(found[1]) for name, text in given.items() if text and (found := re.fullmatch(rf"(?:{names})(\d\d?)", name))
    ]
    return list(range(1, min(MOST, max([FEWEST, *(n + 1 for n in filled)])) + 1))


def scenario_file(given: Mapping[str, str], avtal: str = "", series: Collection[str] = ()) -> NamedFile | None:
    """What is typed as a scenario file that builds on `avtal`; None when nothing is changed. `series` are the names
    that may stand in place of kronor. Raises FieldsError with every fault at its field."""
    faults: dict[str, str] = {}
    rows = {n: row for n in numbers_in(given) if (row := _row(given, n, series, faults))}
    other = {key: _other(given, key) for key in OTHER if given.get(f"alternativ.{key}", "").strip()}
    names = [row["namn"] for row in rows.values()]
    twice = (n for n, row in rows.items() if names.count(row["namn"]) > 1)
    faults |= {f"namn{n}": f"Två scenarier heter {rows[n]['namn']}. Ge vart och ett sitt namn." for n in [*twice][1:]}
    if faults:
        raise FieldsError(faults)
    if not rows and other:
        field = f"alternativ.{next(iter(other))}"
        raise FieldsError({field: "Det ställs mot ett scenario: ändra ett värde i scenario 1 också."})
    if not rows:
        return None
    table = {"avtal": avtal, "alternativ": other, "scenario": list(rows.values())}
    file = NamedFile("scenarier.toml", toml_text(table).encode())
    _require_sound(file, list(rows))
    return file


def fields_of(file: NamedFile) -> dict[str, str]:
    """A scenario file as it is typed in the form. Raises SettingsError with every fault of the file, and StopError for
    more scenarios than the form takes."""
    from betalningsansvar.tariffs.scenariofile import load_scenarios

    load_scenarios(file)
    table = parse(file)[0]
    rows = table.get("scenario", [])
    if len(rows) > MOST:
        raise StopError(f"{file.name} har {len(rows)} scenarier, och sidan visar högst {MOST}. Dela filen.")
    typed = {"avtal": str(table["avtal"])} if "avtal" in table else {}
    typed |= {f"alternativ.{key}": str(value) for key, value in table.get("alternativ", {}).items()}
    for n, row in enumerate(rows, 1):
        typed |= {f"namn{n}": row["namn"], f"skal{n}": row["skal"]}
        typed |= {f"{knob.key}{n}": _text(knob, row[knob.key]) for knob in KNOBS if knob.key in row}
    return typed


def says_the_same(one: NamedFile, other: NamedFile) -> bool:
    """Whether two scenario files hold the same scenarios, however they are written."""
    from betalningsansvar.tariffs.scenariofile import load_scenarios

    first, second = load_scenarios(one), load_scenarios(other)
    plain = [[replace(scenario, where="") for scenario in file.scenarier] for file in (first, second)]
    same_base = first.avtal == second.avtal or None in (first.avtal, second.avtal)
    return plain[0] == plain[1] and first.alternativ == second.alternativ and same_base


def axes_of(given: Mapping[str, str]) -> tuple[str, ...]:
    """What is varied, one thing or two, as `dagar=2..6:1`. Raises ChoiceError."""
    return tuple(axis for number in ("", "2") if (axis := _axis(given, number)))


def forecast_of(given: Mapping[str, str]) -> str | None:
    """What stands in where no amount is known, as `index=1.05` or `kronor=12000`. Raises ChoiceError."""
    from betalningsansvar.billing.whatif.prognos import parse_forecast

    kind = given.get("prognos", "")
    if kind not in ("index", "kronor"):
        return None
    text = f"{kind}={_number(given.get('prognosvarde', ''))}"
    try:
        parse_forecast(text)
    except StopError:
        say = "från 0,50 till 2,00 per år, till exempel 1,03" if kind == "index" else "till exempel 12 000"
        raise ChoiceError("prognosvarde", f"Skriv ett tal med siffror, {say}.") from None
    return text


def field_of_stop(error: StopError, given: Mapping[str, str]) -> str | None:
    """The field that a stop of the comparison itself is about: it names the scenario and its key."""
    found = re.match(r'scenarier\.toml scenario "(?P<namn>(?:[^"\\]|\\.)*)": (?P<key>\w+)', str(error))
    if not found:
        return None
    for n in numbers_in(given):
        if _name(given, n) == found["namn"] and found["key"] in {knob.key for knob in KNOBS}:
            return f"{found['key']}{n}"
    return None


def _row(given: Mapping[str, str], n: int, series: Collection[str], faults: dict[str, str]) -> dict[str, Any] | None:
    changes: dict[str, Any] = {}
    for knob in KNOBS:
        name = f"{knob.key}{n}"
        if text := given.get(name, "").strip():
            try:
                changes[knob.key] = _value(knob, name, text, series)
            except ChoiceError as error:
                faults[name] = str(error)
    told = bool(given.get(f"namn{n}", "").strip() and given.get(f"skal{n}", "").strip())
    if not changes.keys() - set(WHERE) and not told:
        return None
    faults |= {f"{key}{n}": sentence for key, sentence in _together(changes) if f"{key}{n}" not in faults}
    return {"namn": _name(given, n), "skal": given.get(f"skal{n}", "").strip() or _REASON, **changes}


def _name(given: Mapping[str, str], n: int) -> str:
    return given.get(f"namn{n}", "").strip() or f"Scenario {n}"


def _together(changes: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What the values need of each other."""
    if changes.get("modell") == "genomsnitt" and "troskel" not in changes:
        yield "troskel", "Ett genomsnitt behöver en tröskel, till exempel 3,00."
    if changes.get("modell") == "individuell" and "dagar" not in changes:
        yield "dagar", "Dag för dag behöver ett antal dagar till ansvar."
    if "dygnsbelopp" in changes and "dygnsbelopp_ar" in changes:
        yield "dygnsbelopp_ar", "Kronor per vårddygn och belopp av år sätter båda beloppet. Behåll ett av dem."
    if "kommun" in changes and changes.keys() - {*BEHAVIOUR, *WHERE}:
        yield "kommun", "En kommun kan ha egna arbetssätt, men reglerna gäller alla. Gör två scenarier."


def _value(knob: Knob, name: str, text: str, series: Collection[str]) -> Any:
    if knob.word and text.casefold() == knob.word:
        return knob.word
    if knob.kind == MONTH:
        return str(chosen_month(text, name))
    if knob.kind == WORDS:
        return _words(knob, name, text)
    if knob.choices:
        if text not in dict(knob.choices):
            raise ChoiceError(name, f"{knob.label}: välj något i listan.")
        return text == "ja" if text in ("ja", "nej") else text
    if knob.kind == KRONOR and text in series:
        return text
    if knob.kind == CLOCK and (clock := re.fullmatch(r"([01]?\d|2[0-3])[:.]([0-5]\d)", text, re.ASCII)):
        return time(int(clock[1]), int(clock[2]))
    plain = _number(text)
    if knob.kind == CLOCK or not re.fullmatch(_NUMBERS[knob.kind], plain, re.ASCII):
        raise ChoiceError(name, f"{knob.label}: {_SAY[knob.kind]}{f', eller {knob.word}' if knob.word else ''}.")
    return plain if knob.kind == EXACT else int(plain)


def _words(knob: Knob, name: str, text: str) -> list[str]:
    words = [word for part in text.split(",") if (word := part.strip())]
    known = (
        {word.casefold() for kommun in kommuner().values() for word in (kommun.code, kommun.name)}
        if knob.key == "kommun"
        else VARDFORMER
    )
    if unknown := [word for word in words if word.casefold() not in known]:
        raise ChoiceError(name, f"{knob.label}: {unknown[0][:40]} finns inte.")
    return words


def _other(given: Mapping[str, str], key: str) -> Any:
    text = given[f"alternativ.{key}"].strip()
    plain = _number(text)
    return int(plain) if key == "kronor" and re.fullmatch(_NUMBERS[KRONOR], plain, re.ASCII) else text


def _require_sound(file: NamedFile, rows: list[int]) -> None:
    """What the file's own strict reader says, at the fields it is about."""
    from betalningsansvar.tariffs.scenariofile import load_scenarios

    try:
        load_scenarios(file)
    except SettingsError as error:
        faults: dict[str, str] = {}
        for problem in error.problems:
            told = read_problem(problem)
            if told is None or not told.table:
                raise
            field = f"{told.table}.{told.key}" if told.table == "alternativ" else f"{told.key}{rows[told.number - 1]}"
            faults.setdefault(field, told.sentence)
        raise FieldsError(faults) from error


def _axis(given: Mapping[str, str], number: str) -> str:
    from betalningsansvar.billing.whatif.grids import parse_axis

    name = given.get(f"variera{number}", "")
    if name not in dict(AXES) or not name:
        return ""
    values = []
    for key in ("fran_varde", "till_varde", "steg"):
        plain = _number(given.get(f"{key}{number}", ""))
        if not (plain or key == "steg") or (plain and not re.fullmatch(_NUMBERS[EXACT], plain, re.ASCII)):
            raise ChoiceError(f"{key}{number}", "Skriv ett tal med siffror.")
        values.append(plain)
    low, high, step = values
    axis = f"{name}={low}..{high}{f':{step}' if step else ''}"
    try:
        parse_axis(axis)
    except StopError as error:
        told = str(error).partition(": ")[2] or str(error)
        raise ChoiceError(f"fran_varde{number}", told[:1].upper() + told[1:]) from None
    return axis


def _text(knob: Knob, value: Any) -> str:
    """A value of the file as it is typed."""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if knob.kind == EXACT:
        return f"{Decimal(value):f}".replace(".", ",")
    return str(value)


def _number(text: str) -> str:
    """What was typed, with a point and without the spaces between thousands."""
    return re.sub(r"\s", "", text).replace(",", ".").replace("−", "-")
