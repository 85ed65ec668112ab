"""Every cite that a tool makes passes the check, and tells its paragraph from others."""

import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lore.pack.authoring.author_pack import open_pack
from lore.pack.authoring.concordance import cited, every_sentence, naming, nearly, standing
from lore.pack.authoring.writing import toml_text
from lore.pack.check import check
from lore.pack.documents import Document
from lore.pack.model import Source

PACK = """\
title = "Drawn"
id = "drawn"
version = "1"
about = "Drawn by chance."
documents = "documents"

[[tiers]]
id = "tale"
label = "The tale"

[[sources]]
id = "tale"
title = "The tale"
file = "tale.txt"
tier = "tale"
sha256 = "{sha256}"
paragraphs = {paragraphs}
"""


def document(*paragraphs: str) -> dict[str, Document]:
    source = Source(
        id="tale", title="T", file="t", tier="t", sha256="0" * 64, paragraphs=len(paragraphs)
    )
    return {"tale": Document(source, paragraphs, "")}


def told(*paragraphs: str, naming_: str) -> list[str]:
    return [str(mention.cite) for mention in naming(document(*paragraphs), [naming_]).first]


def test_a_cite_contains_the_name_and_occurs_in_its_paragraph_only() -> None:
    assert told(
        "The Rabbit ran past her, muttering.",
        "Alice saw the Rabbit.",
        "The Rabbit ran past the wall, and Alice saw the Rabbit again.",
        naming_="Rabbit",
    ) == [
        "tale:1 The Rabbit ran past her, muttering",
        "tale:2 Alice saw the Rabbit.",
        "tale:3 The Rabbit ran past the wall",
    ]


def test_identical_paragraphs_are_cited_by_number() -> None:
    assert told("So said the Hare.", "So said the Hare.", naming_="Hare") == [
        "tale:1 So said the Hare",
        "tale:2 So said the Hare",
    ]


def test_a_one_word_sentence_is_not_cited() -> None:
    assert told("Hare! Where is the Hare?", naming_="Hare") == ["tale:1 Where is the Hare"]


def test_scripts_without_spaces_are_cited_by_letters() -> None:
    [cite] = told("むかしむかし、白兎は野原を走っていた。亀は歩いた。", naming_="白兎")

    assert cite == "tale:1 白兎は野原を走っ"


def test_a_name_is_matched_with_its_capitals_first_and_then_without() -> None:
    texts = ("A vision came.", "The Vision came again.")

    assert [told(*texts, naming_=name) for name in ("Vision", "VISION")] == [
        ["tale:2 The Vision came again"],
        ["tale:1 A vision came", "tale:2 The Vision came again"],
    ]


def test_a_name_of_several_words_is_matched_where_a_sentence_begins_with_it() -> None:
    texts = ("The patience of him!", "The Patience sailed.", "She named it the Patience.")

    assert [told(*texts, naming_=name) for name in ("The Patience", "the Patience")] == [
        ["tale:2 The Patience sailed", "tale:3 She named it the Patience"]
    ] * 2


def test_a_name_inside_a_longer_word_is_not_matched() -> None:
    assert told("The Harebell grew.", naming_="Hare") == []


def test_a_long_sentence_is_shortened_around_the_name() -> None:
    [mention] = naming(document(f"{'word ' * 200}the Hare {'word ' * 200}"), ["Hare"]).first

    assert len(mention.sentence) < 310
    assert "the Hare" in mention.sentence
    assert mention.sentence[0] == mention.sentence[-1] == "…"


@pytest.mark.parametrize(
    ("words", "cite"),
    [
        ("ran past her", "tale:1 ran past her"),
        ("rabbit RAN", "tale:1 Rabbit ran"),
        ("muttering", "tale:1 her, muttering to itself about the"),
        ("it's  late", "tale:2 it’s late"),
        (
            "past her, muttering to itself about the time and the Duchess",
            "tale:1 past her, muttering to itself about",
        ),
    ],
)
def test_searched_words_are_shown_as_the_document_spells_them(words: str, cite: str) -> None:
    texts = document(
        "The Rabbit ran past her, muttering to itself about the time and the Duchess.",
        "“Oh, it’s late!”",
    )

    assert [str(one.cite) for one in cited(standing(texts, words))] == [cite]


def test_words_found_nowhere_lead_to_the_most_similar_ones() -> None:
    texts = document("The Rabbit ran past her.", "It was six o'clock now.")

    near = cited(nearly(texts, "it was sicks o'clock"))
    assert standing(texts, "it was sicks o'clock") == []
    assert [str(one.cite) for one in near] == ["tale:2 It was six o'clock"]
    assert nearly(texts, "nothing of that kind at all") == []


def test_the_matching_part_of_a_long_text_is_shown() -> None:
    texts = document("She saw one two three four five six seven eight nine, and left.")

    near = cited(nearly(texts, "somebody saw one two three four five six seven eight nine ten"))
    assert [str(one.cite) for one in near] == ["tale:1 saw one two three four five six seven"]


LETTERS = "ab A.\"'“”’,!?。、白兎走กีั\u0301-_—7\t\u00a0\x07\x7f\u200d"


@given(st.lists(st.text(LETTERS, min_size=1, max_size=60), min_size=1, max_size=6))
def test_every_generated_cite_passes_the_check(lines: list[str]) -> None:
    text = "\n".join(("First of all.", *lines)).encode()
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "documents").mkdir()
        (folder / "documents/tale.txt").write_bytes(text)
        count = sum(bool(line.split()) for line in ("First of all.", *lines))
        sha256 = hashlib.sha256(text).hexdigest()
        (folder / "pack.toml").write_text(PACK.format(sha256=sha256, paragraphs=count), "utf-8")
        tale = open_pack(folder).documents["tale"]
        cites = [one.cite for one in every_sentence(tale, range(1, count + 1)).first]
        for asked in lines:
            cites += [one.cite for one in cited(standing({"tale": tale}, asked))]
        assert cites
        written = ", ".join(toml_text(str(cite)) for cite in cites)
        (folder / "places").mkdir()
        entry = f'name = "Drawn"\n[[text]]\nsays = "It is so."\ncites = [{written}]\n'
        (folder / "places/drawn.toml").write_text(entry, "utf-8")

        assert check(folder).faults == ()
