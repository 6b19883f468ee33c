"""Every sheet of every workbook prints on A4 with its page number, says its language, and is readable on its paper."""

import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from betalningsansvar.billing.year.waterfall import CAUSES
from betalningsansvar.reports.files.cells import Column
from betalningsansvar.reports.files.styles import ACCENT, BARS, INK, MUTED, PARTS, RULE, STYLES, TINT
from betalningsansvar.reports.files.workbook import Book

PAPER = "#FFFFFF"


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", STYLES)
def test_text_stands_out_from_what_is_behind_it(name: str) -> None:
    style = STYLES[name]
    assert contrast(style.get("font_color", INK), style.get("bg_color", PAPER)) >= 4.5


@pytest.mark.parametrize("colour", [INK, ACCENT, MUTED])
def test_the_colours_of_text_are_readable_on_paper_and_tint(colour: str) -> None:
    assert contrast(colour, PAPER) >= 4.5 and contrast(colour, TINT) >= 4.5


@pytest.mark.parametrize("colour", [*BARS, *PARTS])
def test_bars_stand_out_from_the_paper(colour: str) -> None:
    assert contrast(colour, PAPER) >= 3


def test_every_cause_of_a_year_has_a_colour_of_its_own() -> None:
    assert len(set(PARTS)) == len(PARTS) >= len(CAUSES)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", PAPER) == pytest.approx(21)
    assert contrast(RULE, PAPER) < 3  # A hairline; nothing is read by it alone.


def test_the_sheets_of_a_book_are_a4_numbered_and_swedish(tmp_path: Path) -> None:
    book = Book(title="Bok", author="Prov", created=date(2019, 1, 1))
    sheet = book.sheet("Blad", landscape=True)
    sheet.footer("Prov")
    sheet.table((Column("Text", "text"), Column("Belopp", "ore", summed=True)), [("=1+1", 100), ("@SUM(A1)", 200)])
    book.save(tmp_path / "b.xlsx")
    read = load_workbook(tmp_path / "b.xlsx")
    assert read.properties.language == "sv-SE"
    own = read["Blad"]
    assert (own.page_setup.paperSize, own.page_setup.orientation) == (9, "landscape")
    assert own.print_title_rows == "$1:$1" and "&P" in own.oddFooter.right.text
    formulas = [cell.value for row in own.iter_rows() for cell in row if cell.data_type == "f"]
    assert formulas == ["=SUM(B2:B3)"]
    with zipfile.ZipFile(tmp_path / "b.xlsx") as parts:
        assert len(re.findall("<dc:language>", parts.read("docProps/core.xml").decode())) == 1
