"""How processes on one ledger tell each other of changes, and are asked for something all at once.

A server's row in `guild` says by its settings and its version whatever is kept in memory of that
server. So the database announces it itself when they change, whichever statement it was.
"""

import asyncio
import os
import platform
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from lore.errors import LoreError
from lore.ledger.errors import AnnouncementsLostError
from lore.ledger.postgres.address import PostgresAddress
from lore.ledger.postgres.connecting import connect, opening_refused
from lore.ledger.postgres.fleet import NOW
from lore.ledger.unit import Hearer

# What is announced to all processes, and what they reply to whoever asked them.
CHANNEL = "lorebot"
REPLIES = "lorebot_replies"

# In seconds: how often it is proven that announcements arrive, and how long one may take. Together
# with a new connection they are less than the 61 within which a change is seen at the latest. Then
# how soon a lost connection is replaced.
PROVE = 50.0
ARRIVES = 5.0

AGAIN = 0.5

# Each process that acts has one connection of such a name.
_LISTENING = "lorebot listening, "
NAME = f"{_LISTENING}process {os.getpid()} on {platform.node()}"

# What begins an announcement by which all processes are asked to reload their pack.
ASKED = "reload"

# Units that post touch none of these columns: commits that announce something wait for each other.
# To make the trigger anew would wait for units of other processes, which the function does not.
MAKE_TRIGGER = f"""
    CREATE OR REPLACE FUNCTION announce_guild() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_notify('{CHANNEL}', TG_OP || ' ' || OLD.guild_id);
        RETURN NULL;
    END $$;
    DO $make$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_trigger
                       WHERE tgrelid = to_regclass('guild') AND tgname = 'announced') THEN
            CREATE TRIGGER announced AFTER UPDATE OF settings, version OR DELETE ON guild
            FOR EACH ROW EXECUTE FUNCTION announce_guild();
        END IF;
    END $make$
"""

_THERE = """
    SELECT pid, application_name AS name FROM pg_stat_activity
    WHERE datname = current_database() AND starts_with(application_name, $1)
"""
# The server cuts the names of connections off.
_DEAF = f"""
    SELECT holder FROM slot
    WHERE until > {NOW} AND NOT EXISTS (
        SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = left($1 || holder, 63)
    )
    ORDER BY number
"""

Announce = Callable[[str], Awaitable[None]]


class Listener:
    """The connection of a process on which it hears the others; `announce` sends on another."""

    def __init__(self, address: PostgresAddress, announce: Announce) -> None:
        self._address = address
        self._announce = announce
        self._connection: Any = None
        # Whether something may have been announced that was not heard.
        self._missed = True
        self._lost = asyncio.Event()
        self._proof = os.urandom(8).hex()
        self._proven = asyncio.Event()

    async def turn(self, hearer: Hearer) -> float:
        """Prove that announcements arrive, and listen for a while; return the pause until the next.

        AnnouncementsLostError if they do not arrive, another LoreError if the server is away. What
        is kept in memory counts as changed whenever something may have been missed, once the server
        can be asked for it again.
        """
        if self._connection is None:
            self._missed = True
            try:
                await self._begin(hearer)
            except LoreError:
                # Others may reach the server even so, and this process by other connections.
                await self._announce_proof()
                hearer.all_changed()
                raise
        await self._announce_proof()
        if self._missed:
            hearer.all_changed()
            self._missed = False
        # What was announced before has arrived before.
        if not (arrives := await _happens(self._proven, ARRIVES)):
            hearer.all_changed()
        if arrives and not await _happens(self._lost, PROVE):
            return 0.0
        was_closed = self._lost.is_set()
        self.close()
        hearer.lost()
        if not was_closed:
            raise AnnouncementsLostError(str(self._address))
        return AGAIN

    def close(self) -> None:
        """End the connection."""
        if self._connection:
            self._connection.terminate()
            self._connection = None

    async def _begin(self, hearer: Hearer) -> None:
        connection = await connect(self._address, NAME)
        self._lost = lost = asyncio.Event()

        def hear(_connection: Any, _pid: int, _channel: str, said: str) -> None:
            what, _, of = said.partition(" ")
            if what in ("UPDATE", "DELETE"):
                hearer.changed(int(of), gone=what == "DELETE")
            elif what == ASKED:
                hearer.asked(of, connection.get_server_pid())
            elif of == self._proof:
                self._proven.set()

        connection.add_termination_listener(lambda _: lost.set())
        try:
            with opening_refused(self._address):
                await connection.add_listener(CHANNEL, hear)
        except BaseException:
            connection.terminate()
            raise
        self._connection = connection

    async def _announce_proof(self) -> None:
        self._proven.clear()
        await self._announce(f"proof {self._proof}")


async def _happens(event: asyncio.Event, seconds: float) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()


async def announcements_arrive(address: PostgresAddress, announce: Announce) -> bool:
    """Return whether what is announced arrives on another connection; a LoreError if none is."""
    connection, arrived, proof = await connect(address), asyncio.Event(), os.urandom(8).hex()
    try:
        with opening_refused(address):
            await connection.add_listener(
                CHANNEL, lambda *said: arrived.set() if said[-1].endswith(proof) else None
            )
        await announce(f"proof {proof}")
        return await _happens(arrived, ARRIVES)
    finally:
        connection.terminate()


class Asking:
    """A connection on which all processes are asked for something, and their replies arrive."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.replies = asyncio.Queue[str]()

    async def listening(self) -> dict[int, str]:
        """Return the names of the processes that listen, by the numbers of their connections."""
        found = await self._connection.fetch(_THERE, _LISTENING)
        return {row["pid"]: row["name"].removeprefix(_LISTENING) for row in found}

    async def deaf(self) -> list[str]:
        """Return the names of the processes that hold a slot and do not listen now."""
        if await self._connection.fetchval("SELECT to_regclass('slot') IS NULL"):
            return []
        return [row["holder"] for row in await self._connection.fetch(_DEAF, _LISTENING)]

    async def ask(self, token: str) -> None:
        """Ask all that listen to reload their pack; what they reply names the token."""
        await self._connection.execute("SELECT pg_notify($1, $2)", CHANNEL, f"{ASKED} {token}")


@asynccontextmanager
async def asking(address: PostgresAddress) -> AsyncIterator[Asking]:
    """Open a connection to ask all processes on a ledger; a LoreError says why it cannot be."""
    connection = await connect(address)
    try:
        asked = Asking(connection)
        with opening_refused(address):
            await connection.add_listener(REPLIES, lambda *said: asked.replies.put_nowait(said[-1]))
            yield asked
    finally:
        connection.terminate()
