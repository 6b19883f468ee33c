"""Pages set by typst, the same bytes on every computer and readable by everyone (PDF/UA-1). Needs the extra `pdf`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from betalningsansvar.reports.files.destination import OutputError
from betalningsansvar.reports.files.glyphs import drawable


def pdf_is_possible() -> bool:
    """Whether typst is installed."""
    return find_spec("typst") is not None


def require_typst() -> None:
    """Raise OutputError, naming the extra to install, when typst is not installed."""
    try:
        import_module("typst")
    except ImportError:
        raise OutputError("PDF kräver typst. Installera det: pip install 'betalningsansvar[pdf]'") from None


def typeset(room: str, template: str, content: Mapping[str, Any], logotyp: bytes | None = None) -> bytes:
    """The PDF of a template of `reports/<room>` in the house style.

    `content` is what the page says, with `title`, `author` and `footer` for the house; `logotyp` is a PNG.
    """
    import typst

    with TemporaryDirectory() as root:
        page = Path(root) / template
        page.write_bytes(_template(room, template))
        if logotyp:
            (Path(root) / "logotyp.png").write_bytes(logotyp)
        return typst.compile(
            str(page),
            root=root,
            format="pdf",
            # The fonts that come with typst only: the same page on every computer.
            ignore_system_fonts=True,
            pdf_standards=["ua-1"],
            sys_inputs={"data": json.dumps(drawable(content), ensure_ascii=False)},
        )


@cache
def _template(room: str, name: str) -> bytes:
    """The house style and one kind of page, as one text."""
    reports = files("betalningsansvar.reports")
    return b"\n".join(reports.joinpath(*part).read_bytes() for part in (("files", "house.typ"), (room, name)))
