"""Changes to a server's lore: visible at once, checked for duplicates, found by name."""

import random
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest

from lore.catalogue.database import Catalogue
from lore.curation.drafts import EntryDraft, NoteDraft, QuoteDraft
from lore.curation.duplicates import SharedPart, alike
from lore.curation.quota import Quota
from lore.curation.service import COMPLETIONS, REMOVED, Curation
from lore.ledger.port import Ledger, NoSuchEntryError, StateError
from lore.ledger.records import Actor
from lore.ledger.sqlite.database import open_store
from lore.ledger.verbs.ledger import ledger_in
from lore.pack.model import Kind, Pack
from lore.query.answers import Found, NoQuote, Quoted, Removed, Scope, Unknown
from lore.query.library import Library
from lore.query.open_pack import OpenPack
from tests.tiers import EVERY_TIER

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HERE = Scope(1, EVERY_TIER)
GLOBE = EntryDraft(
    Kind.PLACE,
    "Zorblax Bar",
    "A bar at the harbour of Zorbl. Everybody meets there before the parade of the lanterns.",
    aliases=("The Quillon",),
)


class Desk(NamedTuple):
    ledger: Ledger
    library: Library
    curation: Curation
    by: Callable[[], Actor]


@pytest.fixture
async def desk(tmp_path: Path, catalogue: Catalogue) -> AsyncIterator[Desk]:
    ids = count(1)
    async with open_store(tmp_path / "ledger.db") as database:
        ledger = ledger_in(database, Quota())
        library = Library([OpenPack(catalogue)], random.Random(1), ledger.entries)
        curation = Curation(ledger, library, library.changed)
        yield Desk(ledger, library, curation, lambda: Actor(next(ids), 7, NOON))


async def test_published_entry_is_found_by_the_next_query(desk: Desk) -> None:
    assert isinstance(await desk.library.look_up("zorblax bar", HERE), Unknown)

    await desk.curation.publish(1, GLOBE, desk.by())

    assert isinstance(await desk.library.look_up("zorblax bar", HERE), Found)


async def test_removed_entry_is_not_found_any_more(desk: Desk) -> None:
    quote = await desk.curation.publish(1, QuoteDraft("Lanterns out, everyone!"), desk.by())
    assert isinstance(await desk.library.quote_by_id(quote.id, HERE), Quoted)

    await desk.curation.remove(1, quote.id, desk.by())

    assert await desk.library.quote_by_id(quote.id, HERE) == Removed(quote.id)


async def test_restored_entry_is_found_again(desk: Desk) -> None:
    entry = await desk.curation.publish(1, GLOBE, desk.by())
    await desk.curation.remove(1, entry.id, desk.by())

    await desk.curation.restore(1, entry.id, desk.by())

    assert isinstance(await desk.library.look_up("zorblax bar", HERE), Found)


async def test_published_entry_is_not_found_by_another_server(desk: Desk) -> None:
    quote = await desk.curation.publish(1, QuoteDraft("Lanterns out, everyone!"), desk.by())

    assert isinstance(await desk.library.quote_by_id(quote.id, Scope(2, EVERY_TIER)), NoQuote)


async def test_suggestion_is_not_found_before_it_is_approved(desk: Desk) -> None:
    suggestion = await desk.curation.suggest(1, GLOBE, desk.by())
    assert isinstance(await desk.library.look_up("zorblax bar", HERE), Unknown)

    await desk.curation.approve(1, suggestion.number, desk.by(), None)

    assert isinstance(await desk.library.look_up("zorblax bar", HERE), Found)


async def test_misspelt_name_of_the_pack_is_warned_about(desk: Desk) -> None:
    close = await alike(desk.library, 1, EntryDraft(Kind.CHARACTER, "Ultrom", "Somebody."))

    assert [(one.id, one.shared) for one in close][:1] == [("ultron", SharedPart.NAME)]


