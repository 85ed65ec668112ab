"""The questions that found nothing."""

import re
from collections.abc import Collection
from datetime import datetime

from lore.curation.drafts import tidy
from lore.curation.quota import Quota
from lore.ledger.records import Unanswered
from lore.ledger.unit import Database
from lore.ledger.verbs import rows

# A mention or a bare Discord id would tell of a person.
_ID = re.compile(r"<[^<>\s]*\d{5}>|\d{15,}")


class SqlQuestions:
    """Implements `port.Questions`."""

    def __init__(self, database: Database, quota: Quota) -> None:
        self._database = database
        self._quota = quota

    async def count(self, guild_id: int, question: str, now: datetime, kind: str = "") -> None:
        typed = tidy(_ID.sub(" ", question[: self._quota.name]))
        if not typed:
            return
        plain = _plain(typed)
        async with self._database.write(guild_id) as tx:
            await tx.run(
                """
                INSERT INTO unanswered (guild_id, question, typed, kind, times, last_asked_at)
                VALUES (?, ?, ?, ?, 1, ?)
                ON CONFLICT (guild_id, question)
                DO UPDATE SET
                    times = 1 + CASE WHEN unanswered.times < 1000000000 THEN unanswered.times
                                     ELSE 1000000000 END,
                    last_asked_at = excluded.last_asked_at,
                    kind = coalesce(nullif(unanswered.kind, ''), excluded.kind)
                """,
                (guild_id, plain, typed, kind, rows.seconds(now)),
            )
            await tx.run(
                """
                DELETE FROM unanswered WHERE guild_id = :guild_id AND question IN (
                    SELECT question FROM (
                        SELECT question, row_number() OVER (
                            ORDER BY times DESC, last_asked_at DESC, question
                        ) AS rank
                        FROM unanswered WHERE guild_id = :guild_id AND question <> :new
                    ) AS others
                    WHERE rank > :kept
                )
                """,
                {"guild_id": guild_id, "new": plain, "kept": self._quota.unanswered - 1},
            )

    async def unanswered(self, guild_id: int, limit: int = 25) -> tuple[Unanswered, ...]:
        async with self._database.read() as tx:
            found = await tx.rows(
                "SELECT * FROM unanswered WHERE guild_id = ? AND dismissed_at IS NULL "
                "ORDER BY times DESC, last_asked_at DESC, question LIMIT ?",
                (guild_id, limit),
            )
            return tuple(tx.readable("unanswered", rows.unanswered, found))

    async def find(self, guild_id: int, question: str) -> Unanswered | None:
        async with self._database.read() as tx:
            found = await tx.rows(
                "SELECT * FROM unanswered WHERE guild_id = ? AND question = ?",
                (guild_id, _plain(question)),
            )
            return next(iter(tx.readable("unanswered", rows.unanswered, found)), None)

    async def dismiss(self, guild_id: int, questions: Collection[str], now: datetime) -> None:
        async with self._database.write(guild_id) as tx:
            await tx.run_many(
                "UPDATE unanswered SET dismissed_at = ? WHERE guild_id = ? AND question = ?",
                [(rows.seconds(now), guild_id, _plain(question)) for question in questions],
            )

    async def bring_back(self, guild_id: int, dismissed_at: datetime) -> None:
        async with self._database.write(guild_id) as tx:
            await tx.run(
                "UPDATE unanswered SET dismissed_at = NULL WHERE guild_id = ? AND dismissed_at = ?",
                (guild_id, rows.seconds(dismissed_at)),
            )


def _plain(question: str) -> str:
    return tidy(question.casefold())
