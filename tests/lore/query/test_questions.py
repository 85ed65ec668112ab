"""Questions in people's words: answered from typed facts, or with the passages that come near."""

import random
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from lore.catalogue import database as catalogue_file
from lore.catalogue.database import Catalogue
from lore.pack import reader
from lore.pack.model import SERVER, Entry
from lore.query.answers import Found, Scope, SureAnswer, Unknown
from lore.query.library import Library
from lore.query.open_pack import OpenPack
from lore.query.questions import closest
from lore.query.visible_lore import PackIndex, store_index
from lore.search.stored import Storing
from tests.bench.questions import NOT_TOLD, PACKS, Asked, judged, listed
from tests.tiers import CANON, EVERY_TIER, FILM

ALL = Scope(None, EVERY_TIER)
MONKEY_KING = Path(__file__).parents[3] / "docs" / "packs" / "monkey-king"
NOVEL = Scope(None, frozenset(["novel", "stage", "hearsay", SERVER]))


def library_of(catalogue: Catalogue) -> Library:
    """Return a library that no server asks, and so asks no ledger."""
    return Library([OpenPack(catalogue)], random.Random(1), cast(Any, None))


@pytest.fixture(scope="module")
def film(catalogue: Catalogue) -> Library:
    return library_of(catalogue)


@pytest.fixture(scope="module")
def novel(tmp_path_factory: pytest.TempPathFactory) -> Library:
    file = tmp_path_factory.mktemp("novel") / "catalogue.db"
    catalogue_file.build(reader.read(MONKEY_KING), file)
    return library_of(catalogue_file.load(file))


def said(answer: SureAnswer | None) -> str:
    return " ".join(one.says for one in answer.sentences) if answer else ""


