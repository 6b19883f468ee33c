"""Which files are read, under which names, and the headers that decide what a table is."""

import pytest

from betalningsansvar.data.files.inputs import InputError, find_files
from betalningsansvar.data.intake import read_cases
from tests.intake_files import COLUMNS, read, row, text_of, write


def problems_of(*paths):
    with pytest.raises(InputError) as error:
        read_cases(paths)
    return error.value.problems


def test_a_folder_is_read_in_the_order_of_names(tmp_path):
    write(tmp_path, row(arende_id="B"), name="b.CSV")
    write(tmp_path, row(arende_id="A"), name="a.csv")
    for name in (".hidden.csv", "~$a.xlsx", "LÄS MIG.md", "readme.txt"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    (tmp_path / "inner.csv").mkdir()
    intake = read(tmp_path)
    assert intake.cases["arende_id"].to_list() == ["A", "B"]
    assert intake.cases["fil"].to_list() == ["a.csv", "b.CSV"]
    assert intake.passed_over == ("LÄS MIG.md", "readme.txt")


def test_files_of_one_name_keep_apart(tmp_path):
    for folder in ("x/2018", "y/2018"):
        (tmp_path / folder).mkdir(parents=True)
    one, two = write(tmp_path / "x/2018", row()), write(tmp_path / "y/2018", row(arende_id="A2"))
    other = write(tmp_path, row(arende_id="A3"), name="b.csv")
    assert [s.name for s in read(one, two, other).sources] == ["x/2018/a.csv", "y/2018/a.csv", "b.csv"]


def test_progress_is_told_at_each_stage_of_each_file(tmp_path):
    write(tmp_path, row(), name="a.csv")
    write(tmp_path, row(arende_id="A2"), name="b.csv")
    seen = []
    read_cases([tmp_path], lambda *step: seen.append(step))
    assert seen == [
        ("Läser a.csv", 0, 5),
        ("Tolkar a.csv", 1, 5),
        ("Läser b.csv", 2, 5),
        ("Tolkar b.csv", 3, 5),
        ("Sätter ihop ärendena", 4, 5),
    ]


def test_every_wrong_path_is_told_at_once(tmp_path):
    good = write(tmp_path, row())
    (tmp_path / "old.xls").write_bytes(b"x")
    (tmp_path / "notes.pdf").write_bytes(b"x")
    (tmp_path / "empty").mkdir()
    problems = problems_of(
        tmp_path / "gone.csv", tmp_path / "old.xls", tmp_path / "notes.pdf", tmp_path / "empty", good, good
    )
    assert len(problems) == 5
    for problem, says in zip(
        problems,
        ["ingen sådan fil", "innehåller ingen", "spara som .xlsx", "bara filer", "angiven 2 gånger"],
        strict=True,
    ):
        assert says in problem


def test_no_path_at_all():
    assert "Ingen fil är angiven" in problems_of()[0]


def test_a_macro_workbook_in_a_folder_is_not_passed_over(tmp_path):
    write(tmp_path, row())
    (tmp_path / "b.xlsm").write_bytes(b"x")
    assert "b.xlsm: arbetsböcker av slaget .xlsm läses inte" in problems_of(tmp_path)[0]


def test_a_file_and_its_folder_are_the_same_file_twice(tmp_path):
    assert "angiven 2 gånger" in problems_of(write(tmp_path, row()), tmp_path)[0]


def test_a_link_to_a_file_is_the_same_file(tmp_path):
    path = write(tmp_path, row())
    (tmp_path / "b.csv").hardlink_to(path)
    assert problems_of(tmp_path) == [
        "a.csv: filen är angiven 2 gånger, så varje ärende i den skulle räknas flera gånger. Ange den en gång."
    ]


def test_problems_of_all_files_come_together(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"")
    (tmp_path / "b.csv").write_text("x;y\n1;2\n", encoding="utf-8")
    assert [p[:5] for p in problems_of(tmp_path)] == ["a.csv", "b.csv"]


def test_a_file_with_only_a_header_is_fine_beside_one_with_rows(tmp_path):
    write(tmp_path, row(), name="a.csv")
    write(tmp_path, name="b.csv")
    intake = read(tmp_path)
    assert [s.rows for s in intake.sources] == [1, 0]
    assert intake.cases["sip_kravs"].dtype == bool
    assert intake.cases["inskriven"].dtype == "datetime64[s]"


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    path = write(tmp_path, row())

    def refuse(self):
        raise PermissionError

    monkeypatch.setattr(type(path), "read_bytes", refuse)
    assert "a.csv: filen går inte att öppna" in problems_of(path)[0]


@pytest.mark.parametrize(
    "header",
    ["Ärende-ID", "ARENDE ID", "arendeid", " Ärende_id ", "A\u0308rende id"],
)
def test_headers_are_matched_without_case_diacritics_and_blanks(tmp_path, header):
    path = write(tmp_path, row(), header=[header, *COLUMNS[1:]])
    assert read(path).cases["arende_id"].to_list() == ["A1"]


def test_a_missing_column_is_named_with_its_look_alike(tmp_path):
    header = [{"utskrivningsklar": "utskriv_klar", "vardform": "typ av vård"}.get(c, c) for c in COLUMNS]
    (problem,) = problems_of(write(tmp_path, row(), header=header))
    assert "kolumnerna vardform, utskrivningsklar saknas" in problem
    assert "utskriv_klar liknar utskrivningsklar" in problem
    assert "Rubriker i filen: arende_id, vardtillfalle_id" in problem


def test_two_headers_for_one_column_are_both_named(tmp_path):
    (problem,) = problems_of(write(tmp_path, [*row(), "x"], header=[*COLUMNS, "Ärende id"]))
    assert f"arende_id (kolumn 1) och Ärende id (kolumn {len(COLUMNS) + 1})" in problem


def test_a_file_without_headers_shows_no_identity(tmp_path):
    (tmp_path / "a.csv").write_text("A1;19811218-9876;0180\nA2;811218 9876;0180\n", encoding="utf-8")
    (problem,) = problems_of(tmp_path)
    assert "9876" not in problem and "(dold)" in problem


def test_columns_that_are_not_ours_are_listed(tmp_path):
    intake = read(write(tmp_path, [*row(), "x", "y"], header=[*COLUMNS, "Övrigt", "kostnad"]))
    assert intake.sources[0].ignored == ("Övrigt", "kostnad")


def test_a_column_without_header_is_ignored_only_when_empty(tmp_path):
    assert len(read(write(tmp_path, [*row(), " "], header=[*COLUMNS, ""])).cases) == 1
    (problem,) = problems_of(write(tmp_path, [*row(), " "], [*row(arende_id="A2"), "x"], header=[*COLUMNS, ""]))
    assert f"rad 3: kolumn {len(COLUMNS) + 1} har ett värde men ingen rubrik" in problem


def test_only_the_needed_columns_are_needed(tmp_path):
    header = ["arende_id", "patient_id", "folkbokforingskommun", "vardform", "inskriven", "utskrivningsklar"]
    (tmp_path / "a.csv").write_text(
        text_of(["A1", "P1", "0180", "akut", "2018-11-01", "2018-11-05"], header=header), encoding="utf-8", newline=""
    )
    case = read(tmp_path / "a.csv").cases.iloc[0]
    assert (case["sip_kravs"], case["kommun_medverkade"], case["enhet"]) == (False, True, "")


def test_hidden_names_are_not_tables(tmp_path):
    write(tmp_path, row(), name="a.csv")
    write(tmp_path, row(), name=".a.csv")
    assert [f.name for f in find_files([tmp_path]).files] == ["a.csv"]


def test_a_patient_in_a_file_name_is_shown_nowhere(tmp_path):
    write(tmp_path, row(), name="uttag 19320706-9889.csv")
    write(tmp_path, row(arende_id="A2", utskriven="fel"), name="uttag 19320102-9968.csv")
    intake = read(tmp_path)
    assert [source.name for source in intake.sources] == ["uttag (dold).csv", "(2) uttag (dold).csv"]
    assert intake.issues["fil"].to_list() == ["uttag (dold).csv"] or "9968" not in str(intake.issues)
    assert "9889" not in str(problems_of(tmp_path / "19320706-9889.csv")) + str(problems_of(tmp_path / "19320706-9889"))


def test_a_patient_as_case_id_is_shown_in_no_finding(tmp_path):
    path = write(tmp_path, row(arende_id="19320102\u20119968", utskriven="fel 19320102-9968"))
    issues = read(path).issues
    assert "9968" not in issues.to_csv() and len(issues)


def without(name):
    """The good row and its headers without one column."""
    place = COLUMNS.index(name)
    return [*row()[:place], *row()[place + 1 :]], [*COLUMNS[:place], *COLUMNS[place + 1 :]]


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("utskrivningsdatum", "utskriven"), ("aterkallad_kl", "aterkallad"), ("Utskriven (datum)", "utskriven"),
        ("utskrivenTid", "utskriven"), ("Återtagen", "aterkallad"), ("återkallelse_tid", "aterkallad"),
        ("Återkalad", "aterkallad"), ("utskrivn", "utskriven"), ("Inskrivningsmedelande", "inskrivningsmeddelande"),
        ("inskrivningsmeddelande skickat", "inskrivningsmeddelande"), ("placerande kommun", "placeringskommun"),
        ("SIP", "sip_kravs"), ("kallelse till SIP", "sip_kallelse"), ("hinder slut", "oppenvard_hinder_till"),
        ("oppenvard_hinder_start", "oppenvard_hinder_fran"), ("makulerat", "makulerad"),
        ("permission_from", "permission_fran"), ("kommun_medverkar", "kommun_medverkade"),
        ("placeringskommunkod", "placeringskommun"), ("Placeringskommun (namn)", "placeringskommun"),
        ("permission_tom", "permission_till"), ("hinder fr.o.m.", "oppenvard_hinder_fran"),
    ],
)  # fmt: skip
def test_a_header_near_one_that_the_file_lacks_stops_and_names_both(tmp_path, header, name):
    values, headers = without(name)
    (problem,) = problems_of(write(tmp_path, [*values, "x"], header=[*headers, header]))
    assert f"kolumnen {header} liknar {name}, som filen saknar" in problem
    (tmp_path / "a.csv").unlink()
    assert read(write(tmp_path, [*row(), ""], header=[*COLUMNS, header])).sources[0].ignored == (header,)


