"""Which backup is the newest, whatever lies beside it, and which ones are kept."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lore.ledger.errors import BackupError, LedgerMissingError
from lore.ledger.sqlite.backup import back_up, restore
from lore.ledger.sqlite.backups import Backups
from lore.ledger.sqlite.continuity import SqliteContinuity
from lore.ledger.sqlite.database import open_store

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


async def signed(ledger: Path, times: int, *, new: bool = False) -> None:
    """Use a ledger for so many minutes."""
    async with open_store(ledger, new=new) as database:
        continuity = SqliteContinuity(database)
        for number in range(times):
            await continuity.sign(NOON + timedelta(minutes=number), timedelta())


def test_without_a_backup_one_is_due(backups: Backups) -> None:
    assert backups.newest() is None
    assert backups.is_due(DAY, NOON)


@pytest.mark.parametrize(("age", "due"), [(DAY, True), (DAY - timedelta(seconds=1), False)])
def test_the_next_backup_is_due_after_its_time(backups: Backups, age: timedelta, due: bool) -> None:
    backed_up(backups, NOON - age)
    assert backups.is_due(DAY, NOON) is due


def test_a_backup_of_a_wrong_clock_holds_none_up(backups: Backups) -> None:
    backed_up(backups, NOON + 400 * DAY)
    assert backups.is_due(DAY, NOON)


def test_backups_of_a_wrong_clock_neither_push_out_others_nor_are_deleted(backups: Backups) -> None:
    ahead = backed_up(backups, *(NOON + (400 + n) * DAY for n in range(3)))
    for day in range(4):
        now = NOON + day * DAY
        assert backups.is_due(DAY, now)
        backed_up(backups, now)
        backups.rotate(keep=2, now=now)
        assert not backups.is_due(DAY, now + timedelta(minutes=1))
    assert backups.dated(now) == [backups.file(now), backups.file(now - DAY)]
    assert backups.misdated(now) == ahead[::-1]


def test_a_backup_of_a_wrong_clock_is_named_only_where_there_is_no_other(backups: Backups) -> None:
    [ahead] = backed_up(backups, NOON + 400 * DAY)
    assert backups.newest(NOON) == ahead
    [ours] = backed_up(backups, NOON)
    assert backups.newest(NOON) == ours


def test_the_newest_is_so_by_its_name_not_by_the_time_of_its_file(backups: Backups) -> None:
    first, second, third = backed_up(backups, NOON - 2 * DAY, NOON - DAY, NOON)
    for age, file in enumerate((first, third, second)):
        os.utime(file, (1_000_000 - age, 1_000_000 - age))
    assert backups.newest() == third


@pytest.mark.parametrize("junk", [b"", b"junk" * 5000, b"SQLite format 3\0" + b"junk" * 5000])
def test_junk_that_is_called_like_a_backup_counts_for_nothing(
    backups: Backups, junk: bytes
) -> None:
    [good] = backed_up(backups, NOON - 2 * DAY)
    for file in (backups.file(NOON - DAY / 24), backups.folder / "ledger-schema-9.db"):
        file.write_bytes(junk)
    (backups.folder / "ledger-20269999T999999Z.db").write_bytes(good.read_bytes())
    (backups.folder / "ledger-of-a-friend.db").write_bytes(good.read_bytes())
    backups.file(NOON).mkdir()

    assert backups.newest() == good
    assert backups.is_due(DAY, NOON)


def test_a_copy_made_before_a_migration_is_the_newest_only_where_there_is_no_other(
    backups: Backups,
) -> None:
    for schema in (9, 10, 10):
        back_up(backups.ledger, backups.file_before_migration(schema))
    assert backups.newest() == backups.folder / "ledger-schema-10-2.db"
    [dated] = backed_up(backups, NOON)
    assert backups.newest() == dated


def test_a_backup_of_a_newer_version_is_not_named_as_it_cannot_be_restored(
    backups: Backups,
) -> None:
    old, new = backed_up(backups, NOON - DAY, NOON)
    with closing(sqlite3.connect(new)) as db:
        db.execute("PRAGMA user_version = 1000")
    assert backups.newest() == old


def test_a_backup_that_was_damaged_since_is_passed_over(backups: Backups) -> None:
    old, new = backed_up(backups, NOON - DAY, NOON)
    assert backups.newest() == new
    new.write_bytes(new.read_bytes()[:4096] + b"\xff" * 8192)
    assert backups.newest() == old


def test_the_newest_are_kept_and_other_files_left_alone(backups: Backups) -> None:
    files = backed_up(backups, *(NOON - n * DAY for n in range(5)))
    others = [backups.folder / name for name in ("ledger-schema-1.db", "notes.txt")]
    junk = backups.file(NOON - DAY / 2)
    for file in (*others, junk):
        file.touch()
    backups.rotate(keep=2, now=NOON)
    assert sorted(backups.folder.iterdir()) == sorted([*files[:2], *others, junk])


async def test_a_backup_that_holds_more_than_the_ledger_is_never_thrown_away(
    backups: Backups,
) -> None:
    await signed(backups.ledger, 3)
    good = backed_up(backups, *(NOON - n * DAY for n in range(10, 13)))
    backups.ledger.unlink()
    await signed(backups.ledger, 1, new=True)
    later = backed_up(backups, *(NOON - n * DAY for n in range(5)))
    backups.rotate(keep=2, now=NOON)
    assert backups.dated(NOON) == [*later[:2], *good]


async def test_after_a_restore_the_backups_in_between_are_kept_and_the_former_rotated(
    backups: Backups,
) -> None:
    await signed(backups.ledger, 2)
    former, restored_ = backed_up(backups, NOON - 9 * DAY, NOON - 8 * DAY)
    await signed(backups.ledger, 2)
    [between] = backed_up(backups, NOON - 7 * DAY)
    restore(restored_, backups.ledger)
    await signed(backups.ledger, 9)
    later = backed_up(backups, NOON - DAY, NOON)
    backups.rotate(keep=2, now=NOON)
    assert backups.dated(NOON) == [*reversed(later), between]
    assert not former.exists()


async def test_a_backup_of_a_wrong_clock_counts_no_more_once_its_day_has_come(
    backups: Backups,
) -> None:
    now = NOON + 401 * DAY
    await signed(backups.ledger, 1)
    [ahead] = backed_up(backups, NOON + 400 * DAY)
    await signed(backups.ledger, 2)
    ours = backed_up(backups, NOON, NOON + DAY)

    assert backups.dated(now) == ours[::-1]
    assert backups.misdated(now) == [ahead]
    assert backups.newest() == ours[1]
    assert backups.is_due(DAY, now)
    backups.rotate(keep=1, now=now)
    assert sorted(backups.folder.iterdir()) == [ours[1], ahead]
    ours[1].write_bytes(b"")
    assert backups.newest() == ahead


async def test_after_an_old_data_folder_was_put_back_its_next_backup_counts(
    backups: Backups, tmp_path: Path
) -> None:
    """Those of a folder elsewhere were not put back with it, and hold more than it."""
    elsewhere = Backups(backups.ledger, tmp_path / "elsewhere")
    await signed(backups.ledger, 1)
    former = backups.ledger.read_bytes()
    await signed(backups.ledger, 9)
    [lost] = backed_up(elsewhere, NOON - DAY)
    backups.ledger.write_bytes(former)
    await signed(backups.ledger, 2)
    [ours] = backed_up(elsewhere, NOON)

    assert elsewhere.dated(NOON) == [ours, lost]
    assert not elsewhere.is_due(DAY, NOON)


async def test_in_a_folder_of_their_own_those_beside_the_ledger_are_still_found(
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


async def test_where_there_are_backups_and_no_ledger_none_is_made_unless_it_is_to_be_new(
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
