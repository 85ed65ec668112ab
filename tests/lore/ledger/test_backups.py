"""Which backup is the newest, and which ones are kept, among any other files."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lore.ledger.errors import BackupError, LedgerMissingError
from lore.ledger.sqlite.backup import back_up, restore
from lore.ledger.sqlite.backups import Backups
from lore.ledger.sqlite.database import open_store
from lore.ledger.verbs.continuity import SqlContinuity

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
async def backups(tmp_path: Path) -> Backups:
    async with open_store(tmp_path / "ledger.db"):
        pass
    return Backups(tmp_path / "ledger.db")


def backed_up(backups: Backups, *moments: datetime) -> list[Path]:
    files = [backups.file(moment) for moment in moments]
    for file in files:
        back_up(backups.ledger, file)
    return files


async def use_for(ledger: Path, times: int, *, new: bool = False) -> None:
    """Use a ledger for so many minutes."""
    async with open_store(ledger, new=new) as database:
        continuity = SqlContinuity(database)
        for number in range(times):
            await continuity.sign(NOON + timedelta(minutes=number), timedelta())


def test_backup_is_due_if_there_is_none(backups: Backups) -> None:
    assert backups.newest() is None
    assert backups.is_due(DAY, NOON)


@pytest.mark.parametrize(("age", "due"), [(DAY, True), (DAY - timedelta(seconds=1), False)])
def test_next_backup_is_due_after_the_interval(backups: Backups, age: timedelta, due: bool) -> None:
    backed_up(backups, NOON - age)
    assert backups.is_due(DAY, NOON) is due


def test_backup_dated_by_a_wrong_clock_does_not_delay_the_next(backups: Backups) -> None:
    backed_up(backups, NOON + 400 * DAY)
    assert backups.is_due(DAY, NOON)


def test_backups_dated_by_a_wrong_clock_are_kept_and_delete_no_others(backups: Backups) -> None:
    ahead = backed_up(backups, *(NOON + (400 + n) * DAY for n in range(3)))
    for day in range(4):
        now = NOON + day * DAY
        assert backups.is_due(DAY, now)
        backed_up(backups, now)
        backups.rotate(keep=2, now=now)
        assert not backups.is_due(DAY, now + timedelta(minutes=1))
    assert backups.dated(now) == [backups.file(now), backups.file(now - DAY)]
    assert backups.misdated(now) == ahead[::-1]


def test_backup_dated_by_a_wrong_clock_is_suggested_only_as_a_last_resort(backups: Backups) -> None:
    [ahead] = backed_up(backups, NOON + 400 * DAY)
    assert backups.newest(NOON) == ahead
    [ours] = backed_up(backups, NOON)
    assert backups.newest(NOON) == ours


def test_newest_backup_is_chosen_by_name_and_not_by_file_time(backups: Backups) -> None:
    first, second, third = backed_up(backups, NOON - 2 * DAY, NOON - DAY, NOON)
    for age, file in enumerate((first, third, second)):
        os.utime(file, (1_000_000 - age, 1_000_000 - age))
    assert backups.newest() == third


@pytest.mark.parametrize("junk", [b"", b"junk" * 5000, b"SQLite format 3\0" + b"junk" * 5000])
def test_junk_file_named_like_a_backup_is_ignored(backups: Backups, junk: bytes) -> None:
    [good] = backed_up(backups, NOON - 2 * DAY)
    for file in (backups.file(NOON - DAY / 24), backups.folder / "ledger-schema-9.db"):
        file.write_bytes(junk)
    (backups.folder / "ledger-20269999T999999Z.db").write_bytes(good.read_bytes())
    (backups.folder / "ledger-of-a-friend.db").write_bytes(good.read_bytes())
    backups.file(NOON).mkdir()

    assert backups.newest() == good
    assert backups.is_due(DAY, NOON)


def test_pre_migration_copy_is_suggested_only_as_a_last_resort(
    backups: Backups,
) -> None:
    for schema in (9, 10, 10):
        back_up(backups.ledger, backups.file_before_migration(schema))
    assert backups.newest() == backups.folder / "ledger-schema-10-2.db"
    [dated] = backed_up(backups, NOON)
    assert backups.newest() == dated


def test_backup_of_a_newer_version_is_not_suggested(
    backups: Backups,
) -> None:
    old, new = backed_up(backups, NOON - DAY, NOON)
    with closing(sqlite3.connect(new)) as db:
        db.execute("PRAGMA user_version = 1000")
    assert backups.newest() == old


def test_damaged_backup_is_skipped(backups: Backups) -> None:
    old, new = backed_up(backups, NOON - DAY, NOON)
    assert backups.newest() == new
    new.write_bytes(new.read_bytes()[:4096] + b"\xff" * 8192)
    assert backups.newest() == old


def test_newest_backups_and_other_files_are_kept(backups: Backups) -> None:
    files = backed_up(backups, *(NOON - n * DAY for n in range(5)))
    others = [backups.folder / name for name in ("ledger-schema-1.db", "notes.txt")]
    junk = backups.file(NOON - DAY / 2)
    for file in (*others, junk):
        file.touch()
    backups.rotate(keep=2, now=NOON)
    assert sorted(backups.folder.iterdir()) == sorted([*files[:2], *others, junk])


async def test_backup_that_is_ahead_of_the_ledger_is_never_deleted(
    backups: Backups,
) -> None:
    await use_for(backups.ledger, 3)
    good = backed_up(backups, *(NOON - n * DAY for n in range(10, 13)))
    backups.ledger.unlink()
    await use_for(backups.ledger, 1, new=True)
    later = backed_up(backups, *(NOON - n * DAY for n in range(5)))
    backups.rotate(keep=2, now=NOON)
    assert backups.dated(NOON) == [*later[:2], *good]


async def test_restore_keeps_backups_newer_than_the_restored_one(
    backups: Backups,
) -> None:
    await use_for(backups.ledger, 2)
    former, restored_ = backed_up(backups, NOON - 9 * DAY, NOON - 8 * DAY)
    await use_for(backups.ledger, 2)
    [between] = backed_up(backups, NOON - 7 * DAY)
    restore(restored_, backups.ledger)
    await use_for(backups.ledger, 9)
    later = backed_up(backups, NOON - DAY, NOON)
    backups.rotate(keep=2, now=NOON)
    assert backups.dated(NOON) == [*reversed(later), between]
    assert not former.exists()


async def test_backup_dated_by_a_wrong_clock_is_ignored_after_its_date_has_passed(
    backups: Backups,
) -> None:
    now = NOON + 401 * DAY
    await use_for(backups.ledger, 1)
    [ahead] = backed_up(backups, NOON + 400 * DAY)
    await use_for(backups.ledger, 2)
    ours = backed_up(backups, NOON, NOON + DAY)

    assert backups.dated(now) == ours[::-1]
    assert backups.misdated(now) == [ahead]
    assert backups.newest() == ours[1]
    assert backups.is_due(DAY, now)
    backups.rotate(keep=1, now=now)
    assert sorted(backups.folder.iterdir()) == [ours[1], ahead]
    ours[1].write_bytes(b"")
    assert backups.newest() == ahead


async def test_first_backup_of_an_old_restored_data_folder_counts(
    backups: Backups, tmp_path: Path
) -> None:
    """Backups in another folder were not restored with it, and are ahead of it."""
    elsewhere = Backups(backups.ledger, tmp_path / "elsewhere")
    await use_for(backups.ledger, 1)
    former = backups.ledger.read_bytes()
    await use_for(backups.ledger, 9)
    [lost] = backed_up(elsewhere, NOON - DAY)
    backups.ledger.write_bytes(former)
    await use_for(backups.ledger, 2)
    [ours] = backed_up(elsewhere, NOON)

    assert elsewhere.dated(NOON) == [ours, lost]
    assert not elsewhere.is_due(DAY, NOON)


async def test_backups_beside_the_ledger_are_found_after_a_backup_folder_was_set(
    backups: Backups, tmp_path: Path
) -> None:
    [old] = backed_up(backups, NOON - DAY)
    elsewhere = Backups(backups.ledger, tmp_path / "not mounted" / "elsewhere")
    with pytest.raises(BackupError, match="No such file or directory"):
        backed_up(elsewhere, NOON)
    elsewhere = Backups(backups.ledger, tmp_path / "elsewhere")
    assert elsewhere.newest() == old
    [new] = backed_up(elsewhere, NOON)
    assert elsewhere.newest() == new
    assert new.parent == tmp_path / "elsewhere"


async def test_ledger_is_not_created_beside_backups_unless_requested(
    backups: Backups,
) -> None:
    [backup] = backed_up(backups, NOON)
    backups.ledger.unlink()
    with pytest.raises(LedgerMissingError, match=f"lorebot restore {backup} --data"):
        async with open_store(backups.ledger):
            pass
    assert not backups.ledger.exists()
    async with open_store(backups.ledger, new=True):
        pass
    assert backups.ledger.exists()
