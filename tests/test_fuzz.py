"""A small fixed run of every class of changed inputs; `make fuzz` runs more, with a fresh seed."""

import pytest

from tests.fuzz.run import classes, faults_of

SEEDS = range(20180101, 20180101 + 60)


@pytest.mark.parametrize("name", sorted(classes()))
def test_a_changed_input_is_read_or_told(name):
    assert faults_of(name, SEEDS) == []
