"""One check tells all: no fault hides another, in whatever layer it is."""

from collections.abc import Callable
from pathlib import Path

import pytest

Write = Callable[[str, str], None]
Replace = Callable[[str, str, str], None]
Faults = Callable[[], list[str]]

KEEPER = "characters/keeper.toml"
TOWER = "places/tower.toml"
STORM = "events/storm.toml"
QUOTES = "quotes/001.toml"


def test_faults_of_form_reference_and_document_are_reported_together(
    checked: Faults, replace: Replace
) -> None:
    replace(KEEPER, 'name = "The Keeper"', 'nam = "The Keeper"')
    replace(KEEPER, 'to = "tower"', 'to = "towr"')
    replace(KEEPER, "001:1 keeper lights the lamp", "001:2 lights the lamp")
    replace(TOWER, 'name = "The Tower"', 'name = "The Tower')
    replace(TOWER, "001:2 tower on the rock", "001:9 tower on the rock")
    replace(QUOTES, 'speaker = "keeper"', "speaker = 7")
    replace(QUOTES, "Light it.", "Light that.")
    replace("pack.toml", 'tier = "sequel"', 'tier = "sequal"')

    assert [line.split(" ", 1)[0] + line.split(" ", 1)[1][:24] for line in checked()] == [
        "characters/keeper.toml:1:name is missing",
        "characters/keeper.toml:1:unknown key nam; did you",
        'characters/keeper.toml:5:"lights the lamp" does n',
        "characters/keeper.toml:9:there is no entry towr; ",
        "pack.toml:28:no tier sequal in pack.t",
        "places/tower.toml:1:not valid TOML: a text d",
        'places/tower.toml:5:"tower on the rock" does',
        'quotes/001.toml:5:"Light that." does not s',
        "quotes/001.toml:5:quote 1, line 1, speaker",
    ]


def test_a_broken_quote_hides_no_other_quote_of_its_file(checked: Faults, write: Write) -> None:
    write(
        QUOTES,
        """
[[quotes]]
id = “broken”
lines = [{ words = "Light it.", paragraph = 2, speaker = "keeper" }]

[[quotes]]
id = "third"
occasion = { says = "In the storm.", cites = ["001:1 storm comes up"] }
lines = [{ words = "Dark it.", paragraph = 3, speaker = "mate" }]
""",
    )

    assert [line.split(": ")[0] for line in checked()] == [
        "quotes/001.toml:8",
        "quotes/001.toml:9",
        "quotes/001.toml:13",
        "quotes/001.toml:14",
        "quotes/001.toml:14",
    ]


def test_a_broken_list_of_sources_makes_no_cite_a_fault(checked: Faults, replace: Replace) -> None:
    replace("pack.toml", 'id = "001"', "id = “001”")

    assert [line.split(": ")[0] for line in checked()] == ["pack.toml:17"]


def test_a_wrong_value_is_reported_once(checked: Faults, replace: Replace) -> None:
    replace(STORM, "order = 10", 'order = "soon"')
    replace(KEEPER, '"001:1 keeper lights"', "17")
    replace(QUOTES, 'speaker = "keeper"', 'speaker = "The Keeper"')

    assert [line.split(": ")[0] for line in checked()] == [
        "characters/keeper.toml:10",
        "events/storm.toml:2",
        "quotes/001.toml:5",
    ]


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        (
            KEEPER,
            "[[text]]",
            "[text]",
            "3: write [[text]] instead of [text], also for one alone",
        ),
        (
            KEEPER,
            "says =",
            'found_by = ["Guard"]\nsays =',
            "4: unknown key found_by in text 1; plain keys stand above the first [table]",
        ),
        (
            KEEPER,
            'name = "The Keeper"',
            "name = “The Keeper”",
            '1: not valid TOML: these are typographic quote signs; write " before and after a text',
        ),
        (
            KEEPER,
            'name = "The Keeper"',
            "name = The Keeper",
            '1: not valid TOML: a text stands between " and ", a list between [ and ]',
        ),
        (
            KEEPER,
            'lamp"]\n',
            'lamp"\n',
            "5: not valid TOML: a list does not end; write , between its items and ] at its end",
        ),
        (
            KEEPER,
            'name = "The Keeper"',
            'name = "The Keeper"\nname = "He"',
            "2: not valid TOML: this stands here twice; tables that repeat are written [[…]]",
        ),
        (
            KEEPER,
            'to = "tower"',
            'to = "The Tower"',
            "9: relation 1, to: 'The Tower' is no id: lower-case letters, digits and hyphens, "
            "as in the-tower",
        ),
        (TOWER, "[[text]]", "[lead]", "1: text is missing; write a table [[text]]"),
    ],
)
def test_a_fault_says_in_plain_words_what_to_write(
    checked: Faults, replace: Replace, file: str, old: str, new: str, fault: str
) -> None:
    replace(file, old, new)

    assert f"{file}:{fault}" in checked()


