"""The note at the ledger's tables that says that it was copied there, or moved away."""

from typing import Any

from lore.ledger.errors import LedgerMovedError

# A ledger was copied here, and no bot has used it since.
UNUSED = "copied here by lorebot move-ledger"
_MOVED = "moved to "

_READ = "SELECT coalesce(obj_description(to_regclass('migration'), 'pg_class'), '')"
_WRITE = "SELECT format('COMMENT ON TABLE migration IS %L', CAST($1 AS TEXT))"


async def note_of(connection: Any) -> str:
    """Return the note; empty if there is none."""
    return str(await connection.fetchval(_READ))


async def write_note(connection: Any, note: str | None) -> None:
    """Replace the note."""
    # A comment takes no parameters.
    await connection.execute(await connection.fetchval(_WRITE, note))


async def note_move(connection: Any, where: str) -> None:
    """Note where the ledger is now."""
    await write_note(connection, f"{_MOVED}{where}")


async def note_use(connection: Any) -> None:
    """Note that the ledger is used from now on."""
    if await note_of(connection) == UNUSED:
        await write_note(connection, None)


def is_left(note: str) -> bool:
    """Return whether nobody uses a ledger with that note."""
    return note == UNUSED or note.startswith(_MOVED)


async def check_not_moved(connection: Any, shown: str) -> None:
    """Raise LedgerMovedError if the ledger was moved away."""
    note = await note_of(connection)
    if note.startswith(_MOVED):
        raise LedgerMovedError(
            shown,
            note.removeprefix(_MOVED),
            "Leave LORE_LEDGER_URL out, and the bot opens the file. To have what it held then "
            "back in use instead, give psql this: COMMENT ON TABLE migration IS NULL",
        )
