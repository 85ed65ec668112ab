"""What a tool begins has what the documents say, each sentence with a cite that is right."""

import hashlib
import os
import re
import tomllib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lore.errors import LoreError
from lore.pack.authoring import entries, new_ids
from lore.pack.authoring.author_pack import AuthorPack, open_pack
from lore.pack.authoring.new_ids import IdError
from lore.pack.authoring.writing import NotWrittenError
from lore.pack.check import check
from lore.pack.model import Kind
from tests.lore.pack.authoring.test_citing import LETTERS, PACK

Opened = Callable[[], AuthorPack]


@pytest.fixture
def opened(lighthouse: Path, texts: Path) -> Opened:
    return lambda: open_pack(lighthouse, texts)


def used(file: Path) -> None:
    """Take the # away from all that stands ready in a file, and say something in each place."""
    lines = file.read_text("utf-8").split("\n")
    begin = next(n for n, line in enumerate(lines) if line == entries.READY.strip())
    below = "\n".join(line.removeprefix("# ") for line in lines[begin + 1 :])
    below = re.sub(r'^(says|did) = ""', r'\1 = "It is so."', below, flags=re.M)
    order = "\n".join(lines[:begin]).replace("# order", "order")
    file.write_text(f"{order}\n{below}", "utf-8")


def test_a_new_entry_has_its_name_and_every_sentence_that_names_it(
    opened: Opened, lighthouse: Path
) -> None:
    begun = entries.new_entry(opened(), Kind.ARTIFACT, "Lamp", ["the light", "The  Lamp"])

    assert begun == (lighthouse / "artifacts/lamp.toml", 1, 0)
    assert begun.path.read_text("utf-8") == (
        "#:schema ../schema/entry.json\n"
        'name = "Lamp"\n'
        "aliases = [\n"
        '    { name = "The Lamp", cites = ["001:1 The keeper lights the lamp"] },\n'
        "]\n"
        'found_by = ["the light"]\n'
        "\n"
        f"{entries.READY}"
        "\n"
        "# [lead]\n"
        '# says = ""  # 001:1: "The keeper lights the lamp."\n'
        '# cites = ["001:1 The keeper lights the lamp"]\n'
        "\n"
        "# [[text]]\n"
        '# says = ""  # 001:1: "The keeper lights the lamp."\n'
        '# cites = ["001:1 The keeper lights the lamp"]\n'
    )
    assert (lighthouse / "schema/entry.json").is_file()


def test_a_generated_entry_passes_the_check_once_it_is_used(
    opened: Opened, lighthouse: Path, texts: Path
) -> None:
    made = entries.new_entry(opened(), Kind.CHARACTER, "A mermaid", ["She"])
    event, ready, _ = entries.new_event(opened(), "The lighting", "001:1-2")
    used(made.path)
    used(event)

    assert ready == 2
    assert tomllib.loads(event.read_text("utf-8"))["outcome"]["cites"] == [
        "001:2 The tower on the rock"
    ]
    assert tomllib.loads(event.read_text("utf-8"))["where"]["place"] == "tower"
    assert tomllib.loads(event.read_text("utf-8"))["participants"][0]["who"] == "keeper"
    assert tomllib.loads(event.read_text("utf-8"))["order"] == 20
    assert [str(fault) for fault in check(lighthouse, texts).faults] == []


@given(st.lists(st.text(LETTERS, min_size=1, max_size=60), min_size=1, max_size=6))
def test_an_entry_generated_from_any_document_passes_the_check(lines: list[str]) -> None:
    text = "\n".join(("Once upon a time.", *lines)).encode()
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "documents").mkdir()
        (folder / "documents/tale.txt").write_bytes(text)
        count = sum(bool(line.split()) for line in ("Once upon a time.", *lines))
        sha256 = hashlib.sha256(text).hexdigest()
        (folder / "pack.toml").write_text(PACK.format(sha256=sha256, paragraphs=count), "utf-8")
        path, ready, more = entries.new_event(open_pack(folder), "Drawn", f"tale:1-{count}")
        used(path)

        assert (ready > 0, more) == (True, 0)
        assert [str(fault) for fault in check(folder).faults] == []


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("White Rabbit", "white-rabbit"),
        ("Barton's Wife", "bartons-wife"),
        ("Ægir", "aegir"),
        ("孫悟空", "sunwukong"),
        ("Красная Шапочка", "krasnaya-shapochka"),
        ("S12", "s12-character"),
        ("Con", "con-character"),
        ("The Man Who Sold the World and Bought It Back", "the-man-who-sold-the-world-and"),
        ("x" * 40, "x" * 32),
    ],
)
def test_ids_are_made_from_names_in_any_script(name: str, id: str) -> None:
    assert new_ids.made_from(name, "character") == id