async def test_alias_of_the_pack_is_warned_about_as_the_same_name(desk: Desk) -> None:
    close = await alike(desk.library, 1, EntryDraft(Kind.CHARACTER, "Iron Man", "Somebody."))

    assert [(one.id, one.shared) for one in close] == [("tony-stark", SharedPart.SAME_NAME)]


async def test_alias_of_a_draft_is_compared_too(desk: Desk) -> None:
    draft = EntryDraft(Kind.CHARACTER, "Quillonix", "Somebody.", aliases=("Iron Man",))

    assert [one.id for one in await alike(desk.library, 1, draft)] == ["tony-stark"]


async def test_text_that_begins_like_another_of_the_server_is_warned_about(desk: Desk) -> None:
    entry = await desk.curation.publish(1, GLOBE, desk.by())
    draft = EntryDraft(Kind.PLACE, "Vexillum", f"{GLOBE.text} It is closed on Sundays.")

    close = await alike(desk.library, 1, draft)

    assert [(one.id, one.shared) for one in close] == [(entry.id, SharedPart.TEXT)]


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("昨日、東京で大きな花火大会が開かれた。", "空がとても明るくて、みんなが笑っていた。"),
        ("我们明天早上坐火车去北京看长城。", "晚上大家一起吃饺子，喝很多茶。"),
        ("เมื่อวานฉันไปกรุงเทพมหานครกับเพื่อน", "วันนี้ฝนตก"),
        ("मैं कल अपने पिता से मिला।", "वह बहुत खुश थे।"),
    ],
)
async def test_similar_text_in_other_scripts_is_warned_about(
    desk: Desk, text: str, more: str
) -> None:
    entry = await desk.curation.publish(1, replace(GLOBE, text=text), desk.by())

    close = await alike(desk.library, 1, EntryDraft(Kind.PLACE, "Vexillum", text + more))

    assert [(one.id, one.shared) for one in close] == [(entry.id, SharedPart.TEXT)]
    assert await alike(desk.library, 1, EntryDraft(Kind.PLACE, "Vexillum", more)) == ()


async def test_duplicate_of_a_pack_quote_is_warned_about(desk: Desk, pack: Pack) -> None:
    quote = max(pack.quotes, key=lambda quote: len(quote.lines[0].words))

    close = await alike(desk.library, 1, QuoteDraft(quote.lines[0].words.lower()))

    assert quote.id in [one.id for one in close]


async def test_original_text_has_no_warning(desk: Desk) -> None:
    assert await alike(desk.library, 1, GLOBE) == ()


async def test_edited_entry_is_not_compared_with_itself(desk: Desk) -> None:
    entry = await desk.curation.publish(1, GLOBE, desk.by())

    assert await alike(desk.library, 1, GLOBE, besides=entry.id) == ()


async def test_another_servers_entry_causes_no_warning(desk: Desk) -> None:
    await desk.curation.publish(2, GLOBE, desk.by())

    assert await alike(desk.library, 1, GLOBE) == ()


@pytest.mark.parametrize(
    "text", ["s.zorblax-bar", " S.Zorblax-Bar ", "Zorblax Bar", "zorblax  bar", "zorb"]
)
async def test_entry_is_found_by_id_name_or_unique_part(desk: Desk, text: str) -> None:
    await desk.curation.publish(1, GLOBE, desk.by())
    await desk.curation.publish(1, NoteDraft("ultron", "He hummed."), desk.by())

    assert await desk.curation.resolve(1, text) == "s.zorblax-bar"


async def test_a_part_shared_by_two_names_finds_neither(desk: Desk) -> None:
    for name in ("Zorblax Bar", "Zorblax Inn"):
        await desk.curation.publish(1, EntryDraft(Kind.PLACE, name, "A place."), desk.by())

    with pytest.raises(NoSuchEntryError, match="several"):
        await desk.curation.resolve(1, "zorblax")


async def test_exact_name_is_preferred_to_a_longer_one(desk: Desk) -> None:
    for name in ("Zorblax", "Zorblax Inn"):
        await desk.curation.publish(1, EntryDraft(Kind.PLACE, name, "A place."), desk.by())

    assert await desk.curation.resolve(1, "zorblax") == "s.zorblax"


