"""The page in this process, kept between inputs: files sent to it, and every screen about them."""

from __future__ import annotations

import logging
import re
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.web.stand import Browser, Stand, new_stand

_SCREENS = (
    "kontroll", "arenden", "arenden?manad=2018-11", "arende/0", "arende/1?manad=2018-11", "manad/2018-11",
    "manad/2018-11/kommun/1380", "manad/2018-11/forhand", "manad/2018-11/utfarda", "jamfor", "bokslut/2018", "revisor",
    "kontroll/avvikelser.csv", "avsluta",
)  # fmt: skip


@cache
def _stand() -> Stand:
    folder = Path(tempfile.mkdtemp(prefix="betalningsansvar-fuzz-"))
    return new_stand(folder, ledger=f"sqlite:///{folder / 'f.db'}")


@cache
def _browser() -> Browser:
    return _stand().browser()


def pages_of(files: list[tuple[str, bytes]]) -> Iterator[str]:
    """Every screen about the files, with the address that led there and what was written in the log."""
    browser = _browser()
    written: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: written.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("betalningsansvar.web").addHandler(handler)
    try:
        answer = browser.send(files)
        yield answer.text
        if answer.status_code != 303:
            assert answer.status_code == 422, answer.status_code
            return
        address = answer.headers["Location"].removesuffix("/kontroll")
        yield address
        for screen in _SCREENS:
            shown = browser.get(f"{address}/{screen}")
            assert shown.status_code in (200, 303, 404, 422), f"{screen}: {shown.status_code}"
            yield f"{shown.headers.get('Location', '')} {shown.headers.get('Content-Disposition', '')}\n{shown.text}"
        yield "\n".join(written)
        token = re.findall(r'name="([^"]+)" value="([^"]*)"', browser.get(f"{address}/avsluta").text)
        browser.post(f"{address}/avsluta", dict(token))
    finally:
        logging.getLogger("betalningsansvar.web").removeHandler(handler)
