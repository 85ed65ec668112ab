"""All that the frozen pages know of the code: whoever moves or renames a part mends it here."""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import sqlite3
import sys
import tomllib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, chdir, closing, contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin
from unittest.mock import patch

import pytest
from pydantic import AliasChoices

from bot import settings as settings_
from bot.app import App, build_app
from bot.cli import INTERRUPTED as INTERRUPTED
from bot.cli import main
from bot.core import request
from bot.core.connection import rest
from bot.core.fairness import RateLimits
from bot.features.curation.ids import DraftAction
from bot.features.qotd import delivery as loop
from bot.ops import running
from bot.ops.health_checks import count_shards
from bot.ops.running import GarbledError as GarbledError
from bot.simulated import online
from bot.simulator.faults import Fault
from bot.simulator.interactions import InteractionKind as Act
from bot.simulator.objects import Channel, Message, Role
from bot.simulator.permissions import Permission
from bot.simulator.server import SentRequest, Simulator
from bot.simulator.session import SimSession
from bot.simulator.user import Timeouts
from lore.catalogue.database import compile_if_changed
from lore.ledger.records import Change, GuildSettings, ReportState, SuggestionState
from lore.pack import reader as read
from lore.pack.model import SERVER, Attribution, Kind
from lore.qotd.delivery import FailureReason, State
from lore.qotd.picking import Reason
from lore.qotd.timetable import Pause
from lore.query.indexing import indexing

ROOT = Path(__file__).parents[2]
PACK = ROOT / "seeds"

_TABLE = tomllib.loads((PACK / "pack.toml").read_text(encoding="utf-8"))

# What is stored of each: in the ledger, in exports, in what a select of Discord's gives back.
STORED: Mapping[str, Iterable[str]] = {
    "tiers": (*(tier["id"] for tier in _TABLE["tiers"]), SERVER),
    "kinds of entries": Kind,
    "changes of an entry": Change,
    "states of a suggestion": SuggestionState,
    "states of a report": ReportState,
    "actions of a draft": DraftAction,
    "states of a post": State,
    "reasons why a post failed": FailureReason,
    "reasons for a quote": Reason,
    "pauses": Pause,
    "attributions of a quote": Attribution,
    "settings of a server": GuildSettings.__dataclass_fields__,
}

# Discord's numbers of a button, and of a message that is made of components.
_BUTTON = 2
_COMPONENTS = 1 << 15

# In seconds: what is due is posted by /qotd now alone, as nobody knows when the next tick comes.
_NEVER = 1e6

# What the tasks are called in which interactions are answered, and what follows is done.
_ANSWERING = ("CommandTree-invoker", "discord-ui", "discord.py: on_", rest.NAME)

# Nothing that a page may show is left to the environment.
_FIXED = {"contact": "", "privacy_url": "", "terms_url": "", "backup_hours": 0, "health_port": 0}
_UNLIMITED = {"person_per_minute": 1_000_000, "server_per_minute": 1_000_000}


