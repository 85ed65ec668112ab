"""Random sequences of operations, repeats and crashes, compared with a model of dictionaries."""

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import asyncpg
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from lore.curation.drafts import Draft, EntryDraft, NoteDraft, QuoteDraft, form_of
from lore.curation.quota import Quota
from lore.ledger.errors import StorageFailedError
from lore.ledger.postgres.address import PostgresAddress
from lore.ledger.postgres.database import open_postgres
from lore.ledger.records import Actor, Conflict, ServerEntry
from lore.ledger.sqlite.database import open_store
from lore.ledger.unit import Database
from lore.ledger.verbs.ledger import ledger_in
from lore.pack.model import Kind
from tests.postgres import empty_ledger
from tests.rules import examples

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
GUILDS = st.sampled_from([1, 2])
NAMES = st.sampled_from(["Mill", "Farm", "Ford"])
DRAFTS = st.one_of(
    st.builds(EntryDraft, st.sampled_from(Kind), NAMES, NAMES),
    st.builds(QuoteDraft, NAMES, NAMES),
    st.builds(NoteDraft, NAMES, NAMES),
)
PICK = st.integers(0, 99)

Result = TypeVar("Result")
State = tuple[bool, Draft]


@dataclass
class Server:
    """The model's idea of a server: for each id its states, the current one last."""

    entries: dict[str, list[State]] = field(default_factory=dict)
    waiting: dict[int, Draft] = field(default_factory=dict)
    # Which states of which entries an import made.
    imported: set[tuple[str, int]] = field(default_factory=set)

    def take(self, id: str, theirs: list[State]) -> None:
        """Import the entry that another server has under that id."""
        mine = self.entries.get(id)
        if mine is None:
            self.entries[id] = [*theirs, theirs[-1]]
        elif theirs[-1] != mine[-1] and self._may_follow(id, theirs):
            mine.append(theirs[-1])
        else:
            return
        self.imported.add((id, len(self.entries[id]) - 1))

    def _may_follow(self, id: str, theirs: list[State]) -> bool:
        """Tell whether the other's text goes on from ours, or comes back after an import of it."""
        mine = self.entries[id]
        last = len(mine) - 1
        was_removed = not mine[-1][0] and (id, last) not in self.imported
        if was_removed and (id, last - 1) in self.imported and theirs[-1][1] == mine[-1][1]:
            return True
        goes_on = len(theirs) > last and theirs[last] == mine[-1]
        return goes_on and form_of(theirs[-1][1]) == form_of(mine[-1][1])


