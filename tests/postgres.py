"""A real PostgreSQL for tests: found on this machine, started in a folder of its own."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote, urlsplit

import asyncpg
import pytest

from lore.ledger.postgres.address import PostgresAddress
from lore.ledger.postgres.database import PostgresDatabase, open_postgres
from lore.ledger.postgres.migrate import OWN_TABLES
from lore.ledger.sqlite.database import open_store
from lore.ledger.unit import Database

# For tests of what SQLite alone has; others are run on both engines.
only_sqlite = pytest.mark.parametrize("opening", ["sqlite"], indirect=True)

PASSWORD = "sesame, open"
_USER = "lorebot"
_NOBODY = {"user": "nobody", "group": "nogroup"}

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
            f"WHERE schemaname = 'public' AND tablename NOT IN {('migration', *OWN_TABLES)}"
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

    def __init__(self, url: str) -> None:
        self.url = url

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


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """Return a running PostgreSQL, one for each worker."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_ledger(postgres: Server) -> PostgresAddress:
    """Return the address of a database in which each test finds an empty ledger."""
    return asyncio.run(postgres.make("ledger"))


def _binaries() -> Path:
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not installed:
        raise RuntimeError(_TO_INSTALL)
    return installed[-1].parent


# Nothing has to outlive the tests.
_OPTIONS = (
    "listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "max_connections=50",
    "shared_buffers=16MB", "log_min_messages=panic",
)  # fmt: skip


class OwnServer(Server):
    """A server in a folder of its own, which may be stopped."""

    def __init__(self, folder: Path, *options: str) -> None:
        port = _free_port()
        super().__init__(f"postgresql://{_USER}:{quote(PASSWORD)}@127.0.0.1:{port}/postgres")
        self._binaries = _binaries()
        self._data = folder / "data"
        # PostgreSQL does not run as root.
        self._as: dict[str, str] = {} if os.geteuid() else dict(_NOBODY)
        every = (*_OPTIONS, *options, f"port={port}")
        self._options = [word for option in every for word in ("-c", option)]
        self._make(folder)
        self.start()

    def _make(self, folder: Path) -> None:
        password = folder / "password"
        password.write_text(PASSWORD)
        if self._as:
            shutil.chown(folder, **self._as)
            shutil.chown(password, **self._as)
        subprocess.run(
            [self._binaries / "initdb", "--no-sync", "--auth=scram-sha-256",
             f"--pwfile={password}", f"--username={_USER}", "--encoding=UTF8",
             "--locale=C.UTF-8", f"--pgdata={self._data}"],
            check=True, stdout=subprocess.DEVNULL, cwd=folder, **self._as,
        )  # fmt: skip

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        self._process = subprocess.Popen(
            [self._binaries / "postgres", "-D", self._data, *self._options],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self._data, **self._as,
        )  # fmt: skip
        file = self._data / "postmaster.pid"
        while self._process.poll() is None and not _is_ready(file, self._process.pid):
            time.sleep(0.02)

    def copy(self, folder: Path) -> None:
        """Copy what it keeps, as a standby that gets nothing later would have it."""
        name = self.url.rpartition("/")[0]
        subprocess.run(
            [self._binaries / "pg_basebackup", f"--dbname={name}", f"--pgdata={folder}",
             "--checkpoint=fast", "--no-sync", "--wal-method=fetch"],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        (folder / "standby.signal").touch()
        if self._as:
            subprocess.run(["chown", "-R", ":".join(self._as.values()), folder], check=True)

    def fail_over(self, folder: Path) -> None:
        """End it as a crash would, and have the standby with that folder take over its address."""
        self.end()
        self._data = folder
        self.start()
        subprocess.run(
            [self._binaries / "pg_ctl", "promote", "--wait", f"--pgdata={folder}"],
            check=True, stdout=subprocess.DEVNULL, cwd=folder, **self._as,
        )  # fmt: skip

    def end(self) -> None:
        """End it at once, with the processes that it started, as a crash would."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()

    def restart(self) -> None:
        """End it as a crash would, and start it again."""
        self.end()
        self.start()

    @contextmanager
    def copied_to(self, folder: Path) -> Iterator[None]:
        """Let a client receive meanwhile what is written, as a standby would."""
        name = self.url.rpartition("/")[0]
        folder = Path(tempfile.mkdtemp(dir=folder))
        copying = subprocess.Popen(
            [self._binaries / "pg_receivewal", f"--dbname={name}", f"--directory={folder}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        while copying.poll() is None and not any(folder.iterdir()):
            time.sleep(0.02)
        try:
            yield
        finally:
            copying.terminate()
            copying.wait()

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Let none of its processes run meanwhile, as if the machine were gone."""
        main = self._process.pid
        children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        pids = [main, *map(int, children)]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)


