"""The output folder appears whole or not at all, and nobody's files are lost."""

from pathlib import Path

import pytest

from betalningsansvar.reports.files.folder import MANIFEST, OutputError, output_folder


def earlier(folder: Path) -> Path:
    folder.mkdir()
    (folder / MANIFEST).write_text("{}", encoding="utf-8")
    (folder / "gammal.csv").write_text("gammal", encoding="utf-8")
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_folder_appears_when_the_block_ends(tmp_path: Path) -> None:
    with output_folder(tmp_path / "ut", force=False) as folder:
        (folder / "a.csv").write_text("a", encoding="utf-8")
        assert not (tmp_path / "ut").exists()
    assert names(tmp_path) == ["ut"]
    assert names(tmp_path / "ut") == ["a.csv"]


@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_fault_in_the_middle_leaves_nothing(fault: type[BaseException], tmp_path: Path) -> None:
    with pytest.raises(fault), output_folder(tmp_path / "ut", force=False) as folder:
        (folder / "a.csv").write_text("a", encoding="utf-8")
        raise fault
    assert names(tmp_path) == []


@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt])
def test_a_fault_with_force_leaves_the_old_folder(fault: type[BaseException], tmp_path: Path) -> None:
    earlier(tmp_path / "ut")
    with pytest.raises(fault), output_folder(tmp_path / "ut", force=True) as folder:
        (folder / "a.csv").write_text("a", encoding="utf-8")
        raise fault
    assert names(tmp_path) == ["ut"]
    assert names(tmp_path / "ut") == ["gammal.csv", MANIFEST]


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="No space left"), output_folder(tmp_path / "ut", force=False):
        raise OSError(28, "No space left on device")
    assert names(tmp_path) == []


def test_an_existing_folder_is_refused_without_force(tmp_path: Path) -> None:
    earlier(tmp_path / "ut")
    with pytest.raises(OutputError, match="--force"), output_folder(tmp_path / "ut", force=False):
        raise AssertionError("the block must not run")
    assert names(tmp_path / "ut") == ["gammal.csv", MANIFEST]


def test_force_replaces_an_earlier_run(tmp_path: Path) -> None:
    earlier(tmp_path / "ut")
    with output_folder(tmp_path / "ut", force=True) as folder:
        (folder / "ny.csv").write_text("ny", encoding="utf-8")
    assert names(tmp_path) == ["ut"]
    assert names(tmp_path / "ut") == ["ny.csv"]


def test_force_never_removes_what_no_run_wrote(tmp_path: Path) -> None:
    (tmp_path / "ut").mkdir()
    (tmp_path / "ut" / "viktigt.xlsx").write_bytes(b"x")
    with pytest.raises(OutputError, match=MANIFEST), output_folder(tmp_path / "ut", force=True):
        raise AssertionError("the block must not run")
    assert names(tmp_path / "ut") == ["viktigt.xlsx"]


def test_an_empty_folder_may_stand_there(tmp_path: Path) -> None:
    (tmp_path / "ut").mkdir()
    with output_folder(tmp_path / "ut", force=False) as folder:
        (folder / "a.csv").write_text("a", encoding="utf-8")
    assert names(tmp_path / "ut") == ["a.csv"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "ut").write_text("x", encoding="utf-8")
    with pytest.raises(OutputError, match="is a file"), output_folder(tmp_path / "ut", force=True):
        raise AssertionError("the block must not run")


def test_a_file_open_in_excel_is_told_and_the_old_folder_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = earlier(tmp_path / "ut")
    rename = Path.rename

    def locked(self: Path, other: Path) -> Path:
        if self == target:
            raise PermissionError(13, "The process cannot access the file")
        return rename(self, other)

    monkeypatch.setattr(Path, "rename", locked)
    with pytest.raises(OutputError, match="open in Excel"), output_folder(target, force=True):
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
            raise OSError(5, "Input/output error")
        return rename(self, other)

    monkeypatch.setattr(Path, "rename", broken)
    with pytest.raises(OutputError, match="Input/output error"), output_folder(target, force=True):
        pass
    assert names(tmp_path) == ["ut"]
    assert names(target) == ["gammal.csv", MANIFEST]
