"""What a server hides of the pack is found nowhere there, and everywhere else as before."""

import inspect
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, Literal

import pytest

from lore.catalogue.database import Catalogue
from lore.curation.drafts import AliasDraft, HideDraft, QuoteDraft
from lore.errors import HiddenHereError
from lore.ledger.port import Entries, StateError
from lore.ledger.records import Actor
from lore.pack.model import Kind
from lore.query.answers import (
    DidYouMean,
    EntryView,
    Found,
    NoQuote,
    Quoted,
    Ref,
    Scope,
    Timeline,
    Unknown,
)
from lore.query.library import Library
from lore.query.open_pack import OpenPack
from lore.query.visible_lore import QUOTE
from tests.tiers import EVERY_TIER

HERE, ELSEWHERE = 1, 2
SCOPE, OTHER, ALONE = (Scope(one, EVERY_TIER) for one in (HERE, ELSEWHERE, None))

Hide = Callable[..., Awaitable[str]]

EVERY_KIND = [
    "ultron",
    "battle-of-sokovia",
    "sokovia",
    "vibranium",
    "avengers",
    "avengers-age-of-ultron",
]

# Methods of the library that return ids.
OF_IDS = ("quote_ids", "quotes_apart")

# Methods of the library that tell of no entry or quote to those who ask, and why.
TELLS_NOTHING = {
    "changed": "is told of a change",
    "check_named": "returns nothing",
    "check_open": "returns nothing",
    "drawn": "shows a curator their own draft",
    "forget": "is told of a change",
    "forget_all": "is told of a change",
    "is_open": "tells of a story",
    "layer": "is what the server wrote itself",
    "quotes_not_shown": "is for curators, who name whose quotes are hidden",
    "tier_not_shown": "is for curators, who name what is not shown",
    "may_relate": "says yes or no of kinds",
    "of_pack": "is for curators, who name what is hidden",
    "quote_of_pack": "is for curators, who name what is hidden",
    "refs": "is for curators, who name what they wrote",
    "replace_packs": "is told of a change",
    "why_hidden": "is for curators, who name what is hidden",
}


@pytest.fixture
def hide(library: Library, entries: Entries, by: Callable[[], Actor]) -> Hide:
    async def hide(id: str, of: Literal["entry", "quote"] = "entry") -> str:
        entry = await entries.publish(HERE, HideDraft(id, id, of), by())
        library.changed(HERE)
        return entry.id

    return hide


def told(answer: Any) -> Iterator[str]:
    """Yield the ids of all entries and quotes in an answer, however deep."""
    if isinstance(answer, Ref):
        yield answer.id
    elif is_dataclass(answer):
        for field in fields(answer):
            value = getattr(answer, field.name)
            if field.name in ("quote_id", "quotes") or (field.name == "id" and value):
                yield from (value,) if isinstance(value, str) else filter(_is_text, value or ())
            yield from told(value)
    elif isinstance(answer, tuple | list | frozenset):
        for one in answer:
            yield from told(one)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


async def walk(library: Library, scope: Scope, of: list[str]) -> AsyncIterator[tuple[str, Any]]:
    """Yield all that the library tells of some entries: whatever can be asked, by whatever name."""
    names = {id: ref.name for id in of if (ref := library.of_pack(id))}
    for id, name in names.items():
        for asked in (name, id, f"who is {name}", f"{name[:-1]}x", f"what happened to {name}"):
            yield "look_up", await library.look_up(asked, scope)
            yield "called", await library.called(asked, scope)
            yield "explain", await library.explain(asked, scope)
            yield "search", await library.search(asked, scope)
        for kind in (None, *Kind):
            yield "complete", await library.complete(name[:4], scope, kind)
        yield "complete_speaker", await library.complete_speaker(name[:4], scope)
        yield "speaker", await library.speaker(name, scope)
        yield "quote", await library.quote(scope, name)
        yield "quotes_by", await library.quotes_by(id, scope)
        yield "quote_like", await library.quote_like(f"{name} people", scope)
        yield "complete_quote", await library.complete_quote(name[:4], scope)
        yield "find_entry", await library.find_entry(id, scope)
        with_timelines: tuple[tuple[str | None, str | None], ...] = ((id, None), (None, id))
        for asked_for in ((library.entry, (id,)), (library.quotes_of, (id,))):
            yield asked_for[0].__name__, await _or_hidden(asked_for[0](*asked_for[1], scope))
        for who, place in with_timelines:
            yield "timeline", await _or_hidden(events_told(library, scope, who, place))
    yield "timeline", await events_told(library, scope, None, None)
    yield "entries", await library.entries(scope)
    yield "quotes_apart", await library.quotes_apart(scope)
    for quote in (ids := await library.quote_ids(scope)):
        yield "find_quote", await library.find_quote(quote, scope)
        yield "quote_by_id", await library.quote_by_id(quote, scope)
        yield "pressed_quote", await library.pressed_quote(quote, scope)
    yield "quote_ids", ids