@asynccontextmanager
async def pooler(address: PostgresAddress, *, dropping: bool) -> AsyncIterator[PostgresAddress]:
    """Stand before a server as PgBouncer does; return the address to use instead.

    What a session is begun with beyond user and database is refused, or dropped with
    `ignore_startup_parameters`.
    """
    parts = urlsplit(address.url)

    serving: list[asyncio.Task[None]] = []

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.append(asyncio.create_task(serve(reader, writer)))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        length = int.from_bytes(await reader.readexactly(4))
        words = (await reader.readexactly(length - 4))[4:].split(b"\0")
        if not dropping:
            said = b"SERROR\0C08P01\0Munsupported startup parameter\0\0"
            writer.write(b"E" + (len(said) + 4).to_bytes(4) + said)
            await _closed(writer)
            return
        pairs = dict(zip(words[::2], words[1::2], strict=False))
        kept = b"".join(key + b"\0" + pairs[key] + b"\0" for key in (b"user", b"database"))
        told = (3 << 16).to_bytes(4) + kept + b"\0"
        theirs, to_server = await asyncio.open_connection(parts.hostname, parts.port)
        to_server.write((len(told) + 4).to_bytes(4) + told)
        await asyncio.gather(_pass_on(reader, to_server), _pass_on(theirs, writer))

    async with await asyncio.start_server(begin, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        yield PostgresAddress(
            address.url.replace(f":{parts.port}/", f":{port}/") + "?sslmode=disable"
        )
        await asyncio.gather(*serving)


@asynccontextmanager
async def transaction_pooler(address: PostgresAddress) -> AsyncIterator[PostgresAddress]:
    """Stand before a server as PgBouncer does that pools transactions; return the address.

    Between its transactions a client is connected to no session, so that what the server sends
    unasked does not reach it.
    """
    parts = urlsplit(address.url)
    serving: list[asyncio.Task[None]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, to_server = await asyncio.open_connection(parts.hostname, parts.port)
        linked = True

        async def ask() -> None:
            nonlocal linked
            with suppress(ConnectionError):
                while data := await reader.read(65536):
                    linked = True
                    to_server.write(data)
            await _closed(to_server)

        async def answer() -> None:
            nonlocal linked
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                while head := await theirs.readexactly(5):
                    body = await theirs.readexactly(int.from_bytes(head[1:]) - 4)
                    if linked or head[:1] != b"A":
                        writer.write(head + body)
                    if head[:1] + body == b"ZI":
                        linked = False
            await _closed(writer)

        await asyncio.gather(ask(), answer())

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.append(asyncio.create_task(serve(reader, writer)))

    async with await asyncio.start_server(begin, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        url = address.url.replace(f":{parts.port}/", f":{port}/")
        yield PostgresAddress(f"{url}?sslmode=disable")
        await asyncio.gather(*serving)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
    await _closed(writer)


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


@contextmanager
def running_server() -> Iterator[Server]:
    """Start a server, or use the one that LORE_TEST_POSTGRES_URL names."""
    if given := os.environ.get("LORE_TEST_POSTGRES_URL"):  # noqa: TID251  # of tests alone
        yield Server(given)
        return
    with own_server() as server:
        yield server


@contextmanager
def own_server(disk: Path | None = None, *options: str) -> Iterator[OwnServer]:
    """Start a server that may be harmed, as no other test uses it; on a disk, if one is given.

    It may have more options.
    """
    # Not in pytest's folder, into which no other user may look.
    with tempfile.TemporaryDirectory(prefix="lorebot-postgres-", dir=disk) as name:
        server = OwnServer(Path(name), *options)
        try:
            yield server
        finally:
            server.end()


def _is_ready(file: Path, pid: int) -> bool:
    """Tell whether the server with this process id says that it takes connections."""
    said = file.read_text().split() if file.exists() else []
    return said[:1] == [str(pid)] and said[-1] in ("ready", "standby")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
