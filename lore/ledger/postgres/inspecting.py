"""What a PostgreSQL server says of itself to an operator."""

from dataclasses import dataclass

from lore.ledger.unit import Database

_STATE = """
    SELECT current_setting('server_version') AS version,
           current_setting('fsync') AS fsync,
           current_setting('full_page_writes') AS full_page_writes,
           CAST(current_setting('max_connections') AS BIGINT)
             - (SELECT count(*) FROM pg_stat_activity
                WHERE backend_type = 'client backend') AS spare
"""


@dataclass(frozen=True, slots=True)
class ServerState:
    """The server's version, how many connections it has to spare, and what makes it unsafe."""

    version: str
    spare: int
    turned_off: tuple[str, ...]


async def server_state(database: Database) -> ServerState:
    """Ask the server; what is turned off of what keeps a ledger through a power cut is named."""
    async with database.read(patient=True) as tx:
        [row] = await tx.rows(_STATE)
    needed = ("fsync", "full_page_writes")
    turned_off = tuple(name for name in needed if row[name] != "on")
    return ServerState(row["version"], row["spare"], turned_off)
