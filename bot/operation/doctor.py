"""The check-up: looks at everything that the bot needs, and says in words what to do."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import aiohttp
from discord.http import Route

from bot.delivery.skew import LIMIT
from bot.operation.backups import kept, made_at
from bot.settings import Settings
from bot.tokens import NO_FORM, application_of
from lore.errors import LoreError, PackError
from lore.ledger.backup import file_uri, is_whole
from lore.ledger.lock import only_process
from lore.ledger.refusals import LedgerDamagedError, LedgerInUseError
from lore.ledger.schema import MIGRATIONS, migrations_in
from lore.pack import read

_MEGABYTE = 1024 * 1024
_TIGHT = 500 * _MEGABYTE
_FULL = 50 * _MEGABYTE

# From sqlite.org/wal.html: two connections that write and checkpoint at once may damage the file.
_WAL_RESET_FIXED = (3, 51, 3)
_WAL_RESET_BACKPORT = (3, 50, 7)


class Level(StrEnum):
    """How bad a finding is."""

    GOOD = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and what to do if it is not well."""

    part: str
    level: Level
    sentence: str


def token(settings: Settings) -> Finding:
    """Whether the token has the form of one."""
    if settings.token is None:
        said = "There is none, so the bot only rehearses. Put it into .env as DISCORD_TOKEN."
        return Finding("token", Level.WARNING, said)
    if application_of(settings.token.get_secret_value()) is None:
        return Finding("token", Level.FAULT, NO_FORM)
    return Finding("token", Level.GOOD, "It has the form of one.")


def modes(settings: Settings) -> Iterator[Finding]:
    """Whether other users of this machine can read the token or what servers wrote."""
    for file in settings.secret_files():
        if open_to_others(file):
            said = f"Other users may read it. Close it with: chmod 600 {file}"
            yield Finding(str(file), Level.FAULT, said)
        else:
            yield Finding(str(file), Level.GOOD, "Only its owner can read it.")
    folder = settings.data_dir
    if folder.exists() and open_to_others(folder):
        said = f"Other users may look into it. Close it with: chmod 700 {folder}"
        yield Finding(str(folder), Level.WARNING, said)


def open_to_others(path: Path) -> bool:
    """Whether anybody but its owner may do anything with a file."""
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def sqlite(number: tuple[int, ...]) -> Finding:
    """Whether this SQLite has the WAL-reset bug."""
    name = ".".join(map(str, number))
    safe = number >= _WAL_RESET_FIXED or _WAL_RESET_BACKPORT <= number < (3, 51)
    if safe:
        return Finding("sqlite", Level.GOOD, f"{name}, free of the WAL-reset bug.")
    said = (
        f"{name} has the WAL-reset bug (fixed in 3.51.3 and 3.50.7). The bot is safe from it, as "
        "it writes through one connection only; do not write to the ledger by other means."
    )
    return Finding("sqlite", Level.WARNING, said)


def space(settings: Settings) -> Finding:
    """Whether the disk has room."""
    folder = settings.data_dir.absolute()
    while not folder.exists():
        folder = folder.parent
    return room(shutil.disk_usage(folder).free)


def room(free: int) -> Finding:
    """Whether so many bytes are enough."""
    said = f"{free // _MEGABYTE:,} MB are free."
    if free >= _TIGHT:
        return Finding("disk", Level.GOOD, said)
    level = Level.WARNING if free >= _FULL else Level.FAULT
    return Finding("disk", level, f"{said} Make room, or move the data (LORE_DATA_DIR).")


def zones() -> Finding:
    """Whether time zones are known."""
    try:
        ZoneInfo("America/New_York")
        return Finding("zones", Level.GOOD, f"Known as of tzdata {version('tzdata')}.")
    except (ZoneInfoNotFoundError, PackageNotFoundError):
        said = "Time zones are not installed. Install this version's requirements.lock again."
        return Finding("zones", Level.FAULT, said)


