import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from lore.curation.quota import Quota
from lore.ledger.sqlite.database import open_store
from lore.ledger.verbs.ledger import ledger_in

WRITE = """
import asyncio, sys
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from lore.curation.drafts import NoteDraft
from lore.curation.quota import Quota
from lore.ledger.records import Actor
from lore.ledger.verbs.ledger import ledger_in
from lore.ledger.sqlite.database import open_store

async def write():
    async with open_store(Path(sys.argv[1])) as database:
        ledger = ledger_in(database, Quota())
        for n in count(1):
            by = Actor(n, 11, datetime(2026, 11, 21, tzinfo=UTC))
            entry = await ledger.entries.publish(1, NoteDraft("ultron", f"Note {n}."), by)
            print(entry.id, flush=True)

asyncio.run(write())
"""


@pytest.mark.process
@pytest.mark.parametrize("acknowledged", [1, 20, 75])
async def test_killed_writer_loses_no_acknowledged_write(tmp_path: Path, acknowledged: int) -> None:
    path = tmp_path / "ledger.db"
    writer = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", WRITE, str(path)), stdout=subprocess.PIPE
    )
    assert writer.stdout
    ids = [(await writer.stdout.readline()).decode().strip() for _ in range(acknowledged)]
    writer.kill()
    rest, _ = await writer.communicate()
    ids += rest.decode().split()
    async with open_store(path) as database:
        lore = await ledger_in(database, Quota()).entries.server_lore(1)
    found = [entry.id for entry in lore.entries]
    assert found[: len(ids)] == ids
    assert len(found) - len(ids) in (0, 1)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
