"""The ledger moved to PostgreSQL and back, backed up and restored there, as it is typed."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from bot.cli import app, clock
from bot.ops import running
from bot.ops.check_result import Level
from bot.ops.data_folder import look
from bot.ops.engine import open_ledger
from bot.ops.ledger_server import ledger_server
from bot.ops.loops import Loops
from bot.ops.maintenance import Maintenance
from bot.ops.metrics import Metrics
from bot.ops.off_site import OffSite
from bot.settings import Settings
from lore.curation.quota import Quota
from lore.ledger.postgres.address import PostgresAddress
from lore.ledger.sqlite.database import open_store
from lore.ledger.sqlite.lock import only_process
from lore.ledger.verbs.continuity import SqlContinuity
from lore.ledger.verbs.ledger import ledger_in
from tests.ledgers import DAY, NOON, all_rows, make_filled
from tests.postgres import PASSWORD, Server

pytestmark = pytest.mark.process

# Runs a command and gives its exit code and what it said; the password never stands in it.
Lorebot = Callable[..., tuple[int, str]]


@pytest.fixture
def lorebot(settings: Settings) -> Lorebot:
    def lorebot(*line: object) -> tuple[int, str]:
        words = [*map(str, line), "--data", str(settings.data_dir)]
        result = CliRunner().invoke(app, words)
        code, said = result.exit_code, result.output
        if result.exception and not isinstance(result.exception, SystemExit):
            ending = running.ending(result.exception)
            assert ending, result.exception
            said, code = said + ending[0], ending[1]
        assert PASSWORD not in said
        assert PASSWORD.replace(", ", "%2C%20") not in said
        return code, said

    return lorebot


@pytest.fixture
def address(postgres: Server) -> PostgresAddress:
    return asyncio.run(postgres.make("moved"))


@pytest.fixture
def there(address: PostgresAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Name the database in a file, as where the password is to stand nowhere else."""
    secret = tmp_path / "ledger_url"
    secret.write_text(address.url)
    monkeypatch.setenv("LORE_LEDGER_URL_FILE", str(secret))


@pytest.fixture
def ledger(settings: Settings) -> Path:
    asyncio.run(make_filled(settings.ledger, [1, 2]))
    return settings.ledger


