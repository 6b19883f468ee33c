"""An address never looks as if it told who a patient is."""

import re
import secrets

import pytest

from betalningsansvar.data.identity import identifies
from betalningsansvar.web.names import new_name


def test_a_name_with_a_personal_number_in_it_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["ab5499684309cdabcdabcdabcdabcdab", "c199901012385abcdabcdabcdabcdabc", "0123456f" * 4])
    monkeypatch.setattr(secrets, "token_hex", lambda size: next(drawn))
    assert new_name() == "0123456f" * 4


def test_names_are_32_hexadecimal_digits_that_identify_nobody() -> None:
    names = {new_name() for _ in range(2000)}
    assert len(names) == 2000
    assert all(re.fullmatch("[0-9a-f]{32}", name) and not identifies(name) for name in names)
