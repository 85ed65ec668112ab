"""Documents are added with their licence, and cites follow the words of those that change."""

import hashlib
import os
import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lore.errors import LoreError
from lore.pack.authoring.author_pack import open_pack
from lore.pack.authoring.sources import NewSource, Update, add_source, update_sources
from lore.pack.check import check
from lore.pack.model import Source
from lore.pack.reader import reading
from tests.lore.pack.authoring.test_citing import PACK


@pytest.fixture
def essay(tmp_path: Path) -> Path:
    file = tmp_path / "An Essay.txt"
    file.write_text("Of light.\n\nOf dark.\n", "utf-8")
    return file


@pytest.fixture
def pack(lighthouse: Path, texts: Path) -> Path:
    """Return the folder of a pack that has its documents in it."""
    texts.rename(lighthouse / "documents")
    file = lighthouse / "pack.toml"
    file.write_text('id = "light"\ndocuments = "documents"\n' + file.read_text("utf-8"), "utf-8")
    return lighthouse


def added(pack: Path, file: Path, **said: str) -> Source:
    return add_source(reading(pack), NewSource(file, **{"licence": "own", "tier": "tale", **said}))


def test_a_document_is_copied_and_listed(pack: Path, essay: Path) -> None:
    before = (pack / "pack.toml").read_text("utf-8")
    source = added(pack, essay, licence="CC BY 4.0", url="https://a.example/b", revision="7")

    assert (pack / "pack.toml").read_text("utf-8") == before + (
        '\n[[sources]]\nid = "an-essay"\ntitle = "An Essay"\nfile = "An Essay.txt"\n'
        f'tier = "tale"\nsha256 = "{source.sha256}"\nparagraphs = 2\n'
        'url = "https://a.example/b"\nrevision = "7"\nlicence = "CC BY 4.0"\n'
    )
    assert (pack / "documents/An Essay.txt").read_bytes() == essay.read_bytes()
    assert "- an-essay: “An Essay”, CC BY 4.0 (" in (pack / "LICENCE.txt").read_text("utf-8")
    assert check(pack).faults == ()


def test_a_pack_without_a_folder_of_documents_gets_one(
    lighthouse: Path, texts: Path, essay: Path
) -> None:
    added(lighthouse, essay)

    assert 'documents = "documents"\n' in (lighthouse / "pack.toml").read_text("utf-8")
    assert (lighthouse / "documents/An Essay.txt").is_file()
    for file in texts.iterdir():
        file.rename(lighthouse / "documents" / file.name)
    assert check(lighthouse).faults == ()


def test_a_document_already_in_the_folder_is_listed_without_a_copy(pack: Path) -> None:
    file = pack / "documents/more/essay.txt"
    file.parent.mkdir()
    file.write_text("Of light.", "utf-8")

    assert added(pack, file).file == "more/essay.txt"
    assert check(pack).faults == ()


def test_paragraphs_may_span_several_lines(pack: Path, essay: Path) -> None:
    essay.write_text("Of light\nand of dark.\n\nOf the sea.\n", "utf-8")
    source = add_source(reading(pack), NewSource(essay, "own", tier="tale", is_wrapped=True))

    assert source.paragraphs == 2
    assert 'paragraphs_by = "blank line"' in (pack / "pack.toml").read_text("utf-8")
    assert check(pack).faults == ()


@pytest.mark.parametrize(
    ("text", "said", "why"),
    [
        ("Of light.".encode("utf-16"), {}, "is UTF-16 text; save it as UTF-8"),
        (b" \n", {}, "holds no text"),
        (b"A.", {"tier": "tail"}, "There is no tier tail; did you mean tale? Say one of the tiers"),
        (b"A.", {"id": "001"}, "The id 001 is taken by another source; name one: --id ID"),
        (b"A.", {"url": "a.example"}, "An Essay.txt: url: "),
        (b"A mermaid sings.\nShe dives.\n", {}, "is in the pack already, as the source 002"),
    ],
)
def test_an_unusable_document_changes_nothing(
    pack: Path, essay: Path, text: bytes, said: dict[str, str], why: str
) -> None:
    essay.write_bytes(text)
    before = {file: file.read_bytes() for file in pack.rglob("*.*") if file.is_file()}

    with pytest.raises(LoreError, match=re.escape(why)):
        added(pack, essay, **said)
    assert {file: file.read_bytes() for file in pack.rglob("*.*") if file.is_file()} == before


def test_another_file_with_the_same_name_is_left_alone(pack: Path, essay: Path) -> None:
    (pack / "documents/An Essay.txt").write_text("precious", "utf-8")

    with pytest.raises(LoreError, match="is there already"):
        added(pack, essay)
    assert (pack / "documents/An Essay.txt").read_text("utf-8") == "precious"


def test_the_copy_is_removed_if_the_list_cannot_be_written(pack: Path, essay: Path) -> None:
    # In the place of the file that is to be the new pack.toml.
    (pack / f".pack.toml.{os.getpid()}.new").mkdir()

    with pytest.raises(LoreError, match="Nothing was changed in it"):
        added(pack, essay)
    assert not (pack / "documents/An Essay.txt").exists()


