"""What a user gets by installing: one name, everything it reads at run time, types for callers, and no quarrel with
files of the same names in the user's own folder."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

HOUSE = Path(__file__).parents[1]
NAME = "betalningsansvar"
PROJECT = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))
ROOMS = {package.split(".")[1] for package in PROJECT["tool"]["setuptools"]["packages"] if "." in package}
# In the checkout only: the example a reader of the README runs.
NOT_SHIPPED = {("data", "exempel")}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the files a checkout holds and unpacked as `pip install` does."""
    home = tmp_path_factory.mktemp("wheel")
    source = home / "checkout"
    for path in shipped_sources():
        target = source / path.relative_to(HOUSE)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", home, source],
        check=True,
    )
    (wheel,) = home.glob("*.whl")
    unpacked = home / "site"
    with ZipFile(wheel) as archive:
        archive.extractall(unpacked)
    return unpacked


def shipped_sources() -> list[Path]:
    """What a build needs of the checkout."""
    rooms = [path for room in ROOMS for path in (HOUSE / room).rglob("*") if path.is_file()]
    # The page shows the documents with their pictures.
    documents = [*(HOUSE / "docs").glob("*.md"), *(HOUSE / "docs" / "bilder").glob("*.png")]
    tops = [HOUSE / name for name in ("cli.py", "py.typed", "pyproject.toml", "README.md", "LICENSE")]
    return [path for path in (*rooms, *documents, *tops) if "__pycache__" not in path.parts]


def test_the_wheel_holds_one_name_and_nothing_else(installed: Path) -> None:
    assert {path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")} == {NAME}


def test_everything_read_at_run_time_is_in_the_wheel(installed: Path) -> None:
    here = {path.relative_to(HOUSE) for path in shipped_sources()}
    here -= {Path(name) for name in ("pyproject.toml", "README.md", "LICENSE")}
    here = {path for path in here if path.parts[:2] not in NOT_SHIPPED}
    shipped = {path.relative_to(installed / NAME) for path in (installed / NAME).rglob("*") if path.is_file()}
    assert here - shipped == set()
    assert shipped - here == set()


def test_every_folder_of_code_is_a_package_of_the_project() -> None:
    found = {
        f"{NAME}." + ".".join(init.parent.relative_to(HOUSE).parts)
        for room in ROOMS
        for init in (HOUSE / room).rglob("__init__.py")
    }
    assert found | {NAME} == set(PROJECT["tool"]["setuptools"]["packages"])


def test_no_module_stands_beside_a_folder_of_its_name() -> None:
    modules = [path for room in ROOMS for path in (HOUSE / room).rglob("*.py")]
    assert [path for path in modules if path.with_suffix("").is_dir()] == []


def in_folder(folder: Path, site: Path, code: str) -> str:
    """What `code` prints when a Python started in `folder` finds our package in `site`, and nowhere else."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(1, {str(site)!r})\n{code}"],
        cwd=folder,
        env={**os.environ, "PYTHONUTF8": "1"},
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    return done.stdout


def test_a_notebook_folder_may_have_files_of_the_same_names(installed: Path, tmp_path: Path) -> None:
    for room in (*sorted(ROOMS), "cli"):
        (tmp_path / f"{room}.py").write_text("raise RuntimeError('the user\\'s own file')\n", encoding="utf-8")
    code = (
        "from betalningsansvar import billing\n"
        "from betalningsansvar.data import columns\n"
        "import betalningsansvar.cli\n"
        "print(all(getattr(billing, name) for name in billing.__all__))\n"
        "print(billing.__file__)\n"
    )
    told, place = in_folder(tmp_path, installed, code).splitlines()
    assert told == "True"
    assert Path(place) == installed / NAME / "billing" / "__init__.py"


def test_callers_get_types(installed: Path, tmp_path: Path) -> None:
    """`py.typed` is found and the public names have signatures: a wrong call fails the caller's own type check."""
    home = tmp_path / "venv"
    venv.create(home, with_pip=False, symlinks=os.name != "nt")
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    (site,) = home.rglob("site-packages")
    (installed / NAME).rename(site / NAME)
    caller = tmp_path / "caller.py"
    caller.write_text("from betalningsansvar.billing import Month, bill\nbill(Month(2018, 11))\n", encoding="utf-8")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "mypy", "--python-executable", python, "--cache-dir", tmp_path / "cache", caller],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
    finally:
        (site / NAME).rename(installed / NAME)
    assert "Missing positional arguments" in done.stdout, done.stdout + done.stderr


def test_every_public_name_is_declared_for_type_checkers() -> None:
    from betalningsansvar import billing

    tree = ast.parse((HOUSE / "billing" / "__init__.py").read_text(encoding="utf-8"))
    declared = {
        f"{node.module}.{alias.name}"
        for block in tree.body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    fetched = {f"{NAME}.billing.{module}.{name}" for name, module in billing._PUBLIC.items()}
    assert declared == fetched
