"""What commands share: kinds of argument, options, the reading of input, and how a run stops."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    import pandas as pd

    from betalningsansvar.billing.period import Month
    from betalningsansvar.data.files.named import NamedFile
    from betalningsansvar.data.intake import Intake
    from betalningsansvar.data.settings.avsandare import Avsandare
    from betalningsansvar.data.settings.kunder import Kund
    from betalningsansvar.tariffs.belopp import Tariffs
    from betalningsansvar.tariffs.records import Agreement


PATH = click.Path(path_type=Path)


class Stopped(click.ClickException):
    """The data or the tariffs stop the run; nothing has been written."""

    exit_code = 1


class MonthType(click.ParamType[Any]):
    """A calendar month such as 2018-11."""

    name = "month"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Month:
        from betalningsansvar.billing.period import Month

        if isinstance(value, Month):
            return value
        try:
            return Month.parse(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class DateType(click.ParamType[Any]):
    """A day such as 2018-11-30."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(str(value), "%Y-%m-%d").date()
        except ValueError:
            self.fail(f"{value!r} is not a date; write it as 2018-11-30", param, ctx)


MONTH, DATE = MonthType(), DateType()


_PROFILE = "betalningsansvar.profile"


def _keep_profile(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    ctx.meta[_PROFILE] = value


def inputs(command: Callable[..., Any]) -> Callable[..., Any]:
    """The data of a command, and the profile that says how another system's export is read."""
    profile = click.option(
        "--profile",
        metavar="ID|FILE",
        expose_value=False,
        callback=_keep_profile,
        help="How another system's export is read (TOML).",
    )
    return click.argument("inputs", nargs=-1, required=True, type=PATH, metavar="INPUT...")(profile(command))


agreement_option = click.option(
    "--agreement", default="nationell", show_default=True, metavar="ID|FILE", help="Agreement in force."
)


tariffs_option = click.option("--tariffs", type=PATH, metavar="FILE", help="Amounts to add or override.")


as_of_option = click.option("--as-of", type=DATE, metavar="DATE", help="Day the data was extracted.")


ledger_option = click.option(
    "--ledger",
    required=True,
    metavar="URL",
    help="Ledger of issued invoices: sqlite:///faktura.db or postgresql://user@host/database.",
)


class ExampleCommand(click.Command):
    """A command whose help ends with an example, printed as it is typed."""

    def __init__(self, *args: Any, example: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.example = example

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Example"):
            for line in self.example.splitlines():
                formatter.write_text(line)


@contextmanager
def stopping() -> Iterator[None]:
    """Turn what the rooms raise about data, amounts and files into one message and exit code 1."""
    from betalningsansvar.data.stop import StopError

    try:
        yield
    except StopError as error:
        raise Stopped(str(error)) from error
    except FileExistsError as error:
        told = f"{error.filename} already exists; name another." if error.filename else str(error)
        raise Stopped(told) from error
    except BrokenPipeError:
        raise  # the reader has seen enough; that is no fault of the run
    except OSError as error:
        raise Stopped(f"{error.filename or ''}: {error.strerror or error}".lstrip(": ")) from error


def read_parties(avsandare: Path | None, kunder: Path | None) -> tuple[Avsandare, dict[str, Kund]]:
    """Sender and recipients of the invoices; what no file tells is blank."""
    from betalningsansvar.data.settings.avsandare import Avsandare, load_sender
    from betalningsansvar.data.settings.kunder import load_customers

    sender = load_sender(avsandare) if avsandare else Avsandare()
    return sender, load_customers(kunder) if kunder else {}


def read_law(agreement: str, tariffs: Path | None) -> tuple[Agreement, Tariffs]:
    """The agreement and the amounts that a command is to go by."""
    from betalningsansvar.tariffs.agreements import find_agreement, shipped_ids
    from betalningsansvar.tariffs.belopp import load

    return find_agreement(id_or_file(agreement, shipped_ids())), load(tariffs)


def id_or_file(text: str, ids: Sequence[str]) -> str | NamedFile:
    """What an ID|FILE option names: one of the `ids`, else a file, which is read here. Else the text, as no id."""
    from betalningsansvar.data.files.named import read_named

    path = Path(text)
    is_file = text not in ids and (path.suffix == ".toml" or path.is_file())
    return read_named(path) if is_file else text


def read_input(inputs: tuple[Path, ...]) -> Intake:
    """The data, as the command's `--profile` reads it."""
    from betalningsansvar.data.intake import read_cases
    from betalningsansvar.data.profiles.profile import find_profile, shipped_profiles

    named = click.get_current_context().meta.get(_PROFILE)
    profile = find_profile(id_or_file(named, shipped_profiles())) if named else None
    with progress("Reading", 1) as read:
        return read_cases(inputs, lambda _name, done, total: read(done, total), profile)


def read_checked(inputs: tuple[Path, ...]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The checked cases and what was found wrong in them."""
    from betalningsansvar.billing.cases import check_cases

    intake = read_input(inputs)
    return check_cases(intake.cases, intake.issues, date.today())


@contextmanager
def progress(label: str, length: int) -> Iterator[Callable[..., None]]:
    """A bar on a terminal, nothing in a pipe. The callback takes steps done, or (done, total)."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:

        def step(done: int, total: int | None = None) -> None:
            if total is None:
                bar.update(done)
            else:
                bar.length = total
                bar.update(done - bar.pos)

        yield step


def print_counts(cases: pd.DataFrame) -> None:
    """One line: how many cases there are of each status."""
    counts = cases["status"].value_counts(sort=False)
    told = ", ".join(f"{n} {status or 'ready to compute'}" for status, n in counts.items() if n)
    click.echo(f"{len(cases)} cases: {told}.")