async def events_told(
    library: Library, scope: Scope, who: str | None, place: str | None
) -> tuple[Timeline, list[EntryView]]:
    asked = await library.timeline(scope, who, place)
    return asked, list(map(asked.view, asked.events))


async def _or_hidden(answer: Awaitable[Any]) -> Any:
    try:
        return await answer
    except HiddenHereError:
        return None


async def nothing_is_told(library: Library, hide: Hide, id: str, of: list[str]) -> None:
    """Hide an entry, and see that it and its quotes are in nothing that is told of others."""
    await library.look_up("who killed Baron Strucker", ALONE)
    [view] = [one.view for one in [await library.entry(id, ALONE)] if isinstance(one, Found)]
    gone = {id} if view.happening else {id, *view.quotes}
    await hide(id)
    asked = set()
    async for method, answer in walk(library, SCOPE, of):
        asked.add(method)
        ids = {*answer} if method in OF_IDS else {*told(answer)}
        assert gone.isdisjoint(ids), (method, answer)
    public = {name for name, _ in inspect.getmembers(Library, inspect.isfunction)}
    assert {name for name in public if name[0] != "_"} == asked | TELLS_NOTHING.keys()


async def test_hidden_entry_is_in_no_answer_about_those_it_is_tied_to(
    library: Library, hide: Hide
) -> None:
    near = dict.fromkeys(told(await library.entry("ultron", ALONE)))

    await nothing_is_told(library, hide, "ultron", [*near][:3])


@pytest.mark.slow
@pytest.mark.parametrize("id", EVERY_KIND)
async def test_hidden_entry_is_in_no_answer_at_all(library: Library, hide: Hide, id: str) -> None:
    every = dict[str, None]()
    for kind in Kind:
        for choice in await library.complete("", ALONE, kind):
            every |= dict.fromkeys(told(await library.entry(choice.ref.id, ALONE)))

    await nothing_is_told(library, hide, id, [one for one in every if library.of_pack(one)])


async def test_other_servers_and_messages_are_as_before(library: Library, hide: Hide) -> None:
    before = await library.look_up("Ultron", ALONE)
    await hide("ultron")

    assert isinstance(before, Found)
    for scope in (OTHER, ALONE):
        assert await library.look_up("Ultron", scope) is before
    assert not isinstance(await library.look_up("Ultron", SCOPE), Found)


async def test_answers_of_the_pack_still_serve_where_the_hidden_does_not_matter(
    library: Library, hide: Hide
) -> None:
    before = [await library.look_up(name, ALONE) for name in ("Raina", "hulk")]
    await hide("avengers-compound")

    assert [await library.look_up(name, SCOPE) for name in ("Raina", "hulk")] == before
    assert await library.look_up("Raina", SCOPE) is before[0]


async def test_what_is_shown_again_is_found_as_before(
    library: Library, entries: Entries, hide: Hide, by: Callable[[], Actor]
) -> None:
    before = await library.look_up("Ultron", ALONE)
    await entries.remove(HERE, await hide("ultron"), by())
    library.changed(HERE)

    assert await library.look_up("Ultron", SCOPE) == before


async def test_an_entry_is_hidden_once(
    entries: Entries, hide: Hide, by: Callable[[], Actor]
) -> None:
    first = await hide("ultron")
    with pytest.raises(StateError, match=rf"hides ultron already \({first}\)"):
        await hide("ultron")
    await hide("ultron", "quote")

    await entries.remove(HERE, first, by())
    second = await hide("ultron")
    for again in (entries.restore(HERE, first, by()), entries.roll_back(HERE, first, 1, 2, by())):
        with pytest.raises(StateError, match=second):
            await again


async def test_hidden_quote_is_gone_and_its_speaker_stays(library: Library, hide: Hide) -> None:
    await hide("peace-in-my-time", "quote")

    assert isinstance(await library.quote_by_id("peace-in-my-time", SCOPE), NoQuote)
    with pytest.raises(HiddenHereError):
        await library.pressed_quote("peace-in-my-time", SCOPE)
    assert await library.quote_ids(SCOPE, "ultron")
    hits = await library.search("peace in my time", SCOPE, QUOTE)
    assert "peace-in-my-time" not in {one.quote_id for one in hits.passages}
    assert isinstance(await library.quote_by_id("peace-in-my-time", OTHER), Quoted)


