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


class CurationServices(NamedTuple):
    ledger: Ledger
    library: Library
    curation: Curation
    actor: Callable[[], Actor]


@pytest.fixture
async def services(tmp_path: Path, catalogue: Catalogue) -> AsyncIterator[CurationServices]:
    ids = count(1)
    async with open_store(tmp_path / "ledger.db") as database:
        ledger = ledger_in(database, Quota())
        library = Library([OpenPack(catalogue)], random.Random(1), ledger.entries)
        curation = Curation(ledger, library, library.changed)
        yield CurationServices(ledger, library, curation, lambda: Actor(next(ids), 7, NOON))


async def test_published_entry_is_found_by_the_next_query(services: CurationServices) -> None:
    assert isinstance(await services.library.look_up("zorblax bar", HERE), Unknown)

    await services.curation.publish(1, GLOBE, services.actor())

    assert isinstance(await services.library.look_up("zorblax bar", HERE), Found)


async def test_removed_entry_is_not_found_any_more(services: CurationServices) -> None:
    quote = await services.curation.publish(
        1, QuoteDraft("Lanterns out, everyone!"), services.actor()
    )
    assert isinstance(await services.library.quote_by_id(quote.id, HERE), Quoted)

    await services.curation.remove(1, quote.id, services.actor())

    assert await services.library.quote_by_id(quote.id, HERE) == Removed(quote.id)


async def test_restored_entry_is_found_again(services: CurationServices) -> None:
    entry = await services.curation.publish(1, GLOBE, services.actor())
    await services.curation.remove(1, entry.id, services.actor())

    await services.curation.restore(1, entry.id, services.actor())

    assert isinstance(await services.library.look_up("zorblax bar", HERE), Found)


async def test_published_entry_is_not_found_by_another_server(services: CurationServices) -> None:
    quote = await services.curation.publish(
        1, QuoteDraft("Lanterns out, everyone!"), services.actor()
    )

    assert isinstance(await services.library.quote_by_id(quote.id, Scope(2, EVERY_TIER)), NoQuote)


async def test_suggestion_is_not_found_before_it_is_approved(services: CurationServices) -> None:
    suggestion = await services.curation.suggest(1, GLOBE, services.actor())
    assert isinstance(await services.library.look_up("zorblax bar", HERE), Unknown)

    await services.curation.approve(1, suggestion.number, services.actor(), None)

    assert isinstance(await services.library.look_up("zorblax bar", HERE), Found)


async def test_misspelt_name_of_the_pack_is_warned_about(services: CurationServices) -> None:
    close = await alike(services.library, 1, EntryDraft(Kind.CHARACTER, "Ultrom", "Somebody."))

    assert [(one.id, one.shared) for one in close][:1] == [("ultron", SharedPart.NAME)]


async def test_alias_of_the_pack_is_warned_about_as_the_same_name(
    services: CurationServices,
) -> None:
    close = await alike(services.library, 1, EntryDraft(Kind.CHARACTER, "Iron Man", "Somebody."))

    assert [(one.id, one.shared) for one in close] == [("tony-stark", SharedPart.SAME_NAME)]


async def test_alias_of_a_draft_is_compared_too(services: CurationServices) -> None:
    draft = EntryDraft(Kind.CHARACTER, "Quillonix", "Somebody.", aliases=("Iron Man",))

    assert [one.id for one in await alike(services.library, 1, draft)] == ["tony-stark"]


async def test_text_that_begins_like_another_of_the_server_is_warned_about(
    services: CurationServices,
) -> None:
    entry = await services.curation.publish(1, GLOBE, services.actor())
    draft = EntryDraft(Kind.PLACE, "Vexillum", f"{GLOBE.text} It is closed on Sundays.")

    close = await alike(services.library, 1, draft)

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
    services: CurationServices, text: str, more: str
) -> None:
    entry = await services.curation.publish(1, replace(GLOBE, text=text), services.actor())

    close = await alike(services.library, 1, EntryDraft(Kind.PLACE, "Vexillum", text + more))

    assert [(one.id, one.shared) for one in close] == [(entry.id, SharedPart.TEXT)]
    assert await alike(services.library, 1, EntryDraft(Kind.PLACE, "Vexillum", more)) == ()


async def test_duplicate_of_a_pack_quote_is_warned_about(
    services: CurationServices, pack: Pack
) -> None:
    quote = max(pack.quotes, key=lambda quote: len(quote.lines[0].words))

    close = await alike(services.library, 1, QuoteDraft(quote.lines[0].words.lower()))

    assert quote.id in [one.id for one in close]


