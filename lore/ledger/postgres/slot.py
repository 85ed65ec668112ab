"""Which of several processes acts on a ledger: the one that holds its slot.

A lease says who should act; only the rows of the ledger say who may.
"""

import asyncio
import os
import platform
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from lore.errors import LoreError
from lore.ledger.errors import LedgerSharedError, LedgerTakenOverError, StorageError
from lore.ledger.postgres.address import PostgresAddress
from lore.ledger.postgres.connecting import connect
from lore.ledger.postgres.faults import storage_faults_refused
from lore.ledger.unit import StandBy

# In seconds: for how long a slot is held, how often that is renewed, and how often others ask.
LEASE = 15.0
RENEW = 5.0
ASK = 1.0

# Each process has one connection of this name, those that stand by as well.
NAME = "lorebot slot"

_NOW = "CAST(extract(epoch FROM clock_timestamp()) AS DOUBLE PRECISION)"

# Kept by what changes a ledger without a slot; who takes a slot has a share in it meanwhile.
_KEEP = "SELECT pg_try_advisory_lock(1819243109, 1)"
_NOT_KEPT = "pg_try_advisory_xact_lock_shared(1819243109, 1)"

# A process that ends leaves its connection to the server for a moment, in seconds at most.
_ENDING = 2.0

# A server that took over may have a clock that is behind the former one's.
_TAKE = f"""
    INSERT INTO slot (number, holder, fence, until) SELECT 0, $1, 1, {_NOW} + $2 WHERE {_NOT_KEPT}
    ON CONFLICT (number) DO UPDATE
    SET holder = excluded.holder, fence = slot.fence + 1, until = excluded.until
    WHERE slot.until <= {_NOW} OR slot.until > {_NOW} + $2
    RETURNING fence
"""
_RENEW = f"UPDATE slot SET until = {_NOW} + $2 WHERE number = 0 AND fence = $1 RETURNING fence"
_GIVE_UP = "UPDATE slot SET until = 0 WHERE number = 0 AND fence = $1"
HOLDER = f"SELECT holder FROM slot WHERE number = 0 AND until > {_NOW}"


async def keep_off(connection: Any, shown: str) -> None:
    """Keep processes from the slot until the connection ends; LedgerSharedError if one has it."""
    until = asyncio.get_running_loop().time() + _ENDING
    while not await connection.fetchval(_KEEP):
        if asyncio.get_running_loop().time() > until:
            raise LedgerSharedError(shown, "another process")
        await asyncio.sleep(_ENDING / 20)
    if await connection.fetchval("SELECT to_regclass('slot') IS NULL"):
        return
    if holder := await connection.fetchval(HOLDER):
        raise LedgerSharedError(shown, holder)
    # One that slept through the end of its lease must not renew it.
    await connection.execute("UPDATE slot SET fence = fence + 1")


class HeldSlot:
    """The slot of one ledger, which this process holds or waits for."""

    def __init__(self, address: PostgresAddress) -> None:
        self._address = address
        self._connection: Any = None
        self._fence = 0
        self._taken_over = asyncio.Event()
        self._wrong: str | None = None

    @asynccontextmanager
    async def held(self, stand_by: StandBy | None) -> AsyncIterator[None]:
        """Take the slot and renew it until the end; without `stand_by`, LedgerSharedError if not.

        It stands by for as long as another process holds the slot.
        """
        try:
            if not await self._take():
                await self._wait(stand_by)
            renewing = asyncio.create_task(self._renew())
            try:
                yield
            finally:
                renewing.cancel()
                with suppress(LoreError):
                    await self._run(_GIVE_UP, self._fence)
        finally:
            if self._connection:
                self._connection.terminate()

    async def taken_over(self) -> None:
        """Wait until another process holds the slot, and raise LedgerTakenOverError."""
        await self._taken_over.wait()
        raise LedgerTakenOverError(str(self._address))

    async def _wait(self, stand_by: StandBy | None) -> None:
        row = await self._run(HOLDER)
        holder = row["holder"] if row else "another process"
        if stand_by is None:
            raise LedgerSharedError(str(self._address), holder)
        async with stand_by(holder, lambda: self._wrong):
            await self._take_when_free()

    async def _take_when_free(self) -> None:
        while True:
            try:
                if await self._take():
                    return
                self._wrong = None
            except LoreError as error:
                self._wrong = str(error)
            await asyncio.sleep(ASK)

    async def _take(self) -> bool:
        row = await self._run(_TAKE, f"process {os.getpid()} on {platform.node()}", LEASE)
        self._fence = row["fence"] if row else 0
        return row is not None

    async def _renew(self) -> None:
        pause = RENEW
        while True:
            await asyncio.sleep(pause)
            pause = ASK
            # What is wrong with the server shows in every unit of work.
            with suppress(LoreError):
                if not await self._run(_RENEW, self._fence, LEASE):
                    self._taken_over.set()
                    return
                pause = RENEW

    async def _run(self, sql: str, *values: object) -> Any:
        """Return the first row of a statement, on a new connection if the former one was lost."""
        if self._connection is None or self._connection.is_closed():
            self._connection = await connect(self._address, NAME)
        try:
            with storage_faults_refused(self._connection.is_closed):
                async with asyncio.timeout(RENEW):
                    return await self._connection.fetchrow(sql, *values)
        except StorageError:
            self._connection.terminate()
            raise
