"""The output folder appears whole or not at all, and nobody's files are lost."""

import fcntl
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from betalningsansvar.reports.files.destination import Destination, Made, OutputError
from betalningsansvar.reports.files.folder import MANIFEST, output_folder
from betalningsansvar.reports.files.manifest import by_name, written
from betalningsansvar.reports.files.outputfile import output_file

BILL = Made("bill", "2018-11")


def earlier(folder: Path, made: Made | None = BILL) -> Path:
    """A folder as a run leaves it."""
    with output_folder(Destination(folder, made=made)) as fresh:
        (fresh / "gammal.csv").write_text("gammal", encoding="utf-8")
        (fresh / MANIFEST).write_text(json.dumps({"files": by_name(written(fresh))}), encoding="utf-8")
    return folder


def again(folder: Path, made: Made = BILL) -> Destination:
    return Destination(folder, made=made, force=True)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def refused(chosen: Destination, told: str) -> None:
    """The folder is refused before any work, and stands as it stood."""
    before = {path: path.read_bytes() for path in chosen.path.rglob("*") if path.is_file()}
    with pytest.raises(OutputError, match=told), output_folder(chosen):
        raise AssertionError("the block must not run")
    assert before == {path: path.read_bytes() for path in chosen.path.rglob("*") if path.is_file()}


def test_the_folder_appears_when_the_block_ends(tmp_path: Path) -> None:
    with output_folder(tmp_path / "ut") as folder:
        (folder / "a.csv").write_text("a", encoding="utf-8")
        assert not (tmp_path / "ut").exists()
    assert names(tmp_path) == ["ut"]
    assert names(tmp_path / "ut") == ["a.csv"]


@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_fault_in_the_middle_leaves_nothing(fault: type[BaseException], tmp_path: Path) -> None:
    with pytest.raises(fault), output_folder(tmp_path / "ut") as folder:
        (folder / "a.csv").write_text("a", encoding="utf-8")
        raise fault
    assert names(tmp_path) == []


@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt])
def test_a_fault_with_force_leaves_the_old_folder(fault: type[BaseException], tmp_path: Path) -> None:
    earlier(tmp_path / "ut")
    with pytest.raises(fault), output_folder(again(tmp_path / "ut")) as folder:
        (folder / "a.csv").write_text("a", encoding="utf-8")
        raise fault
    assert names(tmp_path) == ["ut"]
    assert names(tmp_path / "ut") == ["gammal.csv", MANIFEST]


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="disken är full"), output_folder(tmp_path / "ut"):
        raise OSError(28, "No space left on device")
    assert names(tmp_path) == []


def test_an_existing_folder_is_refused_without_force(tmp_path: Path) -> None:
    refused(replace(again(earlier(tmp_path / "ut")), force=False), "finns redan")


def test_force_replaces_the_same_run_of_the_same_period(tmp_path: Path) -> None:
    with output_folder(again(earlier(tmp_path / "ut"))) as folder:
        (folder / "ny.csv").write_text("ny", encoding="utf-8")
    assert names(tmp_path) == ["ut"]
    assert names(tmp_path / "ut") == ["ny.csv"]


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (Made("bill", "2018-12"), "skrevs av bill för 2018-12"),
        (Made("reconcile", "2018-11"), "skrevs av reconcile"),
        (Made("issue", "2018-11"), "utfärdade fakturor"),
        (None, "säger vem som skrev den"),
    ],
)
def test_force_leaves_what_another_run_wrote(made: Made | None, told: str, tmp_path: Path) -> None:
    refused(again(earlier(tmp_path / "ut", made)), told)


def test_force_never_replaces_what_issue_wrote_not_even_for_issue(tmp_path: Path) -> None:
    issued = Made("issue", "2018-11")
    refused(again(earlier(tmp_path / "ut", issued), issued), "utfärdade fakturor")


def _with_a_file_of_the_users(folder: Path) -> None:
    (folder / "underlag").mkdir()
    (folder / "underlag" / "viktigt.xlsx").write_bytes(b"x")


