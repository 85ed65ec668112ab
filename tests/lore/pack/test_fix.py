"""`check --fix` writes what is certain, keeps all else, and says what it changed."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from lore.errors import PackError
from lore.pack import reader as read
from lore.pack.authoring.author_pack import open_pack
from lore.pack.authoring.sources import update_sources
from lore.pack.check import check
from lore.pack.fix import FixError, fix

Write = Callable[[str, str], None]
Replace = Callable[[str, str, str], None]
Faults = Callable[[], list[str]]
Fix = Callable[[], list[str]]

KEEPER = "characters/keeper.toml"
TOWER = "places/tower.toml"
QUOTES = "quotes/001.toml"
CITE = "001:1 keeper lights the lamp"


@pytest.fixture
def mended(lighthouse: Path, texts: Path) -> Fix:
    """Mend the pack; return what was changed."""

    def mended() -> list[str]:
        changes: list[str] = []
        fix(lighthouse, texts, lambda change: changes.append(str(change)))
        return changes

    return mended


@pytest.fixture
def forget_hashes(lighthouse: Path) -> Callable[[], None]:
    """Take the hashes out of pack.toml, as if its documents were new."""

    def forget_hashes() -> None:
        file = lighthouse / "pack.toml"
        file.write_text(re.sub(r"(?m)^sha256 = .*\n", "", file.read_text("utf-8")), "utf-8")

    return forget_hashes


def test_a_valid_pack_is_changed_only_by_adding_a_missing_id(
    mended: Fix, lighthouse: Path, texts: Path
) -> None:
    before = {file: file.read_bytes() for file in lighthouse.rglob("*.toml")}

    assert mended() == ["pack.toml:1: id: nothing is 'the-lighthouse' now"]
    assert [file.name for file, was in before.items() if file.read_bytes() != was] == ["pack.toml"]
    assert (check(lighthouse, texts).faults, mended()) == ((), [])


@pytest.mark.parametrize(
    ("file", "written", "right"),
    [
        (KEEPER, CITE, "001:2 keeper lights the lamp"),
        (KEEPER, CITE, "001: keeper lights the lamp"),
        (TOWER, "001:2 tower on the rock", "001:1 tower on the rock"),
        (QUOTES, "paragraph = 3", "paragraph = 1"),
        (QUOTES, '"001:3 storm comes up"', '"001: storm comes up"'),
    ],
)
def test_the_number_of_the_only_paragraph_with_the_words_is_filled_in(
    mended: Fix, replace: Replace, checked: Faults, file: str, written: str, right: str
) -> None:
    replace(file, written, right)
    assert len(checked()) == 1

    assert [line for line in mended() if line.startswith(file)] != []
    assert checked() == []


def test_comments_order_and_layout_of_a_file_are_kept(
    mended: Fix, lighthouse: Path, replace: Replace
) -> None:
    replace(
        KEEPER,
        f'cites = ["{CITE}"]',
        "# why\r\ncites   = [ # a list\r\n  '001:2 keeper lights the lamp', # here\r\n  "
        '"001:1 lights the lamp",\r\n]',
    )
    before = (lighthouse / KEEPER).read_bytes()
    mended()

    assert (lighthouse / KEEPER).read_bytes() == before.replace(
        b"'001:2 keeper lights the lamp'", b'"001:1 keeper lights the lamp"'
    )


def test_a_cite_of_words_in_several_paragraphs_keeps_its_number(
    mended: Fix, replace: Replace, texts: Path, checked: Faults, forget_hashes: Callable[[], None]
) -> None:
    with (texts / "001.txt").open("a", encoding="utf-8") as film:
        film.write("A whale sings.\nA whale sings.\n")
    forget_hashes()
    replace(KEEPER, CITE, "001: whale sings")
    mended()

    assert checked() == [
        f'{KEEPER}:5: cite "001: whale sings" has no paragraph number; it stands in 001:4, 001:5'
    ]


def test_the_documents_own_punctuation_and_capitals_are_written(
    mended: Fix,
    replace: Replace,
    texts: Path,
    lighthouse: Path,
    checked: Faults,
    forget_hashes: Callable[[], None],
) -> None:
    forget_hashes()
    film = (texts / "001.txt").read_text(encoding="utf-8")
    film = film.replace("The tower", "The king’s tower").replace("Light it.", "Light “it”.")
    (texts / "001.txt").write_text(film, "utf-8")
    replace(TOWER, "001:2 tower on the rock", "001: king's tower on")
    replace(QUOTES, '"Light it."', "'Light \"it\".'")
    replace(KEEPER, CITE, "001:1 Keeper lights the Lamp")
    mended()

    assert checked() == []
    assert f'["{CITE}"]' in (lighthouse / KEEPER).read_text(encoding="utf-8")
    assert '"001:2 king’s tower on"' in (lighthouse / TOWER).read_text(encoding="utf-8")
    assert "Light “it”." in (lighthouse / QUOTES).read_text(encoding="utf-8")


def test_hashes_and_paragraph_counts_are_written(
    mended: Fix,
    replace: Replace,
    texts: Path,
    lighthouse: Path,
    checked: Faults,
    forget_hashes: Callable[[], None],
) -> None:
    (texts / "002.txt").write_text("A mermaid sings.\n", encoding="utf-8")
    replace("pack.toml", "\nparagraphs = 3\n", "\n")
    forget_hashes()
    mended()

    assert checked() == []
    assert [source.paragraphs for source in read.read(lighthouse).info.sources] == [3, 1]


@pytest.mark.parametrize(
    ("file", "right", "wrong"),
    [
        (KEEPER, 'to = "tower"', 'to = "The Tower"'),
        (KEEPER, 'to = "tower"', 'to = "Tower"'),
        (KEEPER, 'type = "keeps"', 'type = "Keeps"'),
        ("pack.toml", 'tier = "tale"', 'tier = "Tale"'),
        (QUOTES, 'event = "storm"', 'event = "The storm"'),
        (QUOTES, 'id = "light-it"', 'id = "Light it!"'),
    ],
)
def test_a_name_in_place_of_an_id_becomes_that_id(
    mended: Fix, replace: Replace, lighthouse: Path, checked: Faults,
    file: str, right: str, wrong: str,
) -> None:  # fmt: skip
    replace(file, right, wrong)
    mended()

    assert checked() == []
    assert right in (lighthouse / file).read_text(encoding="utf-8")


def test_a_file_whose_name_is_not_an_id_is_renamed(
    mended: Fix, lighthouse: Path, checked: Faults
) -> None:
    (lighthouse / KEEPER).rename(lighthouse / "characters/The_Keeper.toml")
    (lighthouse / QUOTES).write_text(
        (lighthouse / QUOTES).read_text("utf-8").replace('"keeper"', '"The Keeper"'), "utf-8"
    )

    assert "characters/The_Keeper.toml:1: the file is called the-keeper.toml now" in mended()
    assert checked() == []


def test_curly_quotation_marks_around_toml_strings_become_straight(
    mended: Fix, lighthouse: Path, replace: Replace, checked: Faults
) -> None:
    replace(KEEPER, 'name = "The Keeper"', "name = “The ‘old’ Keeper”  # “so”")
    replace(QUOTES, 'words = "Light it."', "words = “Light it.”")

    assert f"{KEEPER}:1: typographic quote signs are plain ones now" in mended()
    assert checked() == []
    assert (lighthouse / KEEPER).read_text("utf-8").startswith('name = "The ‘old’ Keeper"  # “so”')


def test_uncertain_fixes_are_not_made(
    mended: Fix, lighthouse: Path, replace: Replace, checked: Faults
) -> None:
    replace(KEEPER, CITE, "001:1 The Keeper lit it")
    replace(KEEPER, 'to = "tower"', 'to = "towr"')
    replace(TOWER, 'name = "The Tower"', "name = “The Tower")
    before = (lighthouse / KEEPER).read_bytes(), (lighthouse / TOWER).read_bytes()
    mended()

    assert ((lighthouse / KEEPER).read_bytes(), (lighthouse / TOWER).read_bytes()) == before
    assert len(checked()) == 3


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="anybody may write there")
def test_a_read_only_folder_is_reported_and_nothing_is_half_written(
    mended: Fix, lighthouse: Path, replace: Replace
) -> None:
    replace(KEEPER, CITE, "001: keeper lights the lamp")
    (lighthouse / "characters").chmod(0o500)
    with pytest.raises(FixError, match=r"keeper.toml cannot be written: Permission denied"):
        mended()
    (lighthouse / "characters").chmod(0o700)

    assert [file.name for file in (lighthouse / "characters").iterdir()] == ["keeper.toml"]


def test_an_unwritable_file_is_reported_and_nothing_is_half_written(
    mended: Fix, lighthouse: Path, replace: Replace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Path) -> None:
        raise OSError(28, "No space left on device")

    replace(KEEPER, CITE, "001: keeper lights the lamp")
    before = (lighthouse / KEEPER).read_bytes()
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(FixError, match=r"cannot be written: No space left.*Nothing was changed"):
        mended()

    assert (lighthouse / KEEPER).read_bytes() == before
    assert [file.name for file in (lighthouse / "characters").iterdir()] == ["keeper.toml"]


def test_the_bot_refuses_a_cite_without_a_number_and_names_the_fix(
    lighthouse: Path, replace: Replace
) -> None:
    replace(KEEPER, CITE, "001: keeper lights the lamp")

    with pytest.raises(PackError) as refused:
        read.read(lighthouse)
    assert [str(fault) for fault in refused.value.faults] == [
        f'{KEEPER}:5: cite "001: keeper lights the lamp" has no paragraph number; '
        "lorebot check --fix --documents DIR writes it in"
    ]


@pytest.mark.parametrize(
    ("words", "is_cite"),
    [
        ("灯台守が灯す", True),
        ("灯台守", False),
        ("ประภาคาร", True),
        ("lighthouse", False),
        ("灯台 守る", True),
        ("灯" * 41, False),
    ],
)
def test_scripts_without_spaces_are_cited_by_at_least_four_letters(
    mended: Fix,
    checked: Faults,
    replace: Replace,
    texts: Path,
    forget_hashes: Callable[[], None],
    words: str,
    is_cite: bool,
) -> None:
    forget_hashes()
    with (texts / "001.txt").open("a", encoding="utf-8") as film:
        film.write(f"ある夜、{words}のです。\n")
    replace(KEEPER, CITE, f"001: {words}")
    mended()
    faults = [line for line in checked() if line.startswith(KEEPER)]

    assert faults == [] if is_cite else "is not a cite" in faults[0]


def test_a_cite_of_too_few_letters_says_how_to_cite_them(checked: Faults, replace: Replace) -> None:
    replace(KEEPER, CITE, "001:1 孫悟空")

    [fault] = checked()
    assert "at least 4 letters, so with a name those beside it; lorebot cite finds them" in fault


def test_a_changed_document_is_left_to_its_update(
    mended: Fix, lighthouse: Path, texts: Path, checked: Faults
) -> None:
    mended()
    before = {file: file.read_bytes() for file in lighthouse.rglob("*.toml")}
    film = texts / "001.txt"
    film.write_text(f"A preface.\n{film.read_text('utf-8')}", "utf-8")

    assert mended() == []
    assert {file: file.read_bytes() for file in lighthouse.rglob("*.toml")} == before
    assert "lorebot source update moves the cites with their words" in "".join(checked())
    assert update_sources(open_pack(lighthouse, texts)).left == []
    assert checked() == []


def test_single_brackets_of_a_table_that_repeats_are_doubled(
    mended: Fix, replace: Replace, checked: Faults
) -> None:
    replace(KEEPER, "[[text]]", '[text]\nsays = "One."\ncites = ["001:1 keeper lights"]\n\n[text]')

    assert checked() == [f"{KEEPER}:3: write [[text]] instead of [text], also for one alone"]
    told = [f"{KEEPER}:{line}: [text] is [[text]] now" for line in (3, 7)]
    assert set(told) < set(mended())
    assert checked() == []


FORMER = """# The tiers.
[tiers]  # by rank
# Of readers.
fan = "By readers"  # not ours
film = "The tale"

