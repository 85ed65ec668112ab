"""Typed and unpublished forms."""

import json
from datetime import datetime

from lore.curation.quota import Quota
from lore.ledger.records import DRAFTS_KEPT, TypedForm
from lore.ledger.unit import Database
from lore.ledger.verbs import rows

_KEEP = """
    INSERT INTO draft (guild_id, token, form, typed, typed_by, typed_at, channel, messages)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (guild_id, token) DO UPDATE SET form = excluded.form, typed = excluded.typed,
        typed_by = excluded.typed_by, typed_at = excluded.typed_at, channel = excluded.channel,
        messages = excluded.messages
"""


class SqlDrafts:
    """Implements `port.Drafts`."""

    def __init__(self, database: Database, quota: Quota) -> None:
        self._database = database
        self._quota = quota

    async def keep(self, draft: TypedForm) -> None:
        typed = json.dumps(dict(draft.typed), ensure_ascii=False)
        if any("\ud800" <= character <= "\udfff" for character in typed):
            # Half a character is no UTF-8; escaped it can be kept as it was typed.
            typed = json.dumps(dict(draft.typed))
        async with self._database.write(draft.guild_id) as tx:
            await tx.run(
                _KEEP,
                (
                    *(draft.guild_id, draft.token, draft.form, typed),
                    *(draft.person_id, rows.seconds(draft.typed_at)),
                    *(draft.channel, json.dumps(draft.messages) if draft.messages else None),
                ),
            )
            await tx.run(
                """
                DELETE FROM draft WHERE guild_id = :guild_id AND token IN (
                    WITH piled AS (
                        SELECT token, typed_at, row_number() OVER (
                            PARTITION BY typed_by ORDER BY typed_at DESC, token DESC
                        ) AS depth
                        FROM draft WHERE guild_id = :guild_id
                    ), ranked AS (
                        SELECT token, depth, row_number() OVER (
                            ORDER BY depth, typed_at DESC, token DESC
                        ) AS rank
                        FROM piled
                    )
                    SELECT token FROM ranked WHERE depth > :of_person OR rank > :of_server
                )
                """,
                {
                    "guild_id": draft.guild_id,
                    "of_person": self._quota.drafts_of_person,
                    "of_server": self._quota.drafts,
                },
            )

    async def find(self, guild_id: int, token: int, now: datetime) -> TypedForm | None:
        async with self._database.read() as tx:
            found = await tx.rows(
                "SELECT * FROM draft WHERE guild_id = ? AND token = ? AND typed_at > ?",
                (guild_id, token, rows.seconds(now - DRAFTS_KEPT)),
            )
            return next(iter(tx.readable("draft", rows.typed_form, found)), None)

    async def last_saved(
        self, guild_id: int, person_id: int, channel: int, since: datetime
    ) -> TypedForm | None:
        async with self._database.read() as tx:
            found = await tx.rows(
                "SELECT * FROM draft WHERE guild_id = ? AND typed_by = ? AND channel = ? "
                "AND typed_at > ? ORDER BY typed_at DESC, token DESC LIMIT 1",
                (guild_id, person_id, channel, rows.seconds(since)),
            )
            return next(iter(tx.readable("draft", rows.typed_form, found)), None)
