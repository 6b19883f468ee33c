"""Börja: choose files, or try the invented example; and what is open already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, request, url_for

from betalningsansvar.data.stop import StopError
from betalningsansvar.web.access import session, upload
from betalningsansvar.web.choices import listed_profile, profile_choices
from betalningsansvar.web.elsewhere import read_elsewhere
from betalningsansvar.web.holds import NOTHING
from betalningsansvar.web.intake import Files, files_at_start, is_large, load_libraries, read_request, read_upload
from betalningsansvar.web.jobs import Progress
from betalningsansvar.web.pages import faulty, go, page
from betalningsansvar.web.place import place
from betalningsansvar.web.runfolder import job_folder
from betalningsansvar.web.screens.ledger import waiting
from betalningsansvar.web.state import Session, TooManyUploadsError

if TYPE_CHECKING:
    from betalningsansvar.operations.inputs import Read


def show() -> Response:
    """The first page."""
    try:
        files = files_at_start()
        if is_large(files):
            return _read_as_job(session(), files, "")
        if files:
            session().add(files, read_upload(files, ""))
    except StopError as error:
        return faulty("borja.html", error, field="filer", **_choices())
    answer = page("borja.html", typed=request.args, **_choices())
    pool = place().pool
    answer.call_on_close(lambda: pool.submit(load_libraries))
    return answer


def receive() -> Response:
    """Files were sent: read them and go on to what was found, or tell why they cannot be read."""
    profile = request.form.get("profil", "")
    listed_profile(profile)
    files = tuple((file.filename or "", file.stream.read()) for file in request.files.getlist("filer"))
    files = tuple((name, content) for name, content in files if name or content)
    return _read(files, profile)


def invented() -> Response:
    """The invented example: a region's year of notices in which no patient exists."""
    from betalningsansvar.operations.demo import DemoRequest, make_demo
    from betalningsansvar.reports.files.destination import Destination

    try:
        with job_folder(place().run_folder) as folder:
            made = make_demo(DemoRequest(Destination(folder / "exempel")))
            (table,) = (path for path in made if path.suffix == ".csv")
            files = ((table.name, table.read_bytes()),)
    except StopError as error:
        return faulty("borja.html", error, **_choices())
    return _read(files, "")


def leave(id: str) -> Response:
    """Ask before an upload is wiped."""
    return page("avsluta.html", upload=upload(id))


def wipe(id: str) -> Response:
    """Wipe an upload and say so."""
    own = upload(id)
    session().wipe(own.id)
    return go("raderat")


def wiped() -> Response:
    """That it is done."""
    return page("raderat.html")


def stay() -> Response:
    """The reader is still here; asking was use enough."""
    return go("borja")


def _read(files: Files, profile: str) -> Response:
    from betalningsansvar.data.files.inputs import InputError

    own = session()
    try:
        if is_large(files):
            return _read_as_job(own, files, profile)
        upload = own.add(files, read_upload(files, profile), profile)
    except StopError as error:
        pairable = isinstance(error, InputError) and _has_other_headers(files)
        if pairable:
            own.unread = files
        return faulty("borja.html", error, field="filer", pairable=pairable, **_choices())
    return go("kontroll", id=upload.id)


def _has_other_headers(files: Files) -> bool:
    """Whether the first file is a table, whose headers could be paired with ours."""
    from betalningsansvar.data.files.inputs import InputFile
    from betalningsansvar.operations.headers import their_headers

    try:
        return bool(files) and len(their_headers(InputFile.from_bytes(*files[0])).columns) > 1
    except StopError:
        return False


def _read_as_job(own: Session, files: Files, profile: str) -> Response:
    if not own.room:
        raise TooManyUploadsError(own.limits.uploads)
    asked = read_request(files, profile)

    def work(_folder: object, step: Progress) -> Read:
        return read_elsewhere(asked, lambda what, done, total: step(done, total, what))

    job = own.jobs.start(
        "",
        "Läser filerna",
        work,
        back=url_for("borja"),
        form=url_for("borja", profil=profile or None),
        after="kontroll",
        holds=NOTHING,
        keep=lambda read: own.add(files, read, profile).id,
    )
    return go("jobb", job=job.id)


def _choices() -> dict[str, Any]:
    return {"uploads": list(reversed(session().uploads.values())), "profiles": profile_choices(), **_ledger()}


def _ledger() -> dict[str, Any]:
    """The months that wait in the ledger, or why it cannot be read; nothing before the first month is issued."""
    from betalningsansvar.billing.ledger.errors import NoLedgerError

    if not place().ledger:
        return {}
    try:
        return {"waiting": waiting()}
    except NoLedgerError:
        return {}
    except StopError as error:
        return {"unreadable": str(error)}
