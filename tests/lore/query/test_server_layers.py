"""Servers' own parts: read when they changed, kept for the latest servers, indexed beside."""

import asyncio
import gc
import weakref
from datetime import UTC, datetime
from typing import Any

import pytest

from lore.catalogue.database import Catalogue
from lore.curation.drafts import EntryDraft
from lore.ledger.errors import StorageBusyError
from lore.ledger.records import ServerEntry, ServerLore
from lore.pack.model import Kind
from lore.query.answers import Scope
from lore.query.library import OpenLore
from lore.query.open_pack import OpenPack
from lore.query.server_layer import ServerLayer, id_of
from lore.query.server_layers import CHANGES, ServerLayers
from tests.tiers import EVERY_TIER

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MANY = 3 * CHANGES
NONE = frozenset[str]()


def person(number: int, name: str, revision: int = 1) -> ServerEntry:
    draft = EntryDraft(Kind.CHARACTER, name, f"About {name}.")
    return ServerEntry(1, f"s{number}", revision, draft, True, 7, NOW, 7, NOW)


class Ledger:
    """Gives what is put into `next`, and counts how often each server is read."""

    def __init__(self) -> None:
        self.next: tuple[ServerEntry, ...] = ()
        self.away = False
        self.read: list[tuple[int, int]] = []

    async def server_lore(self, guild_id: int, since: int = 0) -> ServerLore:
        if self.away:
            raise StorageBusyError
        self.read.append((guild_id, since))
        return ServerLore(guild_id, since, since + 1, self.next, ())


def layers(ledger: Ledger, servers: int = 500, entries: int = 10_000) -> ServerLayers:
    some: Any = ledger  # its one verb
    return ServerLayers(some, lambda _: None, servers, entries)


async def changed(all_: ServerLayers, ledger: Ledger, *entries: ServerEntry) -> ServerLayer:
    ledger.next = entries
    all_.changed(1)
    return await all_.of(1)


async def settled(all_: ServerLayers) -> ServerLayer:
    """Return the server's layer when nothing is going on beside any more."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.gather(*others)
    return await all_.of(1)


def found(layer: ServerLayer, name: str) -> list[str]:
    return [id_of(match.key) for match in layer.names.find(name)]


async def test_a_server_is_read_once_until_it_changes() -> None:
    ledger = Ledger()
    all_ = layers(ledger)
    await all_.of(1)
    await all_.of(1)

    all_.changed(1)
    await all_.of(1)

    assert ledger.read == [(1, 0), (1, 1)]


async def test_those_who_ask_at_once_wait_for_one_reading() -> None:
    ledger = Ledger()
    all_ = layers(ledger)

    await asyncio.gather(*(all_.of(1) for _ in range(5)))

    assert ledger.read == [(1, 0)]


async def test_the_server_not_asked_for_longest_is_dropped() -> None:
    ledger = Ledger()
    all_ = layers(ledger, servers=2)
    for guild_id in (1, 2, 1, 3, 1, 2):
        await all_.of(guild_id)

    assert [guild_id for guild_id, _ in ledger.read] == [1, 2, 3, 2]


async def test_servers_with_much_of_their_own_are_dropped_sooner() -> None:
    ledger = Ledger()
    all_ = layers(ledger, entries=10)
    ledger.next = tuple(person(n, f"Name {n}") for n in range(4))
    for guild_id in (1, 2, 1, 3, 1, 2):
        await all_.of(guild_id)

    assert [guild_id for guild_id, _ in ledger.read] == [1, 2, 3, 2]


async def test_a_server_with_more_of_its_own_than_is_kept_is_answered_all_the_same() -> None:
    ledger = Ledger()
    all_ = layers(ledger, entries=3)
    many = await changed(all_, ledger, *(person(n, f"Name {n}") for n in range(4)))
    again = await all_.of(1)

    assert found(many, "name 2")[0] == "s2"
    assert again is many


async def test_after_many_changes_the_index_is_rebuilt_while_others_are_answered() -> None:
    ledger = Ledger()
    all_ = layers(ledger)
    await changed(all_, ledger, *(person(n, f"Name {n}") for n in range(MANY)))

    many = await changed(all_, ledger, *(person(n, f"New {n}", 2) for n in range(CHANGES + 1)))
    later = await settled(all_)

    assert many.changes == CHANGES + 1
    assert found(many, "new 7")[0] == "s7"
    assert later.changes == 0
    assert found(later, "new 7")[0] == "s7"
    assert "s7" not in found(later, "name 7")


async def test_changes_during_a_rebuild_of_the_index_are_not_lost() -> None:
    ledger = Ledger()
    all_ = layers(ledger)
    await changed(all_, ledger, *(person(n, f"Name {n}") for n in range(MANY)))
    await changed(all_, ledger, *(person(n, f"New {n}", 2) for n in range(CHANGES + 1)))

    await changed(all_, ledger, person(7, "Zorblax", 3))
    later = await settled(all_)

    assert found(later, "zorblax") == ["s7"]
    assert "s7" not in found(later, "new 7")


async def test_an_entry_deleted_during_a_rebuild_stays_deleted() -> None:
    ledger = Ledger()
    all_ = layers(ledger)
    await changed(all_, ledger, *(person(n, f"Name {n}") for n in range(MANY)))
    await changed(all_, ledger, *(person(n, f"New {n}", 2) for n in range(CHANGES + 1)))

    ledger.next = ()
    all_.forget(1)
    later = await settled(all_)

    assert found(later, "new 7") == []


async def test_what_is_seen_in_a_dropped_server_is_freed_with_its_layer(
    catalogue: Catalogue,
) -> None:
    ledger: Any = Ledger()
    ledger.next = (person(1, "Zorblax"),)
    opened = OpenLore([OpenPack(catalogue)], ledger)
    opened.layers = layers(ledger, servers=1)
    seen = [weakref.ref(await opened.visible(Scope(1, tiers))) for tiers in (EVERY_TIER, NONE)]

    latest = await opened.visible(Scope(2, EVERY_TIER))
    gc.collect()

    assert [one() for one in seen] == [None, None]
    assert await opened.visible(Scope(2, EVERY_TIER)) is latest


async def test_change_that_could_not_be_read_is_read_at_the_next_question() -> None:
    ledger = Ledger()
    all_ = layers(ledger)
    await changed(all_, ledger, person(1, "Mara"))
    ledger.next, ledger.away = (person(1, "Mara Voss", 2),), True
    all_.changed(1)
    with pytest.raises(StorageBusyError):
        await all_.of(1)
    ledger.away = False
    assert (await all_.of(1)).lore["s1"].draft.name == "Mara Voss"