def _with_a_changed_file(folder: Path) -> None:
    (folder / "gammal.csv").write_text("gammal, med anteckningar", encoding="utf-8")


def _with_no_manifest(folder: Path) -> None:
    (folder / MANIFEST).unlink()


def _with_a_broken_manifest(folder: Path) -> None:
    (folder / MANIFEST).write_text('{"made": [', encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_with_a_file_of_the_users, "viktigt.xlsx, som körningen inte skrev"),
        (_with_a_changed_file, "gammal.csv, som har ändrats"),
        (_with_no_manifest, MANIFEST),
        (_with_a_broken_manifest, MANIFEST),
    ],
)
def test_force_leaves_a_folder_that_holds_something_else(
    change: Callable[[Path], None], told: str, tmp_path: Path
) -> None:
    change(earlier(tmp_path / "ut"))
    refused(again(tmp_path / "ut"), told)


def test_a_folder_in_which_an_input_lies_is_never_replaced(tmp_path: Path) -> None:
    earlier(tmp_path / "ut")
    read = tmp_path / "ut" / "gammal.csv"
    refused(replace(again(tmp_path / "ut"), inputs=(read,)), "gammal.csv, som körningen läser")
    (tmp_path / "lank.csv").symlink_to(read)
    refused(replace(again(tmp_path / "ut"), inputs=(tmp_path / "lank.csv",)), "som körningen läser")


def test_an_empty_folder_may_stand_there(tmp_path: Path) -> None:
    (tmp_path / "ut").mkdir()
    with output_folder(tmp_path / "ut") as folder:
        (folder / "a.csv").write_text("a", encoding="utf-8")
    assert names(tmp_path / "ut") == ["a.csv"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "ut").write_text("x", encoding="utf-8")
    refused(again(tmp_path / "ut"), "är en fil")


@pytest.mark.parametrize("stood_empty", [True, False])
def test_a_folder_that_appears_during_the_run_is_left_alone(stood_empty: bool, tmp_path: Path) -> None:
    target = tmp_path / "ut"
    if stood_empty:
        target.mkdir()
    with pytest.raises(OutputError, match="av någon annan"), output_folder(again(target)) as folder:
        (folder / "a.csv").write_text("a", encoding="utf-8")
        target.mkdir(exist_ok=True)
        (target / "deras.csv").write_text("b", encoding="utf-8")
    assert names(tmp_path) == ["ut"] and names(target) == ["deras.csv"]


def test_a_folder_that_is_filled_during_the_run_is_left_alone(tmp_path: Path) -> None:
    target = earlier(tmp_path / "ut")
    with pytest.raises(OutputError, match=r"deras\.csv"), output_folder(again(target)):
        (target / "deras.csv").write_text("b", encoding="utf-8")
    assert names(tmp_path) == ["ut"] and "deras.csv" in names(target)


def test_a_linked_folder_stays_a_link(tmp_path: Path) -> None:
    real = earlier(tmp_path / "disk")
    (tmp_path / "ut").symlink_to(real, target_is_directory=True)
    with output_folder(again(tmp_path / "ut")) as folder:
        (folder / "ny.csv").write_text("ny", encoding="utf-8")
    assert (tmp_path / "ut").is_symlink() and names(real) == ["ny.csv"]
    assert names(tmp_path) == ["disk", "ut"]


def test_what_a_killed_run_left_is_swept_and_told(tmp_path: Path) -> None:
    left = tmp_path / ".ut.ny-0123abcd"
    left.mkdir()
    (left / "underlag.xlsx").write_bytes(b"personuppgifter")
    mine = tmp_path / ".ut.ny-minmapp"
    mine.mkdir()
    told: list[str] = []
    with output_folder(Destination(tmp_path / "ut", tell=told.append)):
        pass
    assert names(tmp_path) == [mine.name, "ut"]
    assert told == [".ut.ny-0123abcd: rester av en avbruten körning är borttagna."]


