"""A real PostgreSQL for tests: found on this machine, started in a folder of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import quote

import asyncpg
import pytest

from lore.ledger.postgres.address import PostgresAddress
from lore.ledger.postgres.database import PostgresDatabase, open_postgres
from lore.ledger.sqlite.database import open_store
from lore.ledger.unit import Database

# For tests of what SQLite alone has; others are run on both engines.
only_sqlite = pytest.mark.parametrize("opening", ["sqlite"], indirect=True)

PASSWORD = "sesame, open"
_USER = "lorebot"

_TO_INSTALL = (
    "No PostgreSQL was found, which these tests start. Type: sudo apt-get install postgresql\n"
    "Or name a server on which databases may be made: "
    "LORE_TEST_POSTGRES_URL=postgresql://user:password@host/postgres"
)


def opened(request: pytest.FixtureRequest, tmp_path: Path) -> AbstractAsyncContextManager[Database]:
    """Return an empty ledger, to be opened, on the engine that a test is run with."""
    if request.param == "sqlite":
        return open_store(tmp_path / "ledger.db")
    return empty_ledger(request.getfixturevalue("postgres_ledger"))


@asynccontextmanager
async def empty_ledger(address: PostgresAddress) -> AsyncIterator[PostgresDatabase]:
    """Open a ledger without what former tests wrote."""
    async with open_postgres(address, connections=4) as database:
        connection = await asyncpg.connect(address.url)
        tables = await connection.fetch(
            "SELECT tablename FROM pg_tables "
            "WHERE schemaname = 'public' AND tablename <> 'migration'"
        )
        await connection.execute(
            "".join(f"DELETE FROM {table};" for (table,) in tables)
            + "INSERT INTO lineage VALUES (1, md5(random()::text), 0);"
            "INSERT INTO continuity (one) VALUES (1)"
        )
        await connection.close()
        yield database


class Server:
    """A running server on which tests make databases."""

    def __init__(self, url: str, process: subprocess.Popen[bytes] | None = None) -> None:
        self.url = url
        self.process = process

    def address(self, database: str) -> PostgresAddress:
        """Return the address of one of its databases."""
        base, _, _ = self.url.rpartition("/")
        return PostgresAddress(f"{base}/{database}")

    async def make(self, database: str, options: str = "") -> PostgresAddress:
        """Make an empty database, in place of one of that name."""
        connection = await asyncpg.connect(self.url)
        try:
            await connection.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
            await connection.execute(f"CREATE DATABASE {database} {options}")
        finally:
            await connection.close()
        return self.address(database)


def _binaries() -> Path:
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not installed:
        raise RuntimeError(_TO_INSTALL)
    return installed[-1].parent


@contextmanager
def running_server() -> Iterator[Server]:
    """Start a server, or use the one that LORE_TEST_POSTGRES_URL names."""
    if given := os.environ.get("LORE_TEST_POSTGRES_URL"):  # noqa: TID251  # of tests alone
        yield Server(given)
        return
    # Not in pytest's folder, into which no other user may look.
    with (
        tempfile.TemporaryDirectory(prefix="lorebot-postgres-") as name,
        started(_binaries(), Path(name)) as server,
    ):
        yield server


@contextmanager
def started(binaries: Path, folder: Path) -> Iterator[Server]:
    """Make a cluster in a folder and run its server until the end."""
    # PostgreSQL does not run as root.
    other: dict[str, str] = {"user": "nobody", "group": "nogroup"} if not os.geteuid() else {}
    if other:
        shutil.chown(folder, **other)
    password = folder / "password"
    password.write_text(PASSWORD)
    if other:
        shutil.chown(password, **other)
    data = folder / "data"
    subprocess.run(
        [binaries / "initdb", "--no-sync", "--auth=scram-sha-256", f"--pwfile={password}",
         f"--username={_USER}", "--encoding=UTF8", "--locale=C.UTF-8", f"--pgdata={data}"],
        check=True, stdout=subprocess.DEVNULL, cwd=folder, **other,
    )  # fmt: skip
    port = _free_port()
    with run_server(binaries, data, port, **other) as process:
        where = f"{_USER}:{quote(PASSWORD)}@127.0.0.1:{port}"
        yield Server(f"postgresql://{where}/postgres", process)


# Nothing has to outlive the tests.
_OPTIONS = (
    "listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "max_connections=50",
    "shared_buffers=16MB", "log_min_messages=panic",
)  # fmt: skip


@contextmanager
def run_server(
    binaries: Path, data: Path, port: int, **other: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Run the server of a cluster until the end."""
    options = [word for option in (*_OPTIONS, f"port={port}") for word in ("-c", option)]
    process = subprocess.Popen(
        [binaries / "postgres", "-D", data, *options],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=data, **other,
    )  # fmt: skip
    try:
        while process.poll() is None and not _is_ready(data / "postmaster.pid", process.pid):
            time.sleep(0.02)
        yield process
    finally:
        # SIGQUIT ends it at once, with the processes that it started.
        process.send_signal(signal.SIGQUIT)
        process.wait()


def _is_ready(file: Path, pid: int) -> bool:
    """Tell whether the server with this process id says that it takes connections."""
    said = file.read_text().split() if file.exists() else []
    return said[:1] == [str(pid)] and said[-1] == "ready"


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
