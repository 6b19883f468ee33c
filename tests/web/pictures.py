"""The handbook's pictures, taken of the page with the example on it: `python -m tests.web.pictures` makes them anew.

Beside each picture stands what its screen said (headings, labels, heads of tables), so that a test can tell when a
picture is no longer true without comparing pixels, which differ with the fonts of the computer.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.web.running import running
from tests.web.signing import confirm
from tests.web.stand import EXAMPLE

FOLDER = Path(__file__).parents[2] / "docs" / "bilder"
SAID = "texter.json"
_SIZE = {"width": 1100, "height": 760}
_TEXT = """() => [...document.querySelectorAll('h1, h2, label, thead th, button, dt')]
    .filter(e => e.offsetParent).map(e => e.innerText.replace(/\\s+/g, ' ').trim()).filter(Boolean)"""


def take(chromium: Any, folder: Path, *, pictures: bool = True) -> dict[str, list[str]]:
    """Go the month's way through the page; a picture of each screen in `folder`, and what each said."""
    said: dict[str, list[str]] = {}
    work = folder / "arbete"
    settings = work / "installningar"
    settings.mkdir(parents=True)
    for name in ("avsandare.toml", "kunder.toml", "bokforing.toml", "logo.png"):
        shutil.copy(EXAMPLE.parent / name, settings / name)
    ledger = f"sqlite:///{work / 'faktura.db'}"
    with running("--ledger", ledger, "--installningar", str(settings), temporary=work) as program:
        page = chromium.new_context(viewport=_SIZE, locale="sv-SE", color_scheme="light").new_page()

        def shot(name: str, heading: str) -> None:
            page.get_by_role("heading", level=1, name=heading).wait_for()
            page.wait_for_load_state()
            said[name] = page.evaluate(_TEXT)
            if pictures:
                page.screenshot(path=str(folder / f"{name}.png"))

        page.goto(f"{program.base}/?nyckel={program.key}")
        shot("borja", "Från uttag till faktura")
        page.set_input_files("#filer", str(EXAMPLE))
        page.get_by_role("button", name="Kontrollera").click()
        shot("kontroll", "Kontrollera")
        page.get_by_role("link", name="Räkna en månad").click()
        page.get_by_label("Månad", exact=True).fill("2018-11")
        page.get_by_label("Avtal").select_option("halland")
        page.get_by_role("button", name="Räkna").click()
        shot("manad", "November 2018")
        page.get_by_role("link", name="Varberg").click()
        shot("kommun", "Varberg, november 2018")
        page.goto(page.url.split("/manad/")[0] + "/arende/52?avtal=halland&manad=2018-11")
        shot("arende", "Ärende")
        page.goto(page.url.split("/arende/")[0] + "/manad/2018-11/utfarda?avtal=halland&utan_efaktura=ja")
        shot("utfarda", "Utfärda november 2018")
        confirm(page, "2018-11", "788 100,00")
        page.get_by_role("heading", name="är utfärdad").wait_for()
        page.get_by_role("link", name="Till liggaren").click()
        shot("liggare", "Liggare")
        page.context.close()
    shutil.rmtree(work)
    return said


def main() -> None:
    """Make every picture anew."""
    from playwright.sync_api import sync_playwright

    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as made:
        chromium = driver.chromium.launch(executable_path=shutil.which("chromium"))
        said = take(chromium, Path(made))
        chromium.close()
        for path in Path(made).glob("*.png"):
            shutil.copy(path, FOLDER / path.name)
    text = json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True)
    (FOLDER / SAID).write_text(f"{text}\n", encoding="utf-8")
    print(f"{len(said)} pictures in {FOLDER}", file=sys.stderr)


if __name__ == "__main__":
    main()
