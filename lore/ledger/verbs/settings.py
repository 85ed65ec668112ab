"""The settings and problems of servers."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Unpack

from pydantic import TypeAdapter

from lore.curation.drafts import DraftError
from lore.ledger.records import Actor, GuildSettings, Problem, SettingsChange, SettingsPatch
from lore.ledger.row import StoredRow
from lore.ledger.unit import Database, Transaction
from lore.ledger.verbs import rows

_CHANGE = TypeAdapter(SettingsChange)


class SqlSettings:
    """Implements `port.Settings`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, guild_id: int) -> GuildSettings:
        async with self._database.read() as tx:
            return await settings_of(tx, guild_id)

    async def change(
        self, guild_id: int, by: Actor, **changes: Unpack[SettingsPatch]
    ) -> SettingsChange:
        if changes.get("tiers") == ():
            raise DraftError("At least one tier has to be shown.")
        async with self._database.write(guild_id) as tx:
            if done := await rows.done_before(tx, guild_id, "settings", by):
                return tx.read("action", changed, done)
            before = await settings_of(tx, guild_id)
            change = SettingsChange(before, replace(before, **changes))
            await rows.ensure_guild(tx, guild_id)
            # Only what differs from the defaults, so that new defaults reach every server.
            kept = rows.SETTINGS.dump_python(change.after, mode="json", exclude_defaults=True)
            await tx.run(
                "UPDATE guild SET settings = ? WHERE guild_id = ?", (json.dumps(kept), guild_id)
            )
            detail = _CHANGE.dump_json(change).decode()
            await rows.note_done(tx, guild_id, "settings", by, detail=detail)
            return change


class SqlProblems:
    """Implements `port.Problems`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def report(self, guild_id: int, code: str, subject_id: int | None, now: datetime) -> None:
        async with self._database.write(guild_id) as tx:
            await tx.run(
                """
                INSERT INTO problem (guild_id, code, subject_id, since) VALUES (?, ?, ?, ?)
                ON CONFLICT (guild_id, code) DO UPDATE SET subject_id = excluded.subject_id
                """,
                (guild_id, code, subject_id, rows.seconds(now)),
            )

    async def solve(self, guild_id: int, code: str) -> None:
        async with self._database.write(guild_id) as tx:
            await tx.run("DELETE FROM problem WHERE guild_id = ? AND code = ?", (guild_id, code))

    async def of(self, guild_id: int) -> tuple[Problem, ...]:
        async with self._database.read() as tx:
            found = await tx.rows(
                "SELECT * FROM problem WHERE guild_id = ? ORDER BY since, code",
                (guild_id,),
            )
            return tuple(tx.readable("problem", rows.problem, found))


def changed(row: StoredRow) -> SettingsChange:
    """Return the change of settings in a row of action."""
    return _CHANGE.validate_json(row["detail"])


async def settings_of(tx: Transaction, guild_id: int) -> GuildSettings:
    """Return a server's settings within this transaction."""
    found = await tx.rows("SELECT guild_id, settings FROM guild WHERE guild_id = ?", (guild_id,))
    return next(iter(tx.readable("guild", rows.settings, found)), GuildSettings())
