"""A team server without a server: its settings in a folder, and officers whose proxy behaves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from betalningsansvar.web.app import make_app
from betalningsansvar.web.place import Place
from betalningsansvar.web.team.team import load
from tests.web.stand import NOW, Browser

ADDRESS = "https://betalning.region.example"
SECRET = "0123456789abcdef0123456789abcdef-hemlig"
GROUPS = {
    "läsa": "g-las",
    "kontrollera": "g-kontroll",
    "attestera": "g-attest",
    "utfärda": "g-utfarda",
    "bestrida": "g-bestrida",
    "administrera": "g-admin",
}


def team_file(folder: Path, *, ledger: str, port: int | None = 8017, address: str = ADDRESS, more: str = "") -> Path:
    """A team.toml in `folder` with everything it names; without a `port` it answers on a socket there."""
    secret = folder / "hemlighet"
    secret.write_text(SECRET + "\n", encoding="ascii")
    secret.chmod(0o640)
    roles = "\n".join(f'{role.replace("ä", "a")} = ["{group}"]' for role, group in GROUPS.items())
    where = f"port = {port}" if port else f'socket = "{folder / "sida.sock"}"'
    addresses = 'adresser = ["127.0.0.1"]\n' if port else ""
    file = folder / "team.toml"
    file.write_text(
        f'adress = "{address}"\n{where}\nliggare = "{ledger}"\ninstallningar = "{folder / "installningar"}"\n'
        f'spar = "{folder / "spar.jsonl"}"\n[proxy]\n{addresses}hemlighet = "{secret}"\n[roller]\n{roles}\n{more}',
        encoding="utf-8",
    )
    return file


def signed_on(name: str, *roles: str, secret: str = SECRET) -> dict[str, str]:
    """The headers that the proxy adds for somebody with these roles."""
    return {
        "X-Betalningsansvar-Proxy": secret,
        "X-Remote-User": name.encode().decode("latin-1"),
        "X-Remote-Groups": ";".join(["andra", *(GROUPS[role] for role in roles)]),
    }


@dataclass
class Officer(Browser):
    """A browser behind the proxy: each of its requests says who signed in."""

    signed: Mapping[str, str] = ()  # type: ignore[assignment]
    host: str = ADDRESS.removeprefix("https://")

    def get(self, address: str, **headers: str) -> TestResponse:
        answer: TestResponse = self.client.get(address, base_url=ADDRESS, headers={**self.signed, **headers})
        return answer

    def post(self, address: str, data: Mapping[str, Any] | None = None, **headers: str) -> TestResponse:
        own = {**self.signed, **(headers or {"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin"})}
        answer: TestResponse = self.client.post(address, base_url=ADDRESS, data=data or {}, headers=own)
        return answer


@dataclass
class TeamStand:
    """One team server and the file that says who took what."""

    here: Place
    app: Flask
    trail_file: Path

    def officer(self, name: str, *roles: str) -> Officer:
        """Somebody who is signed in and has opened the page."""
        made = Officer(self.app.test_client(), signed=signed_on(name, *roles))
        made.get("/")
        return made

    def trail(self) -> list[dict[str, Any]]:
        if not self.trail_file.exists():
            return []
        return [json.loads(line) for line in self.trail_file.read_text(encoding="utf-8").splitlines()]


def new_team(folder: Path, *, ledger: str, more: str = "") -> TeamStand:
    """A team server whose files lie in `folder`."""
    team = load(team_file(folder, ledger=ledger, more=more), lambda: NOW)
    run = folder / "sida"
    run.mkdir()
    here = Place(
        port=8017,
        run_folder=run,
        settings=team.settings.folder,
        settings_kept=True,
        ledger=ledger,
        now=lambda: NOW,
        team=team,
    )
    return TeamStand(here, make_app(here), folder / "spar.jsonl")
