"""What a pack may hold beyond articles and relations, and how it is checked."""

import hashlib
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from lore.catalogue import database
from lore.errors import PackFault
from lore.pack import reader as read
from lore.pack.check import check
from lore.pack.model import Entry, Event, Kind, ParagraphsBy, Statement, licence_of

Write = Callable[[str, str], None]
Replace = Callable[[str, str, str], None]
Faults = Callable[[], list[str]]

KEEPER = "characters/keeper.toml"
STORM = "events/storm.toml"
QUOTES = "quotes/001.toml"
STATEMENT = 'says = "The keeper lights the lamp."'

ORIGIN = """\
url = "https://lamps.example/wiki/Keeper"
revision = 1004
retrieved = 2026-11-29
licence = "CC BY-SA 3.0"
collection = "Lamp Wiki"
"""


def entry(lighthouse: Path, tmp_path: Path, id: str) -> Entry:
    """Return an entry as the bot has it, once the pack is compiled."""
    database.build(read.read(lighthouse), tmp_path / "catalogue.db")
    return database.load(tmp_path / "catalogue.db").entries[id]


def faults_but_credits(folder: Path, *, non_commercial: bool = False) -> list[PackFault]:
    """Return what is wrong with a pack but for what LICENCE.txt does not name."""
    return [
        one
        for one in check(folder, non_commercial=non_commercial).faults
        if "LICENCE.txt" not in one.what
    ]


def test_a_source_can_say_where_it_comes_from(lighthouse: Path, replace: Replace) -> None:
    replace("pack.toml", 'file = "001.txt"\n', f'file = "001.txt"\n{ORIGIN}')
    source = read.read(lighthouse).info.source("001")

    assert (source.url, source.revision) == ("https://lamps.example/wiki/Keeper", "1004")
    assert (source.retrieved, source.collection) == (date(2026, 11, 29), "Lamp Wiki")
    assert (source.licence, source.paragraphs_by) == ("CC BY-SA 3.0", ParagraphsBy.LINE)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('url = "lamps.example"', "source 1, url: 'lamps.example' is no address: it begins with"),
        ("retrieved = 7.5", "source 1, retrieved: 7.5 is not a day such as 2026-11-21"),
        ('retrieved = "soon"', "source 1, retrieved: 'soon' is not a day such as 2026-11-21"),
        ('paragraphs_by = "page"', "source 1, paragraphs_by: 'page' is none of line or blank line"),
    ],
)
def test_a_faulty_origin_of_a_source_is_reported(
    faults: Faults, replace: Replace, line: str, fault: str
) -> None:
    replace("pack.toml", 'file = "001.txt"\n', f'file = "001.txt"\n{line}\n')

    [found] = faults()
    assert found.startswith(f"pack.toml:20: {fault}")


def test_a_source_that_no_cite_can_name_is_refused(faults: Faults, replace: Replace) -> None:
    replace("pack.toml", 'id = "002"', 'id = "my book"')

    assert faults() == [
        "pack.toml:25: source 2, id: 'my book' is no id of a source: letters, digits, full stops "
        "and hyphens"
    ]


def test_blank_lines_can_separate_a_documents_paragraphs(
    checked: Faults, replace: Replace, texts: Path
) -> None:
    text = (
        "The keeper\nlights the lamp.\n\n\nThe tower\non the rock.\n \nA storm comes up. Light it."
    )
    digest = hashlib.sha256((texts / "001.txt").read_bytes()).hexdigest()
    (texts / "001.txt").write_text(text, encoding="utf-8")
    new = hashlib.sha256(text.encode()).hexdigest()
    replace("pack.toml", f'"{digest}"', f'"{new}"\nparagraphs_by = "blank line"')

    assert checked() == []


@pytest.mark.parametrize("licence", ["CC0", "CC BY 4.0", "CC-BY-SA-3.0", "PD", "own"])
def test_a_sentence_may_be_copied_verbatim_where_the_licence_allows_it(
    checked: Faults, replace: Replace, licence: str
) -> None:
    replace("pack.toml", 'file = "001.txt"', f'file = "001.txt"\nlicence = "{licence}"')
    replace(KEEPER, STATEMENT, f"{STATEMENT}\nverbatim = true")

    assert [one for one in checked() if "LICENCE.txt" not in one] == []


