"""Which of several processes act on a ledger, and on which servers: those that hold its slots.

A lease says who should act; only the rows of the ledger say who may.
"""

import asyncio
import os
import platform
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from lore.errors import LoreError
from lore.ledger.errors import (
    LedgerFleetError,
    LedgerSharedError,
    LedgerTakenOverError,
    StorageError,
)
from lore.ledger.own_shards import Fleet
from lore.ledger.postgres.address import PostgresAddress
from lore.ledger.postgres.connecting import connect
from lore.ledger.postgres.faults import storage_faults_refused
from lore.ledger.postgres.fleet import FLEET, NOW, connection_name
from lore.ledger.unit import StandBy, Transaction

# In seconds: for how long a slot is held, how often that is renewed, and how often others ask.
LEASE = 15.0
RENEW = 5.0
ASK = 1.0
# A process that was killed holds its slot no longer than this.
GONE = LEASE

# Kept by what changes a ledger without a slot; who takes a slot has a share in it meanwhile.
_KEEP = "SELECT pg_try_advisory_lock(1819243109, 1)"
_NOT_KEPT = "SELECT pg_try_advisory_xact_lock_shared(1819243109, 1)"

# One takes a slot after the other, so that all agree on the figures of the fleet.
_BEGIN = "BEGIN; SELECT pg_advisory_xact_lock(1819243109, 2)"

# A process that ends leaves its connection to the server for a moment, in seconds at most.
_ENDING = 2.0

# Processes with the tables of an older version go on with these until they end: a slot is taken
# beside them only once nothing is left to change.
_UP_TO_DATE = "(SELECT coalesce(max(version), 0) FROM migration) >= CAST($1 AS BIGINT)"

# A server that took over may have a clock that is behind the former one's.
_TAKE = f"""
    INSERT INTO slot (number, holder, fence, until)
    SELECT number, $1, 1, {NOW} + $2
    FROM generate_series(0, CAST($3 AS BIGINT) - 1) AS place (number)
    LEFT JOIN slot USING (number)
    WHERE slot.until IS NULL OR slot.until <= {NOW} OR slot.until > {NOW} + $2
    ORDER BY number LIMIT 1
    ON CONFLICT (number) DO UPDATE
    SET holder = excluded.holder, fence = slot.fence + 1, until = excluded.until
    WHERE slot.until <= {NOW} OR slot.until > {NOW} + $2
    RETURNING number, fence
"""
_RENEW = f"""
    UPDATE slot SET until = {NOW} + $3 WHERE number = $1 AND fence = $2 RETURNING fence
"""
_GIVE_UP = "UPDATE slot SET until = 0 WHERE number = $1 AND fence = $2"
# One that slept through the end of its lease must not renew it.
_FENCE_OFF = "UPDATE slot SET fence = fence + 1"
_HOLDER = f"""
    SELECT string_agg(holder, ' and ' ORDER BY number) FROM slot WHERE until > {NOW}
"""
# What is left alone while a slot is empty is done by the next one.
_FIRST = f"SELECT min(number) AS number FROM slot WHERE until > {NOW}"
_OTHERS = f"""
    SELECT string_agg(holder, ' and ' ORDER BY number) FROM slot
    WHERE until > {NOW} AND number <> $1
"""
_CHANGE_FLEET = "UPDATE fleet SET processes = $1, shards = $2"


async def keep_off(connection: Any, shown: str) -> None:
    """Keep processes from the slots until the connection ends; LedgerSharedError if one has one."""
    until = asyncio.get_running_loop().time() + _ENDING
    while not await connection.fetchval(_KEEP):
        if asyncio.get_running_loop().time() > until:
            raise LedgerSharedError(shown, "another process")
        await asyncio.sleep(_ENDING / 20)
    if await connection.fetchval("SELECT to_regclass('slot') IS NULL"):
        return
    if holder := await connection.fetchval(_HOLDER):
        raise LedgerSharedError(shown, holder)
    await connection.execute(_FENCE_OFF)


async def check_alone(connection: Any, shown: str, number: int) -> None:
    """Raise LedgerSharedError if another slot than this one is held."""
    if holder := await connection.fetchval(_OTHERS, number):
        raise LedgerSharedError(shown, holder)


async def is_first(tx: Transaction, number: int) -> bool:
    """Return whether this slot is the first of those that are held."""
    row = await tx.row(_FIRST)
    return row is not None and row["number"] == number


