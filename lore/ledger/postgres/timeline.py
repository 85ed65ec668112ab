"""Notices that another server goes on with the ledger, which may lack what the former one kept."""

from typing import Any

# Which server it is and the line of its history: another one after a standby took over, or after it
# was restored to a time.
TIMELINE = """(
    (SELECT system_identifier FROM pg_control_system())
    || ' ' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)
)"""

_NOTE = f"""
    WITH changed AS (
        UPDATE timeline SET name = {TIMELINE} WHERE name <> {TIMELINE} RETURNING one
    )
    UPDATE continuity SET older = TRUE WHERE EXISTS (SELECT 1 FROM changed)
"""


async def note_timeline(connection: Any) -> None:
    """Mark the ledger as older than its last use if the server's history is another one."""
    await connection.execute(_NOTE)
