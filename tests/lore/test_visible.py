"""Hidden entries are no candidates: not by name, while typing, nor in a search."""

import sys
from collections.abc import Callable, Iterator
from types import FrameType

import pytest

from lore.catalogue.database import Catalogue
from lore.curation.drafts import EntryDraft, NoteDraft, QuoteDraft
from lore.ledger.port import Entries
from lore.ledger.records import Actor
from lore.pack.model import Kind
from lore.query.answers import DidYouMean, Found, Ref, Scope
from lore.query.library import Library
from lore.query.questions import asking
from lore.query.server_layer import id_of
from lore.query.visible_lore import QUOTE, PackIndex, VisibleLore
from lore.search import Name, NameIndex, Passage, PassageIndex
from tests.tiers import EVERY_TIER

HERE, ELSEWHERE = 1, 2
MANY = 10_000

# A name as it is, in another order, misspelt, by its sound, its beginning, and among other words.
QUESTIONS = (
    "Tony Stark",
    "stark tony",
    "tonny strak",
    "toni starck",
    "tony s",
    "who is Tony Stark",
)


@pytest.fixture(scope="module")
def index(catalogue: Catalogue) -> PackIndex:
    return PackIndex.build(catalogue)


def entries(index: PackIndex) -> list[Ref]:
    return [ref for id in index.views.ids() if (ref := index.views.find(id))]


@pytest.mark.parametrize("asked", QUESTIONS)
def test_a_masked_name_is_never_found(asked: str) -> None:
    names = NameIndex.build([Name("Tony Stark", "tony"), Name("Tony Starkweather", "other")])
    masked = names.only({"other"})

    found = [*masked.find(asked), *masked.complete(asked), *masked.said_in(asked)]

    assert "tony" in {match.key for match in names.find(asked)}
    assert {match.key for match in found} <= {"other"}


def test_an_empty_box_offers_no_masked_name() -> None:
    names = NameIndex.build([Name("Tony Stark", "tony"), Name("Thor", "thor")])

    assert [match.key for match in names.only({"thor"}).complete("")] == ["thor"]


def test_a_mask_over_a_mask_shows_only_what_both_show() -> None:
    names = NameIndex.build([Name(f"{name} Stark", name) for name in ("Tony", "Howard", "Edward")])
    passages = PassageIndex.build([Passage(key, "The city will fly.") for key in "abc"])

    twice = names.only({"Tony", "Howard"}).only({"Howard", "Edward"})
    thrice = passages.only({"a", "b"}).only({"b", "c"})

    assert [match.key for match in twice.find("stark")] == ["Howard"]
    assert [hit.key for hit in thrice.find("the city will fly")] == ["b"]


def test_a_mask_does_not_change_the_index_it_was_made_from() -> None:
    names = NameIndex.build([Name("Tony Stark", "tony"), Name("Thor", "thor")])
    names.only(set())

    assert [match.key for match in names.find("thor")] == ["thor"]


def test_masked_passages_make_room_for_all_others_however_many_they_are() -> None:
    passages = [Passage(str(number), "The city will fly.") for number in range(500)]

    hits = PassageIndex.build(passages).only({"498", "499"}).find("the city will fly")

    assert [hit.key for hit in hits] == ["498", "499"]


def calls_of(act: Callable[[], object]) -> int:
    """Count the functions of Python that an act enters."""
    entered = 0

    def count(_: FrameType, event: str, __: object) -> None:
        nonlocal entered
        entered += event == "call"

    sys.setprofile(count)
    try:
        act()
    finally:
        sys.setprofile(None)
    return entered


@pytest.mark.parametrize("kind", [None, Kind.EVENT])
def test_masking_a_pack_enters_no_function_for_each_entry(
    index: PackIndex, kind: Kind | None
) -> None:
    visible = VisibleLore(index, Scope(None, EVERY_TIER))

    assert len(entries(index)) > 100
    # They are opened once.
    assert index.passages.all.refs
    assert calls_of(lambda: visible.names(kind)) < 50
    assert calls_of(lambda: visible.passages(kind)) < 50


def candidates(visible: VisibleLore, asked: str, kind: Kind | None) -> Iterator[Ref]:
    """Yield all entries that a question comes to by any way, however little they are like it."""
    names = visible.names(kind)
    for match in (
        *names.find(asked, limit=MANY),
        *names.complete(asked[:3], limit=MANY),
        *names.said_in(asked, limit=MANY),
    ):
        ref = visible.ref(id_of(match.key))
        assert ref is not None
        yield ref
    for hit in visible.search(asked, kind, MANY):
        if at := visible.locate(hit.key).at:
            ref = visible.ref(at)
            assert ref is not None
            yield ref


def test_entry_of_a_hidden_tier_is_no_candidate(index: PackIndex) -> None:
    for hidden in {ref.tier for ref in entries(index)}:
        visible = VisibleLore(index, Scope(None, EVERY_TIER - {hidden}))
        for ref in entries(index):
            if ref.tier == hidden:
                assert hidden not in {one.tier for one in candidates(visible, ref.name, None)}


def test_statement_of_a_hidden_tier_is_no_candidate(index: PackIndex) -> None:
    for hidden in {spot.tier for spot in index.passages.all.refs.values()}:
        visible = VisibleLore(index, Scope(None, EVERY_TIER - {hidden}))
        for words in ("the city", "peace in our time", "ultron and stark"):
            hits = [*visible.search(words, None, MANY), *visible.quotes_like(words, MANY, None)]
            assert hits
            assert hidden not in {visible.locate(hit.key).tier for hit in hits}


