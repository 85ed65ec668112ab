"""A ledger's backups: their names, the newest, and which are kept."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path

from lore.errors import LoreError
from lore.files import database_uri
from lore.ledger.lineage import Lineage
from lore.ledger.sqlite.backup import check_backup
from lore.ledger.sqlite.lineage import lineage_of

_NAME = "%Y%m%dT%H%M%SZ"
_DATED = re.compile(r"-(\d{8}T\d{6}Z)\.db")
_BEFORE_MIGRATION = re.compile(r"-schema-(\d+)(?:-(\d+))?\.db")


class Backups:
    """The backups of a ledger by the dates in their names; only restorable ones count.

    They are kept in `folder`, or beside the ledger, where they are looked for in any case. If the
    ledger is `elsewhere`, in PostgreSQL, only their names come from the path of a file.
    """

    def __init__(
        self, ledger: Path, folder: Path | None = None, *, elsewhere: bool = False
    ) -> None:
        self.ledger = ledger
        self._elsewhere = elsewhere
        self._beside = ledger.parent / "backups"
        self.folder = folder or self._beside
        self._sound: set[tuple[Path, int, int]] = set()

    def file(self, now: datetime) -> Path:
        """Return the path for a backup made at `now`."""
        return self.folder / f"{self.ledger.stem}-{now.astimezone(UTC):{_NAME}}.db"

    def file_before_migration(self, schema: int) -> Path:
        """Return an unused path for the copy that is made before a migration."""
        names = (f"{self.ledger.stem}-schema-{schema}{f'-{n}' * (n > 1)}.db" for n in count(1))
        return next(free for name in names if not os.path.lexists(free := self.folder / name))

    def before_migration(self, *folders: Path) -> list[Path]:
        """Return the copies made before migrations, the newest schema first."""
        copies = (
            (int(found[1]), int(found[2] or 1), file)
            for folder in folders or [self.folder]
            for file in folder.glob(f"{self.ledger.stem}-schema-*.db")
            if (found := _BEFORE_MIGRATION.fullmatch(file.name, len(self.ledger.stem)))
        )
        return [file for *_, file in sorted(copies, reverse=True)]

    def made_at(self, backup: Path) -> datetime | None:
        """Return when a backup was made, by its name; None for other files."""
        found = _DATED.fullmatch(backup.name.removeprefix(self.ledger.stem))
        try:
            return datetime.strptime(found[1], _NAME).replace(tzinfo=UTC) if found else None
        except ValueError:
            return None

    def dated(self, now: datetime) -> list[Path]:
        """Return the files in the folder that are named like a backup, newest first.

        Those dated by a wrong clock are left out, as their age is unknown.
        """
        files = self._dated_in(self.folder)
        wrong = self._misdated(files, now)
        return [file for file in files if file not in wrong]

    def misdated(self, now: datetime) -> list[Path]:
        """Return the files that are named like a backup, but by a wrong clock."""
        files = self._dated_in(self.folder)
        wrong = self._misdated(files, now)
        return [file for file in files if file in wrong]

    def whole(self, now: datetime) -> Iterator[Path]:
        """Return those of `dated` that can be restored."""
        return filter(self._is_whole, self.dated(now))

    def newest(self, now: datetime | None = None) -> Path | None:
        """Return the newest restorable backup, or else the last copy made before a migration.

        One dated by a wrong clock is returned only if no other dated one can be restored.
        """
        folders = dict.fromkeys((self.folder, self._beside))
        files = [file for folder in folders for file in self._dated_in(folder)]
        wrong = self._misdated(files, now)
        dated = sorted(files, key=lambda file: (file not in wrong, file.name), reverse=True)
        found = [*dated, *self.before_migration(*folders)]
        return next(filter(self._is_whole, found), None)

    def is_due(self, every: timedelta, now: datetime) -> bool:
        """Return whether the newest is too old."""
        made = next(filter(None, map(self.made_at, self.whole(now))), None)
        return made is None or now - made >= every

    def rotate(self, keep: int, now: datetime) -> None:
        """Delete all but the newest `keep`, but none that is ahead of the ledger.

        A ledger that is elsewhere goes at least as far as the newest of them.
        """
        if len(self.dated(now)) <= keep:
            return
        newest = next(self.whole(now), self.ledger)
        ledger = _lineage(newest if self._elsewhere else self.ledger)
        for file in islice(self.whole(now), keep, None):
            if ledger.goes_on_from(_lineage(file)):
                file.unlink()

    def _dated_in(self, folder: Path) -> list[Path]:
        found = folder.glob(f"{self.ledger.stem}-*.db")
        return sorted(filter(self.made_at, found), key=lambda file: file.name, reverse=True)

    def _misdated(self, files: Iterable[Path], now: datetime | None) -> set[Path]:
        """Return the backups dated by a wrong clock: later than `now`, or in the wrong order.

        A backup that holds less than one with an earlier date has a wrong date. Only backups that
        the ledger continues are compared: others were made before it was restored.
        """
        ours = Lineage([]) if self._elsewhere else _lineage(self.ledger)
        wrong: set[Path] = set()
        earlier: list[tuple[Path, Lineage]] = []
        for file in sorted(files, key=lambda file: file.name):
            own, made = _lineage(file), self.made_at(file)
            later = now is not None and made is not None and made > now
            if later or any(one.is_ahead_of(own) and self._is_whole(at) for at, one in earlier):
                wrong.add(file)
            elif not ours.signs or ours.goes_on_from(own):
                earlier.append((file, own))
        return wrong

    def _is_whole(self, file: Path) -> bool:
        """Return whether it can be restored; the file is read again only if it has changed."""
        try:
            there = file.stat()
            key = file, there.st_mtime_ns, there.st_size
            if key not in self._sound:
                check_backup(file)
                self._sound.add(key)
        except (LoreError, OSError):
            return False
        return True


def _lineage(file: Path) -> Lineage:
    """Return the lineage of a ledger or a copy; an empty one if that cannot be read."""
    try:
        with closing(sqlite3.connect(database_uri(file, "ro"), uri=True)) as db:
            return lineage_of(db)
    except (sqlite3.Error, OSError, ValueError):
        return Lineage([])