def test_a_sentence_marked_verbatim_must_match_its_source(
    checked: Faults, replace: Replace
) -> None:
    replace("pack.toml", 'file = "001.txt"', 'file = "001.txt"\nlicence = "own"')
    replace(KEEPER, STATEMENT, 'says = "He lights the lamp."\nverbatim = true')

    [fault] = checked()
    assert fault.startswith(f"{KEEPER}:4: verbatim, but the sentence does not stand so")


@pytest.mark.parametrize(
    ("licence", "has"),
    [
        ("", "has no licence"),
        ('licence = "All rights reserved"', "is under All rights reserved"),
        ('licence = "CC BY-ND 4.0"', "is under CC BY-ND 4.0"),
    ],
)
def test_nothing_is_copied_verbatim_without_a_licence_that_allows_it(
    faults: Faults, replace: Replace, licence: str, has: str
) -> None:
    replace("pack.toml", 'file = "001.txt"', f'file = "001.txt"\n{licence}')
    replace(KEEPER, STATEMENT, f"{STATEMENT}\nverbatim = true")

    [fault] = faults()
    assert fault.startswith(f"{KEEPER}:5: verbatim, but 001 {has} in pack.toml; tell it in your")


def test_non_commercial_text_is_refused_unless_the_operator_is_non_commercial(
    lighthouse: Path, replace: Replace
) -> None:
    replace("pack.toml", 'file = "001.txt"', 'file = "001.txt"\nlicence = "CC BY-NC-SA 4.0"')
    replace(KEEPER, STATEMENT, f"{STATEMENT}\nverbatim = true")

    assert faults_but_credits(lighthouse, non_commercial=True) == []
    [fault] = faults_but_credits(lighthouse)
    assert str(fault).startswith(f"{KEEPER}:5: CC BY-NC-SA 4.0 forbids to earn money with it")