def test_a_pack_with_several_tiers_asks_which_one(pack: Path, essay: Path) -> None:
    with pytest.raises(LoreError, match=r"How is it known\? .*--tier tale or --tier sequel"):
        add_source(reading(pack), NewSource(essay, "own"))


def test_a_missing_document_is_compared_with_those_that_are_there(pack: Path, essay: Path) -> None:
    with pytest.raises(LoreError, match=r"is not there; did you mean An Essay\.txt\?"):
        added(pack, essay.with_name("An Esay.txt"))


def rewritten(pack: Path, *lines: str) -> Update:
    """Change the first document, and follow that."""
    (pack / "documents/001.txt").write_text("\n".join(lines), "utf-8")
    return update_sources(open_pack(pack))


def test_cites_and_quotes_follow_words_that_moved(pack: Path) -> None:
    update = rewritten(
        pack,
        "A preface.",
        "The keeper lights the lamp.",
        "The tower on the rock.",
        "More of the tower.",
        "A storm comes up. Light it.",
    )

    assert update.left == []
    assert "quotes/001.toml:5: paragraph: 3 is 5 now" in map(str, update.changes)
    assert check(pack).faults == ()
    assert update_sources(open_pack(pack)) == Update()


def test_words_in_several_paragraphs_move_with_their_neighbours(pack: Path) -> None:
    (pack / "places/tower.toml").write_text(
        'name = "The Tower"\n[[text]]\nsays = "It stands."\ncites = ["001:2 The tower on"]\n',
        "utf-8",
    )
    update = rewritten(
        pack,
        "The tower on the hill.",
        "The keeper lights the lamp.",
        "The tower on the rock.",
        "A storm comes up. Light it.",
        "The tower on the moor.",
    )

    assert update.left == []
    assert 'cites = ["001:3 The tower on"]' in (pack / "places/tower.toml").read_text("utf-8")
    assert check(pack).faults == ()


def test_cites_that_cannot_be_moved_are_listed_and_left_alone(pack: Path) -> None:
    update = rewritten(
        pack,
        "The keeper sleeps.",
        "The tower on the rock.",
        "The tower on the rock.",
        "A storm comes up. Light it.",
    )

    assert [str(fault) for fault in update.left] == [
        'characters/keeper.toml:5: "keeper lights the lamp" stands nowhere any more',
        'characters/keeper.toml:10: "keeper lights" stands nowhere any more',
        'places/tower.toml:5: "tower on the rock" stands in 001:2 and 001:3 now',
    ]
    assert 'cites = ["001:2 tower on the rock"]' in (pack / "places/tower.toml").read_text("utf-8")


def test_paragraphs_of_another_tier_are_renumbered_too(pack: Path) -> None:
    text = (pack / "pack.toml").read_text("utf-8")
    tiers = "paragraphs = 3\n[sources.tiers]\nsequel = [1, 2, 3]\n"
    (pack / "pack.toml").write_text(text.replace("paragraphs = 3\n", tiers), "utf-8")
    update = rewritten(
        pack,
        "A preface.",
        "The keeper lights the lamp.",
        "The tower on a hill.",
        "A storm comes up. Light it.",
    )

    assert "sequel = [2, 3, 4]" in (pack / "pack.toml").read_text("utf-8")
    assert [fault.file for fault in update.left] == ["places/tower.toml"]


def test_a_paragraph_of_another_tier_that_may_have_moved_is_listed(pack: Path) -> None:
    text = (pack / "pack.toml").read_text("utf-8")
    tiers = "paragraphs = 2\n[sources.tiers]\ntale = [2]\n"
    (pack / "pack.toml").write_text(text.replace("paragraphs = 2\n", tiers), "utf-8")
    (pack / "documents/002.txt").write_text("A mermaid.\nShe sings.\nShe dives.\n", "utf-8")
    [fault] = update_sources(open_pack(pack)).left

    assert fault.file == "pack.toml"
    assert fault.what == "002:2 of the tier tale may have another number"


PARAGRAPHS = st.lists(
    st.text("abc ", min_size=3, max_size=12).filter(lambda text: len(text.split()) > 1),
    min_size=1,
    max_size=8,
)


@given(PARAGRAPHS, st.data())
def test_everything_an_update_does_not_list_passes_the_check(
    before: list[str], data: st.DataObject
) -> None:
    kept = data.draw(st.lists(st.sampled_from(before), min_size=0, max_size=8))
    after = [*kept, *data.draw(PARAGRAPHS)]
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "documents").mkdir()
        (folder / "places").mkdir()
        text = "\n".join(before)
        (folder / "documents/tale.txt").write_text(text, "utf-8", newline="")
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        (folder / "pack.toml").write_text(
            PACK.format(sha256=sha256, paragraphs=len(before)), "utf-8"
        )
        cites = [f'"tale:{n} {" ".join(one.split()[:2])}"' for n, one in enumerate(before, 1)]
        entry = '[[text]]\nsays = "So."\ncites = [\n    {}\n]\n'.format(",\n    ".join(cites))
        (folder / "places/a.toml").write_text(f'name = "A"\n{entry}', "utf-8")
        assert check(folder).faults == ()
        (folder / "documents/tale.txt").write_text("\n".join(after), "utf-8", newline="")
        listed = {fault.line for fault in update_sources(open_pack(folder)).left}

        assert {fault.line for fault in check(folder).faults} <= listed