async def test_removed_entry_is_found_where_removed_entries_are_allowed(desk: Desk) -> None:
    await desk.curation.publish(1, GLOBE, desk.by())
    await desk.curation.remove(1, "s.zorblax-bar", desk.by())

    assert await desk.curation.resolve(1, "Zorblax Bar") == "s.zorblax-bar"


@pytest.mark.parametrize(
    ("removed", "said"),
    [
        (False, "Zorblax Bar (s.zorblax-bar) is not removed."),
        (True, "Zorblax Bar (s.zorblax-bar) is removed: /entry restore brings it back."),
    ],
)
async def test_entry_in_the_other_state_is_reported_as_such(
    desk: Desk, removed: bool, said: str
) -> None:
    await desk.curation.publish(1, GLOBE, desk.by())
    if removed:
        await desk.curation.remove(1, "s.zorblax-bar", desk.by())

    with pytest.raises(StateError) as refusal:
        await desk.curation.resolve(1, "zorblax bar", live=removed)
    assert str(refusal.value) == said


async def test_part_of_a_name_finds_no_entry_in_the_other_state(desk: Desk) -> None:
    await desk.curation.publish(1, GLOBE, desk.by())

    with pytest.raises(NoSuchEntryError, match="no removed entries"):
        await desk.curation.resolve(1, "zorb", live=False)


async def test_another_servers_entry_is_not_found_by_name(desk: Desk) -> None:
    await desk.curation.publish(2, GLOBE, desk.by())

    with pytest.raises(NoSuchEntryError):
        await desk.curation.resolve(1, "Zorblax Bar")


async def test_completion_offers_either_live_or_removed_entries(
    desk: Desk,
) -> None:
    kept = await desk.curation.publish(1, GLOBE, desk.by())
    gone = await desk.curation.publish(1, QuoteDraft("Lanterns out, everyone!"), desk.by())
    await desk.curation.remove(1, gone.id, desk.by())

    assert [one.id for one in await desk.curation.complete(1, "")] == [kept.id]
    assert [one.id for one in await desk.curation.complete(1, "lant", live=False)] == [gone.id]
    assert await desk.curation.complete(2, "", live=False) == ()


async def test_completion_offers_the_newest_entries_up_to_discords_limit(desk: Desk) -> None:
    for number in range(COMPLETIONS + 2):
        await desk.curation.publish(1, QuoteDraft(f"Lantern {number}"), desk.by())

    offered = [one.id for one in await desk.curation.complete(1, "lantern")]

    assert offered == [f"s{number}" for number in range(27, 2, -1)]


async def test_erased_person_is_named_in_no_entry(desk: Desk) -> None:
    await desk.curation.publish(1, GLOBE, desk.by())

    assert await desk.curation.forget_person(7) > 0

    assert (await desk.library.layer(1)).lore["s.zorblax-bar"].written_by is None


async def test_speaker_without_an_entry_is_found_by_name(desk: Desk) -> None:
    await desk.curation.publish(1, QuoteDraft("Lanterns out!", speaker="Quillon Zorb"), desk.by())

    offered, *_ = await desk.library.complete_speaker("quillo", HERE)
    answer = await desk.library.quote(HERE, offered.ref.id)

    assert isinstance(answer, Quoted)
    assert answer.view.id == "s1"
    elsewhere = await desk.library.complete_speaker("quillo", Scope(2, EVERY_TIER))
    assert offered not in elsewhere


async def test_speaker_with_a_server_entry_is_found_as_that_entry(desk: Desk) -> None:
    await desk.curation.publish(1, QuoteDraft("Lanterns out!", speaker="Zorblax Bar"), desk.by())
    await desk.curation.publish(1, GLOBE, desk.by())

    answer = await desk.library.quote(HERE, "the quillon")

    assert isinstance(answer, Quoted)
    assert [one.ref.id for one in await desk.library.complete_speaker("zorb", HERE)] == [
        "s.zorblax-bar"
    ]