async def test_original_text_has_no_warning(services: CurationServices) -> None:
    assert await alike(services.library, 1, GLOBE) == ()


async def test_edited_entry_is_not_compared_with_itself(services: CurationServices) -> None:
    entry = await services.curation.publish(1, GLOBE, services.actor())

    assert await alike(services.library, 1, GLOBE, besides=entry.id) == ()


async def test_another_servers_entry_causes_no_warning(services: CurationServices) -> None:
    await services.curation.publish(2, GLOBE, services.actor())

    assert await alike(services.library, 1, GLOBE) == ()


@pytest.mark.parametrize(
    "text", ["s.zorblax-bar", " S.Zorblax-Bar ", "Zorblax Bar", "zorblax  bar", "zorb"]
)
async def test_entry_is_found_by_id_name_or_unique_part(
    services: CurationServices, text: str
) -> None:
    await services.curation.publish(1, GLOBE, services.actor())
    await services.curation.publish(1, NoteDraft("ultron", "He hummed."), services.actor())

    assert await services.curation.resolve(1, text) == "s.zorblax-bar"


async def test_a_part_shared_by_two_names_finds_neither(services: CurationServices) -> None:
    for name in ("Zorblax Bar", "Zorblax Inn"):
        await services.curation.publish(
            1, EntryDraft(Kind.PLACE, name, "A place."), services.actor()
        )

    with pytest.raises(NoSuchEntryError, match="several"):
        await services.curation.resolve(1, "zorblax")


async def test_exact_name_is_preferred_to_a_longer_one(services: CurationServices) -> None:
    for name in ("Zorblax", "Zorblax Inn"):
        await services.curation.publish(
            1, EntryDraft(Kind.PLACE, name, "A place."), services.actor()
        )

    assert await services.curation.resolve(1, "zorblax") == "s.zorblax"


async def test_removed_entry_is_found_where_removed_entries_are_allowed(
    services: CurationServices,
) -> None:
    await services.curation.publish(1, GLOBE, services.actor())
    await services.curation.remove(1, "s.zorblax-bar", services.actor())

    assert await services.curation.resolve(1, "Zorblax Bar") == "s.zorblax-bar"


@pytest.mark.parametrize(
    ("removed", "said"),
    [
        (False, "Zorblax Bar (s.zorblax-bar) is not removed."),
        (True, "Zorblax Bar (s.zorblax-bar) is removed: /entry restore brings it back."),
    ],
)
async def test_entry_in_the_other_state_is_reported_as_such(
    services: CurationServices, removed: bool, said: str
) -> None:
    await services.curation.publish(1, GLOBE, services.actor())
    if removed:
        await services.curation.remove(1, "s.zorblax-bar", services.actor())

    with pytest.raises(StateError) as refusal:
        await services.curation.resolve(1, "zorblax bar", live=removed)
    assert str(refusal.value) == said


async def test_part_of_a_name_finds_no_entry_in_the_other_state(services: CurationServices) -> None:
    await services.curation.publish(1, GLOBE, services.actor())

    with pytest.raises(NoSuchEntryError, match="no removed entries"):
        await services.curation.resolve(1, "zorb", live=False)


async def test_another_servers_entry_is_not_found_by_name(services: CurationServices) -> None:
    await services.curation.publish(2, GLOBE, services.actor())

    with pytest.raises(NoSuchEntryError):
        await services.curation.resolve(1, "Zorblax Bar")


async def test_completion_offers_either_live_or_removed_entries(
    services: CurationServices,
) -> None:
    kept = await services.curation.publish(1, GLOBE, services.actor())
    gone = await services.curation.publish(
        1, QuoteDraft("Lanterns out, everyone!"), services.actor()
    )
    await services.curation.remove(1, gone.id, services.actor())

    assert [one.id for one in await services.curation.complete(1, "")] == [kept.id]
    assert [one.id for one in await services.curation.complete(1, "lant", live=False)] == [gone.id]
    assert await services.curation.complete(2, "", live=False) == ()


async def test_completion_offers_the_newest_entries_up_to_discords_limit(
    services: CurationServices,
) -> None:
    for number in range(COMPLETIONS + 2):
        await services.curation.publish(1, QuoteDraft(f"Lantern {number}"), services.actor())

    offered = [one.id for one in await services.curation.complete(1, "lantern")]

    assert offered == [f"s{number}" for number in range(27, 2, -1)]


async def test_erased_person_is_named_in_no_entry(services: CurationServices) -> None:
    await services.curation.publish(1, GLOBE, services.actor())

    assert await services.curation.forget_person(7) > 0

    assert (await services.library.layer(1)).lore["s.zorblax-bar"].written_by is None