@given(st.text(min_size=1, max_size=60))
def test_every_generated_id_is_valid(name: str) -> None:
    with suppress(IdError):
        made = new_ids.made_from(name, "artifact")
        assert re.fullmatch(r"(?!s\d+$)[a-z0-9]+(-[a-z0-9]+)*", made)
        assert len(made) <= 32
        assert new_ids.made_from(made, "artifact") == made


@pytest.mark.parametrize(
    ("kind", "name", "id", "why"),
    [
        (Kind.PLACE, "Keeper", None, "keeper.toml has it. If this is another one: --id keeper-2"),
        (Kind.PLACE, "Warden", None, "keeper had it. If this is another one: --id warden-2"),
        (Kind.PLACE, "?!", None, "“?!” has no letter or digit"),
        (Kind.PLACE, "Rock", "The Rock", "The Rock is no id. One is the-rock"),
        (Kind.PLACE, "Rock", "s1", "s1 is no id. One is s1-place"),
        (Kind.PLACE, "R" * 101, None, "A name has 100 characters at most; this has 101."),
    ],
)
def test_an_invalid_id_is_refused_with_a_valid_one(
    opened: Opened, write: Callable[[str, str], None], kind: Kind, name: str, id: str, why: str
) -> None:
    write("pack.toml", "")
    pack = opened()
    file = pack.reading.folder / "characters/keeper.toml"
    file.write_text('former = ["warden"]\n' + file.read_text("utf-8"), "utf-8")

    with pytest.raises(LoreError, match=re.escape(why)):
        entries.new_entry(opened(), kind, name, (), id)


def test_no_file_is_overwritten(opened: Opened, lighthouse: Path) -> None:
    file = lighthouse / "places/rock.toml"
    pack = opened()
    file.write_text("precious", "utf-8")

    with pytest.raises(NotWrittenError, match="is there already"):
        entries.new_entry(pack, Kind.PLACE, "Rock")
    assert file.read_text("utf-8") == "precious"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_named(opened: Opened, lighthouse: Path) -> None:
    (lighthouse / "places").chmod(0o500)

    with pytest.raises(NotWrittenError, match="see that this user may write in"):
        entries.new_entry(opened(), Kind.PLACE, "Rock")


def test_a_file_that_cannot_be_written_leaves_nothing_behind(
    opened: Opened, lighthouse: Path
) -> None:
    (lighthouse / "works").write_text("no folder", "utf-8")

    with pytest.raises(NotWrittenError, match=r"works/rock\.toml cannot be made: "):
        entries.new_entry(opened(), Kind.WORK, "Rock")
    assert list(lighthouse.rglob(".*")) == []


@pytest.mark.parametrize(
    ("paragraphs", "why"),
    [
        ("12", "“12” names no paragraphs; write plot:12 or plot:12-13"),
        ("01:1", "There is no source 01; did you mean 001?"),
        ("001:2-9", "“001:2-9” names no paragraphs: 001 has 3 paragraphs."),
        ("001:3-2", "“001:3-2” names no paragraphs: 001 has 3 paragraphs."),
    ],
)
def test_paragraphs_that_do_not_exist_are_refused(
    opened: Opened, paragraphs: str, why: str
) -> None:
    with pytest.raises(LoreError, match=re.escape(why)):
        entries.new_event(opened(), "Landing", paragraphs)


