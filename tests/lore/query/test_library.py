"""The library: what is found, for whom, within which tiers."""

from collections.abc import Callable

import pytest

from lore.curation.drafts import EntryDraft
from lore.ledger.port import Entries
from lore.ledger.records import Actor
from lore.pack.model import SERVER, Kind
from lore.query.answers import DidYouMean, Found, NoQuote, Quoted, Removed, Scope, Unknown
from lore.query.library import Library
from tests.tiers import EVERY_TIER, FAN

HERE, ELSEWHERE = 1, 2
ALL = Scope(None, EVERY_TIER)
NO_FAN = Scope(None, EVERY_TIER - {FAN})
IN_SERVER = Scope(HERE, EVERY_TIER)


def id_of(answer: object) -> str | None:
    return answer.view.ref.id if isinstance(answer, Found) else None


@pytest.mark.parametrize(
    ("query", "id"),
    [
        ("Tony Stark", "tony-stark"),
        ("tony strak", "tony-stark"),
        ("iron man", "tony-stark"),
        ("jarvis", "jarvis"),
        ("robert downey jr", "tony-stark"),
        ("tony-stark", "tony-stark"),
        ("salvage yard", "salvage-yard"),
    ],
)
async def test_a_name_is_found(library: Library, query: str, id: str) -> None:
    assert id_of(await library.look_up(query, ALL)) == id


async def test_a_name_is_found_among_its_kind(library: Library) -> None:
    answer = await library.look_up("salvage yard", ALL, Kind.EVENT)

    assert id_of(answer) == "battle-at-the-salvage-yard"


@pytest.mark.parametrize("kind", [Kind.EVENT, Kind.PLACE, Kind.FACTION, Kind.ARTIFACT, Kind.WORK])
@pytest.mark.parametrize("query", ["Morrigan", "morrigan", "the Morrigan"])
async def test_chosen_kind_does_not_make_a_partial_name_sure(
    library: Library, entries: Entries, by: Callable[[], Actor], query: str, kind: Kind
) -> None:
    await entries.publish(HERE, EntryDraft(Kind.CHARACTER, "Morrigan", "Herself."), by())
    await entries.publish(HERE, EntryDraft(kind, "Morrigan's Errand", "Hers."), by())
    library.changed(HERE)

    answer = await library.look_up(query, IN_SERVER, kind)
    whole = await library.look_up("morrigans errand", IN_SERVER, kind)

    assert isinstance(answer, DidYouMean), answer
    assert [choice.ref.id for choice in answer.choices] == ["s.morrigans-errand", "s.morrigan"]
    assert id_of(whole) == "s.morrigans-errand"


async def test_chosen_kind_does_not_hide_that_others_share_the_name(
    library: Library, entries: Entries, by: Callable[[], Actor]
) -> None:
    for kind, name in [("character", "Ziegler")] * 2 + [("place", "Ziegler House")]:
        await entries.publish(HERE, EntryDraft(Kind(kind), name, "There."), by())
    library.changed(HERE)

    answer = await library.look_up("ziegler", IN_SERVER, Kind.PLACE)

    assert isinstance(answer, DidYouMean)
    assert [choice.ref.id for choice in answer.choices] == [
        "s.ziegler-house",
        "s.ziegler",
        "s.ziegler-2",
    ]


async def test_a_name_of_several_entries_leads_to_a_choice(library: Library) -> None:
    answer = await library.look_up("maximoff", ALL, Kind.CHARACTER)

    assert isinstance(answer, DidYouMean)
    assert {choice.ref.id for choice in answer.choices} >= {"wanda-maximoff", "pietro-maximoff"}


async def test_name_of_no_entry_is_unknown(library: Library) -> None:
    answer = await library.look_up("qwxzkvj", ALL)

    assert isinstance(answer, Unknown)
    assert answer.query == "qwxzkvj"


@pytest.mark.parametrize(
    ("query", "closest"),
    [
        ("ultron prime", ["ultron"]),
        ("captain america civil war", ["steve-rogers", "america"]),
        ("bob", []),
        ("luke", []),
        ("bulk", ["bruce-banner"]),
        ("good morning", []),
    ],
)
async def test_unknown_query_offers_the_entries_it_names(
    library: Library, query: str, closest: list[str]
) -> None:
    answer = await library.look_up(query, ALL)

    assert isinstance(answer, Unknown)
    assert [choice.ref.id for choice in answer.closest] == closest


@pytest.mark.parametrize(
    ("query", "offered"),
    [
        ("carton", ["clint-barton"]),
        ("hydro", ["hydra"]),
        ("naximoff", ["wanda-maximoff", "pietro-maximoff"]),
        ("news", ["whih-world-news"]),
    ],
)
async def test_much_less_likely_entries_are_not_offered_beside_the_first(
    library: Library, query: str, offered: list[str]
) -> None:
    answer = await library.look_up(query, ALL)

    assert isinstance(answer, DidYouMean)
    assert [choice.ref.id for choice in answer.choices] == offered


