"""A page on which every form stands somewhere: uploads, an issued month, a dispute, settings, a job that runs."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

from betalningsansvar.web.holds import NOTHING
from betalningsansvar.web.state import Session
from tests.web.forms import Form, Page
from tests.web.stand import EXAMPLE, Browser, Stand, new_stand

CONFIRMED = {"granskat": "ja", "fakturadatum": "2018-12-14", "namn": "Eva Exempel", "utan_efaktura": "ja"}
PROFILE = "\n".join(
    [
        'id = "egen"\nnamn = "Egen"\nform = "arendetabell"\n[kolumner]',
        *(
            f'"Vår {name}" = "{name}"'
            for name in ("arende_id", "patient_id", "folkbokforingskommun", "vardform", "inskriven", "utskrivningsklar")
        ),
    ]
)
THEIRS_BY_PROFILE = (
    "Vår arende_id;Vår patient_id;Vår folkbokforingskommun;Vår vardform;Vår inskriven;Vår utskrivningsklar\r\n"
    "1;19121212-1212;1380;somatik;2018-11-01 10:00;2018-11-03 10:00\r\n"
).encode()
THEIRS = (
    "Ärendenr;Personnummer;Hemkommun;Vårdtyp;Inlagd;Medd;Klar;Hemskriven\r\n"
    "1;19121212-1212;1380;somatik;2018-11-01 10:00;2018-11-01 11:00;2018-11-03 10:00;2018-11-09 10:00\r\n"
)


@dataclass
class Standing:
    """A posted form: its endpoint, the page on which it stands, and the form itself."""

    endpoint: str
    page: str
    form: Form

    @property
    def name(self) -> str:
        """What tells it apart from the others: its endpoint, and which settings it is about."""
        return self.endpoint + "".join(re.findall(r"/installningar/(\w+)", self.form.action)[:1])


@dataclass
class Furnished:
    """The stand, its one browser and session, and every form by its name."""

    stand: Stand
    browser: Browser
    folder: Path
    uploads: list[str]
    forms: dict[str, Standing] = field(default_factory=dict)
    asking: dict[str, Standing] = field(default_factory=dict)
    _pages: dict[str, Page] = field(default_factory=dict)

    def page(self, address: str) -> Page:
        """The page as it stands; it is read once, since nothing changes."""
        if address not in self._pages:
            self._pages[address] = Page(self.browser.get(address).text)
        return self._pages[address]

    @property
    def session(self) -> Session:
        (own,) = self.stand.here.state._sessions.values()
        return own

    def kept(self) -> object:
        """Everything that is kept: ledger and settings byte for byte, uploads and what hangs on them, run folder."""
        own, run = self.session, self.stand.here.run_folder
        # SQLite's own lock table is no content, nor a journal that is empty.
        files = [
            path
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and run not in path.parents and path.suffix != ".db-shm" and path.stat().st_size
        ]
        return (
            {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
            [
                (one.id, one.files, id(one.read), list(one.issued), id(one.received), set(one.patients_shown))
                for one in own.uploads.values()
            ],
            own.unread,
            sorted(run.iterdir()),
        )

    @contextmanager
    def put_back(self) -> Iterator[None]:
        """Whatever is done within is undone."""
        own, run, copy = self.session, self.stand.here.run_folder, self.folder.with_name("kopia")
        shutil.copytree(self.folder, copy, ignore=shutil.ignore_patterns(run.name))
        uploads, jobs, unread = dict(own.uploads), dict(own.jobs._jobs), own.unread
        held = [(one, dict(one.issued), one.received, set(one.patients_shown)) for one in uploads.values()]
        try:
            yield
        finally:
            own.uploads, own.jobs._jobs, own.unread = uploads, jobs, unread
            for one, issued, received, shown in held:
                one.issued, one.received, one.patients_shown = issued, received, shown
            for path in self.folder.iterdir():
                if path != run:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
            shutil.copytree(copy, self.folder, dirs_exist_ok=True)
            shutil.rmtree(copy)


@contextmanager
def furnished(folder: Path) -> Iterator[Furnished]:
    """Everything is made by the page's own forms."""
    settings = folder / "installningar"
    (settings / "profiler").mkdir(parents=True)
    for name in ("avsandare.toml", "kunder.toml", "bokforing.toml", "logo.png"):
        shutil.copy(EXAMPLE.parent / name, settings / name)
    shutil.copy(EXAMPLE.parent / "belopp-exempel.toml", settings / "belopp.toml")
    (settings / "profiler" / "egen.toml").write_text(PROFILE, encoding="utf-8")
    stand = new_stand(folder, ledger=f"sqlite:///{folder / 'faktura.db'}", settings=settings)
    browser = stand.browser()
    rows = EXAMPLE.read_bytes().replace(b"enhet", b"Klinik", 1).split(b"\r\n")  # a column that is not read
    first, later = (browser.upload([(f"{n}.csv", b"\r\n".join(rows[:n]))]) for n in (40, 60))
    done = _issue(browser, first)
    assert browser.post("/liggare/faktura/2/bestrid", {"rad": "1", "orsak": "FEL_DATUM"}).status_code == 303
    assert browser.send([("deras.csv", THEIRS.encode())]).status_code == 422
    own = Furnished(stand, browser, folder, [first, later])
    ended = Event()
    job = own.session.jobs.start("x", "Väntar", lambda *_: ended.wait(600), back="/", holds=NOTHING)
    where = "?avtal=halland&utan_efaktura=ja"
    seeds = [
        "/",
        f"/jobb/{job.id}",
        done,
        "/para-ihop",
        "/liggare/faktura/1?rad=1",
        "/installningar/kunder?kommun=1380",
        f"{later}/manad/2018-12/utfarda{where}",
        f"{later}/bokslut/2018/utfarda{where}&utan_manader=ja",
        f"{later}/scenarier?avtal=nationell&fran=2018-11&till=2018-11&dagar1=5",
        f"{later}/kontroll",
    ]
    _find_forms(own, seeds)
    yield own
    ended.set()
    stand.here.state.end()
    stand.here.pool.shutdown()