@pytest.mark.parametrize(
    ("asked", "id", "words"),
    [
        ("who killed quicksilver", "pietro-maximoff", "Ultron killed Pietro Maximoff."),
        ("who killed ultron", "ultron", "The Vision destroyed Ultron."),
        ("who guarded the machine", "wanda-maximoff", "Wanda guarded Ultron's machine"),
        ("who made off with the cradle", "ultron", "made off with the Cradle."),
        ("who was captured by ultron?", "ultron", "Ultron captured Natasha Romanoff."),
        ("whom did Ultron capture", "ultron", "Ultron captured Natasha Romanoff."),
        ("who was natasha captured by", "natasha-romanoff", "Ultron captured Natasha Romanoff."),
        ("whos klaue playd by", "ulysses-klaue", "Andy Serkis"),
        ("who does james spader play", "ultron", "Ultron was voiced by James Spader."),
        ("how did quicksilver perish", "death-of-pietro", "was killed"),
        ("who is in shield", "shield", "Phil Coulson leads S.H.I.E.L.D."),
        ("who joined the avengers", "avengers", "Sam Wilson were members of the Avengers."),
        ("did wanda join the avengers", "wanda-maximoff", "Wanda Maximoff was a member of"),
        ("what was the doomsday trigger supposed to do", "doomsday-trigger", "extinction"),
        ("what did cho create", "helen-cho", "Helen Cho created the synthetic body."),
        ("vision vs ultron", "ultrons-end", "destroyed his last body. Ultron faced"),
        ("ultron vs vision", "ultrons-end", "Ultron faced the Vision in his last body. The Vision"),
        ("where's the nexus", "nexus", "The NEXUS is in Oslo."),
        ("when was sokovia annexed", "annexation-of-sokovia", "2024"),
        ("did wanda brainwash thor?", "wanda-maximoff", "Wanda Maximoff brainwashed Thor."),
        ("who trains the new avengers", "new-avengers", "prepare to train"),
        ("cast", "avengers-age-of-ultron", "Robert Downey Jr."),
        ("who cut off klaues arm", "ultron", "cut off Klaue's left arm."),
        ("what did raina see", "raina", "Raina saw "),
        ("wandas powers", "wanda-maximoff", "Wanda Maximoff · Powers: Mind control"),
        ("what side is quicksilver on", "pietro-maximoff", "Ultron, then the Avengers"),
        ("who lifted the hammer", "mjolnir", "The Vision lifted Mjolnir."),
        ("who stole the quinjet", "quinjet", "Ultron stole the Quinjet."),
        ("who sold the vibranium to ultron", "ulysses-klaue", "Ulysses Klaue sold"),
        ("why did the hulk leave", "hulks-departure", "Why the Hulk left: "),
        ("what does ultron want", "ultron", "Ultron · Plan: Crash a flying city"),
        ("what can pietro do", "pietro-maximoff", "Superhuman speed"),
        ("when did age of ultron come out", "avengers-age-of-ultron", "2015"),
        ("who did rdj play", "tony-stark", "Tony Stark was played by Robert Downey Jr."),
        (
            "who fought at the party",
            "attack-on-avengers-tower",
            "In the Attack on Avengers Tower took part:",
        ),
        ("is quicksilver dead", "pietro-maximoff", "Pietro Maximoff was killed"),
        ("who did vision kill", "vision", "The Vision destroyed Ultron."),
        ("who did hulk fight", "bruce-banner", "Bruce Banner fought Tony Stark and Ultron."),
        ("where was pietro killed", "death-of-pietro", "The Death of Pietro Maximoff took place"),
        ("who does don cheadle play", "james-rhodes", "James Rhodes was played by Don Cheadle."),
        ("who is in the cast", "avengers-age-of-ultron", "Robert Downey Jr."),
        ("who recruited the twins", "wanda-maximoff", "Wanda Maximoff and Pietro Maximoff."),
        ("who is pietros murderer", "pietro-maximoff", "Ultron killed Pietro Maximoff."),
        ("who destroyed ultron in the end", "ultron", "The Vision destroyed Ultron."),
        ("whos ultrons ally", "ultron", "Ultron recruited Wanda Maximoff and Pietro"),
        ("does hawkeye have kids", "clint-barton", "Nathaniel Pietro Barton."),
    ],
)
async def test_question_is_answered_from_typed_facts(
    film: Library, asked: str, id: str, words: str
) -> None:
    answer = await film.look_up(asked, ALL)

    assert isinstance(answer, Found)
    assert answer.view.ref.id == id
    assert answer.answer is not None
    assert words in said(answer.answer)
    assert all(one.cites for one in answer.answer.sentences)
    assert answer.answer.differences == ()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("why did wanda let stark have the scepter", "destroy himself with it"),
        ("how many infinity stones r there", "six"),
        ("were did thor go at the end", "Asgard"),
        ("why does thor go back to asgard", "manipulated"),
        ("who was at the party", "many friends came"),
        ("is vision ultron", "neither Ultron nor J.A.R.V.I.S."),
        ("who didnt know about hawkeyes family", "all the Avengers but Natasha Romanoff"),
        ("who left the avengers", "Tony Stark left the team. The Hulk was gone"),
        ("why did tony make ultron", "threats that they could not handle"),
        ("how was ultrons first body made", "broken drones"),
        ("where did thor go", "Selvig"),
        ("why didnt ultron just leave his body", "could no longer slip away"),
        ("where did the quinjet go", "a place unknown"),
        ("what happened to the kid hawkeye was saving", "shielded Hawkeye and the boy"),
    ],
)
async def test_question_is_answered_by_the_sentence_that_its_pack_has_for_it(
    film: Library, asked: str, words: str
) -> None:
    answer = await film.look_up(asked, ALL)

    assert isinstance(answer, Found)
    assert words in said(answer.answer)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("who's the dude who plays falcon", "Anthony Mackie"),
        ("does anyone know who killed pietro", "Ultron killed Pietro"),
        ("who was it that killed strucker", "Ultron killed Baron Strucker"),
        ("which character lifted the hammer", "The Vision lifted Mjolnir"),
        ("how come hulk left", "Why the Hulk left"),
        ("what's up with sokovia", "annexed"),
        ("vision creator?", "Ultron, Tony Stark and Bruce Banner created the Vision."),
        ("who offed strucker", "Ultron killed Baron Strucker."),
        ("how did quicksilver bite it", "Pietro shielded them and was killed"),
    ],
)
async def test_question_is_understood_as_people_put_it_in_talk(
    film: Library, asked: str, words: str
) -> None:
    answer = await film.look_up(asked, ALL)

    assert isinstance(answer, Found)
    assert words in said(answer.answer)