@pytest.mark.parametrize(
    ("written", "name", "url"),
    [
        ("CC BY-SA 3.0", "CC BY-SA 3.0", "https://creativecommons.org/licenses/by-sa/3.0/"),
        ("CC-BY-4.0", "CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
        ("by-sa", "CC BY-SA", ""),
        ("CC0", "CC0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("pd", "public domain", ""),
        ("own", "own work", ""),
        ("GFDL", "GFDL", ""),
    ],
)
def test_a_licence_is_recognised_in_any_spelling(written: str, name: str, url: str) -> None:
    assert (licence_of(written).name, licence_of(written).url) == (name, url)


def test_an_entry_can_have_a_lead_facts_sections_and_inferences(
    lighthouse: Path, tmp_path: Path, replace: Replace, write: Write
) -> None:
    replace(KEEPER, 'name = "The Keeper"', 'name = "The Keeper"\nkind_inferred = "An infobox."')
    replace(KEEPER, STATEMENT, f'{STATEMENT}\nsection = "Work"\nnew_paragraph = true')
    replace(KEEPER, '"001:1 keeper lights"]', '"001:1 keeper lights"]\ninferred = "A field."')
    write(
        KEEPER,
        '[lead]\nsays = "A keeper of lamps."\ncites = ["001:1 keeper lights"]\n'
        '[[facts]]\nlabel = "Species"\nvalue = "Human"\ncites = ["001:1 keeper lights"]\n',
    )
    keeper = entry(lighthouse, tmp_path, "keeper")

    assert keeper.lead
    assert keeper.lead.says == "A keeper of lamps."
    assert [(fact.label, fact.value) for fact in keeper.facts] == [("Species", "Human")]
    assert (keeper.text[0].section, keeper.text[0].new_paragraph) == ("Work", True)
    assert (keeper.kind_inferred, keeper.relations[0].inferred) == ("An infobox.", "A field.")


def test_a_topic_is_an_entry_in_its_own_folder(
    lighthouse: Path, tmp_path: Path, write: Write
) -> None:
    text = '[[text]]\nsays = "Lamps burn oil."\ncites = ["001:1 lights the lamp"]\n'
    write("topics/lamps.toml", f'name = "Lamps"\n{text}')

    assert entry(lighthouse, tmp_path, "lamps").kind is Kind.TOPIC


def test_an_event_need_not_have_an_order(
    lighthouse: Path, tmp_path: Path, replace: Replace
) -> None:
    replace(STORM, "order = 10\n", "")
    storm = entry(lighthouse, tmp_path, "storm")

    assert isinstance(storm, Event)
    assert storm.order is None


def test_events_that_are_part_of_each_other_are_refused(
    faults: Faults, replace: Replace, write: Write
) -> None:
    replace(STORM, "order = 10", 'part_of = "night"')
    text = '[[text]]\nsays = "It is dark."\ncites = ["001:3 storm comes"]\n'
    write("events/night.toml", f'name = "Night"\npart_of = "storm"\n{text}')

    assert faults() == [
        "events/night.toml:2: it is part of what is part of it",
        "events/storm.toml:2: it is part of what is part of it",
    ]


def test_a_quote_needs_neither_an_occasion_nor_a_speaker_with_an_entry(
    lighthouse: Path, tmp_path: Path
) -> None:
    (lighthouse / QUOTES).write_text(
        '[[quotes]]\nid = "light-it"\n'
        'lines = [{ words = "Light it.", paragraph = 3, speaker_name = "A sailor" }]\n',
        encoding="utf-8",
    )
    database.build(read.read(lighthouse), tmp_path / "catalogue.db")
    quote = database.load(tmp_path / "catalogue.db").quotes["light-it"]

    assert (quote.occasion, quote.lines[0].speaker_name) == (None, "A sailor")


def test_a_speaker_is_an_entry_or_a_name_but_not_both(faults: Faults, replace: Replace) -> None:
    replace(QUOTES, 'speaker = "keeper"', 'speaker = "keeper", speaker_name = "He"')

    assert faults() == [
        f"{QUOTES}:5: speaker names an entry, so speaker_name is not needed; leave one of them out"
    ]


DIFFERENCE = """
[[differences]]
about = "The lamp"
differs = "It is lit or not."
kind = "contradicts"

[[differences.accounts]]
says = "It is lit."
document = "001"
cites = ["001:1 lights the lamp"]

[[differences.accounts]]
says = "It is not."
cites = ["002:1 mermaid sings", "001:1 lights the lamp"]
"""


def test_a_difference_has_a_kind_and_names_the_source_of_each_account(
    lighthouse: Path, tmp_path: Path, write: Write
) -> None:
    write(KEEPER, DIFFERENCE)
    [difference] = entry(lighthouse, tmp_path, "keeper").differences

    assert difference.kind == "contradicts"
    assert [account.document for account in difference.accounts] == ["001", None]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"contradicts"', '"other"', "difference 1, kind: 'other' is none of contradicts or det"),
        ('"001"\n', '"009"\n', "no source 009 in pack.toml; did you mean 001?"),
        (
            '"It is not."',
            '"It is not."\ndocument = "002"',
            "the account is from 002, but cites 001",
        ),
    ],
)
def test_a_faulty_difference_is_reported(
    faults: Faults, write: Write, old: str, new: str, fault: str
) -> None:
    write(KEEPER, DIFFERENCE.replace(old, new))

    [found] = faults()
    assert fault in found


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        ('statement = "{from} keeps {to}", question = "Who keeps {to}?", importance = 7', ""),
        ('statement = "{from} keeps it"', "has to hold {from} and {to}, each once"),
        ('statement = "{from} {to} {x}"', "has to hold {from} and {to}, each once"),
        ('question = "Who keeps it?"', "has to hold either {from} or {to}, once"),
        ("importance = 101", "is too high: 100 at most"),
        ('asked = ["kept", "looks after", "keeper of {to}"]', ""),
        ('asked = ["{from} kept"]', "has to be a verb, or to end in: of {from}, of {to}"),
    ],
)
def test_a_relation_type_has_wordings_and_an_importance(
    lighthouse: Path, replace: Replace, keys: str, fault: str
) -> None:
    replace("pack.toml", 'inverse = "Kept by"', f'inverse = "Kept by", {keys}')
    faults = [found.what for found in check(lighthouse).faults]

    assert [fault in what for what in faults] == ([True] if fault else [])