async def test_hidden_tier_is_found_nowhere(library: Library) -> None:
    with_fan = await library.look_up("mila", ALL)
    timeline = await library.timeline(NO_FAN, None, None)

    assert id_of(with_fan) == "mila"
    assert id_of(await library.look_up("mila", NO_FAN)) is None
    assert isinstance(await library.entry("mila", NO_FAN), Unknown)
    assert "mila" not in [choice.ref.id for choice in await library.complete("mila", NO_FAN)]
    assert isinstance(await library.quote_by_id("knows-more-about-us", NO_FAN), NoQuote)
    assert "knows-more-about-us" not in await library.quote_ids(NO_FAN)
    assert all(event.ref.tier != FAN for event in timeline.events)


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("query", ["zorblax", "zorb prime", "zorblaax", "s.zorblax"])
async def test_servers_own_entry_is_found_in_that_server(library: Library, query: str) -> None:
    answer = await library.look_up(query, IN_SERVER)

    assert isinstance(answer, Found)
    assert (answer.view.ref.name, answer.view.ref.tier) == ("Zorblax", SERVER)


@pytest.mark.usefixtures("published")
async def test_id_is_found_with_any_chosen_kind(library: Library) -> None:
    assert id_of(await library.look_up("s.zorblax", IN_SERVER, Kind.CHARACTER)) == "s.zorblax"


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    "scope", [ALL, Scope(ELSEWHERE, EVERY_TIER), Scope(HERE, NO_FAN.tiers - {SERVER})]
)
async def test_servers_own_lore_is_found_in_no_other_server(library: Library, scope: Scope) -> None:
    cho = await library.entry("helen-cho", scope)

    assert isinstance(await library.look_up("zorblax", scope), Unknown)
    assert isinstance(await library.entry("s.zorblax", scope), Unknown)
    assert isinstance(await library.quote_by_id("s2", scope), NoQuote)
    assert "s2" not in await library.quote_ids(scope, "ultron")
    assert (await library.search("glimmerstone", scope)).passages == ()
    assert await library.complete("zorbl", scope) == ()
    assert isinstance(cho, Found)
    assert cho.view.notes == ()


@pytest.mark.usefixtures("published")
async def test_servers_note_is_shown_under_the_packs_entry(library: Library) -> None:
    answer = await library.entry("helen-cho", IN_SERVER)

    assert isinstance(answer, Found)
    assert [note.text for note in answer.view.notes] == ["Seen on Zorblax."]


@pytest.mark.usefixtures("published")
async def test_a_servers_quote_is_among_those_of_its_speaker(library: Library) -> None:
    assert "s2" in await library.quote_ids(IN_SERVER, "ultron")
    assert isinstance(await library.quote_by_id("s2", IN_SERVER), Quoted)


@pytest.mark.usefixtures("published")
async def test_removed_entry_is_reported_as_removed_only_in_its_server(
    library: Library, entries: Entries, by: Callable[[], Actor]
) -> None:
    await entries.remove(HERE, "s.zorblax", by())
    library.changed(HERE)

    assert await library.look_up("s.zorblax", IN_SERVER) == Removed("s.zorblax")
    assert isinstance(await library.look_up("zorblax", IN_SERVER), Unknown)
    assert isinstance(await library.look_up("s.zorblax", Scope(ELSEWHERE, EVERY_TIER)), Unknown)


async def test_change_is_visible_to_the_next_query(
    library: Library, entries: Entries, by: Callable[[], Actor]
) -> None:
    assert isinstance(await library.look_up("zorblax", IN_SERVER), Unknown)
    await entries.publish(HERE, EntryDraft(Kind.PLACE, "Zorblax", "A planet."), by())
    library.changed(HERE)

    assert id_of(await library.look_up("zorblax", IN_SERVER)) == "s.zorblax"


async def test_server_entry_with_a_name_of_the_pack_is_mentioned(
    library: Library, entries: Entries, by: Callable[[], Actor]
) -> None:
    own = await entries.publish(HERE, EntryDraft(Kind.CHARACTER, "Ultron", "Ours."), by())
    library.changed(HERE)

    here = await library.look_up("ultron", IN_SERVER)
    elsewhere = await library.look_up("ultron", Scope(ELSEWHERE, EVERY_TIER))

    assert isinstance(here, Found)
    assert [ref.id for ref in here.view.namesakes] == [own.id]
    assert isinstance(elsewhere, Found)
    assert elsewhere.view.namesakes == ()
