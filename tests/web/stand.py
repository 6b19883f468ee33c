"""A page without a server: a place, its application, and browsers that behave as the real one does."""

from __future__ import annotations

import io
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from betalningsansvar.web.app import make_app
from betalningsansvar.web.place import Place

PORT = 5017
BASE = f"http://127.0.0.1:{PORT}"
EXAMPLE = Path(__file__).parents[2] / "data" / "exempel" / "halland-2018-11-12.csv"
NOW = datetime(2019, 1, 15, 9, 30, tzinfo=UTC)


@dataclass
class Stand:
    """One running page and the time it believes."""

    here: Place
    app: Flask

    def browser(self) -> Browser:
        """A browser that has used a key of its own."""
        opened = self.stranger()
        assert opened.get(f"/?nyckel={self.here.keys.new()}").status_code == 303
        return opened

    def stranger(self) -> Browser:
        """A browser that has no cookie."""
        return Browser(self.app.test_client())


@dataclass
class Browser:
    """A browser as our pages meet it: the right Host, and the headers a form of ours sends."""

    client: Any
    host: str = f"127.0.0.1:{PORT}"
    headers: Mapping[str, str] = field(default_factory=lambda: {"Origin": BASE, "Sec-Fetch-Site": "same-origin"})

    def get(self, address: str, **headers: str) -> TestResponse:
        answer: TestResponse = self.client.get(address, base_url=f"http://{self.host}", headers=headers)
        return answer

    def post(self, address: str, data: Mapping[str, Any] | None = None, **headers: str) -> TestResponse:
        answer: TestResponse = self.client.post(
            address, base_url=f"http://{self.host}", data=data or {}, headers=headers or self.headers
        )
        return answer

    def send(self, files: Sequence[tuple[str, bytes]], profil: str = "") -> TestResponse:
        """Upload files as the form on Börja does."""
        parts = [(io.BytesIO(content), name) for name, content in files]
        return self.post("/uppgifter", {"filer": parts, "profil": profil})

    def upload(self, files: Sequence[tuple[str, bytes]] = ()) -> str:
        """The address of an upload (`/u/<id>`), of the example when no files are given."""
        answer = self.send(files or [(EXAMPLE.name, EXAMPLE.read_bytes())])
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"].removesuffix("/kontroll")

    def follow(self, job: str) -> TestResponse:
        """Wait for a job to end, and give the page it ends with."""
        for _ in range(600):
            answer = self.get(job)
            if "data-pagar" not in answer.text:
                return answer
            time.sleep(0.05)
        raise AssertionError("the job did not end")


def new_stand(folder: Path, *, ledger: str = "", settings: Path | None = None) -> Stand:
    """A page whose run folder and settings lie in `folder`."""
    run = folder / "sida"
    run.mkdir()
    here = Place(
        port=PORT,
        run_folder=run,
        settings=settings or folder / "installningar",
        settings_kept=settings is not None,
        ledger=ledger,
        now=lambda: NOW,
    )
    return Stand(here, make_app(here))
