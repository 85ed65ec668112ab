"""Who acts on a ledger in PostgreSQL, each for which shards, and who stands by."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from lore.ledger.own_shards import ALONE, Fleet
from lore.ledger.unit import Database

NOW = "CAST(extract(epoch FROM clock_timestamp()) AS DOUBLE PRECISION)"
FLEET = "SELECT processes, shards FROM fleet"

# Each process has one connection whose name begins so, those that stand by as well.
_NAME = "lorebot slot"
_HELD = f"SELECT number, holder, until FROM slot WHERE until > {NOW} ORDER BY number"
_PROCESSES = f"""
    SELECT application_name AS name FROM pg_stat_activity
    WHERE datname = current_database() AND starts_with(application_name, '{_NAME}')
    ORDER BY backend_start
"""


def connection_name(process: str) -> str:
    """Return what the server calls the connection of a process that holds a slot, or waits."""
    return f"{_NAME}: {process}"[:63]


@dataclass(frozen=True, slots=True)
class HeldBy:
    """Who holds a slot, and until when if nothing is heard of it."""

    holder: str
    until: datetime


@dataclass(frozen=True, slots=True)
class FleetState:
    """The figures of those that act on a ledger, who holds which slot, and who stands by."""

    fleet: Fleet
    held: Mapping[int, HeldBy]
    waiting: tuple[str, ...]


async def fleet_state(database: Database) -> FleetState:
    """Read who acts on the ledger now."""
    async with database.read(patient=True) as tx:
        [made] = await tx.rows("SELECT to_regclass('fleet') IS NOT NULL AS known")
        # Without it, only processes of an older version have used the ledger.
        fleet = Fleet(*(await tx.rows(FLEET))[0]) if made["known"] else ALONE
        rows = await tx.rows(_HELD)
        names = [row["name"] for row in await tx.rows(_PROCESSES)]
    held = {
        row["number"]: HeldBy(row["holder"], datetime.fromtimestamp(row["until"], UTC))
        for row in rows
    }
    others = Counter(names) - Counter(connection_name(one.holder) for one in held.values())
    waiting = tuple(name.removeprefix(f"{_NAME}: ") for name in others.elements())
    return FleetState(fleet, held, waiting)
