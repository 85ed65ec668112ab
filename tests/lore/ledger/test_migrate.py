import hashlib
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from lore.errors import LoreError
from lore.ledger.errors import LedgerDamagedError, LedgerRoomError, LedgerSchemaError
from lore.ledger.migrations import migrations_in
from lore.ledger.sqlite import migrate as migrating
from lore.ledger.sqlite.backups import Backups
from lore.ledger.sqlite.migrate import migrate
from lore.ledger.sqlite.schema import MIGRATIONS

FIRST = "CREATE TABLE one (x INTEGER) STRICT;"
SECOND = "CREATE TABLE two (x INTEGER) STRICT; INSERT INTO two VALUES (1);"
ANEW = (
    "ALTER TABLE one RENAME TO old; CREATE TABLE one (x INTEGER, y INTEGER) STRICT;"
    "INSERT INTO one SELECT x, 0 FROM old; DROP TABLE old;"
)
FAILING = "CREATE TABLE two (x INTEGER) STRICT; INSERT INTO nowhere VALUES (1);"


class Ledger:
    """A ledger file and the migrations written for it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "ledger.db"
        self.folder = folder / "migrations"
        self.folder.mkdir()

    def migrate(self, *scripts: str) -> None:
        for number, sql in enumerate(scripts, 1):
            (self.folder / f"{number:04}_step.sql").write_text(sql)
        migrate(self.path, migrations_in(self.folder))

    def tables(self, path: Path | None = None) -> list[str]:
        with closing(sqlite3.connect(path or self.path)) as db:
            return [row[0] for row in db.execute("SELECT name FROM sqlite_schema ORDER BY 1")]


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path)


def test_new_ledger_gets_all_migrations(ledger: Ledger) -> None:
    ledger.migrate(FIRST, SECOND)
    assert ledger.tables() == ["migration", "one", "two"]


def test_migrations_are_applied_once(ledger: Ledger) -> None:
    ledger.migrate(FIRST, SECOND)
    ledger.migrate(FIRST, SECOND)
    with closing(sqlite3.connect(ledger.path)) as db:
        assert db.execute("SELECT count(*) FROM two").fetchone() == (1,)


def test_migration_that_fails_midway_is_rolled_back_and_can_be_retried(ledger: Ledger) -> None:
    ledger.migrate(FIRST)
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        ledger.migrate(FIRST, FAILING)
    assert ledger.tables() == ["migration", "one"]
    ledger.migrate(FIRST, SECOND)
    assert ledger.tables() == ["migration", "one", "two"]


def test_damaged_row_is_copied_into_a_rebuilt_table(ledger: Ledger) -> None:
    checked = "(x INTEGER CHECK (x BETWEEN 1 AND 99)) STRICT;"
    ledger.migrate(f"CREATE TABLE one {checked} INSERT INTO one VALUES (1);")
    with closing(sqlite3.connect(ledger.path)) as db, db:
        db.execute("PRAGMA ignore_check_constraints = ON")
        db.execute("INSERT INTO one VALUES (0)")
    ledger.migrate(
        f"CREATE TABLE one {checked} INSERT INTO one VALUES (1);",
        f"CREATE TABLE two {checked} INSERT INTO two SELECT x FROM one; DROP TABLE one;",
    )
    with closing(sqlite3.connect(ledger.path)) as db:
        assert db.execute("SELECT x FROM two ORDER BY x").fetchall() == [(0,), (1,)]


def test_existing_ledger_is_backed_up_before_a_migration(ledger: Ledger) -> None:
    ledger.migrate(FIRST)
    ledger.migrate(FIRST, SECOND)
    backup = ledger.path.parent / "backups" / "ledger-schema-1.db"
    assert ledger.tables(backup) == ["migration", "one"]


def test_copy_from_an_earlier_migration_is_not_overwritten(ledger: Ledger) -> None:
    ledger.migrate(FIRST)
    with closing(sqlite3.connect(ledger.path)) as db, db:
        db.execute("INSERT INTO one VALUES (7)")
    ledger.migrate(FIRST, SECOND)
    ledger.path.unlink()
    (ledger.folder / "0002_step.sql").unlink()
    migrate(ledger.path, migrations_in(ledger.folder), new=True)
    ledger.migrate(FIRST, SECOND)
    copies = [ledger.path.parent / "backups" / f"ledger-schema-1{n}.db" for n in ("", "-2")]
    rows = []
    for copy in copies:
        with closing(sqlite3.connect(copy)) as db:
            rows.append(db.execute("SELECT x FROM one").fetchall())
    assert rows == [[(7,)], []]
    assert Backups(ledger.path).before_migration() == copies[::-1]


def test_migration_that_fails_at_every_start_leaves_one_copy(ledger: Ledger) -> None:
    ledger.migrate(FIRST)
    for _ in range(3):
        with pytest.raises(sqlite3.OperationalError):
            ledger.migrate(FIRST, FAILING)
    assert len(list((ledger.path.parent / "backups").iterdir())) == 1


def test_ledger_of_a_newer_version_is_refused(ledger: Ledger) -> None:
    ledger.migrate(FIRST, SECOND)
    (ledger.folder / "0002_step.sql").unlink()
    with pytest.raises(LedgerSchemaError, match="newer version"):
        ledger.migrate(FIRST)


def test_migration_altered_after_it_was_applied_is_refused(ledger: Ledger) -> None:
    ledger.migrate(FIRST)
    with pytest.raises(LedgerSchemaError, match="other migrations"):
        ledger.migrate(FIRST + "\n")


def test_migrations_with_a_gap_are_refused(ledger: Ledger) -> None:
    (ledger.folder / "0002_step.sql").write_text(SECOND)
    with pytest.raises(LedgerSchemaError, match="numbered"):
        migrations_in(ledger.folder)


def full(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    """Let every disk have so many free bytes."""
    of_disk = shutil.disk_usage
    monkeypatch.setattr(migrating, "disk_usage", lambda at: of_disk(at)._replace(free=free))


@pytest.mark.parametrize(
    ("scripts", "times"),
    [([SECOND], 2), (["ALTER TABLE one ADD y INTEGER;"], 2), ([ANEW], 4), ([ANEW, SECOND], 4)],
    ids=["one more table", "one more column", "a table written anew", "both"],
)
def test_ledger_is_unchanged_if_the_disk_has_no_room_for_its_migration(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, scripts: list[str], times: int
) -> None:
    ledger.migrate(FIRST)
    before = ledger.path.read_bytes()
    enough = times * len(before)
    full(monkeypatch, enough - 1)
    with pytest.raises(LedgerRoomError, match=r"1 MB have to be free on the disk of .*; 0 MB are"):
        ledger.migrate(FIRST, *scripts)
    assert ledger.path.read_bytes() == before
    assert not (ledger.path.parent / "backups").exists()

    migrate(ledger.path, migrations_in(ledger.folder)[:1])  # of nothing, for which it has room
    full(monkeypatch, enough)
    ledger.migrate(FIRST, *scripts)
    with closing(sqlite3.connect(ledger.path)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (1 + len(scripts),)


def test_all_migrations_make_strict_tables(tmp_path: Path) -> None:
    migrate(tmp_path / "ledger.db", migrations_in(MIGRATIONS))
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as db:
        tables = db.execute("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'")
        lax = [name for name, strict in tables if not strict and not name.startswith("sqlite_")]
    assert lax == []


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """Return a ledger as it was before the last migration."""
    ours = migrations_in(MIGRATIONS)
    migrate(tmp_path / "ledger.db", ours[:-1])
    migrate(tmp_path / "ledger.db", ours)
    return tmp_path / "ledger.db"


def test_damaged_page_is_refused_with_the_restore_command(older: Path) -> None:
    pages = bytearray(older.read_bytes())
    pages[4096:] = b"\xff" * (len(pages) - 4096)
    older.write_bytes(pages)
    with pytest.raises(LedgerDamagedError, match=r"lorebot restore .*ledger-schema-\d+\.db"):
        migrate(older, migrations_in(MIGRATIONS))
    assert older.read_bytes() == pages


@pytest.mark.parametrize("harm", [b"\xec", b"z"])
@pytest.mark.parametrize(
    ("harmed", "refusal"),
    [
        (b"INTEGER PRIMARY", LedgerDamagedError),  # in the text of the schema
        (hashlib.sha256(FIRST.encode()).hexdigest().encode(), LedgerSchemaError),
        (b"sha256 TEXT", LedgerSchemaError),
    ],
)
def test_damaged_schema_is_refused(
    ledger: Ledger, harmed: bytes, refusal: type[LoreError], harm: bytes
) -> None:
    ledger.migrate(FIRST)
    content = ledger.path.read_bytes()
    assert harmed in content
    ledger.path.write_bytes(content.replace(harmed, harm + harmed[1:]))
    with pytest.raises(refusal):
        ledger.migrate(FIRST)


def test_a_file_that_is_not_a_database_is_refused(ledger: Ledger) -> None:
    ledger.path.write_bytes(b"not a database at all, but a text of some length" * 100)
    with pytest.raises(LedgerDamagedError, match="no backup beside it"):
        ledger.migrate(FIRST)


def test_foreign_database_is_left_unchanged(ledger: Ledger) -> None:
    with closing(sqlite3.connect(ledger.path)) as db:
        db.execute("CREATE TABLE other (x)")
    before = ledger.path.read_bytes()
    with pytest.raises(LedgerSchemaError, match="something else"):
        ledger.migrate(FIRST)
    assert ledger.path.read_bytes() == before


def test_a_truncated_ledger_is_not_taken_for_a_new_one(older: Path) -> None:
    older.write_bytes(b"")
    with pytest.raises(LedgerDamagedError, match=r"lorebot restore .*ledger-schema-\d+\.db"):
        migrate(older, migrations_in(MIGRATIONS))
