"""What a PostgreSQL server says of itself to an operator."""

from dataclasses import dataclass
from datetime import UTC, datetime

from lore.ledger.unit import Database

_STATE = """
    SELECT current_setting('server_version') AS version,
           current_setting('fsync') AS fsync,
           current_setting('full_page_writes') AS full_page_writes,
           current_setting('synchronous_standby_names') = ''
             AND EXISTS (SELECT 1 FROM pg_stat_replication) AS copied_later,
           CAST(extract(epoch FROM clock_timestamp()) AS DOUBLE PRECISION) AS now,
           CAST(current_setting('max_connections') AS BIGINT)
             - (SELECT count(*) FROM pg_stat_activity
                WHERE backend_type = 'client backend') AS spare
"""


@dataclass(frozen=True, slots=True)
class ServerState:
    """The server's version, how many connections it has to spare, its time, what makes it unsafe.

    `copied_later` says that standbys may lack what the server has acknowledged.
    """

    version: str
    spare: int
    now: datetime
    turned_off: tuple[str, ...]
    copied_later: bool


async def server_state(database: Database) -> ServerState:
    """Ask the server; what is turned off of what keeps a ledger through a power cut is named."""
    async with database.read(patient=True) as tx:
        [row] = await tx.rows(_STATE)
    needed = ("fsync", "full_page_writes")
    turned_off = tuple(name for name in needed if row[name] != "on")
    now = datetime.fromtimestamp(row["now"], UTC)
    return ServerState(row["version"], row["spare"], now, turned_off, row["copied_later"])
