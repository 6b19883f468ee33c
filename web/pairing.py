"""The fields of Para ihop: what can be chosen in them, and what was typed as a pairing of headers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from betalningsansvar.web.words import column_word

if TYPE_CHECKING:
    from betalningsansvar.data.columns import Column
    from betalningsansvar.data.files.headers import Form
    from betalningsansvar.operations.headers import Codes, Pairing, TheirHeaders

Choices = list[tuple[str, str]]

_FORM_WORDS = {
    "arendetabell": "ett ärende, en underrättelse",
    "handelselogg": "en händelse eller ett meddelande",
    "statusrader": "en version av ett meddelande",
}


def form_choices() -> Choices:
    """What a row of theirs can be."""
    return list(_FORM_WORDS.items())


def header_choices(form: Form) -> dict[str, Choices]:
    """What a column of theirs can be, in groups: the columns of ours, and the clocks of our times."""
    from betalningsansvar.operations.headers import CLOCK

    def word(column: Column) -> str:
        return column_word(column.name) + (" (måste finnas)" if column.needed else "")

    times = [column.name for column in form.columns if column.kind == "time"]
    return {
        "Kolumn": [(column.name, word(column)) for column in form.columns],
        "Klockslag för sig": [(f"{CLOCK}{name}", f"Klockslaget till {column_word(name).lower()}") for name in times],
    }


def constant_choices(columns: Sequence[Column], kommuner: Choices) -> list[tuple[str, str, Choices]]:
    """The fields of what is the same on every row: name, label, and what to choose from (none: a text)."""
    from betalningsansvar.operations.headers import OUR_CODES

    return [
        (
            f"fast.{column.name}",
            column_word(column.name),
            kommuner if column.kind == "kommun" else [(code, code) for code in OUR_CODES.get(column.kind, ())],
        )
        for column in columns
    ]


def code_fields(found: TheirHeaders, one: Codes) -> list[tuple[str, str, str]]:
    """The fields for what some codes mean: name, the code, and what it most likely is. A name holds the positions of
    the header and of the code in it, and what the column was said to be."""
    header = [column.header for column in found.columns].index(one.header)
    return [(f"kod.{header}.{one.column}.{n}", code, likely) for n, (code, likely) in enumerate(one.likely.items())]


def typed_pairing(found: TheirHeaders, typed: Mapping[str, str]) -> Pairing:
    """What was typed. Raises PairingError for what is wrong in it, and where the pairs ask for what the form that was
    sent did not have yet."""
    from betalningsansvar.operations.headers import Pairing, PairingError, codes_asked, formats_asked, pairing_faults

    allowed = {name for group in header_choices(found.form).values() for name, _ in group}
    position = {column.header: n for n, column in enumerate(found.columns)}
    columns = {header: ours for header, n in position.items() if (ours := typed.get(f"k{n}", "")) in allowed}
    faults: dict[str, str] = {}
    codes: dict[str, dict[str, str]] = {}
    for one in codes_asked(found, columns):
        fields = code_fields(found, one)
        if fields[0][0] not in typed:
            faults[fields[0][0]] = f"{one.header} har koder som inte är våra. Säg vad de betyder."
        codes[one.column] = {code: typed[name] for name, code, _ in fields if typed.get(name) in one.ours}
    asked = formats_asked(found, columns)
    formats = list(asked.sure)
    for n, several in enumerate(asked.open):
        if typed.get(f"format.{n}") in several:
            formats.append(typed[f"format.{n}"])
        else:
            faults[f"format.{n}"] = "Dag och månad kan inte skiljas åt. Välj hur datumen är skrivna."
    constants = {
        column.name: value for column in found.constants if (value := typed.get(f"fast.{column.name}", "").strip())
    }
    blanks = tuple(word for part in typed.get("tomt", "").split(",") if (word := part.strip()))
    pairing = Pairing(columns, codes, constants, tuple(formats), blanks)
    faults = pairing_faults(found.form, pairing) | faults
    if faults:
        raise PairingError(faults)
    return pairing