@pytest.mark.parametrize(
    ("asked", "id", "told", "answers"),
    [
        (
            "who killed strucker and who plays him",
            "baron-strucker",
            ["Ultron killed Baron Strucker.", "Thomas Kretschmann"],
            "who killed strucker and who plays him",
        ),
        (
            "what is vision made of & who created him?",
            "vision",
            ["J.A.R.V.I.S.", "Tony Stark and Bruce Banner created the Vision."],
            "what is vision made of & who created him?",
        ),
        ("who killed quicksilver and why", "pietro-maximoff", ["Ultron"], "who killed quicksilver"),
        (
            "where did the avengers find the scepter and what happened to it",
            "scepter",
            ["lost its stone"],
            "what happened to the scepter",
        ),
        (
            "who is thanos? what did he do?",
            "thanos",
            ["put on the gauntlet"],
            "who is thanos? what did he do?",
        ),
        (
            "who is wanda and what are her powers",
            "wanda-maximoff",
            ["Mind control"],
            "who is wanda and what are her powers",
        ),
        (
            "when and where was the annexation of sokovia",
            "annexation-of-sokovia",
            ["2024", "took place at Sokovia"],
            "when and where was the annexation of sokovia",
        ),
        # He who saved him may be meant.
        (
            "who saved hawkeye and how did he die",
            "clint-barton",
            ["Pietro Maximoff rescued Clint Barton."],
            "who saved hawkeye",
        ),
        (
            "what is the mind stone, and who has it",
            "mind-stone",
            ["The Vision bears the Mind Stone."],
            "what is the mind stone, and who has it",
        ),
        (
            "who are wanda and pietro",
            "wanda-maximoff",
            ["Wanda Maximoff: Pietro's twin", "Pietro Maximoff: Wanda's twin"],
            "who are wanda and pietro",
        ),
    ],
)
async def test_several_questions_in_one_are_each_answered_if_surely_told(
    film: Library, asked: str, id: str, told: list[str], answers: str
) -> None:
    answer = await film.look_up(asked, ALL)

    assert isinstance(answer, Found)
    assert answer.answer
    assert (answer.view.ref.id, answer.answer.question) == (id, answers)
    assert all(words in said(answer.answer) for words in told)


@pytest.mark.parametrize(
    "asked",
    [
        "why did stark let wanda have the scepter",
        "why did wanda not let stark have the scepter",
        "what did wanda hit hawkeye with",
        "who knew about pietro's family",
        "why did thor return",
        # Iron Man beat him.
        "who killed hulk",
    ],
)
async def test_sentence_does_not_answer_what_is_hardly_the_same(film: Library, asked: str) -> None:
    answer = await film.look_up(asked, ALL)

    assert isinstance(answer, Unknown)


async def test_sentence_on_what_goes_by_another_name_is_told_alone(film: Library) -> None:
    answer = await film.look_up("what did the drill do", ALL)

    assert isinstance(answer, Found)
    assert answer.answer is not None
    [one] = answer.answer.sentences
    assert "a drill made a magnetic field" in one.says


