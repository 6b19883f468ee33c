"""What is not let in or not allowed, told on a page of its own (403)."""

from __future__ import annotations

from betalningsansvar.data.stop import StopError


class RefusedError(StopError):
    """Nothing is told or done. `heading` and the sentence are for the person, `reason` for the administrator's log:
    neither says what was sent."""

    def __init__(self, heading: str, sentence: str, reason: str) -> None:
        self.heading, self.reason = heading, reason
        super().__init__(sentence)