class Machine(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "0" / "ledger.db"
        self.ids = count(1)
        self.servers = {1: Server(), 2: Server()}
        self.again: Callable[[], tuple[object, object]] | None = None
        self.open(self.empty())

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            self.runner.run(self.stack.aclose())
            self.runner.close()
            self.folder.cleanup()

    def empty(self) -> AbstractAsyncContextManager[Database]:
        return open_store(self.path)

    def open(self, opening: AbstractAsyncContextManager[Database]) -> None:
        self.stack = AsyncExitStack()
        self.database = self.runner.run(self.stack.enter_async_context(opening))
        self.ledger = ledger_in(self.database, Quota(suggestions_per_day=10_000))

    def do(self, verb: Callable[[Actor], Coroutine[Any, Any, Result]]) -> Result:
        """Run an operation as a new interaction, and remember how to repeat it."""
        by = Actor(next(self.ids), 11, NOON)
        result = self.runner.run(verb(by))
        self.again = lambda: (self.runner.run(verb(by)), result)
        return result

    def pick(self, guild: int, pick: int, *, live: bool) -> str | None:
        """Return one of a server's entries, live or removed."""
        entries = self.servers[guild].entries
        ids = sorted(id for id, states in entries.items() if states[-1][0] == live)
        return ids[pick % len(ids)] if ids else None

    def added(self, guild: int, entry: ServerEntry) -> None:
        entries = self.servers[guild].entries
        assert entry.id not in entries
        entries[entry.id] = [(True, entry.draft)]

    @rule(guild=GUILDS, draft=DRAFTS)
    def publish(self, guild: int, draft: Draft) -> None:
        self.added(guild, self.do(lambda by: self.ledger.entries.publish(guild, draft, by)))

    @rule(guild=GUILDS, pick=PICK, draft=DRAFTS, behind=st.integers(0, 1))
    def edit(self, guild: int, pick: int, draft: Draft, behind: int) -> None:
        id = self.pick(guild, pick, live=True)
        if id is None:
            return
        states = self.servers[guild].entries[id]
        if form_of(draft) != form_of(states[-1][1]):
            return
        seen = len(states) - behind
        result = self.do(lambda by: self.ledger.entries.edit(guild, id, draft, seen, by))
        assert isinstance(result, Conflict) == bool(behind)
        if not behind and draft != states[-1][1]:
            states.append((True, draft))

    @rule(guild=GUILDS, pick=PICK)
    def remove(self, guild: int, pick: int) -> None:
        if id := self.pick(guild, pick, live=True):
            self.do(lambda by: self.ledger.entries.remove(guild, id, by))
            states = self.servers[guild].entries[id]
            states.append((False, states[-1][1]))

    @rule(guild=GUILDS, pick=PICK)
    def restore(self, guild: int, pick: int) -> None:
        if id := self.pick(guild, pick, live=False):
            self.do(lambda by: self.ledger.entries.restore(guild, id, by))
            states = self.servers[guild].entries[id]
            states.append((True, states[-1][1]))

    @rule(guild=GUILDS, pick=PICK, to=PICK, live=st.booleans())
    def roll_back(self, guild: int, pick: int, to: int, live: bool) -> None:
        id = self.pick(guild, pick, live=live)
        if id is None:
            return
        states = self.servers[guild].entries[id]
        now, to = len(states), to % len(states) + 1
        then = (True, states[to - 1][1])
        if then != states[-1]:
            self.do(lambda by: self.ledger.entries.roll_back(guild, id, to, now, by))
            states.append(then)

    @rule(guild=GUILDS, draft=DRAFTS)
    def suggest(self, guild: int, draft: Draft) -> None:
        made = self.do(lambda by: self.ledger.suggestions.suggest(guild, draft, by))
        self.servers[guild].waiting[made.number] = draft

    @rule(guild=GUILDS, edited=st.none() | DRAFTS)
    def approve(self, guild: int, edited: Draft | None) -> None:
        waiting = self.servers[guild].waiting
        if not waiting:
            return
        number = min(waiting)
        approval = self.do(
            lambda by: self.ledger.suggestions.approve(guild, number, by, edited=edited)
        )
        assert approval.entry.draft == (edited or waiting[number])
        self.added(guild, approval.entry)
        del waiting[number]

    @rule(guild=GUILDS)
    def reject(self, guild: int) -> None:
        waiting = self.servers[guild].waiting
        if waiting:
            number = min(waiting)
            self.do(lambda by: self.ledger.suggestions.reject(guild, number, "no", by))
            del waiting[number]

    @rule(source=GUILDS, into=GUILDS)
    def carry_over(self, source: int, into: int) -> None:
        theirs, mine = self.servers[source].entries, self.servers[into].entries
        if any(
            form_of(theirs[id][-1][1]) != form_of(mine[id][-1][1])
            for id in theirs.keys() & mine.keys()
        ):
            # What finds its id taken by something else gets another: the exchange is tried apart.
            return
        [content] = self.runner.run(self.ledger.exchange.export(source, NOON))
        version = self.runner.run(self.ledger.entries.version(into))
        self.do(
            lambda by: self.ledger.exchange.apply_import(into, content, version, by, lambda _: True)
        )
        if source != into:
            for id, states in theirs.items():
                self.servers[into].take(id, states)

    @rule()
    def the_last_interaction_comes_again(self) -> None:
        if self.again:
            now, then = self.again()
            assert now == then

    @rule(in_a_unit=st.booleans())
    def crash_and_reopen(self, in_a_unit: bool) -> None:
        after = self.runner.run(self.crash(in_a_unit=in_a_unit))
        self.runner.run(self.stack.aclose())
        self.open(after)

    async def crash(self, *, in_a_unit: bool) -> AbstractAsyncContextManager[Database]:
        """Return what a process would find that starts after the crash of this one."""
        old = self.path.parent
        self.path = old.with_name(str(int(old.name) + 1)) / "ledger.db"
        if not in_a_unit:
            shutil.copytree(old, self.path.parent)
            return open_store(self.path)
        with contextlib.suppress(ZeroDivisionError):
            async with self.database.write() as tx:
                await tx.run("DELETE FROM entry")
                shutil.copytree(old, self.path.parent)
                raise ZeroDivisionError
        return open_store(self.path)

    @invariant()
    def everything_is_as_the_model_has_it(self) -> None:
        for guild, server in self.servers.items():
            lore = self.runner.run(self.ledger.entries.server_lore(guild))
            kept = {id: states[-1] for id, states in server.entries.items()}
            assert {e.id: (e.live, e.draft) for e in lore.entries} | {
                id: kept[id] for id in lore.removed
            } == kept
            assert {*lore.removed} == {id for id, (live, _) in kept.items() if not live}
            waiting = self.runner.run(self.ledger.suggestions.queue(guild))
            assert {one.number: one.draft for one in waiting} == server.waiting

    @invariant()
    def the_history_replays_to_the_present(self) -> None:
        for guild, server in self.servers.items():
            for id, states in server.entries.items():
                history = self.runner.run(self.ledger.entries.history(guild, id))
                assert [revision.number for revision in history] == list(range(1, len(states) + 1))
                assert [(revision.live, revision.draft) for revision in history] == states


TestHistory = Machine.TestCase
TestHistory.settings = settings(max_examples=examples(10), stateful_step_count=30)


@pytest.mark.slow
class TestManyHistories(Machine.TestCase):
    settings = settings(max_examples=examples(200), stateful_step_count=30)


class MachineOnPostgres(Machine):
    address: ClassVar[PostgresAddress]

    def empty(self) -> AbstractAsyncContextManager[Database]:
        return empty_ledger(self.address)

    async def crash(self, *, in_a_unit: bool) -> AbstractAsyncContextManager[Database]:
        if in_a_unit:
            with contextlib.suppress(StorageFailedError):
                async with self.database.write() as tx:
                    await tx.run("DELETE FROM entry")
                    await self.lose_connections()
        else:
            await self.lose_connections()
        return open_postgres(self.address)

    async def lose_connections(self) -> None:
        """End all connections to the ledger, as the server does after the death of a process."""
        other = await asyncpg.connect(self.address.url)
        await other.execute(
            "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await other.close()


@pytest.mark.slow
class TestHistoryOnPostgres(MachineOnPostgres.TestCase):
    settings = settings(max_examples=examples(10), stateful_step_count=30)

    @pytest.fixture(autouse=True)
    def server(self, postgres_ledger: PostgresAddress) -> None:
        MachineOnPostgres.address = postgres_ledger
