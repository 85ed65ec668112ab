"""Moves the ledger from its file to PostgreSQL, or back, while no bot uses it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.ops.engine import ledger_file, postgres_rows
from bot.settings import Settings, SettingsError
from lore.ledger.copying import Progress
from lore.ledger.errors import BackupError
from lore.ledger.lineage import Lineage
from lore.ledger.migrations import migrations_in
from lore.ledger.postgres.address import PostgresAddress
from lore.ledger.sqlite.backup import free_name, move_away
from lore.ledger.sqlite.file_rows import left_unused, new_ledger, open_backup, open_rows
from lore.ledger.sqlite.lock import only_process
from lore.ledger.sqlite.migrate import migrate
from lore.ledger.sqlite.schema import MIGRATIONS

_WHERE = (
    "Say where to: lorebot move-ledger --to postgresql://lorebot:PASSWORD@localhost/lorebot\nOr "
    "set LORE_LEDGER_URL or LORE_LEDGER_URL_FILE, which keeps the password out of the list of "
    "processes, and leave --to out."
)


async def moved(
    settings: Settings, to: str | None, now: datetime, progress: Progress | None = None
) -> str:
    """Move the ledger, and return a sentence that says it; a LoreError says why it stays.

    Without `to` it goes from the file to where LORE_LEDGER_URL says.
    """
    there = settings.ledger_address
    if to is None or "://" in to:
        return await _to_server(settings, _target(there, to), now, progress)
    if there is None:
        raise SettingsError(
            "The ledger is in a file already. lorebot backup copies it to another, and lorebot "
            "restore puts a copy in its place."
        )
    return await _to_file(settings, there, _file(to), progress)


def _target(there: PostgresAddress | None, to: str | None) -> PostgresAddress:
    if to is None:
        if there is None:
            raise SettingsError(_WHERE)
        return there
    try:
        address = PostgresAddress(to)
    except ValueError as error:
        raise SettingsError(f"--to: the address {error}") from None
    if there and there.url != address.url:
        raise SettingsError(
            f"The ledger is in PostgreSQL already ({there}), as LORE_LEDGER_URL says. From one "
            "server to another, pg_dump and pg_restore move it."
        )
    return address


def _file(to: str) -> Path:
    path = Path(to).absolute()
    path = path / "ledger.db" if to.endswith(("/", os.sep)) or path.is_dir() else path
    if not path.parent.is_dir():
        raise BackupError(f"There is no folder {path.parent}. Make it first.")
    return path


def _check_free(path: Path, source: Lineage) -> None:
    if os.path.lexists(path) and not left_unused(path, source):
        raise BackupError(
            f"{path} is there already, so nothing was changed. Move it away, or name another file."
        )


async def _to_server(
    settings: Settings, address: PostgresAddress, now: datetime, progress: Progress | None
) -> str:
    path = ledger_file(settings, now)
    server_rows = postgres_rows()
    with only_process(path):
        await asyncio.to_thread(migrate, path, migrations_in(MIGRATIONS), settings.backups, now=now)
        async with server_rows.to_change(address) as server, open_rows(path) as file:
            await server.check_room(file.lineage)
            rows = await server.fill(file, unused=True, progress=progress)
        aside = move_away(path, str(address))
    todo = "" if settings.ledger_address else " Set LORE_LEDGER_URL to it before you start the bot."
    return (
        f"Moved {rows:,} rows to {address}, and compared each.{todo} The file is kept as {aside}."
    )


async def _to_file(
    settings: Settings, address: PostgresAddress, path: Path, progress: Progress | None
) -> str:
    async with postgres_rows().to_change(address) as server:
        with only_process(path):
            if not await server.is_made():
                raise BackupError(f"There is no ledger in {address} to be moved.")
            await server.check_not_moved()
            await server.bring_up_to_date()
            _check_free(path, await server.lineage())
            async with new_ledger(path, unused=True) as file:
                rows = await server.write_to(file, progress)
            await _to_the_end(server.leave(str(path)))
    return (
        f"Moved {rows:,} rows to {path}, and compared each. Leave LORE_LEDGER_URL out"
        f"{_to_be_found(path, settings.ledger)} before you start the bot. What is in {address} is "
        "kept, and no bot opens it."
    )


def _to_be_found(path: Path, ours: Path) -> str:
    return "" if path.resolve() == ours.resolve() else f", and put the file where it looks, {ours},"


async def _to_the_end(step: Coroutine[Any, Any, None]) -> None:
    """Wait until a step is done, even if that is interrupted."""
    doing = asyncio.create_task(step)
    try:
        await asyncio.shield(doing)
    except asyncio.CancelledError:
        await doing


async def restore_in_server(
    settings: Settings, address: PostgresAddress, backup: Path
) -> Path | None:
    """Replace the ledger in PostgreSQL by a backup; the old one is kept in a file, if any."""
    settings.prepare()
    ledger, server_rows = settings.ledger, postgres_rows()
    with only_process(ledger):
        async with server_rows.to_change(address) as server, open_backup(backup, ledger) as file:
            aside = None
            if await server.is_made():
                await server.bring_up_to_date()
                aside = free_name(ledger, "replaced")
                async with new_ledger(aside) as former:
                    await server.write_to(former)
            # A backup may lack what was done since, here or where it comes from.
            await server.fill(file, older=True)
    return aside
