"""Kinds of value, the options that commands share, and a command whose help ends with examples."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from betalningsansvar.commands.stopping import short_usage_errors

if TYPE_CHECKING:
    from betalningsansvar.billing.period import Month

PATH = click.Path(path_type=Path)


class MonthType(click.ParamType[Any]):
    """A calendar month such as 2018-11."""

    name = "månad"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Month:
        from betalningsansvar.billing.period import Month

        if isinstance(value, Month):
            return value
        try:
            return Month.parse(str(value))
        except ValueError:
            self.fail(f"{value} är ingen månad från 1990-01 till 2099-12; skriv den som 2018-11", param, ctx)


class DateType(click.ParamType[Any]):
    """A day such as 2018-11-30."""

    name = "datum"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        from betalningsansvar.billing.period import FIRST_DAY, LAST_DAY

        if isinstance(value, date):
            return value
        try:
            day = datetime.strptime(str(value), "%Y-%m-%d").date()
        except ValueError:
            self.fail(f"{value} är inget datum; skriv det som 2018-11-30", param, ctx)
        if not FIRST_DAY <= day <= LAST_DAY:
            self.fail(f"{day} är utanför {FIRST_DAY}–{LAST_DAY}", param, ctx)
        return day


MONTH, DATE = MonthType(), DateType()

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def option(*names: str, **given: Any) -> Decorator:
    """A click option."""
    return click.option(*names, **given)


def month_option(help_text: str = "Månaden.", *, required: bool = False) -> Decorator:
    return option("--month", required=required, type=MONTH, metavar="ÅÅÅÅ-MM", help=help_text)


def first_option(help_text: str = "Första månaden.", *, required: bool = False) -> Decorator:
    return option("--from", "first", required=required, type=MONTH, metavar="ÅÅÅÅ-MM", help=help_text)


def last_option(help_text: str = "Sista månaden.", *, required: bool = False) -> Decorator:
    return option("--to", "last", required=required, type=MONTH, metavar="ÅÅÅÅ-MM", help=help_text)


def processes_option(help_text: str) -> Decorator:
    return option("--processes", type=click.IntRange(1, 64), metavar="N", help=help_text)


def cluster_option(help_text: str) -> Decorator:
    return option("--cluster", metavar="ADRESS", help=help_text)


def inputs(command: Callable[..., Any]) -> Callable[..., Any]:
    """The data of a command, and the profile that says how another system's export is read."""
    profile = option("--profile", metavar="ID|FIL", help="Så läses ett annat systems uttag (TOML).")
    return click.argument("inputs", nargs=-1, required=True, type=PATH, metavar="INDATA...")(profile(command))


agreement_option = option(
    "--agreement", default="nationell", show_default=True, metavar="ID|FIL", help="Avtalet som gäller."
)
agreements_option = option(
    "--agreements", type=click.Choice(["region"]), help="Varje sjukhus region efter sina egna regler, hela landet."
)
parquet_option = option("--parquet", is_flag=True, help="Skriv CSV-tabellerna som Parquet också.")
tariffs_option = option("--tariffs", type=PATH, metavar="FIL", help="Egna dygnsbelopp (TOML).")
as_of_option = option("--as-of", type=DATE, metavar="DATUM", help="Dagen då uppgifterna togs ut.")
inferred_option = option("--allow-inferred", is_flag=True, help="Räkna även med belopp märkta I (härledda).")
force_option = option("--force", is_flag=True, help="Ersätt mappen, om samma körning skrev den.")
sender_option = option("--avsandare", type=PATH, metavar="FIL", help="Avsändare av fakturorna (TOML).")
customers_option = option("--kunder", type=PATH, metavar="FIL", help="Mottagare av fakturorna (TOML).")
invoice_date_option = option("--invoice-date", type=DATE, metavar="DATUM", help="Fakturadatum; i dag om inget anges.")
by_option = option("--by", default="", metavar="NAMN", help="Vem som gör det; namnet står kvar i liggaren.")


def shape_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--csv` and `--json` of a listing; without them it is text."""
    as_csv = option("--csv", "shape", flag_value="csv", help="Listan som CSV, för ett annat program.")
    as_json = option("--json", "shape", flag_value="json", help="Listan som JSON, för ett annat program.")
    return as_csv(as_json(command))


ledger_option = option(
    "--ledger",
    required=True,
    metavar="URL",
    help="Liggaren: sqlite:///faktura.db eller postgresql://anvandare@dator/databas.",
)


def _with_examples(formatter: click.HelpFormatter, example: str) -> None:
    """Examples below the help, each printed as it is typed, however long."""
    with formatter.section("Exempel"):
        for line in example.splitlines():
            formatter.write(f"  {line}\n")


class ExampleCommand(click.Command):
    """A command whose help ends with examples."""

    def __init__(self, *args: Any, example: str, **kwargs: Any) -> None:
        super().__init__(*args, **{"options_metavar": "[FLAGGOR]"} | kwargs)
        self.example = example

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _with_examples(formatter, self.example)


class ExampleGroup(click.Group):
    """A group of commands whose help ends with examples."""

    def __init__(self, *args: Any, example: str = "", **kwargs: Any) -> None:
        words = {"options_metavar": "[FLAGGOR]", "subcommand_metavar": "KOMMANDO ..."}
        super().__init__(*args, **words | kwargs)
        self.example = example

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with short_usage_errors():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        with short_usage_errors():
            return super().invoke(ctx)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.example:
            _with_examples(formatter, self.example)
