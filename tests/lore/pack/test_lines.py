"""On which line of a TOML file a value stands."""

import pytest

from lore.pack.lines import LineMap, Path

TEXT = """\
name = "Keeper"

[[text]]
says = "One."
cites = [
    "001:1 a \\"b\\" c",
]

[[text]]
says = "Two."

[[differences]]
about = "x"

[[differences.accounts]]
says = "one"

[[differences.accounts]]
says = "two"

[status]
says = "Gone."
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("name",), 1),
        (("text",), 3),
        (("text", 0), 3),
        (("text", 1, "says"), 10),
        (("text", 0, "cites", 0), 5),
        (("differences", 0, "accounts", 1, "says"), 19),
        (("status", "says"), 22),
        (("status", "cites"), 21),
        (("nowhere", 5), 1),
        ((), 1),
    ],
)
def test_a_path_leads_to_its_line_or_to_the_nearest_enclosing_one(path: Path, line: int) -> None:
    assert LineMap(TEXT).line(path) == line


def test_words_are_searched_from_the_line_of_the_path_on() -> None:
    assert LineMap(TEXT).line((), near="says") == 4
    assert LineMap(TEXT).line(("text", 1), near="says") == 10


def test_words_with_escaped_quotation_marks_are_found() -> None:
    assert LineMap(TEXT).line(("text", 0), near='001:1 a "b" c') == 6


def test_words_found_nowhere_lead_to_the_line_of_the_path() -> None:
    assert LineMap(TEXT).line(("text", 1), near="nowhere") == 9