def pack(settings: Settings) -> Finding:
    """Whether the pack can be used."""
    try:
        whole = read.read(settings.pack)
    except PackError as error:
        said = f"It has {len(error.faults)} faults. lorebot check lists them."
        return Finding("pack", Level.FAULT, said)
    except LoreError as error:
        return Finding("pack", Level.FAULT, str(error))
    return Finding("pack", Level.GOOD, f"{whole.info.title}: {len(whole.entries)} entries.")


def ledger(settings: Settings) -> Finding:
    """Whether the ledger is whole and of this version, and who has it open."""
    path = settings.ledger
    if not path.exists():
        return Finding("ledger", Level.GOOD, "There is none yet; the first start makes it.")
    try:
        with closing(sqlite3.connect(file_uri(path, "ro"), uri=True)) as db:
            if not is_whole(db):
                newest = next(reversed(kept(path)), None)
                return Finding("ledger", Level.FAULT, str(LedgerDamagedError(path, newest)))
            schema = db.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.Error as error:
        return Finding("ledger", Level.FAULT, f"{path} cannot be opened: {error}.")
    known = len(migrations_in(MIGRATIONS))
    if schema > known:
        said = f"It is of a newer version (schema {schema}, known here: {known}). Update the bot."
        return Finding("ledger", Level.FAULT, said)
    return Finding("ledger", Level.GOOD, f"Whole, schema {schema} of {known}. {_holder(path)}")


def _holder(path: Path) -> str:
    try:
        with only_process(path):
            return "No bot is running on it."
    except LedgerInUseError as error:
        return f"Process {error.pid} is running on it."
    except LoreError as error:
        return str(error)


def backups(settings: Settings, now: datetime) -> Finding:
    """Whether there is a fresh backup."""
    every = timedelta(hours=settings.backup_hours)
    if not settings.ledger.exists():
        return Finding("backups", Level.GOOD, "There is nothing to back up yet.")
    if not every:
        said = "LORE_BACKUP_HOURS is 0, so nothing is backed up unless you do."
        return Finding("backups", Level.WARNING, said)
    made = [moment for file in kept(settings.ledger) if (moment := made_at(file))]
    if not made or now - made[-1] > 2 * every:
        newest = f"The newest is of {made[-1]:%Y-%m-%d %H:%M} UTC." if made else "There is none."
        return Finding("backups", Level.WARNING, f"{newest} Make one with: lorebot backup")
    return Finding("backups", Level.GOOD, f"{len(made)}, newest {made[-1]:%Y-%m-%d %H:%M} UTC.")


def commands(settings: Settings, digest: str | None) -> Finding:
    """Whether Discord was last sent the commands with this digest, those of this version."""
    if digest is None or not settings.synced.exists():
        return Finding("commands", Level.GOOD, "They are sent at the first start.")
    if settings.synced.read_text().endswith(digest):
        return Finding("commands", Level.GOOD, "Discord has those of this version.")
    said = "This version has others than Discord. Restart the bot, which sends them."
    return Finding("commands", Level.WARNING, said)


async def discords_time() -> datetime | None:
    """The time by Discord's clock; None if it cannot be asked."""
    asking = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5))
    try:
        async with asking as session, session.get(f"{Route.BASE}/gateway") as answer:
            return parsedate_to_datetime(answer.headers["Date"])
    except (aiohttp.ClientError, TimeoutError, KeyError, ValueError):
        return None


def clock(now: datetime, theirs: datetime | None) -> Finding:
    """Whether this machine's clock agrees with Discord's, None if that could not be asked."""
    if theirs is None:
        return Finding("clock", Level.WARNING, "Discord could not be reached to compare it.")
    away = abs(now - theirs)
    if away <= LIMIT:
        return Finding("clock", Level.GOOD, "It agrees with Discord's.")
    said = f"It is {away} off, so no quote of the day is posted. Set it, best by NTP."
    return Finding("clock", Level.FAULT, said)


def look(settings: Settings, now: datetime, digest: str | None) -> Iterator[Finding]:
    """Everything that can be seen without the network."""
    yield token(settings)
    yield from modes(settings)
    yield sqlite(sqlite3.sqlite_version_info)
    yield space(settings)
    yield zones()
    yield pack(settings)
    yield ledger(settings)
    yield backups(settings, now)
    yield commands(settings, digest)