async def test_sentence_answers_nobody_who_may_not_see_it(film: Library) -> None:
    asked = "who choked tony"
    shown = await film.look_up(asked, ALL)
    hidden = await film.look_up(asked, Scope(None, ALL.tiers - {"fan"}))

    assert isinstance(shown, Found)
    assert isinstance(hidden, Unknown)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("why r monkeys eyes red", "furnace for forty-nine days"),
        ("when did the pilgrimage start", "639"),
        ("who built the mountain of five phases", "The Buddha made the Mountain of Five Phases."),
        ("whos erlangs uncle", "Erlang is a nephew of the Jade Emperor."),
        ("what does the monkey king rule", "rules the Mountain of Flowers and Fruit."),
    ],
)
async def test_wordings_of_any_pack_are_understood(novel: Library, asked: str, words: str) -> None:
    answer = await novel.look_up(asked, NOVEL)

    assert isinstance(answer, Found)
    assert words in said(answer.answer)


async def test_accounts_that_contradict_are_both_given(novel: Library) -> None:
    answer = await novel.look_up("where was the monkey king shut up", NOVEL)

    assert isinstance(answer, Found)
    assert answer.answer is not None
    assert answer.answer.sentences == ()
    [contradiction] = answer.answer.differences
    assert len(contradiction.accounts) > 1


async def test_relation_is_not_told_alone_where_a_difference_asks_for_it(film: Library) -> None:
    answer = await film.look_up("who stole the scepter", ALL)

    assert isinstance(answer, Found)
    assert answer.answer is not None
    assert answer.answer.sentences == ()
    assert [one.about for one in answer.answer.differences] == ["Who carried the scepter off"]


@pytest.mark.parametrize(
    ("asked", "id"),
    [
        ("what is the doomsday triger", "doomsday-trigger"),
        ("whats u-gin", "u-gin-facility"),
        ("is falcon in the movie", "sam-wilson"),
        ("who was in the avengers at the beginning", "avengers"),
        ("what happened in seoul", "seoul"),
        # What happened to it is told as its fate.
        ("what happened in sokovia", "sokovia"),
        ("what happened at avengers tower?", "avengers-tower"),
        ("what did fury do", "nick-fury"),
    ],
)
async def test_question_for_nothing_but_an_entry_shows_the_entry(
    film: Library, asked: str, id: str
) -> None:
    answer = await film.look_up(asked, ALL)

    assert isinstance(answer, Found)
    assert (answer.view.ref.id, answer.answer) == (id, None)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("why did they throw a party", "celebrate"),
        ("what is black widows real name", "Black Widow"),
        ("who played the korean doctor", "Claudia Kim"),
        ("whos in charge of the new base after ultron", "help run the Avengers Compound"),
        ("is idris elba in the movie", "Idris Elba"),
        ("how many avengers are there", "Avengers"),
        ("korean doctor", "Cho"),
        ("what happened in 2018", "2018"),
    ],
)
async def test_passage_with_the_shape_of_an_answer_comes_first(
    film: Library, asked: str, words: str
) -> None:
    answer = await film.look_up(asked, ALL)

    assert isinstance(answer, Unknown)
    assert words in answer.passages[0].told.says


@pytest.mark.parametrize(
    "asked",
    [
        "who killed tony stark",
        "who made the cradle",
        "what did gonzales blame stark for",
        "where is asgard",
        "did the twins die",
        "what did ultron turn into",
        "when was the battle of sokovia",
        "who plays helmut zemo",
        "who didn't ultron kill",
        "how did thor die",
        "who else did ultron kill",
        "when was tony stark born",
        "who survived",
        "who won",
        "who hid",
        "who joined ultron",
        "who helped ultron",
        "who destroyed ultrons body",
        "who are wandas parents",
        "is zemo in the movie",
        "is raina in age of ultron",
        "who killed pietro's killer",
        "who created ultrons creator",
        "who is the twin of pietros sister",
        "who should lift mjolnir",
        "who created the visions",
        "who contained the mind stone",
        "who are tonys enemies",
        "who does hayley atwell play",
        "who did pietro murder",
        "what did ultron destroy",
        "who was destroyed by ultron",
        "what did tony destroy",
        "who killed ultrons destroyer",
        "who has the mind stone at the end",
        "is there a sequel",
        "who captured wanda",
        "which avenger has a family",
    ],
)
async def test_what_is_not_surely_told_shows_only_passages(film: Library, asked: str) -> None:
    answer = await film.look_up(asked, ALL)

    assert isinstance(answer, Unknown)
    assert 0 < len(answer.passages) <= 3


