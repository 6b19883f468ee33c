"""How a run stops: one message, and exit code 1 for data and law, 2 for wrong usage."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from betalningsansvar.commands.mend import mending
from betalningsansvar.data.shown import quotable

_MOST, _LONGEST = 10, 600


class Stopped(click.ClickException):
    """The data or the tariffs stop the run; nothing has been written."""

    exit_code = 1


@contextmanager
def stopping() -> Iterator[None]:
    """Turn what the rooms raise about data, amounts and files into one message and exit code 1."""
    from betalningsansvar.data.stop import StopError
    from betalningsansvar.data.system_reasons import reason

    try:
        yield
    except StopError as error:
        raise Stopped(explained(error)) from error
    except BrokenPipeError:
        raise  # the reader has seen enough; that is no fault of the run
    except OSError as error:
        told = f"{error.filename or ''}: {reason(error)}.".lstrip(": ")
        raise Stopped(a_screen(quotable(told))) from error


def explained(error: Exception) -> str:
    """What the error says, and by which option of the command it is mended."""
    return f"{a_screen(str(error))}\n{mending(error, _options())}".rstrip()


def a_screen(told: str) -> str:
    """A message that fits on a screen: its first ten lines, and how many more there are; a line that is long is cut."""
    lines = [line if len(line) <= _LONGEST else f"{line[:_LONGEST]} …" for line in told.splitlines()]
    more = [f"… och {len(lines) - _MOST} rader till. Rätta de första och kör igen."] if len(lines) > _MOST + 1 else []
    return "\n".join([*lines[:_MOST], *more] if more else lines)


@contextmanager
def short_usage_errors() -> Iterator[None]:
    """What click says of a value or an option that is a megabyte long, tells who a patient is, or would be obeyed."""
    try:
        yield
    except click.UsageError as error:
        told = error.format_message()
        shown = a_screen(quotable(told))
        if shown == told:
            raise
        raise click.UsageError(shown, error.ctx) from error


def wrong_usage(told: str) -> click.UsageError:
    """The command line asks for something that does not fit together; raised, it ends with exit code 2."""
    return click.UsageError(told, click.get_current_context(silent=True))


def _options() -> set[str]:
    context = click.get_current_context(silent=True)
    return {name for parameter in (context.command.params if context else ()) for name in parameter.opts}