@pytest.mark.parametrize("kind", Kind)
def test_an_entry_of_another_kind_is_no_candidate(index: PackIndex, kind: Kind) -> None:
    visible = VisibleLore(index, Scope(None, EVERY_TIER))
    for ref in entries(index)[::3]:
        assert {one.kind for one in candidates(visible, ref.name, kind)} <= {kind}


def test_a_search_for_quotes_finds_no_entry(index: PackIndex) -> None:
    visible = VisibleLore(index, Scope(None, EVERY_TIER))

    assert {visible.locate(hit.key).at for hit in visible.search("ultron", QUOTE, MANY)} == {None}


@pytest.fixture
async def own_lore(library: Library, entries: Entries, by: Callable[[], Actor]) -> None:
    for draft in (
        EntryDraft(Kind.PLACE, "Zorblax", "A planet made of glimmerstone."),
        QuoteDraft("Glimmerstone is all I ever wanted.", "Quillon"),
        NoteDraft("ultron", "Seen with glimmerstone."),
    ):
        await entries.publish(HERE, draft, by())
    library.changed(HERE)


async def found_of_own(library: Library, scope: Scope) -> list[object]:
    """Return what of the server's own lore is found by name, while typing, by speaker, by words."""
    named = (await library.explain("zorblx", scope)).candidates
    return [
        *(one for one in named if one.ref.name == "Zorblax"),
        *await library.complete("zorbl", scope),
        *await library.complete_speaker("quillon", scope),
        *(await library.search("glimmerstone", scope)).passages,
    ]


@pytest.mark.usefixtures("own_lore")
async def test_own_lore_is_found_where_it_was_written(library: Library) -> None:
    assert len(await found_of_own(library, Scope(HERE, EVERY_TIER))) == 6


@pytest.mark.usefixtures("own_lore")
@pytest.mark.parametrize(
    "scope",
    [Scope(None, EVERY_TIER), Scope(ELSEWHERE, EVERY_TIER), Scope(HERE, EVERY_TIER - {"server"})],
    ids=["nowhere", "elsewhere", "hidden"],
)
async def test_server_lore_is_no_candidate_elsewhere_or_where_hidden(
    library: Library, scope: Scope
) -> None:
    assert await found_of_own(library, Scope(HERE, EVERY_TIER)) != []
    assert await found_of_own(library, scope) == []


@pytest.mark.usefixtures("own_lore")
async def test_a_removed_entry_is_no_candidate_at_the_next_question(
    library: Library, entries: Entries, by: Callable[[], Actor]
) -> None:
    await library.complete("zorbl", Scope(HERE, EVERY_TIER))

    await entries.remove(HERE, "s.zorblax", by())
    library.changed(HERE)

    assert await library.complete("zorbl", Scope(HERE, EVERY_TIER)) == ()


@pytest.mark.usefixtures("own_lore")
@pytest.mark.parametrize("asked", ["Tony Stark", "tony stark", "tony-stark", "Iron Man"])
async def test_answer_unaffected_by_server_lore_is_shared_by_all_servers(
    library: Library, asked: str
) -> None:
    assert await library.look_up(asked, Scope(HERE, EVERY_TIER)) is await library.look_up(
        asked, Scope(None, EVERY_TIER)
    )


@pytest.mark.usefixtures("own_lore")
async def test_a_note_is_shown_below_the_packs_answer(library: Library) -> None:
    answer = await library.look_up("Ultron", Scope(HERE, EVERY_TIER))
    elsewhere = await library.look_up("Ultron", Scope(ELSEWHERE, EVERY_TIER))

    assert isinstance(answer, Found)
    assert [note.text for note in answer.view.notes] == ["Seen with glimmerstone."]
    assert isinstance(elsewhere, Found)
    assert elsewhere.view.notes == ()


async def test_pack_name_reused_by_a_server_finds_both_entries(
    library: Library, entries: Entries, by: Callable[[], Actor]
) -> None:
    for draft in (
        EntryDraft(Kind.CHARACTER, "Tony Stark", "Another one."),
        EntryDraft(Kind.PLACE, "Zorblax", "A planet.", ("Iron Man",)),
    ):
        await entries.publish(HERE, draft, by())
    library.changed(HERE)

    for asked in ("tony stark", "iron man"):
        assert isinstance(await library.look_up(asked, Scope(HERE, EVERY_TIER)), DidYouMean)
    by_id = await library.look_up("tony-stark", Scope(HERE, EVERY_TIER))
    assert isinstance(by_id, Found)
    assert [ref.id for ref in by_id.view.namesakes] == ["s.tony-stark"]


@pytest.mark.parametrize("kind", [None, Kind.CHARACTER, Kind.EVENT])
async def test_shared_answers_equal_uncached_ones(
    library: Library,
    entries: Entries,
    by: Callable[[], Actor],
    index: PackIndex,
    kind: Kind | None,
) -> None:
    for name in ("Ultron", "Novi Grad", "the Avengers", "Starkweather", "Search of the Boxes"):
        await entries.publish(
            HERE, EntryDraft(Kind.EVENT, name, "Own lore.", (f"Old {name}",)), by()
        )
    library.changed(HERE)
    visible = VisibleLore(index, Scope(None, EVERY_TIER)).with_own(HERE, await library.layer(HERE))

    for ref in map(index.views.find, index.views.ids()):
        assert ref is not None
        for asked in (ref.id, ref.name, ref.name.lower(), ref.name[1:], f"{ref.name} · {ref.kind}"):
            shared = await library.look_up(asked, Scope(HERE, EVERY_TIER), kind)
            assert shared == asking.asked(visible, asked, kind)