def test_an_event_without_paragraphs_gets_the_sentences_that_name_it(opened: Opened) -> None:
    path, ready, _ = entries.new_event(opened(), "Storm comes up", None, "storm-again")

    assert ready == 1
    assert '# says = ""  # 001:3: "A storm comes up."' in path.read_text("utf-8")


def test_a_new_quote_is_added_below_the_others(opened: Opened, lighthouse: Path) -> None:
    before = (lighthouse / "quotes/001.toml").read_text("utf-8")
    path, id = entries.new_quote(opened(), "the tower on", "keeper")

    assert path.read_text("utf-8") == before + (
        '\n[[quotes]]\nid = "the-tower-on"\n'
        'lines = [{ words = "The tower on", paragraph = 2, speaker = "keeper" }]\n'
        '# occasion = { says = "", cites = ["001:2 The tower on"] }  # "The tower on the rock."\n'
    )
    assert id == "the-tower-on"


def test_the_first_quote_of_a_document_creates_its_file(opened: Opened) -> None:
    path, id = entries.new_quote(opened(), "She dives.")

    assert path.read_text("utf-8").startswith(
        '#:schema ../schema/quotes.json\n[[quotes]]\nid = "she-dives"\n'
        'lines = [{ words = "She dives.", paragraph = 2, attribution = "unknown" }]\n'
    )
    assert entries.new_quote(opened(), "She dives")[1] == "she-dives-2"
    assert id == "she-dives"


def test_a_speaker_without_an_entry_is_named(opened: Opened, texts: Path) -> None:
    path, _ = entries.new_quote(opened(), "The tower on", speaker_name="A “sailor”")

    [*_, quote] = tomllib.loads(path.read_text("utf-8"))["quotes"]
    assert quote["lines"][0]["speaker_name"] == "A “sailor”"
    assert check(path.parents[1], texts).faults == ()
    with pytest.raises(LoreError, match="not both"):
        entries.new_quote(opened(), "A storm", "keeper", None, "The keeper")


@pytest.mark.parametrize(
    ("words", "speaker", "at", "why"),
    [
        ("Light it.", None, None, "quotes/001.toml has these words already, as light-it."),
        ("Light it", "keper", None, "There is no entry keper; did you mean keeper?"),
        ("Lights on", None, None, "“Lights on” stands in no document"),
        ("Light it", None, "001:1", "“Light it” stands in no document there."),
        ("the tower on a rock", None, None, "This comes nearest: 001:2 The tower on the rock"),
        ("the", None, None, "The words stand in 001:1 and 001:2. Say which it is: --at 001:1"),
    ],
)
def test_an_impossible_quote_is_refused(
    opened: Opened, words: str, speaker: str | None, at: str | None, why: str
) -> None:
    with pytest.raises(LoreError, match=re.escape(why)):
        entries.new_quote(opened(), words, speaker, at)


def test_an_unreadable_file_of_quotes_is_left_alone(
    opened: Opened, write: Callable[[str, str], None], lighthouse: Path
) -> None:
    write("quotes/002.toml", "quotes = [\n")

    with pytest.raises(LoreError, match=r"quotes/002\.toml:1: "):
        entries.new_quote(opened(), "She dives.")
    assert (lighthouse / "quotes/002.toml").read_text("utf-8") == "quotes = [\n"


def test_a_file_with_a_bracketed_list_of_quotes_is_left_alone(
    opened: Opened, write: Callable[[str, str], None]
) -> None:
    write("quotes/002.toml", "quotes = []\n")

    with pytest.raises(LoreError, match=re.escape("write each as [[quotes]] first")):
        entries.new_quote(opened(), "She dives.")


def test_a_name_of_thousands_of_sentences_shows_the_first_and_counts_the_others(
    lighthouse: Path, texts: Path
) -> None:
    (texts / "001.txt").write_text("The keeper lit the lamp. The keeper sat.\n" * 1_000, "utf-8")
    path, ready, more = entries.new_entry(
        open_pack(lighthouse, texts), Kind.CHARACTER, "Light-keeper", ["keeper"]
    )

    assert (ready, more) == (100, 1_900)
    assert path.read_text("utf-8").endswith(
        "\n# There are 1,900 more sentences: lorebot cite 'words'\n"
    )
