"""Progress is told to a person at a terminal, of what takes time, and never in a pipe."""

from __future__ import annotations

from io import StringIO
from threading import Event

import pytest

from betalningsansvar.cli import _interrupt
from betalningsansvar.commands.progress import ended, progress, working


class Tidied:
    """Is told to end while Python takes it away, where no exception gets out."""

    def __del__(self) -> None:
        _interrupt(15, None)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interrupt_that_is_lost_ends_the_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.unraisablehook", lambda _lost: None)
    try:
        with progress(StringIO()) as tell:
            tell("Skriver", 1, 3)
            Tidied()
            with pytest.raises(KeyboardInterrupt):
                tell("Skriver", 2, 3)
        with pytest.raises(KeyboardInterrupt), working("Skriver", StringIO()):
            pytest.fail("a run that was ended began something new")
    finally:
        ended.clear()


class Terminal(StringIO):
    """A terminal that says when something is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.written = Event()

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.written.set()
        return super().write(text)


def lines(out: StringIO) -> list[str]:
    """What stood on each line in the end."""
    return [line.split("\r")[-1].rstrip() for line in out.getvalue().split("\n")]


def test_each_thing_has_its_line_and_how_far_it_has_come() -> None:
    out = Terminal()
    with progress(out) as tell:
        tell("Läser", 0, 2)
        tell("Läser", 2, 2)
        tell("Räknar", 1_000_000, 1_000_000)
        tell("Skriver", 120, 290)
    assert lines(out) == [
        f"Läser    [{'#' * 30}] 2/2",
        f"Räknar   [{'#' * 30}] 1 000 000/1 000 000",
        f"Skriver  [{'#' * 12}{' ' * 18}] 120/290",
        "",
    ]


def test_what_is_left_is_told_when_it_can_be_known() -> None:
    out, now = Terminal(), [0.0]
    with progress(out, lambda: now[0]) as tell:
        tell("Skriver", 0, 290)
        now[0] = 12.0
        tell("Skriver", 120, 290)
    assert lines(out)[0].endswith("120/290, 17 s kvar")
    out, now = Terminal(), [0.0]
    with progress(out, lambda: now[0]) as tell:
        tell("Räknar", 0, 100)
        now[0] = 60.0
        tell("Räknar", 10, 100)
        assert lines(out)[0].endswith("10/100, 9 min kvar")
        now[0] = 600.0
        tell("Räknar", 100, 100)
    assert lines(out)[0].endswith("100/100")


def test_a_shorter_line_covers_the_one_before() -> None:
    out, now = Terminal(), [0.0]
    with progress(out, lambda: now[0]) as tell:
        tell("Skriver", 0, 290)
        now[0] = 12.0
        tell("Skriver", 120, 290)
        tell("Skriver", 290, 290)
    written = [len(part) for part in out.getvalue().rstrip("\n").split("\r")]
    assert written[-1] == max(written)


def test_a_pipe_gets_nothing() -> None:
    out = StringIO()
    with progress(out) as tell:
        tell("Skriver", 120, 290)
    with working("Räknar", out, patience=0):
        pass
    assert out.getvalue() == ""


def test_what_is_soon_done_is_not_told() -> None:
    out = Terminal()
    with working("Räknar", out, patience=60):
        pass
    assert out.getvalue() == ""


def test_what_takes_time_is_told_and_taken_away() -> None:
    out = Terminal()
    with working("Räknar", out, patience=0):
        assert out.written.wait(10)
    assert out.getvalue().startswith("\rRäknar …") and lines(out) == [""]
