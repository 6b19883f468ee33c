"""The width of a text in Arial, and the height of its row."""

from betalningsansvar.reports.files.textwidth import lines_of, width_of


def test_a_digit_is_one_and_narrow_and_wide_letters_are_what_arial_has_them() -> None:
    assert width_of("0000000000") == 10
    assert width_of("illi") == 2
    assert width_of("MMMM") == 6
    assert width_of("") == 0


def test_a_text_breaks_at_spaces_and_a_long_word_inside_itself() -> None:
    assert lines_of("", 10) == 1
    assert lines_of("Rätta tiden", 20) == 1
    assert lines_of("0000000000 0000000000", 11) == 2
    assert lines_of("0" * 40, 10.3) == 4


def test_a_known_text_takes_the_lines_it_takes_on_paper() -> None:
    text = (
        "Inskrivningsmeddelandet skickades mer än 24 timmar efter inskrivningen, eller efter att behovet "
        "upptäcktes. Parterna kan läsa det som hinder för ansvaret; här räknas det inte som ett."
    )
    assert lines_of(text, 44) == 4
