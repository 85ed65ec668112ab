"""What processes on one ledger in PostgreSQL announce to each other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import asyncpg
import pytest

from bot.ops.loops import FIRST_WAIT, LONGEST_WAIT
from lore.curation.quota import Quota
from lore.errors import LoreError
from lore.ledger.errors import AnnouncementsLostError, StorageBusyError
from lore.ledger.own_shards import Fleet
from lore.ledger.port import Ledger
from lore.ledger.postgres import announcing
from lore.ledger.postgres.address import PostgresAddress
from lore.ledger.postgres.database import PostgresDatabase, open_postgres
from lore.ledger.records import TypedForm
from lore.ledger.verbs.ledger import ledger_in
from tests.ledgers import CONFIG, DRAFT, NOON, POOL, by
from tests.postgres import Server, own_server, transaction_pooler
from tests.waiting import eventually

pytestmark = pytest.mark.process

TYPED = TypedForm(7, 1, 11, "form:add:quote:0", {"words": "Hm."}, NOON)
LISTENING = "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'lorebot listening%'"


class Heard:
    """A hearer that keeps what it is told."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.all_changes = 0

    def changed(self, guild_id: int, *, gone: bool) -> None:
        self.said.append(f"{guild_id}{' gone' if gone else ''}")

    def all_changed(self) -> None:
        self.all_changes += 1

    def asked(self, token: str, listener: int) -> None:
        self.said.append(token)

    def lost(self) -> None:
        self.said.append("lost")


@asynccontextmanager
async def listening(database: PostgresDatabase, heard: Heard) -> AsyncIterator[None]:
    """Let a process listen meanwhile; a turn that fails is made again."""

    async def listen() -> None:
        while True:
            with suppress(LoreError):
                await asyncio.sleep(await database.listen(heard))
                continue
            await asyncio.sleep(0.05)

    task = asyncio.create_task(listen())
    try:
        await eventually(lambda: heard.all_changes == 1)
        yield
    finally:
        task.cancel()


@pytest.fixture
async def address(postgres: Server) -> PostgresAddress:
    return await postgres.make("announcing")


@pytest.fixture
async def here(address: PostgresAddress) -> AsyncIterator[PostgresDatabase]:
    async with open_postgres(address, fleet=Fleet(2, 2)) as database:
        yield database


@pytest.fixture
async def there(address: PostgresAddress) -> AsyncIterator[Ledger]:
    """Return the ledger as another process has it open."""
    async with open_postgres(address, fleet=Fleet(2, 2)) as database:
        yield ledger_in(database, Quota())


Change = Callable[[Ledger], Awaitable[object]]


@pytest.mark.parametrize(
    ("said", "change"),
    [
        ("7", lambda ledger: ledger.settings.change(7, by(), private=True)),
        ("8", lambda ledger: ledger.entries.publish(8, DRAFT, by())),
    ],
)
async def test_other_process_hears_of_a_change_within_a_second(
    here: PostgresDatabase, there: Ledger, said: str, change: Change
) -> None:
    heard = Heard()
    async with listening(here, heard):
        await change(there)
        async with asyncio.timeout(1):
            await eventually(lambda: said in heard.said)


async def test_other_process_hears_that_all_of_a_server_was_deleted(
    here: PostgresDatabase, there: Ledger
) -> None:
    await there.settings.change(7, by(), private=True)
    await there.upkeep.guilds_left([7], NOON)
    heard = Heard()
    async with listening(here, heard):
        await there.upkeep.purge(NOON + timedelta(days=31))
        await eventually(lambda: heard.said == ["7 gone"])


async def test_posts_questions_and_forms_announce_nothing(
    here: PostgresDatabase, there: Ledger
) -> None:
    now = NOON + timedelta(days=1, hours=2)
    await there.qotd.schedules.set(7, CONFIG, NOON)
    await there.settings.change(7, by(), private=True)
    heard = Heard()
    async with listening(here, heard):
        for schedule in await there.qotd.plans.due(now, 9):
            await there.qotd.plans.plan(schedule, POOL, now)
        for delivery in await there.qotd.deliveries.claim(now, 9):
            intended = await there.qotd.deliveries.intend(delivery, now)
            assert intended
            assert await there.qotd.deliveries.sent(intended, 1, now)
        await there.questions.count(7, "gandalf", NOON)
        await there.drafts.keep(TYPED)
        await there.suggestions.suggest(7, DRAFT, by())
        await there.entries.publish(8, DRAFT, by())
        await eventually(lambda: "8" in heard.said)
    assert {*heard.said} == {"8"}


async def test_start_replaces_what_an_older_version_announces(
    address: PostgresAddress, here: PostgresDatabase
) -> None:
    async with here.write() as tx:
        await tx.run(
            "CREATE OR REPLACE FUNCTION announce_guild() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN RETURN NULL; END'"
        )
    heard = Heard()
    async with listening(here, heard), open_postgres(address, fleet=Fleet(2, 2)) as other:
        ledger = ledger_in(other, Quota())
        await ledger.settings.change(7, by(), private=True)
        await ledger.settings.change(7, by(), private=False)
        await eventually(lambda: "7" in heard.said)


async def test_lost_listener_is_replaced_and_all_counts_as_changed(
    here: PostgresDatabase, address: PostgresAddress
) -> None:
    heard = Heard()
    async with listening(here, heard):
        connection = await asyncpg.connect(address.url)
        [ended] = await connection.fetch(
            f"SELECT pg_terminate_backend(pid) FROM ({LISTENING}) AS p"
        )
        await connection.close()
        assert ended[0]
        async with asyncio.timeout(1):
            await eventually(lambda: heard.all_changes == 2)
    assert heard.said == ["lost"]


async def test_all_counts_as_changed_after_a_loss_also_where_the_proof_fails_once(
    here: PostgresDatabase, address: PostgresAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcing, "PROVE", 0.1)
    fails = [False, True, False]

    async def announce(said: str) -> None:
        if fails.pop(0):
            raise StorageBusyError
        await here.announce(said)

    heard, listener = Heard(), announcing.Listener(address, announce)
    assert await listener.turn(heard) == 0.0
    listener.close()
    with pytest.raises(StorageBusyError):
        await listener.turn(heard)
    assert heard.all_changes == 1
    assert await listener.turn(heard) == 0.0
    assert heard.all_changes == 2
    listener.close()


async def test_nothing_counts_as_changed_while_the_server_is_away() -> None:
    with own_server() as server:
        address = await server.make("away")
        async with open_postgres(address) as database:
            heard = Heard()
            async with listening(database, heard):
                server.end()
                await eventually(lambda: heard.said == ["lost"])
                await asyncio.sleep(1)
                # What is in memory is all there is to answer from.
                assert heard.all_changes == 1
                server.start()
                await eventually(lambda: heard.all_changes == 2)


async def test_all_counts_as_changed_time_and_again_where_no_announcement_arrives(
    address: PostgresAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcing, "ARRIVES", 0.2)
    heard = Heard()
    async with transaction_pooler(address) as between, open_postgres(between) as database:
        for changes in (2, 4):
            with pytest.raises(AnnouncementsLostError, match="pooler"):
                await database.listen(heard)
            assert heard.all_changes == changes


def test_a_change_is_seen_within_61_seconds_where_announcements_are_held_up() -> None:
    # A loop that failed once makes its next turn a second later.
    assert announcing.PROVE + announcing.ARRIVES + FIRST_WAIT < 61
    assert LONGEST_WAIT < 61