class Session:
    """A bot online in a simulator, one person before it, and what the bot sends."""

    def __init__(self, simulator: Simulator, parts: App, ledger: Path) -> None:
        self._simulator = simulator
        self._parts = parts
        self._ledger = ledger
        self._session = SimSession(simulator, Timeouts(first=60.0, deferred=60.0, more=0.0))

    async def play(self, line: str) -> None:
        """Do what the line says; AssertionError if it cannot be done or is not answered."""
        exchange = await self._session.play(line)
        await self._settle()
        refused = [reply.text for reply in exchange.replies if reply.kind == "error"]
        assert not refused, f"{line}: {refused}"

    async def press(self, payload: Any, component: Any, *values: str) -> None:
        """Press a component of a message that looks as in `payload`, whatever it became since."""
        channel = self._simulator.state.channels[int(payload["channel_id"])]
        message = channel.messages[int(payload["id"])]
        message.payload = payload
        data = {"custom_id": component["custom_id"], "component_type": component["type"]}
        if component["type"] != _BUTTON:
            data["values"] = list(values)
        await self._act(Act.COMPONENT, data, message)

    async def submit(self, custom_id: str, fields: Mapping[str, str]) -> None:
        """Send a form, whether or not one is open."""
        inputs = ({"type": 4, "custom_id": name, "value": said} for name, said in fields.items())
        parts = [{"type": 18, "component": field} for field in inputs]
        await self._act(Act.MODAL, {"custom_id": custom_id, "components": parts})

    async def _act(self, act: Act, data: dict[str, Any], message: Message | None = None) -> None:
        replies, _ = await self._session.user.act(act, data, message)
        await self._settle()
        refused = [reply.text for reply in replies if reply.kind == "error"]
        assert not refused, f"{data['custom_id']}: {refused}"

    async def _settle(self) -> None:
        """Wait until the bot has done all that follows its answers."""
        while tasks := [t for t in asyncio.all_tasks() if t.get_name().startswith(_ANSWERING)]:
            await asyncio.wait(tasks)
        # Nobody looks at these; they may stand in a channel that is deleted next.
        self._simulator.state.posted.clear()

    def sent(self) -> Iterator[SentRequest]:
        """Yield the requests of the bot's since the last time, in order."""
        while self._simulator.requests:
            yield self._simulator.requests.popleft()

    def post(self, component: Any) -> Any:
        """Put an answer of the bot's to the person into the channel, with this one component."""
        state, user = self._simulator.state, self._session.user
        body = {"components": [{"type": 1, "components": [component]}], "flags": _COMPONENTS}
        asked = {"id": "1", "type": 2, "user": user.person.payload()}
        extra = {"interaction_metadata": {**asked, "authorizing_integration_owners": {}}}
        return _copied(state.post(user.place.channel, state.bot, body, extra=extra).payload)

    def channel(self, name: str, server: int = 1) -> Channel:
        """Return a channel of a server by its name."""
        channels = self._simulator.state.server(server).channels
        return next(channel for channel in channels if channel.name == name)

    def rewrite_newest(self, channel: str, text: str) -> None:
        """Put another text into the newest message of a channel."""
        message = next(reversed(self.channel(channel).messages.values()))
        message.payload["components"] = [{"type": 10, "id": 1, "content": text}]

    def called(self, channel_id: int) -> str:
        """Say where a message stands: `in #lore`, `to Asker`."""
        channel = self._simulator.state.channels[channel_id]
        return f"to {channel.name}" if channel.recipient else f"in #{channel.name}"

    def answer(self, token: str) -> Any:
        """Return the message that answered an interaction, as it is now; None if none did."""
        interaction = self._simulator.answers.answered(token)
        return _copied(interaction.original.payload) if interaction.original else None

    def file(self, number: int) -> bytes:
        """Return what is in a file that the bot has sent."""
        return self._simulator.state.uploads.data(number)

    def attach(self, name: str, content: bytes) -> None:
        """Have a file ready that a person can attach by this name."""
        state = self._simulator.state
        state.uploads.add(state.new_id(), name, content)

    async def deny(self, channel: Channel, *permissions: str, to: str = "Lorebot") -> None:
        """Take these permissions, and no others, from somebody in a channel."""
        denied = Permission(0)
        for name in permissions:
            denied |= Permission[name]
        channel.denied[self._simulator.state.person(to).id] = denied
        await self._tell("guild_channel_update", "CHANNEL_UPDATE", channel.payload())

    async def lose_channel(self, name: str) -> None:
        """Delete a channel of server 1."""
        channel = self.channel(name)
        self._simulator.state.server(1).channels.remove(channel)
        del self._simulator.state.channels[channel.id]
        await self._tell("guild_channel_delete", "CHANNEL_DELETE", channel.payload())

    async def lose_role(self, name: str) -> None:
        """Delete a role of server 1."""
        server, role = self._simulator.state.server(1), self._role(name)
        server.roles.remove(role)
        gone = {"guild_id": str(server.id), "role_id": str(role.id)}
        await self._tell("guild_role_delete", "GUILD_ROLE_DELETE", gone)

    def give_role(self, person: str, name: str) -> None:
        """Give somebody a role of server 1."""
        state = self._simulator.state
        state.server(1).members[state.person(person).id].append(self._role(name).id)

    def _role(self, name: str) -> Role:
        return next(role for role in self._simulator.state.server(1).roles if role.name == name)

    async def _tell(self, event: str, sent: str, payload: Any) -> None:
        """Send the bot what happened in server 1, and wait until it knows."""
        heard = asyncio.ensure_future(self._parts.bot.wait_for(event))
        await asyncio.sleep(0)
        await self._simulator.gateway.dispatch(self._simulator.state.server(1).id, sent, payload)
        await heard

    def fail(self, match: str, **how: Any) -> None:
        """Let the next request of the bot's that matches go wrong."""
        self._simulator.faults.append(Fault(match, **how))

    def lose_ledger(self) -> None:
        """Move the ledger away while the bot runs."""
        self._ledger.rename(self._ledger.with_suffix(".away"))

    def limit(self, person: int, server: int) -> None:
        """Let a person and a server ask so often from now on, within a minute that stands still."""
        self._parts.bot.pipeline.limits = RateLimits(person, server, lambda: 0.0)

    @contextmanager
    def all_waited_long(self) -> Iterator[None]:
        """Let everybody have waited for so long that nobody would be answered in time."""
        with patch.object(request, "PATIENCE", 0.0):
            yield

    def open_to_all(self, *commands: str) -> None:
        """Show these commands to everybody, as a server's administrator may."""
        self._simulator.state.overridden.update(commands)

    def metrics(self) -> str:
        """Return what is counted, as Prometheus reads it."""
        count_shards(self._parts.bot, self._parts.metrics)
        return self._parts.metrics.text().decode()