def _issue(browser: Browser, upload: str) -> str:
    plan = f"{upload}/manad/2018-11/utfarda?avtal=halland&utan_efaktura=ja"
    (form,) = (one for one in Page(browser.get(plan).text).forms if "/utfarda" in one.action)
    typed = {**form.values, **CONFIRMED, "manad": "2018-11", "summa": _sum_on(browser.get(plan).text)}
    answer = browser.post(plan, typed)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def _sum_on(page: str) -> str:
    found = re.search(r"netto</dt><dd>([^<]+)", page)
    assert found
    return found[1]


def _find_forms(own: Furnished, seeds: list[str]) -> None:
    """Every form that stands on a page that links lead to, one of each name; of all pages of one pattern the first is
    read."""
    seen: set[str] = set()
    waiting = deque(seeds)
    map_ = own.stand.app.url_map.bind(own.browser.host)
    while waiting:
        address = waiting.popleft()
        path = urlsplit(address).path
        pattern = re.sub(r"[0-9a-f]{32}|\d+(-\d+)?", "N", path)
        if (
            not path.startswith("/")
            or "." in path
            or pattern in seen
            or pattern.startswith(("/static", "/regler/avtal"))
        ):
            continue
        seen.add(pattern)
        answer = own.browser.get(address)
        page = Page(answer.text)
        for form in page.forms:
            endpoint, _ = map_.match(urlsplit(form.action).path, "POST")
            standing = Standing(endpoint, address, form)
            own.forms.setdefault(standing.name, standing)
        for form in page.asking:
            form.action = form.action or path
            endpoint, _ = map_.match(urlsplit(form.action).path, "GET")
            own.asking.setdefault(f"{endpoint} {' '.join(form.values)}", Standing(endpoint, address, form))
        waiting += page.links
