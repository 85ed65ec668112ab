"""Reloads the pack of a running bot: a signal asks for it, a file in the data folder reports it.

All processes on a ledger in PostgreSQL are asked through the server, and reply there.
`PackReloader` and `ReloadListener` are the bot's side, `ask_for_reload` and `ask_all_for_reload`
that of the command.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from bot.ops.loops import Loops
from bot.ops.running import REFUSED, ending, settle
from lore.errors import LoreError
from lore.files import plain_file, write_whole
from lore.ledger.sqlite.lock import holder_of
from lore.query.library import Library
from lore.query.open_pack import OpenPack
from lore.text.wording import counted

if TYPE_CHECKING:
    # Nobody with a ledger in a file has what it needs.
    from lore.ledger.postgres.announcing import Asking

log = logging.getLogger(__name__)

# Seconds between two looks at a reload's outcome.
_PAUSE = 0.1

# Seconds within which a process that is asked through the server says that it is there.
_ANSWERS = 8.0

_SILENT = f"It has not answered within {_ANSWERS:.0f} seconds. If it hangs, restart it."
_DEAF = (
    "It holds a slot, and hears nothing at this moment: it is starting, has lost its connection to "
    "the ledger, or was just killed. Ask again in a minute."
)
_GONE = "It ended before it had reloaded the pack. Its log says why."
_BROKEN = "The bot could not reload the pack, by a fault of its own. Its log says more."


class ReloadError(LoreError):
    """No bot can be asked to reload its pack, or it ended meanwhile."""


@dataclass(frozen=True, slots=True)
class ReloadReply:
    """What a process says when all are asked: nothing yet as it begins, then how it went.

    `listener` is the number of the connection on which it was asked, `digest` the sum of its pack.
    """

    token: str
    listener: int
    said: str = ""
    code: int = 0
    digest: str = ""


_REPLY = TypeAdapter(ReloadReply)

# An announcement holds 8,000 bytes.
MOST_SAID = 1200


@dataclass(frozen=True, slots=True)
class ReloadReport:
    """What a running bot reports about itself and its latest reload.

    `began` is by the clock of `time.monotonic`, which all processes of a machine share.
    """

    pid: int
    namespace: str
    began: float | None = None
    said: str = ""
    code: int = 0


_REPORT = TypeAdapter(ReloadReport)


class PackReloader:
    """Reopens the pack of a running bot, and keeps the old one if it cannot.

    A pack is opened in threads, so that the old one answers meanwhile.
    """

    def __init__(self, library: Library, open_pack: Callable[[], Awaitable[OpenPack]]) -> None:
        self._library = library
        self._open_pack = open_pack

    @property
    def digest(self) -> str:
        """Return the sum of the pack that answers now."""
        return self._library.digest

    async def reload(self) -> tuple[int, str]:
        """Replace the pack; return the exit code and what the command says."""
        before = _counts(self._library)
        try:
            pack = await self._open_pack()
        except Exception as error:
            sentence, code = ending(error) or (_BROKEN, REFUSED)
            if sentence is _BROKEN:
                log.exception("the pack could not be reloaded")
            return code, f"{sentence}\nThe bot goes on with the pack that it had."
        self._library.replace_packs([pack])
        settle()
        return 0, f"{pack.info.title}: {_counts(self._library)} (before: {before})."


class ReloadListener:
    """Reloads the pack when it is asked to, and reports how it went; `send` takes replies."""

    def __init__(
        self,
        reloader: PackReloader,
        file: Path,
        loops: Loops,
        send: Callable[[str], Awaitable[None]],
    ) -> None:
        self._reloader = reloader
        self._loops = loops
        self._file = file
        self._send = send
        # Those who asked through the ledger's server.
        self._askers: list[ReloadReply] = []
        self._replies = set[asyncio.Task[None]]()
        self._asked = asyncio.Event()
        self._report = ReloadReport(os.getpid(), _namespace())

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Listen for reload requests while this is open."""
        if number := _signal():
            asyncio.get_running_loop().add_signal_handler(number, self._asked.set)
            self._write(self._report)
        task = asyncio.create_task(self._loops.keep("reload", self._answer))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            # Without the file no reload is requested; a late signal does no harm.
            self._file.unlink(missing_ok=True)

    def ask(self, token: str, listener: int) -> None:
        """Reload the pack because all processes are asked to, and reply."""
        asker = ReloadReply(token, listener)
        self._askers.append(asker)
        # A reload may take a while; who asks learns first that this process is there.
        there = asyncio.create_task(self._reply(asker))
        self._replies.add(there)
        there.add_done_callback(self._replies.discard)
        self._asked.set()

    async def _reply(self, reply: ReloadReply) -> None:
        try:
            await self._send(_REPLY.dump_json(reply).decode())
        except LoreError as error:
            log.warning("whoever asked for a reload cannot be told: %s", error)

    async def _answer(self) -> float:
        """Wait for a request, and answer it."""
        await self._asked.wait()
        self._asked.clear()
        askers, self._askers = self._askers, []
        began = monotonic()
        code, sentence = await self._reloader.reload()
        log.log(logging.ERROR if code else logging.INFO, "reload: %s", sentence)
        self._write(replace(self._report, began=began, said=sentence, code=code))
        said = sentence if len(sentence) <= MOST_SAID else f"{sentence[:MOST_SAID]} …"
        for asker in askers:
            digest = self._reloader.digest
            await self._reply(replace(asker, said=said, code=code, digest=digest))
        return 0.0

    def _write(self, report: ReloadReport) -> None:
        try:
            write_whole(self._file, _REPORT.dump_json(report), 0o600)
        except OSError as error:
            log.warning("nobody can be told of reloads: %s", error)


