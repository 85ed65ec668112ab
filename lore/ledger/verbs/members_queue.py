"""How much members may send to their server's curators: suggestions and reports together."""

from collections.abc import Mapping

from lore.curation.quota import Quota, QuotaError
from lore.ledger.port import StateError
from lore.ledger.records import Actor
from lore.ledger.unit import Transaction
from lore.ledger.verbs import rows
from lore.ledger.verbs.erased_people import ErasedPeople
from lore.ledger.verbs.settings import settings_of
from lore.text.wording import counted, listed

_DAY = 24 * 60 * 60

_SUGGESTIONS = "FROM suggestion WHERE guild_id = :guild_id"
_REPORTS = "FROM report WHERE guild_id = :guild_id"


class MembersQueue:
    """Refuses what is over the limits; what erased people sent counts as well."""

    def __init__(self, quota: Quota, erased_people: ErasedPeople) -> None:
        self._quota = quota
        self._erased = erased_people

    async def check_room(self, tx: Transaction, guild_id: int, by: Actor) -> None:
        """Raise StateError or QuotaError if that person may send nothing now."""
        if not (await settings_of(tx, guild_id)).suggestions:
            raise StateError("This server takes no suggestions at the moment.")
        waiting = {"guild_id": guild_id}
        suggestions = await _count(tx, f"{_SUGGESTIONS} AND state = 'pending'", waiting)
        reports = await _count(tx, f"{_REPORTS} AND state = 'pending'", waiting)
        if suggestions + reports >= self._quota.queue:
            raise QuotaError(
                f"This server's curators have {_told(suggestions, reports)} to decide already. "
                "Please try again when they have caught up."
            )
        since = rows.seconds(by.at) - _DAY
        lately = {"guild_id": guild_id, "person": by.person_id, "since": since}
        suggestions = await _count(
            tx, f"{_SUGGESTIONS} AND suggested_by = :person AND suggested_at > :since", lately
        )
        suggestions += self._erased.count(guild_id, by.person_id, since)
        reports = await _count(tx, f"{_REPORTS} AND told_by = :person AND told_at > :since", lately)
        if suggestions + reports >= self._quota.suggestions_per_day:
            raise QuotaError(
                f"You have made {_told(suggestions, reports)} here within a day, as many as you "
                "may. Please come back tomorrow."
            )


async def _count(tx: Transaction, rows_of: str, parameters: Mapping[str, int]) -> int:
    [row] = await tx.rows(f"SELECT count(*) {rows_of}", parameters)
    return int(row[0])


def _told(suggestions: int, reports: int) -> str:
    kinds = ((suggestions, "suggestion"), (reports, "report"))
    return listed([counted(number, what) for number, what in kinds if number])