async def test_speaker_without_an_entry_is_found_by_name(services: CurationServices) -> None:
    await services.curation.publish(
        1, QuoteDraft("Lanterns out!", speaker="Quillon Zorb"), services.actor()
    )

    offered, *_ = await services.library.complete_speaker("quillo", HERE)
    answer = await services.library.quote(HERE, offered.ref.id)

    assert isinstance(answer, Quoted)
    assert answer.view.id == "s1"
    elsewhere = await services.library.complete_speaker("quillo", Scope(2, EVERY_TIER))
    assert offered not in elsewhere


async def test_speaker_with_a_server_entry_is_found_as_that_entry(
    services: CurationServices,
) -> None:
    await services.curation.publish(
        1, QuoteDraft("Lanterns out!", speaker="Zorblax Bar"), services.actor()
    )
    await services.curation.publish(1, GLOBE, services.actor())

    answer = await services.library.quote(HERE, "the quillon")

    assert isinstance(answer, Quoted)
    assert [one.ref.id for one in await services.library.complete_speaker("zorb", HERE)] == [
        "s.zorblax-bar"
    ]


async def test_duplicate_quote_of_two_words_is_warned_about(services: CurationServices) -> None:
    quote = await services.curation.publish(1, QuoteDraft("Lanterns, please!"), services.actor())

    close = await alike(services.library, 1, QuoteDraft("Lanterns, please."))

    assert [one.id for one in close] == [quote.id]


async def test_short_quote_does_not_match_every_quote_with_its_word(
    services: CurationServices,
) -> None:
    await services.curation.publish(
        1, QuoteDraft("Everyone takes two lanterns out."), services.actor()
    )

    assert await alike(services.library, 1, QuoteDraft("Lanterns!")) == ()


async def test_exact_name_is_found_among_many_newer_longer_names(
    services: CurationServices,
) -> None:
    named = await services.curation.publish(1, replace(GLOBE, name="Inn"), services.actor())
    for number in range(COMPLETIONS + 5):
        await services.curation.publish(1, replace(GLOBE, name=f"Inn {number}"), services.actor())

    assert await services.curation.resolve(1, "inn", live=True) == named.id


async def test_old_removed_entry_is_reported_as_found_only_by_id(
    services: CurationServices,
) -> None:
    for number in range(REMOVED + 1):
        entry = await services.curation.publish(
            1, replace(GLOBE, name=f"Inn {number}"), services.actor()
        )
        await services.curation.remove(1, entry.id, services.actor())

    with pytest.raises(NoSuchEntryError, match=f"only the last {REMOVED} are found by name"):
        await services.curation.resolve(1, "Inn 0", live=False)


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
async def test_curators_find_entries_in_any_spelling(
    services: CurationServices, name: str, typed: str
) -> None:
    place = await services.curation.publish(
        1, EntryDraft(Kind.PLACE, name, "There."), services.actor()
    )
    gone = await services.curation.publish(1, QuoteDraft(f"In {name}."), services.actor())
    await services.curation.remove(1, gone.id, services.actor())

    assert [one.id for one in await services.curation.complete(1, typed)] == [place.id]
    assert [one.id for one in await services.curation.complete(1, typed, live=False)] == [gone.id]
    assert await services.curation.resolve(1, typed, live=True) == place.id


async def test_name_typed_exactly_is_preferred_to_one_with_other_accents(
    services: CurationServices,
) -> None:
    for name in ("Zoe", "Zoë", "zoe"):
        await services.curation.publish(1, EntryDraft(Kind.PLACE, name, "There."), services.actor())

    assert [await services.curation.resolve(1, name) for name in ("Zoe", "Zoë", "zoe", "ZOË")] == [
        "s.zoe", "s.zoe-2", "s.zoe-3", "s.zoe-2",
    ]  # fmt: skip
    assert [one.id for one in await services.curation.complete(1, "zoë")] == [
        "s.zoe-2",
        "s.zoe-3",
        "s.zoe",
    ]
    with pytest.raises(NoSuchEntryError, match="several"):
        await services.curation.resolve(1, "zöe")


async def test_completion_reflects_the_current_entries(services: CurationServices) -> None:
    place = await services.curation.publish(
        1, EntryDraft(Kind.PLACE, "Café", "There."), services.actor()
    )
    assert await services.curation.complete(1, "cafe")
    draft = EntryDraft(Kind.PLACE, "Bistró", "There.")
    await services.curation.edit(1, place.id, draft, place.revision, services.actor())

    assert await services.curation.complete(1, "cafe") == ()
    assert [one.id for one in await services.curation.complete(1, "bistro")] == [place.id]
