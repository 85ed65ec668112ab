"""Doctor's checks of the data folder: ledger, catalogue, backups, and synced commands."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from shlex import quote

from bot.features.qotd import NO_ATTACH
from bot.ops.check_result import CheckResult, Level, open_to_others
from bot.ops.off_site import OffSite
from bot.settings import Settings, user
from lore.catalogue.database import Catalogue, load
from lore.errors import CatalogueError, LoreError
from lore.files import database_uri, plain_file
from lore.ledger.errors import (
    LedgerDamagedError,
    LedgerInUseError,
    LedgerUnavailableError,
    restore_command,
)
from lore.ledger.migrations import migrations_in
from lore.ledger.sqlite.backup import check_backup, is_whole
from lore.ledger.sqlite.backups import Backups
from lore.ledger.sqlite.inspecting import NAMED, pictured_schedules, servers_with, unreadable
from lore.ledger.sqlite.lock import lock_of, only_process
from lore.ledger.sqlite.migrate import check_room
from lore.ledger.sqlite.moved import check_not_moved
from lore.ledger.sqlite.schema import MIGRATIONS, checked_version
from lore.pictures.service import missing_packages
from lore.text.wording import counted


@dataclass(frozen=True, slots=True)
class Fresh:
    """What this version makes of the pack: the hash of its commands, and its catalogue."""

    digest: str
    catalogue: Catalogue


def look(
    settings: Settings, now: datetime, fresh: Fresh | None, application: int | None = None
) -> Iterator[CheckResult]:
    """Yield the results of all checks of the data folder.

    `fresh` is None if the pack cannot be used, `application` None if Discord did not name the
    token's owner.
    """
    if wrong := settings.unusable():
        yield CheckResult("data", Level.FAULT, wrong)
        return
    yield from access(settings)
    parts: dict[str, Callable[[], CheckResult]] = {
        "ledger": lambda: ledger(settings, now),
        "posts": lambda: posts(settings),
        "catalogue": lambda: catalogue(settings, fresh),
        "backups": lambda: backups(settings, now),
        "off site": lambda: off_site(settings, now),
        "commands": lambda: commands(settings, fresh, application),
    }
    if settings.ledger_address:
        # What concerns its file; the server is asked elsewhere.
        for part in ("ledger", "posts"):
            del parts[part]
    for part, finding in parts.items():
        try:
            yield finding()
        except (LoreError, OSError, sqlite3.Error, UnicodeDecodeError) as error:
            yield CheckResult(part, Level.FAULT, str(error))


def access(settings: Settings) -> Iterator[CheckResult]:
    """Check that the data folder belongs to the user who looks, and to nobody else."""
    folder = settings.data_dir.absolute()
    if not folder.exists():
        message = f"{folder} is not there yet; the first start makes it."
        yield CheckResult("data", Level.GOOD, message)
        return
    wrong = []
    if hasattr(os, "geteuid") and folder.stat().st_uid != os.geteuid():
        wrong.append(
            f"{folder} belongs to another user ({_user(folder)}). Run lorebot as that one, or what "
            "it writes may be closed to the bot."
        )
    if open_to_others(folder):
        wrong.append(f"Other users may look into it. Close it with: chmod 700 {quote(str(folder))}")
    if not wrong:
        yield CheckResult("data", Level.GOOD, f"It is {folder}.")
    for message in wrong:
        yield CheckResult("data", Level.WARNING, message)


def _user(path: Path) -> str:
    try:
        return path.owner()
    except KeyError:
        return f"id {path.stat().st_uid}"


def ledger(settings: Settings, now: datetime) -> CheckResult:
    """Check that the ledger is whole and of this version, and say which process has it open."""
    path = settings.ledger
    newest = settings.backups.newest(now)
    if not path.exists():
        check_not_moved(path)
        if newest is None:
            return CheckResult("ledger", Level.GOOD, "There is none yet; the first start makes it.")
        message = (
            "There is none, though there are backups of one, so the bot does not start. To have "
            f"the newest back: {restore_command(newest, path)}"
        )
        return CheckResult("ledger", Level.FAULT, message)
    for file in (*path.parent.glob(f"{path.name}*"), settings.backups.folder):
        if file.exists() and not os.access(file, os.R_OK | os.W_OK):
            message = f"This user ({user()}) may not read and write {file}. Run lorebot as "
            return CheckResult(
                "ledger", Level.FAULT, f"{message}{_user(file)}, or hand it over by chown."
            )
    known = migrations_in(MIGRATIONS)
    try:
        address = database_uri(path, "ro")
        if not path.stat().st_size and newest:
            raise LedgerDamagedError(path, newest)
        with closing(sqlite3.connect(address, uri=True)) as db:
            if not is_whole(db, "integrity_check"):
                raise LedgerDamagedError(path, newest)
            schema = checked_version(db, path, known)
            # Rows are read only from tables of the current schema.
            current = schema == len(known)
            lost = list(islice(unreadable(db), NAMED + 1)) if current else []
    except (sqlite3.Error, OSError) as error:
        raise LedgerUnavailableError(path, str(error)) from error
    if lost:
        return CheckResult("ledger", Level.FAULT, _damaged(lost, newest))
    message = f"Whole, schema {schema} of {len(known)}"
    if not current:
        check_room(path, settings.backups, known[schema:])
        message += ", brought up to date at the next start"
    return CheckResult("ledger", Level.GOOD, f"{message}. {_holder(path)}")


def posts(settings: Settings) -> CheckResult:
    """Check that the quotes of the day come with the pictures that servers want."""
    lacking = wanted = 0
    if settings.ledger.exists():
        with closing(sqlite3.connect(database_uri(settings.ledger, "ro"), uri=True)) as db:
            if checked_version(db, settings.ledger, known := migrations_in(MIGRATIONS)) == len(
                known
            ):
                wanted, lacking = pictured_schedules(db), servers_with(db, NO_ATTACH)
    wrong = []
    if wanted and missing_packages():
        are = "schedule is" if wanted == 1 else "schedules are"
        wrong.append(f"{wanted} {are} to post pictures, but this bot draws none.")
    if lacking:
        wrong.append(
            f"In {counted(lacking, 'server')} the quote of the day comes without its picture: the "
            "bot needs Attach Files in the channel, which lorebot invite asks for."
        )
    if wrong:
        return CheckResult("posts", Level.WARNING, " ".join(wrong))
    return CheckResult("posts", Level.GOOD, "No quote of the day lacks a picture it should have.")


def _damaged(rows: Sequence[str], newest: Path | None) -> str:
    more = " and more" if len(rows) > NAMED else ""
    return (
        "These rows are damaged, and what cannot be read of them is left out: "
        f"{'; '.join(rows[:NAMED])}{more}. "
        f"All else goes on; a backup may hold them still: {newest or 'there is none'}."
    )


def _holder(path: Path) -> str:
    # A lock file made by doctor might be closed to the user that the bot runs as.
    if lock_of(path).exists():
        try:
            with only_process(path):
                pass
        except LedgerInUseError as error:
            return f"Process {error.pid} is running on it."
    return "No bot is running on it."


def catalogue(settings: Settings, fresh: Fresh | None) -> CheckResult:
    """Check that the compiled pack is whole and up to date."""
    file = settings.catalogue
    if not file.exists():
        return CheckResult("catalogue", Level.GOOD, "There is none yet; the first start builds it.")
    try:
        # It is read whole, even where it is compared with itself.
        alike = load(file) == (fresh.catalogue if fresh else load(file))
    except CatalogueError:
        alike = False
    if alike and fresh is None:
        return CheckResult(
            "catalogue", Level.GOOD, "Whole; there is no sound pack to compare it with."
        )
    if alike:
        return CheckResult("catalogue", Level.GOOD, "Whole, and of this pack.")
    message = (
        f"It is damaged, or of another pack or version. Remove {file}: the next start builds it "
        "anew."
    )
    return CheckResult("catalogue", Level.WARNING, message)


def backups(settings: Settings, now: datetime) -> CheckResult:
    """Check that there is a recent backup that can be restored."""
    every = timedelta(hours=settings.backup_hours)
    if not settings.ledger_address and not settings.ledger.exists():
        if settings.backups.newest(now):
            message = "There is no ledger to back up, only backups of one."
            return CheckResult("backups", Level.WARNING, message)
        return CheckResult("backups", Level.GOOD, "There is nothing to back up yet.")
    if closed := _no_folder(settings.backups.folder):
        message = f"{closed}, so nothing can be backed up. Mend that, or set LORE_BACKUP_DIR."
        return CheckResult("backups", Level.FAULT, message)
    if not every:
        message = "LORE_BACKUP_HOURS is 0, so nothing is backed up unless you do."
        return CheckResult("backups", Level.WARNING, message)
    database = settings.backups
    dated = database.dated(now)
    wrong = {file: fault for file in dated if (fault := _unusable(file))}
    made = [moment for file in dated if file not in wrong and (moment := database.made_at(file))]
    newest = f"The newest is of {made[0]:%Y-%m-%d %H:%M} UTC." if made else "There is none."
    ahead = [_misdated(file, database, now) for file in database.misdated(now)]
    if wrong:
        level = Level.WARNING if made else Level.FAULT
        best = newest.replace("newest", "newest that can be restored") if made else ""
        message = " ".join([*wrong.values(), *ahead, best]).rstrip()
        return CheckResult("backups", level, f"{message} Make one with: lorebot backup")
    if ahead:
        message = f"{' '.join(ahead)} If the clock is right, move it away. {newest}"
        return CheckResult("backups", Level.WARNING, message)
    if not made or now - made[0] > 2 * every:
        return CheckResult("backups", Level.WARNING, f"{newest} Make one with: lorebot backup")
    message = f"{counted(len(made), 'backup')} in {database.folder}. {newest} They can be restored."
    return CheckResult("backups", Level.GOOD, message)


def _no_folder(folder: Path) -> str | None:
    """Return why backups cannot be kept in a folder; None if they can."""
    if os.path.lexists(folder):
        return None if folder.is_dir() else f"{folder} is not a folder"
    return None if folder.parent.is_dir() else f"There is no folder {folder.parent}"


def _misdated(file: Path, database: Backups, now: datetime) -> str:
    if (made := database.made_at(file)) and made > now:
        return f"{file}: dated in the future, so not counted."
    return f"{file}: dated by a wrong clock, as earlier ones hold more; so not counted."


def off_site(settings: Settings, now: datetime) -> CheckResult:
    """Check that backups reach another disk than the ledger's."""
    command = OffSite(settings.backup_command, settings.sent_off)
    newest = next(settings.backups.whole(now), None)
    if not settings.data_dir.exists() or newest is None:
        return CheckResult("off site", Level.GOOD, "There is nothing to take off this machine yet.")
    if command.wanted:
        if command.last() == newest.name:
            message = f"LORE_BACKUP_COMMAND took the newest backup, {newest.name}."
            return CheckResult("off site", Level.GOOD, message)
        message = (
            f"LORE_BACKUP_COMMAND has not taken the newest backup, {newest.name}; the last was "
            f"{command.last() or 'none'}. The log says why; try it with: lorebot backup"
        )
        return CheckResult("off site", Level.WARNING, message)
    if newest.stat().st_dev != settings.data_dir.stat().st_dev:
        message = f"They are kept on another disk, in {settings.backups.folder}."
        return CheckResult("off site", Level.GOOD, message)
    message = (
        "The backups are on the same disk as the ledger, and are lost with it. Name a folder on "
        "another disk or machine (LORE_BACKUP_DIR), or what copies them (LORE_BACKUP_COMMAND)."
    )
    return CheckResult("off site", Level.WARNING, message)


def _unusable(backup: Path) -> str | None:
    """Return why a backup cannot be restored; None if it can."""
    try:
        check_backup(backup)
    except LoreError as error:
        return str(error)
    return None


def commands(settings: Settings, fresh: Fresh | None, application: int | None) -> CheckResult:
    """Check that Discord was last sent this version's commands, for this application."""
    if not settings.synced.exists():
        return CheckResult("commands", Level.GOOD, "They are sent at the first start.")
    if fresh is None:
        message = "Without a sound pack, those of this version are not known."
        return CheckResult("commands", Level.WARNING, message)
    owner, _, digest = plain_file(settings.synced).read_text("ascii", "replace").partition(" ")
    if digest != fresh.digest:
        message = "This version has others than Discord. Restart the bot, which sends them."
        return CheckResult("commands", Level.WARNING, message)
    if application is None:
        message = f"Application {owner} was sent those of this version."
        return CheckResult("commands", Level.GOOD, message)
    if owner != str(application):
        message = (
            f"Application {owner} was sent those of this version, but the token is of application "
            f"{application}. Restart the bot, which sends them."
        )
        return CheckResult("commands", Level.WARNING, message)
    return CheckResult("commands", Level.GOOD, "Discord has those of this version.")
