"""What one officer does at the end of a month, for Locust: the load profile of docs/server.md.

`benchmarks/team.py` starts the server and runs this against it. An officer opens the page, reads in the notices once,
and then goes through a month page by page, another month each round, as long as the run lasts.
"""

from __future__ import annotations

import os
import random
from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy
from itertools import count
from pathlib import Path
from typing import Any

from locust import FastHttpUser, SequentialTaskSet, between, constant, task

NAME, GROUPS = os.environ["OFFICERS_AT"], os.environ["OFFICERS_GROUPS"]
CASES = Path(os.environ["OFFICERS_CASES"]).read_bytes()
AT_ONCE = os.environ.get("OFFICERS_AT_ONCE") == "ja"
"""Nobody looks at a page before asking for the next: not people, but what happens at worst."""

KOMMUNER = ("1315", "1380", "1381", "1382", "1383", "1384")
_numbers = count(1)


class Month(SequentialTaskSet):
    """A month from the findings to the plan of its invoices."""

    user: Officer

    def on_start(self) -> None:
        self.months = [f"2018-{number:02d}" for number in range(2, 13)]
        random.shuffle(self.months)
        self.user.ask("GET", "/", "Börja")
        self.wait()
        self.user.read_in()
        self.wait()

    @task
    def findings(self) -> None:
        self.month = self.months[0]
        self.months.append(self.months.pop(0))
        self.see("Kontroll", "/kontroll")

    @task
    def cases(self) -> None:
        self.see("Ärenden", f"/arenden?sida={random.randint(1, 40)}")

    @task
    def search(self) -> None:
        self.see("Ärenden, sökning", f"/arenden?q={random.randint(10, 99)}")

    @task
    def whole_month(self) -> None:
        self.see("Månaden", f"/manad/{self.month}?avtal=halland")

    @task
    def kommun(self) -> None:
        for kommun in random.sample(KOMMUNER, 2):
            self.see("Kommunen", f"/manad/{self.month}/kommun/{kommun}?avtal=halland")
            self.wait()

    @task
    def one_case(self) -> None:
        self.see("Ärendet", f"/arende/{random.randrange(1000)}?avtal=halland&manad={self.month}")

    @task
    def plan(self) -> None:
        self.see("Utfärda, planen", f"/manad/{self.month}/utfarda?avtal=halland")

    @task
    def ledger(self) -> None:
        self.user.ask("GET", "/liggare", "Liggaren")

    def see(self, name: str, address: str) -> None:
        self.user.ask("GET", f"{self.user.upload}{address}", name)


class Officer(FastHttpUser):
    """A browser that is signed in. The page is known by another name than where the load test finds it, so cookies are
    kept here."""

    tasks = (Month,)
    wait_time = constant(0) if AT_ONCE else between(3, 10)
    upload = ""

    def on_start(self) -> None:
        self.client.cookiejar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.cookies = f"vem=handlaggare{next(_numbers)}:{GROUPS}"

    def read_in(self) -> None:
        """Upload the notices; what comes after is about them."""
        form = b'--x\r\nContent-Disposition: form-data; name="filer"; filename="uttag.csv"\r\n\r\n%b\r\n--x--\r\n'
        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        answer = self.ask("POST", "/uppgifter", "Läs in (POST)", data=form % CASES, headers=kind)
        self.upload = (answer.headers.get("Location") or "").removesuffix("/kontroll")

    def ask(self, method: str, path: str, name: str, headers: Mapping[str, str] | None = None, **more: Any) -> Any:
        own = {"Host": NAME, "Origin": f"https://{NAME}", "Cookie": self.cookies, **(headers or {})}
        answer = self.client.request(method, path, name=name, headers=own, allow_redirects=False, **more)
        if given := answer.headers and answer.headers.get("Set-Cookie"):
            self.cookies += f"; {given.partition(';')[0]}"
        return answer
