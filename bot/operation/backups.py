"""Backups of the ledger: when the next is due, what it is called, which ones are kept."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lore.ledger.backup import backups_of

_NAME = "%Y%m%dT%H%M%SZ"
_OURS = re.compile(r".*-(\d{8}T\d{6}Z)\.db")


def backup_file(ledger: Path, now: datetime) -> Path:
    """Where a backup made at `now` goes."""
    return backups_of(ledger) / f"{ledger.stem}-{now.astimezone(UTC):{_NAME}}.db"


def made_at(backup: Path) -> datetime | None:
    """When a backup was made, by its name; None for other files."""
    found = _OURS.fullmatch(backup.name)
    return datetime.strptime(found[1], _NAME).replace(tzinfo=UTC) if found else None


def kept(ledger: Path) -> list[Path]:
    """The dated backups of a ledger, the oldest first."""
    return sorted(
        file for file in backups_of(ledger).glob(f"{ledger.stem}-*.db") if made_at(file) is not None
    )


def is_due(ledger: Path, every: timedelta, now: datetime) -> bool:
    """Whether the newest backup is too old; one from the future, of a wrong clock, counts not."""
    made = [made for file in kept(ledger) if (made := made_at(file)) and made <= now]
    return not made or now - made[-1] >= every


def rotate(ledger: Path, keep: int) -> None:
    """Delete all but the newest `keep`."""
    for file in kept(ledger)[:-keep]:
        file.unlink()