async def test_duplicate_quote_of_two_words_is_warned_about(desk: Desk) -> None:
    quote = await desk.curation.publish(1, QuoteDraft("Lanterns, please!"), desk.by())

    close = await alike(desk.library, 1, QuoteDraft("Lanterns, please."))

    assert [one.id for one in close] == [quote.id]


async def test_short_quote_does_not_match_every_quote_with_its_word(desk: Desk) -> None:
    await desk.curation.publish(1, QuoteDraft("Everyone takes two lanterns out."), desk.by())

    assert await alike(desk.library, 1, QuoteDraft("Lanterns!")) == ()


async def test_exact_name_is_found_among_many_newer_longer_names(desk: Desk) -> None:
    named = await desk.curation.publish(1, replace(GLOBE, name="Inn"), desk.by())
    for number in range(COMPLETIONS + 5):
        await desk.curation.publish(1, replace(GLOBE, name=f"Inn {number}"), desk.by())

    assert await desk.curation.resolve(1, "inn", live=True) == named.id


async def test_old_removed_entry_is_reported_as_found_only_by_id(desk: Desk) -> None:
    for number in range(REMOVED + 1):
        entry = await desk.curation.publish(1, replace(GLOBE, name=f"Inn {number}"), desk.by())
        await desk.curation.remove(1, entry.id, desk.by())

    with pytest.raises(NoSuchEntryError, match=f"only the last {REMOVED} are found by name"):
        await desk.curation.resolve(1, "Inn 0", live=False)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Café Zoë", "cafe zo"),
        ("Łukasz Ørsted", "lukasz o"),
        ("Ёлкин Двор", "елкин"),
        ("أحمد المعتصم", "احمد"),
        ("हज़ारी बाग़", "हजारी"),
        ("ドラゴン", "どらごん"),
        ("ﾄﾞﾗｺﾞﾝ", "ドラ"),
        ("Ἀχιλλεύς", "αχιλλ"),
        ("שָׁלוֹם", "שלום"),
        ("O’Neil", "oneil"),
    ],
)
async def test_curators_find_entries_in_any_spelling(desk: Desk, name: str, typed: str) -> None:
    place = await desk.curation.publish(1, EntryDraft(Kind.PLACE, name, "There."), desk.by())
    gone = await desk.curation.publish(1, QuoteDraft(f"In {name}."), desk.by())
    await desk.curation.remove(1, gone.id, desk.by())

    assert [one.id for one in await desk.curation.complete(1, typed)] == [place.id]
    assert [one.id for one in await desk.curation.complete(1, typed, live=False)] == [gone.id]
    assert await desk.curation.resolve(1, typed, live=True) == place.id


async def test_name_typed_exactly_is_preferred_to_one_with_other_accents(desk: Desk) -> None:
    for name in ("Zoe", "Zoë", "zoe"):
        await desk.curation.publish(1, EntryDraft(Kind.PLACE, name, "There."), desk.by())

    assert [await desk.curation.resolve(1, name) for name in ("Zoe", "Zoë", "zoe", "ZOË")] == [
        "s.zoe", "s.zoe-2", "s.zoe-3", "s.zoe-2",
    ]  # fmt: skip
    assert [one.id for one in await desk.curation.complete(1, "zoë")] == [
        "s.zoe-2",
        "s.zoe-3",
        "s.zoe",
    ]
    with pytest.raises(NoSuchEntryError, match="several"):
        await desk.curation.resolve(1, "zöe")


async def test_completion_reflects_the_current_entries(desk: Desk) -> None:
    place = await desk.curation.publish(1, EntryDraft(Kind.PLACE, "Café", "There."), desk.by())
    assert await desk.curation.complete(1, "cafe")
    draft = EntryDraft(Kind.PLACE, "Bistró", "There.")
    await desk.curation.edit(1, place.id, draft, place.revision, desk.by())

    assert await desk.curation.complete(1, "cafe") == ()
    assert [one.id for one in await desk.curation.complete(1, "bistro")] == [place.id]
