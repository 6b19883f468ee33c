"""The Excel reader, kept from bringing the program down: what it cannot read is told, a single cell where it can be."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from python_calamine import CalamineError, CalamineSheet, SheetTypeEnum, SheetVisibleEnum, load_workbook

from betalningsansvar.data.files.archive import Archive
from betalningsansvar.data.files.brokencells import column_number, with_known_cells
from betalningsansvar.data.files.inputs import InputError

_STRINGS = "xl/sharedStrings.xml"


@dataclass(frozen=True, slots=True)
class Workbook:
    """The visible worksheets, the names of the hidden ones, and the cells (row and column from 1) whose kind the reader
    does not know."""

    sheets: tuple[CalamineSheet, ...]
    hidden: tuple[str, ...] = ()
    unknown: Mapping[tuple[int, int], str] = field(default_factory=dict)


def open_workbook(content: bytes, archive: Archive, name: str) -> Workbook:
    """Read a workbook whose archive has been found sound. Raises InputError when it cannot be read."""
    try:
        return _worksheets(content)
    except CalamineError:  # its text may quote a cell
        pass
    except BaseException as error:
        if not _is_panic(error):
            raise
    try:
        mended, unknown = _mended(content, archive)
        return replace(_worksheets(mended), unknown=unknown)
    except (CalamineError, KeyError, ValueError, InputError):
        pass
    except BaseException as error:
        if not _is_panic(error):
            raise
    raise InputError([f"{name}: arbetsboken är skadad och går inte att läsa. Spara den som .xlsx igen."])


def _is_panic(error: BaseException) -> bool:
    """Whether the reader itself broke down: it then raises what no `except Exception` stops."""
    return type(error).__name__ == "PanicException"


def _worksheets(content: bytes) -> Workbook:
    workbook = load_workbook(io.BytesIO(content))
    found = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    visible = [sheet.name for sheet in found if sheet.visible == SheetVisibleEnum.Visible]
    hidden = tuple(sheet.name for sheet in found if sheet.visible != SheetVisibleEnum.Visible)
    return Workbook(tuple(workbook.get_sheet_by_name(name) for name in visible), hidden)


def _mended(content: bytes, archive: Archive) -> tuple[bytes, dict[tuple[int, int], str]]:
    """The workbook with the unknown cells of its one visible sheet made errors. Raises where that is of no help."""
    names = [
        sheet.name
        for sheet in load_workbook(io.BytesIO(content)).sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]
    if len(names) != 1:
        raise ValueError("which sheet is meant is not known")
    part = archive.part_of(names[0])
    try:
        strings = len(re.findall(rb"<(?:\w+:)?si[\s/>]", archive.read(_STRINGS)))
    except KeyError:
        strings = 0
    xml, told = with_known_cells(archive.read(part), strings)
    if not told or b"" in told:
        raise ValueError("no cell that can be named is to blame")
    places = {
        (int(found[2]), column_number(found[1].decode())): shown
        for reference, shown in told.items()
        if (found := re.fullmatch(rb"([A-Z]+)(\d+)", reference))
    }
    return archive.with_part(part, xml), places