def command_line(*words: str) -> int:
    """Run the command line in this process, and return its exit code."""
    with patch.object(sys, "argv", ["lorebot", *words]), pytest.raises(SystemExit) as ended:
        main()
    code = ended.value.code
    return code if isinstance(code, int) else int(code is not None)


def ended_by(error: BaseException) -> int | None:
    """Return the exit code for what ended the bot."""
    known = running.ending(error)
    return known[1] if known else None


@asynccontextmanager
async def session(
    folder: Path, clock: Callable[[], datetime], **settings: Any
) -> AsyncIterator[Session]:
    """Bring a bot online with an empty ledger, or with the one that lies in the folder."""
    given = {**_FIXED, **_UNLIMITED, **settings}
    # A developer's own .env lies in the folder of the repository.
    with chdir(folder):
        chosen = settings_.load(data_dir=folder, pack=PACK, **given)
    # On a busy machine nobody is told to try again, and no answer is announced before it is there.
    with (
        patch.object(loop, "TICK", _NEVER),
        patch.object(request, "PATIENCE", _NEVER),
        patch.object(request, "ACKNOWLEDGED_AFTER", _NEVER),
    ):
        async with (
            build_app(chosen, random.Random(7), clock) as parts,
            Simulator(clock, bot_name="Lorebot") as simulator,
            online(parts.bot, simulator),
        ):
            await parts.bot.wait_until_ready()
            opened = Session(simulator, parts, chosen.ledger)
            yield opened
            await opened._settle()


def _copied(payload: Any) -> Any:
    """Return a copy of JSON, in a tenth of the time that a deep copy takes."""
    return json.loads(json.dumps(payload))


def operator_settings() -> Iterator[str]:
    """Yield what an operator can set: its names in the environment, and what it is otherwise."""
    prefix = settings_.Settings.model_config["env_prefix"]
    for name, field in settings_.Settings.model_fields.items():
        alias = field.validation_alias
        names = alias.choices if isinstance(alias, AliasChoices) else [alias]
        default = "the pack that ships" if name == "pack" else str(field.default) or "nothing"
        if get_origin(field.annotation) is Literal:
            default += f" of {', '.join(get_args(field.annotation))}"
        named = (str(one or f"{prefix}{name.upper()}") for one in names)
        yield f"{' or '.join(named)}: {default}"


def catalogue(folder: Path) -> Path:
    """Compile the pack once; the file is copied into each folder of a session."""
    file = folder / "catalogue.db"
    compile_if_changed(PACK, file, indexing())
    return file


def prepared(folder: Path, catalogue: Path) -> Path:
    """Make the folder of a session, which finds the pack compiled."""
    folder.mkdir(parents=True)
    for file in (catalogue, *catalogue.parent.glob("*.index")):
        shutil.copy(file, folder)
    return folder


def restored(folder: Path, ledger: str) -> None:
    """Put a ledger into the folder of a session, from its statements."""
    with closing(sqlite3.connect(folder / "ledger.db")) as db:
        db.executescript(ledger)


@cache
def pack_ids() -> tuple[list[str], list[str]]:
    """Return the ids of all entries and of all quotes of the pack."""
    pack = read.read(PACK)
    return sorted(entry.id for entry in pack.entries), sorted(quote.id for quote in pack.quotes)
