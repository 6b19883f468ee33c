"""The one border between the page and the operations: who is called across it, and a stop raised at one of them."""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest

from betalningsansvar import operations
from betalningsansvar.data.stop import StopError

_WRITES = ("write", "make", "export", "save", "remove")


class Border:
    """Every public function of `operations` as the page sees it. `called` are those called in this request, not by each
    other; the one named `at` raises `error`.

    The same request is made again and again while nothing changes: what the operations that only read gave the first
    time is given again, until `forget`.
    """

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.called: list[str] = []
        self.at, self.error = "", StopError()
        self._inside = threading.local()
        self._given: dict[tuple[str, int], Any] = {}
        for found in pkgutil.iter_modules(operations.__path__):
            module = importlib.import_module(f"{operations.__name__}.{found.name}")
            for name, function in inspect.getmembers(module, inspect.isfunction):
                if function.__module__ == module.__name__ and not name.startswith("_"):
                    self._watch(patch, f"{found.name}.{name}", function)

    def forget(self) -> None:
        """Another form, or another operation that stops it."""
        self._given.clear()

    def _watch(self, patch: pytest.MonkeyPatch, name: str, function: Callable[..., Any]) -> None:
        @functools.wraps(function)
        def watched(*arguments: Any, **named: Any) -> Any:
            if getattr(self._inside, "now", False):
                return function(*arguments, **named)
            self.called.append(name)
            if name == self.at:
                raise self.error
            place = name, self.called.count(name)
            if self.at and place in self._given:
                return self._given[place]
            self._inside.now = True
            try:
                given = function(*arguments, **named)
            finally:
                self._inside.now = False
            if self.at and not name.partition(".")[2].startswith(_WRITES):
                self._given[place] = given
            return given

        for module in [*sys.modules.values()]:
            own = getattr(module, "__name__", "")
            if own.startswith(("betalningsansvar.web", "betalningsansvar.operations")):
                for held in [held for held, value in vars(module).items() if value is function]:
                    patch.setattr(module, held, watched)