def test_what_a_run_under_way_holds_is_not_swept(tmp_path: Path) -> None:
    held = tmp_path / ".ut.ny-0123abcd"
    held.mkdir()
    handle = os.open(held, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    with output_folder(tmp_path / "ut"):
        pass
    os.close(handle)
    assert names(tmp_path) == [held.name, "ut"]


def test_a_run_killed_while_it_replaced_gives_the_old_folder_back(tmp_path: Path) -> None:
    earlier(tmp_path / "ut").rename(tmp_path / ".ut.gammal-0123abcd")
    told: list[str] = []
    chosen = Destination(tmp_path / "ut", tell=told.append)
    with pytest.raises(OutputError, match="finns redan"), output_folder(chosen):
        pass
    assert names(tmp_path / "ut") == ["gammal.csv", MANIFEST] and "tillbakalagd" in told[0]


def test_a_file_open_in_excel_is_told_and_the_old_folder_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = earlier(tmp_path / "ut")
    rename = Path.rename

    def locked(self: Path, other: Path) -> Path:
        if self == target:
            raise PermissionError(13, "The process cannot access the file")
        return rename(self, other)

    monkeypatch.setattr(Path, "rename", locked)
    with pytest.raises(OutputError, match="öppen i Excel"), output_folder(again(target)):
        pass
    assert names(tmp_path) == ["ut"]
    assert names(target) == ["gammal.csv", MANIFEST]


def test_the_old_folder_is_put_back_when_the_new_cannot_take_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = earlier(tmp_path / "ut")
    rename = Path.rename

    def broken(self: Path, other: Path) -> Path:
        if ".ny-" in self.name:
            raise OSError(5, "disken svarar med fel")
        return rename(self, other)

    monkeypatch.setattr(Path, "rename", broken)
    with pytest.raises(OutputError, match="disken svarar med fel"), output_folder(again(target)):
        pass
    assert names(tmp_path) == ["ut"]
    assert names(target) == ["gammal.csv", MANIFEST]


def test_a_file_appears_whole_and_replaces_its_own_kind(tmp_path: Path) -> None:
    out = tmp_path / "avvikelser.csv"
    for row in ("1", "2"):
        with output_file(out, (".csv",)) as fresh:
            fresh.write_text(f"fil,rad\na.csv,{row}\n", encoding="utf-8")
    assert out.read_text(encoding="utf-8").endswith("a.csv,2\n") and names(tmp_path) == [out.name]


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_fault_leaves_no_half_file(fault: BaseException, tmp_path: Path) -> None:
    with pytest.raises((OutputError, KeyboardInterrupt)), output_file(tmp_path / "a.csv", (".csv",)) as fresh:
        fresh.write_text("fil", encoding="utf-8")
        raise fault
    assert names(tmp_path) == []


def test_a_file_of_another_kind_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "budget.csv"
    mine.write_text("konto;kronor\n", encoding="utf-8")
    with pytest.raises(OutputError, match="annan sorts fil"), output_file(mine, (".csv",)) as fresh:
        fresh.write_text("fil,rad\n", encoding="utf-8")
    assert mine.read_text(encoding="utf-8") == "konto;kronor\n" and names(tmp_path) == [mine.name]


def test_no_output_file_is_an_input(tmp_path: Path) -> None:
    data = tmp_path / "data.csv"
    data.write_text("x", encoding="utf-8")
    (tmp_path / "lank.csv").symlink_to(data)
    os.link(data, tmp_path / "samma.csv")
    for name in ("data.csv", "lank.csv", "samma.csv"):
        chosen = Destination(tmp_path / name, inputs=(data,))
        with pytest.raises(OutputError, match="är indata"), output_file(chosen, (".csv",)):
            pass


@pytest.mark.parametrize("name", ["a.xls", "a", "a.pdf"])
def test_another_suffix_is_an_error(name: str, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="ska sluta på"), output_file(tmp_path / name, (".xlsx", ".csv")):
        pass
