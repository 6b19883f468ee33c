"""A small fixed run of every class of changed inputs; `make fuzz` runs more, with a fresh seed."""

import os
import signal

import pytest

from tests.fuzz import run
from tests.fuzz.run import classes, faults_of

FIRST, SEEDS = 20180101, 60
SLOW = {"liggare-andrad": 15, "liggare-skadad": 15, "kommandorad": 40, "identitet": 30, "injektion": 30}


@pytest.mark.parametrize("name", sorted(classes()))
def test_a_changed_input_is_read_or_told(name):
    assert faults_of(name, range(FIRST, FIRST + SLOW.get(name, SEEDS))) == []


def test_a_class_of_the_fuzz_that_dies_is_told(monkeypatch, capsys):
    monkeypatch.setattr(run, "_tell_faults", _dies)
    assert run.run({"csv-byte": 1}, 1, seconds=30)[0] == 1
    assert "died" in capsys.readouterr().err


def _dies(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
