"""The words that click itself prints, in Swedish. Whoever runs the program sees one language.

click asks gettext for its words, and gettext answers by the language of the computer. Here they come from one table
instead, whatever the computer speaks; a test holds the table against the words in the click that is installed.
"""

from __future__ import annotations

import click.core
import click.decorators
import click.exceptions
import click.formatting
import click.parser
import click.types

WORDS = {
    "Usage:": "Användning:",
    "Options": "Flaggor",
    "Positional arguments": "Argument",
    "Commands": "Kommandon",
    "required": "krävs",
    "default: {default}": "standard: {default}",
    "env var: {var}": "miljövariabel: {var}",
    "(dynamic)": "(beräknas)",
    "Aborted!": "Avbrutet.",
    "deprecated": "utgår",
    "Show this message and exit.": "Visa hjälpen.",
    "Show the version and exit.": "Visa versionen.",
    "%(prog)s, version %(version)s": "%(prog)s %(version)s",
    "Error: {message}": "Fel: {message}",
    "Try '{command} {option}' for help.": "Hjälp: {command} {option}",
    "Missing command.": "Ange ett kommando.",
    "Missing argument": "Det saknas",
    "Missing option": "Det saknas",
    "Missing parameter": "Det saknas",
    "Missing parameter: {param_name}": "Det saknas: {param_name}",
    "Missing {param_type}": "Det saknas",
    "unknown error": "okänt fel",
    "Invalid value for {param_hint}: {message}": "{param_hint}: {message}",
    "Invalid value: {message}": "{message}",
    "Could not open file {filename!r}: {message}": "Filen {filename!r} kan inte öppnas: {message}",
    "No such option {name!r}.": "Flaggan {name} finns inte.",
    "No such command {name!r}.": "Kommandot {name} finns inte.",
    "Did you mean {possibility}?": "Menade du {possibility}?",
    "(Did you mean one of: {possibilities}?)": "(Menade du någon av {possibilities}?)",
    "Got unexpected extra argument ({args})": "Oväntat argument: {args}",
    "Got unexpected extra arguments ({args})": "Oväntade argument: {args}",
    "Takes {nargs} values but 1 was given.": "Tar {nargs} värden men fick 1.",
    "Takes {nargs} values but {len} were given.": "Tar {nargs} värden men fick {len}.",
    "Argument {name!r} takes {nargs} values.": "Argumentet {name} tar {nargs} värden.",
    "Invalid start character for option ({option})": "Flaggan {option} börjar med fel tecken",
    "Option {name!r} does not take a value.": "Flaggan {name} tar inget värde.",
    "Option {name!r} requires an argument.": "Flaggan {name} behöver ett värde.",
    "Option {name!r} requires {nargs} arguments.": "Flaggan {name} behöver {nargs} värden.",
    "Choose from:\n\t{choices}": "Välj bland:\n\t{choices}",
    "{value!r} is not {choice}.": "{value} är inte {choice}.",
    "{value!r} is not one of {choices}.": "{value} är inget av {choices}.",
    "{value} is not in the range {range}.": "{value} är utanför {range}.",
    "{value!r} is not a valid {number_type}.": "{value} är inget heltal.",
}
_MODULES = (click.core, click.decorators, click.exceptions, click.formatting, click.parser, click.types)


def _word(text: str) -> str:
    return WORDS.get(text, text)


def _words(one: str, more: str, number: int) -> str:
    return _word(one if number == 1 else more)


def speak_swedish() -> None:
    """Let click take its words from the table."""
    for module in _MODULES:
        for name, own in (("_", _word), ("ngettext", _words)):
            if hasattr(module, name):
                setattr(module, name, own)