def test_a_list_with_too_few_in_it_hides_no_other_fault(checked: Faults, write: Write) -> None:
    write(
        KEEPER,
        """
[[differences]]
about = "How tall the keeper is"
differs = "The keeper is told to be tall."

[[differences.accounts]]
says = "The keeper is tall."
document = "01"
cites = ["001:1 keeper is tall"]
""",
    )
    write(
        TOWER,
        """
[[differences]]
about = "How tall the tower is"
differs = "The tower is told to be tall."
also = ["kepeer"]
accounts = [{ says = "The tower is tall.", document = "001", cites = [] }]
""",
    )

    assert checked() == [
        "characters/keeper.toml:16: difference 1, accounts: at least 2 needed, 1 there",
        "characters/keeper.toml:18: no source 01 in pack.toml; did you mean 001?",
        'characters/keeper.toml:19: "keeper is tall" does not stand in 001:1',
        "places/tower.toml:10: there is no entry kepeer; did you mean keeper?",
        "places/tower.toml:11: difference 1, account 1, cites: at least 1 needed, 0 there",
        "places/tower.toml:11: difference 1, accounts: at least 2 needed, 1 there",
    ]


@pytest.mark.parametrize("value", ["7", '""', "[]", "{}", "[[]]", "{ a = 1 }", f'"{"a" * 700}"'])
@pytest.mark.parametrize("key", ["found_by = [{}]", "aliases = [{}]", "lead = {{ cites = [{}] }}"])
def test_a_value_of_any_form_hides_no_other_fault(
    checked: Faults, replace: Replace, key: str, value: str
) -> None:
    replace(KEEPER, 'to = "tower"', 'to = "towr"')
    replace(KEEPER, 'name = "The Keeper"', f'name = "The Keeper"\n{key.format(value)}')

    assert "characters/keeper.toml:10: there is no entry towr; did you mean tower?" in checked()


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ('found_by = ["a" "b"', "a list does not end; write , between its items and ] at its end"),
        ('found_by = "He "of" Rock"', 'more follows where this should end; a " within is written'),
        ("picture = { alt = 'a',\nurl = 'b' }", "a key is missing; a table between { and } stands"),
        ("picture = { alt = 'a' }\npicture.url = 'b'", "this table stands here twice"),
        ("[picture]\n[picture.a]\nb = 1\n[picture]", "this table stands here twice"),
        ("[picture", "the name of a table stands between [ and ]"),
        ("[[relations]", "the name of a table that may come again: between [[ and ]]"),
        ('found_by = ["a\x19b"]', "a sign that cannot be seen stands here; take it out"),
        ("found_by = ['a']\r# b", "more follows where this should end"),
        ('name = "\\u12"', "a \\ in a text is written \\\\"),
        ('name = "\\ud800"', "a \\ in a text is written \\\\"),
        ("name = '''a", "a text does not end; write ''' at its end"),
        ("retrieved = 2026-02-30", "a day is written 2026-11-30, year first"),
        ("= 1", 'a line is written: key = "value"'),
    ],
)
def test_what_is_no_toml_is_told_in_plain_words(
    faults: Faults, lighthouse: Path, row: str, what: str
) -> None:
    (lighthouse / "topics").mkdir()
    (lighthouse / "topics/fog.toml").write_text(f"{row}\n", "utf-8")

    assert any(f": not valid TOML: {what}" in fault for fault in faults())


def test_a_line_of_a_quote_is_told_where_it_stands(checked: Faults, write: Write) -> None:
    write(
        QUOTES,
        """
[[quotes]]
id = "two"
lines = [
    { words = "Light it.", paragraph = 3, speaker = "keeper" },
    { words = "keeper lights the lamp", paragraph = 3, speaker = "keeper" },
]
""",
    )

    assert [line.split(": ")[0] for line in checked()] == ["quotes/001.toml:11"]


def test_a_fault_is_one_line_whatever_the_file_has(checked: Faults, replace: Replace) -> None:
    replace(KEEPER, 'to = "tower"', r'to = "tow\ner\u001b[2J\u2028"')

    assert len(checked()) == 1
    assert r"tow\ner\x1b[2J\u2028" in checked()[0]
    assert checked()[0].isprintable()