class HeldSlot:
    """A slot of one ledger, which this process holds or waits for; `number` once it holds it.

    It will bring the tables up to date to a `version`.
    """

    def __init__(self, address: PostgresAddress, fleet: Fleet, version: int) -> None:
        self.number = 0
        self._version = version
        self._address = address
        self._fleet = fleet
        self._process = f"process {os.getpid()} on {platform.node()}"
        self._connection: Any = None
        self._fence = 0
        self._taken_over = asyncio.Event()
        self._wrong: str | None = None

    @asynccontextmanager
    async def held(self, stand_by: StandBy | None) -> AsyncIterator[None]:
        """Take a slot and renew it until the end; without `stand_by`, LedgerSharedError if not.

        It stands by for as long as other processes hold all slots. LedgerFleetError if they share
        out the servers otherwise.
        """
        try:
            if not await self._take_at_first():
                await self._wait(stand_by)
            renewing = asyncio.create_task(self._renew())
            try:
                yield
            finally:
                renewing.cancel()
                with suppress(asyncio.CancelledError):
                    await renewing
                with suppress(LoreError):
                    await self._run(_GIVE_UP, self.number, self._fence)
        finally:
            if self._connection:
                self._connection.terminate()

    async def taken_over(self) -> None:
        """Wait until another process holds the slot, and raise LedgerTakenOverError."""
        await self._taken_over.wait()
        raise LedgerTakenOverError(str(self._address))

    async def _wait(self, stand_by: StandBy | None) -> None:
        holder = (await self._run(_HOLDER))[0] or "another process"
        if stand_by is None:
            raise LedgerSharedError(str(self._address), holder)
        why = f"{holder} came first; who ends leaves its place to this one"
        if not (await self._run(f"SELECT {_UP_TO_DATE}", self._version))[0]:
            why = (
                f"the tables are of an older version and in use by {holder}; they are brought up "
                "to date once nobody uses them"
            )
        async with stand_by(why, lambda: self._wrong):
            await self._take_when_free()

    async def _take_at_first(self) -> bool:
        """Take a slot if one is free; LedgerFleetError if processes with other figures go on."""
        until = asyncio.get_running_loop().time() + GONE
        while True:
            try:
                return await self._take()
            except LedgerFleetError:
                if asyncio.get_running_loop().time() > until:
                    raise
            await asyncio.sleep(ASK)

    async def _take_when_free(self) -> None:
        while True:
            try:
                if await self._take():
                    return
                self._wrong = None
            except LedgerFleetError:
                raise
            except LoreError as error:
                self._wrong = str(error)
            await asyncio.sleep(ASK)

    async def _take(self) -> bool:
        row = None
        async with self._reached() as connection:
            # What goes wrong in it ends the connection, and so the transaction.
            await connection.execute(_BEGIN)
            if await connection.fetchval(_NOT_KEPT):
                await self._agree(connection)
                if await self._may_act(connection):
                    values = self._process, LEASE, self._fleet.processes
                    row = await connection.fetchrow(_TAKE, *values)
            await connection.execute("COMMIT")
        if row:
            self.number, self._fence = row["number"], row["fence"]
        return row is not None

    async def _may_act(self, connection: Any) -> bool:
        """Return whether no other acts with tables that this process would change."""
        if await connection.fetchval(f"SELECT {_UP_TO_DATE}", self._version):
            return True
        return await connection.fetchval(_HOLDER) is None

    async def _agree(self, connection: Any) -> None:
        """Have the fleet's figures be ours, if no process holds a slot with others."""
        theirs = Fleet(*await connection.fetchrow(FLEET))
        if theirs == self._fleet:
            return
        if holder := await connection.fetchval(_HOLDER):
            connection.terminate()
            raise LedgerFleetError(str(self._address), holder, theirs, self._fleet)
        await connection.execute(_FENCE_OFF)
        await connection.execute(_CHANGE_FLEET, self._fleet.processes, self._fleet.shards)

    async def _renew(self) -> None:
        pause = RENEW
        while True:
            await asyncio.sleep(pause)
            pause = ASK
            # What is wrong with the server shows in every unit of work.
            with suppress(LoreError):
                if not await self._run(_RENEW, self.number, self._fence, LEASE):
                    self._taken_over.set()
                    return
                pause = RENEW

    async def _run(self, sql: str, *values: object) -> Any:
        """Return the first row of a statement."""
        async with self._reached() as connection:
            return await connection.fetchrow(sql, *values)

    @asynccontextmanager
    async def _reached(self) -> AsyncIterator[Any]:
        """Yield the connection for a moment, a new one if the former was lost."""
        try:
            # asyncpg has one name for all that may be wrong with a connection; a new one is right.
            with storage_faults_refused(lambda: True):
                if self._connection is None or self._connection.is_closed():
                    self._connection = await connect(self._address, connection_name(self._process))
                async with asyncio.timeout(RENEW):
                    yield self._connection
        except StorageError:
            if self._connection:
                self._connection.terminate()
            raise