async def ask_for_reload(ledger: Path, file: Path) -> ReloadReport:
    """Have the bot that holds the ledger reload its pack; return its report.

    ReloadError if no bot can be asked, or if it ends before it reports.
    """
    number = _signal()
    if number is None:
        raise ReloadError("This system has no signal to ask with. Restart the bot instead.")
    pid = holder_of(ledger)
    if pid is None:
        raise ReloadError(f"No bot runs on {ledger}. The next start reads the pack.")
    listening = _read(file)
    if listening is None or (listening.pid, listening.namespace) != (pid, _namespace()):
        raise ReloadError(
            f"Process {pid} holds {ledger} and takes no reload: it is still starting, or no bot "
            "that is online, or of an older version, or in another container."
        )
    asked = monotonic()
    try:
        os.kill(pid, number)
    except PermissionError:
        raise ReloadError(f"Process {pid} is another user's. Ask as that user.") from None
    except ProcessLookupError:
        raise ReloadError(_ended(pid)) from None
    while True:
        report = _read(file)
        if report and report.pid == pid and report.began is not None and report.began >= asked:
            return report
        if holder_of(ledger) != pid:
            raise ReloadError(_ended(pid))
        await asyncio.sleep(_PAUSE)


async def ask_all_for_reload(asked: Asking) -> AsyncIterator[tuple[str, ReloadReply]]:
    """Have every process on the ledger reload its pack; yield their names and replies.

    ReloadError if there is none. One that does not listen, or answer soon, or that ends, is told
    of as well.
    """
    waiting, deaf = await asked.listening(), await asked.deaf()
    if not waiting and not deaf:
        raise ReloadError("No bot runs on this ledger. The next start reads the pack.")
    token = secrets.token_hex(8)
    silent, until = {*waiting}, monotonic() + _ANSWERS
    await asked.ask(token)
    for name in deaf:
        yield name, ReloadReply(token, 0, _DEAF, REFUSED)
    while waiting:
        with suppress(TimeoutError):
            async with asyncio.timeout(_PAUSE):
                reply = _REPLY.validate_json(await asked.replies.get())
            silent.discard(reply.listener)
            if reply.token == token and reply.said and reply.listener in waiting:
                yield waiting.pop(reply.listener), reply
            continue
        there = await asked.listening()
        late = silent if monotonic() > until else set[int]()
        for listener in [one for one in waiting if one not in there or one in late]:
            said = _SILENT if listener in there else _GONE
            yield waiting.pop(listener), ReloadReply(token, listener, said, REFUSED)


def _ended(pid: int) -> str:
    return f"Process {pid} ended before it had reloaded the pack. Its log says why."


def _read(file: Path) -> ReloadReport | None:
    """Return the report in the file, None if there is none or it is unreadable."""
    try:
        return _REPORT.validate_json(plain_file(file).read_bytes())
    except (OSError, ValidationError):
        return None


def _counts(library: Library) -> str:
    entries = counted(library.stats.entries, "entry", "entries")
    return f"{entries}, {counted(library.stats.quotes, 'quote')}"


def _signal() -> signal.Signals | None:
    """Return the signal that asks for a reload; Windows has none."""
    return getattr(signal, "SIGUSR1", None)


def _namespace() -> str:
    """Return the id of this process's pid namespace: each container has its own."""
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""
