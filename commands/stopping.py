"""How a run stops: one message, and exit code 1 for data and law, 2 for wrong usage."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from betalningsansvar.commands.mend import mending


class Stopped(click.ClickException):
    """The data or the tariffs stop the run; nothing has been written."""

    exit_code = 1


@contextmanager
def stopping() -> Iterator[None]:
    """Turn what the rooms raise about data, amounts and files into one message and exit code 1."""
    from betalningsansvar.data.stop import StopError

    try:
        yield
    except StopError as error:
        raise Stopped(f"{error}\n{mending(error, _options())}".rstrip()) from error
    except BrokenPipeError:
        raise  # the reader has seen enough; that is no fault of the run
    except OSError as error:
        raise Stopped(f"{error.filename or ''}: {error.strerror or error}".lstrip(": ")) from error


def wrong_usage(told: str) -> click.UsageError:
    """The command line asks for something that does not fit together; raised, it ends with exit code 2."""
    return click.UsageError(told, click.get_current_context(silent=True))


def _options() -> set[str]:
    context = click.get_current_context(silent=True)
    return {name for parameter in (context.command.params if context else ()) for name in parameter.opts}