async def test_what_the_server_itself_quotes_of_the_hidden_stays_without_a_way_to_them(
    library: Library, entries: Entries, hide: Hide, by: Callable[[], Actor]
) -> None:
    own = await entries.publish(HERE, QuoteDraft("Glimmerstone is mine.", "Ultron"), by())
    await hide("ultron")

    quote = await library.find_quote(own.id, SCOPE)
    assert quote
    assert (quote.lines[0].speaker, quote.lines[0].ref) == ("Ultron", None)


async def test_sentences_of_others_that_name_the_hidden_stay(library: Library, hide: Hide) -> None:
    await hide("ultron")
    strucker = await library.look_up("Baron Strucker", SCOPE)

    assert isinstance(strucker, Found)
    assert any("Ultron" in one.says for one in strucker.view.text)


async def test_events_beside_a_hidden_one_are_beside_each_other(
    library: Library, hide: Hide
) -> None:
    before = (await library.timeline(ALONE, None, None)).events
    one, gone, other = (event.ref for event in before[3:6])
    await hide(gone.id)

    _, told_of = await events_told(library, SCOPE, None, None)
    events = {event.ref: event.happening for event in told_of}
    assert len(events) == len(before) - 1
    first, second = events[one], events[other]
    assert first
    assert second
    assert (first.next, second.previous) == (other, one)


async def test_question_is_not_answered_with_what_is_hidden(library: Library, hide: Hide) -> None:
    asked = "who killed Pietro Maximoff"
    assert isinstance(await library.look_up(asked, ALONE), Found)
    await hide("ultron")

    for answer in (await library.look_up(asked, SCOPE), await library.look_up("Ultron", SCOPE)):
        assert isinstance(answer, Unknown | DidYouMean)


@pytest.mark.parametrize("asked", ["who created ultron", "who destroyed ultron", "who fought him"])
async def test_question_about_the_hidden_is_not_answered(
    library: Library, hide: Hide, asked: str
) -> None:
    await hide("ultron")

    assert "ultron" not in set(told(await library.look_up(asked, SCOPE)))


async def test_name_of_the_hidden_does_not_mean_who_is_called_nearly_so(
    library: Library, hide: Hide
) -> None:
    await hide("tony-stark")

    found = await library.look_up("tony stark", SCOPE)
    heard = await library.speaker("tony stark", SCOPE)

    assert isinstance(found, Unknown)
    assert isinstance(heard, Unknown)
    assert isinstance(await library.look_up("tony stark", OTHER), Found)


async def test_why_a_name_is_not_found_is_told_by_what_hides_it(
    library: Library, hide: Hide
) -> None:
    entry, quote = await hide("thor"), await hide("peace-in-my-time", "quote")

    why = [
        await library.why_hidden("the god of thunder", SCOPE),
        await library.why_hidden("Peace-in-my-time", SCOPE, QUOTE),
        await library.why_hidden("I'm on a mission. What mission? Peace in my time", SCOPE, QUOTE),
        await library.why_hidden("Raina", SCOPE),
        await library.why_hidden("thor", OTHER),
    ]
    assert [one and one.id for one in why] == [entry, quote, quote, None, None]


async def test_hiding_and_aliases_follow_an_entry_to_its_new_id(
    catalogue: Catalogue, entries: Entries, by: Callable[[], Actor]
) -> None:
    ultron, thor = (
        catalogue.entries[id].model_copy(update={"former": (f"old-{id}",)})
        for id in ("ultron", "thor")
    )
    renamed = replace(catalogue, entries={**catalogue.entries, "ultron": ultron, "thor": thor})
    library = Library([OpenPack(renamed)], random.Random(7), entries)
    await entries.publish(HERE, HideDraft("old-ultron", "Ultron"), by())
    await entries.publish(HERE, AliasDraft("old-thor", "Goldilocks"), by())

    assert not isinstance(await library.look_up("Ultron", SCOPE), Found)
    for id in ("ultron", "old-ultron"):
        with pytest.raises(HiddenHereError):
            await library.entry(id, SCOPE)
    found = await library.look_up("Goldilocks", SCOPE)
    assert isinstance(found, Found)
    assert found.view.ref.id == "thor"
    assert await library.why_hidden("Ultron", SCOPE)