async def test_fact_of_a_hidden_tier_is_not_told(film: Library) -> None:
    shown = await film.look_up("who leads the inhumans", ALL)
    hidden = await film.look_up("who leads the inhumans", Scope(None, ALL.tiers - {CANON}))

    assert isinstance(shown, Found)
    assert "Jiaying" in said(shown.answer)
    assert not isinstance(hidden, Found) or hidden.answer is None
    if isinstance(hidden, Unknown):
        assert {one.told.tier for one in hidden.passages} <= {FILM}


@pytest.mark.parametrize(
    "asked", ["zxcvb", "how do i cook pasta", "why is the sky blue", "lorem ipsum", "?", "who"]
)
async def test_nothing_is_found_where_no_word_is_known(film: Library, asked: str) -> None:
    answer = await film.look_up(asked, ALL)

    assert isinstance(answer, Unknown)
    assert answer.passages == ()


def test_what_questions_are_answered_from_is_opened_once_and_only_for_them(
    catalogue: Catalogue,
) -> None:
    index = replace(PackIndex.build(catalogue))
    assert not index.has_sentences

    with ThreadPoolExecutor(4) as threads:
        opened = list(threads.map(lambda _: index.sentences, range(4)))

    assert index.has_sentences
    assert len({id(one) for one in opened}) == 1


class Counting(Mapping[str, Entry]):
    """Entries of a catalogue, with the ids of those that were read."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = entries
        self.read = set[str]()

    def __getitem__(self, id: str) -> Entry:
        self.read.add(id)
        return self._entries[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


async def test_the_first_question_reads_few_of_the_entries(catalogue: Catalogue) -> None:
    storing = Storing()
    store_index(storing, catalogue)
    entries = Counting(catalogue.entries)
    opened = OpenPack(replace(catalogue, entries=entries), storing.sections)

    library = Library([opened], random.Random(1), cast(Any, None))
    answer = await library.look_up("who killed quicksilver", ALL)

    assert isinstance(answer, Found)
    assert said(answer.answer) == "Ultron killed Pietro Maximoff."
    assert len(entries.read) < len(catalogue.entries) / 5


async def test_sentences_that_cannot_rank_first_change_nothing(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [one.question for one in sample()]
    answers = []
    for at_once in (1, 1_000_000):
        monkeypatch.setattr(closest, "_AT_ONCE", at_once)
        library = library_of(catalogue)
        answers.append([await library.look_up(one, ALL) for one in asked])
    few, every = answers

    assert few == every
    assert sum(isinstance(one, Unknown) and bool(one.passages) for one in few) > 20


# One in so many of the list is asked here, and all of what is not told; `make bench-questions`
# asks the rest.
SAMPLE = 8


def sample() -> list[Asked]:
    """Return a part of the list of questions, of all kinds."""
    of_film = [one for one in listed() if one.part not in PACKS]
    return [one for i, one in enumerate(of_film) if i % SAMPLE == 0 or one.kind == NOT_TOLD]


async def test_no_answer_to_a_listed_question_is_wrong(film: Library) -> None:
    counted = [(one, judged(one, await film.look_up(one.question, ALL))) for one in sample()]
    near = [one for one, columns in counted if "among three" in columns]

    assert [one.question for one, columns in counted if "wrong" in columns] == []
    assert len(near) > 0.8 * len(counted)