@pytest.mark.parametrize(
    "header",
    ["utskriven_av", "utskriven_till", "utskrivningssätt", "utskrivningskod", "utskrivningsklar_av", "sip_datum",
     "beräknad_utskrivning", "planerat utskrivningsdatum", "inskrivningsmeddelande_status", "placering", "kostnad",
     "kommunnamn", "avdelning", "datum", "löpnummer", "utskrivningsmeddelande", "permissionsdagar", "antal_vårddygn",
     "inskrivningsorsak", "ålder", "Status", "uttagsdatum", "vårdplan", "hemgångsklar"],
)  # fmt: skip
@pytest.mark.parametrize(
    "name", ["utskriven", "inskrivningsmeddelande", "sip_kravs", "placeringskommun", "permission_fran"]
)
def test_a_header_of_plainly_another_thing_does_not(tmp_path, header, name):
    values, headers = without(name)
    assert read(write(tmp_path, [*values, "x"], header=[*headers, header])).sources[0].ignored == (header,)


def test_a_header_is_cut_and_shows_no_patient(tmp_path):
    long, person = "x" * 3000, "Anna 320706\u20119889"
    assert [len(text) for text in read(write(tmp_path, [*row(), ""], header=[*COLUMNS, long])).sources[0].ignored] == [
        200
    ]
    assert read(write(tmp_path, [*row(), ""], header=[*COLUMNS, person])).sources[0].ignored == ("(dold)",)
    problem = str(problems_of(write(tmp_path, ["x", "y"], header=[long, person])))
    assert len(problem) < 1000 and "9889" not in problem