# The sources.
"""


def test_a_pack_with_the_old_table_of_tiers_is_rewritten(
    mended: Fix, lighthouse: Path, texts: Path
) -> None:
    file = lighthouse / "pack.toml"
    before, *_, of_source_1, of_source_2 = file.read_text("utf-8").split("[[")
    text = f'id = "light"\n{before}{FORMER}[[{of_source_1}[[{of_source_2}'
    file.write_text(text.replace('"tale"', '"film"').replace('"sequel"', '"fan"'), "utf-8")
    tiers = check(lighthouse, texts).reading.info
    told = mended()

    assert "pack.toml:1: [tiers] is [[tiers]] now" in told
    assert "places/tower.toml:1: a line for editors names its schema now" in told
    assert (
        '# The tiers.\n[[tiers]]\nid = "film"\nlabel = "The tale"\ncolour = "#b3202c"\n\n'
        '# Of readers.\n[[tiers]]\nid = "fan"\nlabel = "By readers"  # not ours\n'
        'colour = "#8e5bb5"\napart = true\n\n# The sources.\n[[sources]]'
    ) in file.read_text("utf-8")
    now = check(lighthouse, texts)
    assert tiers
    assert now.reading.info
    assert now.reading.info.tiers == tiers.tiers
    assert (now.faults, mended()) == ((), [])
    for name in now.reading.files:
        line = (lighthouse / name).read_text("utf-8").split("\n")[0].removeprefix("#:schema ")
        assert (lighthouse / name).parent.joinpath(line).is_file(), name


def test_what_names_an_entry_by_its_former_id_names_it_by_its_new_one(
    mended: Fix, lighthouse: Path, checked: Faults, replace: Replace
) -> None:
    replace(QUOTES, 'event = "storm"', 'event = "storm"\nto = ["keeper"]')
    mended()
    (lighthouse / KEEPER).rename(lighthouse / "characters/warden.toml")
    (lighthouse / "events/storm.toml").rename(lighthouse / "events/gale.toml")
    replace("characters/warden.toml", 'name = "The Keeper"', 'name = "A"\nformer = ["keeper"]')
    replace("events/gale.toml", "order = 10", 'order = 10\nformer = ["storm"]')

    assert checked() == [
        "quotes/001.toml:3: the entry storm is called gale now",
        "quotes/001.toml:4: the entry keeper is called warden now",
        "quotes/001.toml:6: the entry keeper is called warden now",
    ]
    assert mended() == [
        "quotes/001.toml:6: speaker: 'keeper' is 'warden' now",
        "quotes/001.toml:4: to: 'keeper' is 'warden' now",
        "quotes/001.toml:3: event: 'storm' is 'gale' now",
    ]
    assert checked() == []


def test_a_former_id_that_two_entries_claim_is_not_written_over(
    mended: Fix, checked: Faults, replace: Replace
) -> None:
    replace(KEEPER, 'name = "The Keeper"', 'name = "The Keeper"\nformer = ["rock"]')
    replace(TOWER, 'name = "The Tower"', 'name = "The Tower"\nformer = ["rock"]')
    replace(KEEPER, 'to = "tower"', 'to = "rock"')
    mended()

    assert "characters/keeper.toml:10: there is no entry rock" in checked()
