"""Files in memory are read as files on disk are: the same cases, the same findings, the same refusals."""

from pathlib import Path

import pandas as pd
import pytest

from betalningsansvar.data.files.inputs import InputError, InputFile
from betalningsansvar.data.files.named import NamedFile, names_beside, read_named
from betalningsansvar.data.intake import read_cases, read_files
from betalningsansvar.tariffs.agreements import load_agreement


def test_bytes_and_paths_give_the_same_cases(some_input: Path) -> None:
    from_path = read_cases([some_input])
    from_bytes = read_files([InputFile.from_bytes(some_input.name, some_input.read_bytes())])
    pd.testing.assert_frame_equal(from_path.cases, from_bytes.cases)
    pd.testing.assert_frame_equal(from_path.issues, from_bytes.issues)
    assert from_path.sources == from_bytes.sources


@pytest.fixture
def some_input(tmp_path: Path) -> Path:
    path = tmp_path / "utdata.csv"
    path.write_text(
        "arende_id,patient_id,folkbokforingskommun,vardform,inskriven,utskrivningsklar\n"
        "A1,P1,1380,somatik,2018-11-01,2018-11-05 10:00\nA2,P2,Halmstd,somatik,2018-11-01,2018-11-05\n",
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("a.csv", "b.csv"), "b.csv: har samma innehåll som a.csv"),
        (("a.pdf",), "a.pdf"),
        (("gammal.xls",), ".xls"),
        ((), "Ingen fil"),
    ],
)
def test_files_in_memory_that_cannot_be_are_refused(names: tuple[str, ...], told: str, some_input: Path) -> None:
    with pytest.raises(InputError, match=told):
        read_files([InputFile.from_bytes(name, some_input.read_bytes()) for name in names])


def test_two_files_in_memory_of_one_name_are_told_apart(some_input: Path) -> None:
    text = some_input.read_bytes()
    files = [InputFile.from_bytes("C:\\uttag\\a.csv", text), InputFile.from_bytes("a.csv", text.replace(b"A", b"B"))]
    assert [source.name for source in read_files(files).sources] == ["a.csv", "(2) a.csv"]


def test_a_schablon_table_comes_with_its_agreement(tmp_path: Path) -> None:
    (tmp_path / "avtal.toml").write_text(
        """id = "avtal"
namn = "A"
region = "13"
[[regel]]
fran = 2018-01-01
tom = 2018-12-31
modell = "schablon"
underlag = "egen"
andel = 12
utfall = "nationell"
kalla = "x"
status = "T"
""",
        encoding="utf-8",
    )
    (tmp_path / "egen.toml").write_text(
        """id = "egen"
namn = "E"
kalla = "x"
status = "T"
summa_ar_kronor = 12
summa_manad_kronor = 1
[[kommun]]
kod = "1380"
ar_kronor = 12
manad_kronor = 1
""",
        encoding="utf-8",
    )
    named = read_named(tmp_path / "avtal.toml")
    assert names_beside(named.content) == ("egen.toml",)
    assert load_agreement(named) == load_agreement(tmp_path / "avtal.toml")
    with pytest.raises(Exception, match=r"egen\.toml"):
        load_agreement(NamedFile("avtal.toml", named.content))
