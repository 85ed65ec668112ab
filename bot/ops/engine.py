"""Opens the ledger on the engine that the settings name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from pathlib import Path
from types import ModuleType

from bot.settings import Settings, SettingsError
from lore.errors import LoreError
from lore.ledger.errors import LedgerMissingError
from lore.ledger.sqlite.database import open_store, open_to_read
from lore.ledger.sqlite.lock import only_process
from lore.ledger.sqlite.moved import check_not_moved
from lore.ledger.unit import Database, StandBy, TransactionObserver


class NoLedgerError(LoreError):
    """There is no ledger in the data folder."""


@asynccontextmanager
async def open_ledger(
    settings: Settings,
    now: datetime,
    observe: TransactionObserver = lambda *_: None,
    *,
    new: bool = False,
    stand_by: StandBy | None = None,
) -> AsyncIterator[Database]:
    """Open the ledger for the bot; a LoreError says why it cannot be.

    On a server, `stand_by` is done for as long as another process acts on it.
    """
    address = settings.ledger_address
    if address is None:
        async with open_store(
            settings.ledger, observe=observe, backups=settings.backups, new=new, now=now
        ) as database:
            yield database
        return
    postgres = _postgres()
    # Other files of the data folder are one process's own, too.
    with only_process(settings.ledger):
        async with postgres.open_postgres(
            address,
            connections=settings.ledger_connections,
            observe=observe,
            stand_by=stand_by,
            fleet=settings.fleet,
        ) as database:
            yield database


def ledger_to_read(settings: Settings) -> AbstractAsyncContextManager[Database]:
    """Return the ledger, to be opened to read it, whether or not the bot is running."""
    if address := settings.ledger_address:
        opened: AbstractAsyncContextManager[Database] = _postgres().open_to_read(address)
        return opened
    return open_to_read(settings.ledger)


def ledger_file(settings: Settings, now: datetime) -> Path:
    """Return the path of the ledger's file; a LoreError says why there is none."""
    path = settings.ledger
    if not path.exists():
        check_not_moved(path)
        if newest := settings.backups.newest(now):
            raise LedgerMissingError(path, newest)
        raise NoLedgerError(f"There is no ledger in {settings.data_dir.absolute()}.")
    return path


def postgres_rows() -> ModuleType:
    """Return what copies a ledger from PostgreSQL and into it."""
    _postgres()
    from lore.ledger.postgres import server_rows

    return server_rows


def postgres_processes() -> ModuleType:
    """Return what asks all processes on a ledger in PostgreSQL."""
    _postgres()
    from lore.ledger.postgres import announcing

    return announcing


def _postgres() -> ModuleType:
    # Imported here: nobody with a ledger in a file needs it, or has it.
    try:
        from lore.ledger.postgres import database
    except ModuleNotFoundError:
        raise SettingsError(
            "LORE_LEDGER_URL needs a package that is not installed: pip install '.[postgres]'"
        ) from None
    return database