def test_ledger_moves_to_postgresql_and_back_and_there_again(
    lorebot: Lorebot, ledger: Path, address: PostgresAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = all_rows(ledger)
    code, said = lorebot("move-ledger", "--to", address.url)
    assert (code, f"to {address}, and compared each" in said) == (0, True)
    assert "Set LORE_LEDGER_URL to it" in said
    assert all_rows(ledger.with_name("ledger.db.moved")) == before
    assert not ledger.exists()

    monkeypatch.setenv("LORE_LEDGER_URL", address.url)
    code, said = lorebot("move-ledger", "--to", ledger.parent)
    assert (code, "Leave LORE_LEDGER_URL out before" in said) == (0, True)
    assert all_rows(ledger) == before

    assert lorebot("move-ledger")[0] == 0
    code, said = lorebot("move-ledger", "--to", ledger.parent / "elsewhere.db")
    assert (code, f"put the file where it looks, {ledger}, before" in said) == (0, True)
    assert all_rows(ledger.with_name("elsewhere.db")) == before


@pytest.mark.usefixtures("there")
def test_nobody_starts_by_mistake_what_was_moved(
    lorebot: Lorebot, ledger: Path, address: PostgresAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lorebot("move-ledger")[0] == 0
    assert lorebot("ask", "/about")[0] == 0
    with monkeypatch.context() as without:
        without.delenv("LORE_LEDGER_URL_FILE")
        for line in (("ask", "/about"), ("backup",), ("purge",), ("reports",)):
            code, said = lorebot(*line)
            assert (code, f"was moved to {address}. Name it" in said) == (78, True)
        assert f"fault    ledger: The ledger {ledger} was moved to" in lorebot("doctor")[1]
    assert lorebot("move-ledger", "--to", ledger)[0] == 0
    for line in (("ask", "/about"), ("backup",), ("purge",), ("reports",)):
        code, said = lorebot(*line)
        assert (code, f"was moved to {ledger}. Leave LORE_LEDGER_URL out" in said) == (78, True)
    assert f"fault    ledger: The ledger {address} was moved" in lorebot("doctor")[1]
    monkeypatch.delenv("LORE_LEDGER_URL_FILE")
    assert lorebot("ask", "/about")[0] == 0
    assert not ledger.with_name("ledger.db.moved-to").exists()


@pytest.mark.usefixtures("there")
def test_an_empty_ledger_may_be_begun_where_one_was_moved_away(
    lorebot: Lorebot, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lorebot("move-ledger")
    monkeypatch.delenv("LORE_LEDGER_URL_FILE")
    assert lorebot("run", "--new")[0] == 0
    assert all_rows(ledger)["guild"] == []


@pytest.mark.parametrize(
    ("to", "code", "sentence"),
    [
        ("mysql://a/b", 78, "--to: the address is no address such as postgresql://lorebot"),
        ("postgresql://a", 78, "--to: the address is no address such as postgresql://lorebot"),
        ("Sesame", 78, "the password is wrong"),
        ("/nowhere", 78, "there is no such database"),
        (":1/", 69, "nothing listens there"),
        ("/srv/nowhere/ledger.db", 78, "The ledger is in a file already"),
        (None, 78, "Say where to: lorebot move-ledger --to postgresql://"),
    ],
)
def test_what_bars_the_way_is_told_and_nothing_is_changed(
    lorebot: Lorebot,
    ledger: Path,
    address: PostgresAddress,
    to: str | None,
    code: int,
    sentence: str,
) -> None:
    before = all_rows(ledger)
    whole = {
        "Sesame": address.url.replace("sesame", "Sesame"),
        "/nowhere": address.url.replace("/moved", "/nowhere"),
        ":1/": f"{address.url.rpartition(':')[0]}:1/moved",
    }
    found, said = lorebot("move-ledger", *(("--to", whole.get(to, to)) if to else ()))
    assert (found, sentence in said) == (code, True), said
    assert "esame" not in said
    assert all_rows(ledger) == before


def test_target_that_is_not_empty_is_refused(
    lorebot: Lorebot, ledger: Path, address: PostgresAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    lorebot("move-ledger", "--to", address.url)
    ledger.with_name("ledger.db.moved-to").unlink()
    asyncio.run(make_filled(ledger, [3]))
    code, said = lorebot("move-ledger", "--to", address.url)
    assert (code, "holds a ledger already, so nothing was changed" in said) == (1, True)
    assert "dropdb lorebot && createdb lorebot" in said
    monkeypatch.setenv("LORE_LEDGER_URL", address.url)
    code, said = lorebot("move-ledger", "--to", ledger)
    assert (code, f"{ledger} is there already, so nothing was changed" in said) == (1, True)
    code, said = lorebot("move-ledger", "--to", ledger.parent / "misspelt" / "ledger.db")
    assert (code, "There is no folder" in said) == (1, True)
    code, said = lorebot("move-ledger", "--to", address.url.replace("/moved", "/other"))
    assert (code, "The ledger is in PostgreSQL already" in said) == (78, True)


@pytest.mark.usefixtures("there")
def test_there_has_to_be_a_ledger_to_be_moved(
    lorebot: Lorebot, settings: Settings, address: PostgresAddress
) -> None:
    assert lorebot("move-ledger") == (1, f"There is no ledger in {settings.data_dir}.")
    code, said = lorebot("move-ledger", "--to", settings.ledger)
    assert (code, said) == (1, f"There is no ledger in {address} to be moved.")
    assert not settings.ledger.exists()


@pytest.mark.usefixtures("there")
def test_ledger_in_use_on_either_side_is_refused(lorebot: Lorebot, ledger: Path) -> None:
    with only_process(ledger):
        code, said = lorebot("move-ledger")
    assert (code, f"in use by process {os.getpid()}" in said) == (75, True)


def test_damaged_ledger_is_refused(
    lorebot: Lorebot, ledger: Path, address: PostgresAddress
) -> None:
    data = bytearray(ledger.read_bytes())
    data[8192:] = b"\xff" * (len(data) - 8192)
    ledger.write_bytes(data)
    code, said = lorebot("move-ledger", "--to", address.url)
    assert (code, "is damaged and is left as it is" in said) == (1, True)
    assert ledger.read_bytes() == data


@pytest.mark.usefixtures("there")
def test_ledger_of_an_older_version_is_brought_up_to_date_and_moved(
    lorebot: Lorebot, settings: Settings
) -> None:
    given = Path(__file__).parents[2] / "frozen/given/ledger.sql"
    with closing(sqlite3.connect(settings.ledger)) as db:
        db.executescript(given.read_text("utf-8"))
    assert lorebot("move-ledger")[0] == 0
    assert any("-schema-" in name for name in os.listdir(settings.data_dir / "backups"))
    assert lorebot("ask", "/about")[0] == 0


@pytest.mark.usefixtures("there")
def test_backups_are_files_on_either_engine_and_are_restored_on_either(
    lorebot: Lorebot, ledger: Path, address: PostgresAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = all_rows(ledger)
    lorebot("move-ledger")
    copy = ledger.with_name("copy.db")
    code, said = lorebot("backup", copy)
    assert (code, said) == (0, f"Backed up to {copy}, and verified.\n")
    assert all_rows(copy) == before

    with closing(sqlite3.connect(copy)) as db:
        db.execute("DELETE FROM unanswered")
        db.commit()
    changed = all_rows(copy)
    code, said = lorebot("restore", copy)
    aside = ledger.with_name("ledger.db.replaced")
    assert said == f"Restored {address} from {copy}. What stood there before is now {aside}.\n"
    assert all_rows(aside) == before

    lorebot("backup", ledger.with_name("again.db"))
    again = all_rows(ledger.with_name("again.db"))
    # It may lack what was done since, so that what was due is looked for first.
    assert [row[2] for row in again.pop("continuity")] == [1]
    assert again == {table: rows for table, rows in changed.items() if table != "continuity"}

    monkeypatch.delenv("LORE_LEDGER_URL_FILE")
    assert lorebot("restore", copy)[0] == 0
    assert all_rows(ledger) == changed


@pytest.mark.usefixtures("there")
def test_file_that_is_no_backup_is_not_restored(lorebot: Lorebot, ledger: Path) -> None:
    lorebot("move-ledger")
    junk = ledger.with_name("junk.db")
    junk.write_text("junk")
    code, said = lorebot("restore", junk)
    assert (code, "is damaged, or is no database" in said) == (1, True)
    code, said = lorebot("restore", ledger.with_name("nothing.db"))
    assert (code, "is not there. Name the file of a backup" in said) == (1, True)
    assert lorebot("backup")[0] == 0
    assert not ledger.with_name("ledger.db.replaced").exists()


async def test_bot_backs_up_a_ledger_in_postgresql_and_keeps_the_newest(
    settings: Settings, address: PostgresAddress
) -> None:
    there = {"ledger_url": SecretStr(address.url), "backup_command": "true"}
    ours = settings.model_copy(update=there)
    for days in range(4):
        now = NOON + days * DAY
        async with open_ledger(ours, now) as database:
            await SqlContinuity(database).sign(now, timedelta())
            await Maintenance(
                *(database, ledger_in(database, Quota()).upkeep, lambda now=now: now, DAY),
                keep=2,
                forget=lambda _: None,
                backups=ours.backups,
                off_site=OffSite("true", ours.sent_off),
                trusted=lambda: True,
                loops=Loops(Metrics()),
            ).do()
    kept = sorted(os.listdir(ours.backups.folder))
    assert kept == [ours.backups.file(NOON + days * DAY).name for days in (2, 3)]
    assert OffSite("true", ours.sent_off).last() == kept[-1]
    found = {one.part: one for one in look(ours, NOON + 3 * DAY, None)}
    assert found["backups"].level is found["off site"].level is Level.GOOD
    assert found["backups"].sentence.startswith("2 backups in")


async def test_doctor_warns_of_lore_in_a_forgotten_file(
    settings: Settings, address: PostgresAddress
) -> None:
    ours = settings.model_copy(update={"ledger_url": SecretStr(address.url)})
    async with open_ledger(ours, NOON):
        pass

    async def warnings() -> list[str]:
        found = await ledger_server(ours, clock)
        return [one.sentence for one in found if one.level is Level.WARNING]

    async with open_store(settings.ledger):
        pass
    assert await warnings() == []
    await make_filled(settings.ledger, [1, 2])
    [sentence] = await warnings()
    assert f"{settings.ledger} is still there with the lore and settings of 2 servers" in sentence
    assert "lorebot move-ledger" in sentence