@pytest.mark.parametrize(
    ("other", "faults_of_it"),
    [
        ('["Guard", { name = "Lampman", tier = "sequel" }]', []),
        (
            '[{ name = "Lampman", tier = "film" }]',
            ["no tier film in pack.toml; it has tale and sequel"],
        ),
        ("[7]", ["found_by 1: 7 is not a table of keys and values"]),
    ],
)
def test_an_alias_can_have_a_tier(
    lighthouse: Path, replace: Replace, other: str, faults_of_it: list[str]
) -> None:
    replace(KEEPER, 'name = "The Keeper"', f'name = "The Keeper"\nfound_by = {other}')

    assert [fault.what for fault in check(lighthouse).faults] == faults_of_it


@pytest.mark.parametrize(
    ("file", "old"),
    [
        (KEEPER, STATEMENT),
        (KEEPER, 'to = "tower"'),
        (QUOTES, 'event = "storm"'),
        ("events/storm.toml", 'says = "A storm comes up."'),
    ],
)
@pytest.mark.parametrize(
    ("event", "fault"),
    [
        ("storm", ""),
        ("strom", "there is no entry strom; did you mean storm?"),
        ("tower", "after names tower, which is not event but place"),
    ],
)
def test_the_event_up_to_which_something_is_a_spoiler_is_checked(
    lighthouse: Path, replace: Replace, file: str, old: str, event: str, fault: str
) -> None:
    replace(file, old, f'{old}\nafter = "{event}"')

    assert [found.what for found in check(lighthouse).faults] == ([fault] if fault else [])


PICTURE = """
[picture]
image = "pictures/keeper.png"
alt = "A man with a lamp."
credit = "A. Painter"
licence = "CC BY 4.0"
"""


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("", "", ""),
        ("keeper.png", "keper.png", "pictures/keper.png is not there; did you mean keeper.png?"),
        ("pictures/keeper.png", "../a.png", "../a.png is outside the pack; name a file in its fo"),
        ("pictures/keeper.png", "/a.png", "/a.png is outside the pack; name a file in its folder"),
        ("pictures/keeper.png", KEEPER, f"{KEEPER} is no picture: PNG, JPEG, WebP or GIF"),
        ("pictures/keeper.png", "pictures", "pictures cannot be read: pictures is a folder, not"),
        ("CC BY 4.0", "mine", "mine is no licence to show it: CC0, BY, BY-SA, PD, own"),
        ('alt = "A man with a lamp."\n', "", "alt is missing in picture"),
    ],
)
def test_a_picture_of_an_entry_is_checked(
    lighthouse: Path, write: Write, old: str, new: str, fault: str
) -> None:
    (lighthouse / "pictures").mkdir()
    (lighthouse / "pictures/keeper.png").write_bytes(b"\x89PNG\r\n\x1a\n and more")
    write(KEEPER, PICTURE.replace(old, new))
    found = [found.what for found in faults_but_credits(lighthouse)]

    assert [what.startswith(fault) for what in found] == ([True] if fault else [])


@pytest.mark.parametrize(
    ("cite", "how"),
    [
        ("001:1 keeper", "it has 1 word of the paragraph; write 2 to 8 that stand there"),
        (f"001: {'so ' * 12}tall", "it has 13 words of the paragraph; write 2 to 8 that stand"),
        ("keeper lights", 'write source:paragraph and 2 to 8 words that stand there, like "003:12'),
    ],
)
def test_what_is_no_cite_says_what_it_has_and_needs(cite: str, how: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(f"is not a cite; {how}")):
        Statement.model_validate({"says": "The keeper is tall.", "cites": [cite]})


@pytest.mark.parametrize("cite", [7, {"source": "001", "paragraph": 1, "words": "keeper lights"}])
def test_a_cite_is_a_text(cite: object) -> None:
    with pytest.raises(ValidationError, match="is not a cite"):
        Statement.model_validate({"says": "The keeper is tall.", "cites": [cite]})
