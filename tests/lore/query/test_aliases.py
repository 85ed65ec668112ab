"""Names that a server gives to entries of the pack."""

from collections.abc import Awaitable, Callable

import pytest

from lore.curation.drafts import AliasDraft, HideDraft
from lore.ledger.port import Entries, StateError
from lore.ledger.records import Actor
from lore.pack.model import Kind
from lore.query.answers import DidYouMean, Found, Scope, Unknown
from lore.query.library import Library
from tests.tiers import EVERY_TIER

HERE = 1
SCOPE, OTHER, ALONE = (Scope(one, EVERY_TIER) for one in (HERE, 2, None))

Name = Callable[[str, str], Awaitable[str]]


@pytest.fixture
def name(library: Library, entries: Entries, by: Callable[[], Actor]) -> Name:
    async def name(id: str, alias: str) -> str:
        entry = await entries.publish(HERE, AliasDraft(id, alias), by())
        library.changed(HERE)
        return entry.id

    return name


def meant(answer: object) -> list[str]:
    """Return the ids of what a look-up came to."""
    match answer:
        case Found(view):
            return [view.ref.id]
        case DidYouMean(choices=choices):
            return [one.ref.id for one in choices]
    return []


@pytest.mark.parametrize("alias", ["Big Boss", "הבוס הגדול", "Zórblax"])
async def test_entry_is_found_by_its_alias_in_that_server_alone(
    library: Library, name: Name, alias: str
) -> None:
    before = await library.look_up(alias, SCOPE)
    await name("ultron", alias)
    found = await library.look_up(alias.lower(), SCOPE)

    assert isinstance(before, Unknown)
    assert isinstance(found, Found)
    assert found.view.called_here == (alias,)
    assert found.match
    assert found.match.name.text == alias
    assert [one.ref.id for one in await library.complete(alias[:5], SCOPE, Kind.CHARACTER)][:1] == [
        "ultron"
    ]
    assert meant(await library.look_up(alias, SCOPE, Kind.EVENT)) == ["ultron"]
    assert [one.ref.id for one in (await library.search(alias, SCOPE)).passages if one.ref] == [
        "ultron"
    ]
    for scope in (OTHER, ALONE):
        assert await library.look_up(alias, scope) == before


async def test_question_is_answered_for_an_alias(library: Library, name: Name) -> None:
    asked = await library.look_up("who created Ultron", ALONE)
    await name("ultron", "Big Boss")
    found = await library.look_up("who created Big Boss", SCOPE)

    assert isinstance(asked, Found)
    assert isinstance(found, Found)
    assert asked.answer
    assert found.answer
    assert found.answer.sentences == asked.answer.sentences


async def test_of_two_that_are_called_so_it_is_asked_which_is_meant(
    library: Library, name: Name
) -> None:
    await name("ultron", "Thor")
    await name("ultron", "Iron Man")

    assert meant(await library.look_up("thor", SCOPE)) == ["thor"]
    assert {*meant(await library.look_up("Thor", SCOPE))} == {"thor", "ultron"}
    assert {*meant(await library.look_up("Iron Man", SCOPE))} == {"tony-stark", "ultron"}


async def test_removed_alias_finds_nothing(
    library: Library, entries: Entries, name: Name, by: Callable[[], Actor]
) -> None:
    id = await name("ultron", "Big Boss")
    with pytest.raises(StateError, match=rf"has the alias Big Boss for it already \({id}\)"):
        await name("ultron", "Big Boss")
    await entries.remove(HERE, id, by())
    library.changed(HERE)

    assert meant(await library.look_up("Big Boss", SCOPE)) == []
    assert await library.look_up("Ultron", SCOPE) == await library.look_up("Ultron", ALONE)


async def test_alias_finds_nothing_that_is_hidden(
    library: Library, entries: Entries, name: Name, by: Callable[[], Actor]
) -> None:
    await name("ultron", "Big Boss")
    await entries.publish(HERE, HideDraft("ultron", "Ultron"), by())
    library.changed(HERE)

    assert meant(await library.look_up("Big Boss", SCOPE)) == []
    assert not (await library.search("Big Boss", SCOPE)).passages


async def test_speaker_is_found_by_an_alias(library: Library, name: Name) -> None:
    await name("ultron", "Big Boss")

    assert await library.quote_ids(SCOPE, "ultron") == await library.quote_ids(ALONE, "ultron")
    [first, *_] = await library.complete_speaker("big b", SCOPE)
    assert first.ref.id == "ultron"
