"""The state of the simulation: servers, people, channels, messages and the bot's commands."""

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.simulator import limits, refusals
from bot.simulator.findings import Path
from bot.simulator.messages import edited, new_message
from bot.simulator.objects import (
    CROSSPOSTED,
    FORUM,
    HAS_THREAD,
    NEWS,
    NEWS_THREAD,
    PUBLIC_THREAD,
    TEXT,
    Channel,
    Guild,
    Json,
    Message,
    Person,
    Role,
    snowflake,
)
from bot.simulator.permissions import EVERYTHING, MEMBER, NONE, Permission
from bot.simulator.uploads import Uploads

_FOUNDED = datetime(2024, 5, 1, tzinfo=UTC)
_CHANNELS = {"general": TEXT, "quotes": TEXT, "lore": TEXT, "news": NEWS, "stories": FORUM}
# Threads, each with its channel: one of a text channel, and a post of a forum.
_THREADS = {"banter": "general", "favourite-lines": "stories"}
# How many messages of an announcement channel can be published in a time. Discord does not document
# it; people report it: https://github.com/discordjs/discord.js/issues/4956
PUBLISHED_AT_MOST, _PUBLISHED_WITHIN = 10, timedelta(hours=1)
_NONCE_WINDOW = timedelta(minutes=2)  # for so long a nonce stands for its message
_UNSEEN = 100  # posts that nobody has looked at yet; under load the oldest are forgotten
_COMMAND_DEFAULTS: Json = {
    "default_member_permissions": None,
    "dm_permission": True,
    "integration_types": [0],
    "contexts": None,
    "nsfw": False,
    "name_localizations": None,
    "description_localizations": None,
}


class SimState:
    """Everything that this Discord stores."""

    def __init__(self, clock: Callable[[], datetime], guilds: int, bot_name: str) -> None:
        self.clock = clock
        self._serial = 0
        self.bot = Person(snowflake(_FOUNDED, 1), bot_name, bot=True)
        self.asker = Person(snowflake(_FOUNDED, 2), "Asker")
        self.curator = Person(snowflake(_FOUNDED, 3), "Curator")
        self.owner = Person(snowflake(_FOUNDED, 4), "Owner")
        self.people = {p.id: p for p in (self.bot, self.asker, self.curator, self.owner)}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self._direct: dict[int, Channel] = {}
        self.uploads = Uploads()
        self.posted: deque[tuple[Message, Json]] = deque(maxlen=_UNSEEN)
        self.overridden: set[str] = set()  # commands that servers opened to everybody
        self.commands: dict[int | None, list[Json]] = {None: []}
        for number in range(1, guilds + 1):
            self._add_server(number)

    def _add_server(self, number: int) -> None:
        """Add server `number` with the three people and the bot in it."""
        first = snowflake(_FOUNDED + timedelta(milliseconds=number), 0)
        channels = [
            Channel(first + 10 + n, name, first, position=n, kind=kind)
            for n, (name, kind) in enumerate(_CHANNELS.items())
        ]
        by_name = {channel.name: channel for channel in channels}
        threads = [
            Channel(first + 20 + n, name, first, kind=PUBLIC_THREAD, parent=by_name[parent])
            for n, (name, parent) in enumerate(_THREADS.items())
        ]
        roles = [
            Role(first, "@everyone", MEMBER, 0),
            Role(first + 1, "Readers", NONE, 1),
            Role(first + 2, "Curators", Permission.MANAGE_GUILD | Permission.MENTION_EVERYONE, 2),
            Role(first + 3, self.bot.name, MEMBER, 3, managed_by=self.bot.id),
        ]
        members = {
            self.bot.id: [first + 3],
            self.asker.id: [],
            self.curator.id: [first + 2],
            self.owner.id: [],
        }
        self.guilds[first] = Guild(
            first, f"Server {number}", self.owner.id, roles, channels, members, threads
        )
        self.channels.update({channel.id: channel for channel in (*channels, *threads)})

    def new_id(self) -> int:
        """Return a new id of the current moment, above all ids of the same millisecond."""
        self._serial += 1
        return snowflake(self.clock(), self._serial)

    def server(self, number: int) -> Guild:
        """Return the server with this number, counted from 1."""
        return self.guilds[snowflake(_FOUNDED + timedelta(milliseconds=number), 0)]

    def person(self, name: str) -> Person:
        """Return the person with this name, new to this Discord if unknown."""
        for person in self.people.values():
            if person.name.casefold() == name.casefold():
                return person
        person = Person(self.new_id(), name)
        self.people[person.id] = person
        return person

    def name_of(self, number: int) -> str | None:
        """Return the name of the person, channel or role with this id."""
        if number in self.people:
            return self.people[number].name
        if number in self.channels:
            return self.channels[number].name
        roles = (role for guild in self.guilds.values() for role in guild.roles)
        return next((role.name for role in roles if role.id == number), None)

    def direct_channel(self, person: Person) -> Channel:
        """Return the private channel between the bot and this person."""
        if person.id not in self._direct:
            channel = Channel(self.new_id(), person.name, None, recipient=person)
            self._direct[person.id] = self.channels[channel.id] = channel
        return self._direct[person.id]

    def sync(self, guild_id: int | None, commands: list[Json]) -> None:
        """Replace the commands of a server (or the global ones); a kept name keeps its id."""
        known = {(c["type"], c["name"]): c["id"] for c in self.commands.get(guild_id, [])}
        self.commands[guild_id] = []
        for sent in commands:
            kind = sent.get("type") or 1
            given = {key: value for key, value in sent.items() if value is not None}
            command: Json = _COMMAND_DEFAULTS | given | {"type": kind}
            if command["default_member_permissions"] is not None:
                command["default_member_permissions"] = str(command["default_member_permissions"])
            command["id"] = known.get((kind, sent["name"])) or str(self.new_id())
            command["version"] = command["id"]
            command["application_id"] = str(self.bot.id)
            command["description"] = sent.get("description") or ""
            if guild_id is not None:
                command["guild_id"] = str(guild_id)
            self.commands[guild_id].append(command)

    def member(self, guild: Guild, person: Person) -> Json:
        """Return the person's JSON as a member of the server."""
        return guild.member(person, _FOUNDED)

    def permissions(self, person: Person, channel: Channel) -> Permission:
        """Return what a person may do in a channel; in a private one, everything."""
        guild = self.guilds.get(channel.guild_id or 0)
        return guild.permissions(person.id, channel) if guild else EVERYTHING

    def bot_channel(self, channel_id: int, needed: Permission = NONE) -> Channel:
        """Return a channel in which the bot has `needed`; refuse as Discord does otherwise."""
        channel = self.channels.get(channel_id)
        if channel is None:
            raise refusals.unknown_channel()
        held = self.permissions(self.bot, channel)
        if not held & Permission.VIEW_CHANNEL:
            raise refusals.missing_access()
        if needed & ~held:
            raise refusals.missing_permissions()
        return channel

    def message(self, channel: Channel, message_id: int) -> Message:
        """Return a message of a channel that everybody there sees."""
        message = channel.messages.get(message_id)
        if message is None or message.ephemeral_to is not None:
            raise refusals.unknown_message()
        return message

    def post(
        self,
        channel: Channel,
        author: Person,
        body: Json,
        *,
        ephemeral_to: int | None = None,
        extra: Json | None = None,
    ) -> Message:
        """Add a message to a channel; `body` is the request's, `extra` what Discord adds."""
        message_id = self.new_id()
        facts: Json = {
            "id": str(message_id),
            "channel_id": str(channel.id),
            "author": author.payload(),
            "timestamp": self.clock().isoformat(),
        }
        payload = new_message(body, self.people.values()) | facts | (extra or {})
        message = Message(message_id, channel.id, author.id, payload, ephemeral_to)
        channel.messages[message_id] = message
        return message

    def send(self, channel: Channel, body: Json) -> Message:
        """Add the bot's message, judged; a repeated nonce gives the same message for a while."""
        limits.judge_message(body)
        nonce = str(body.get("nonce") or "")
        now = self.clock()
        if nonce and body.get("enforce_nonce") and nonce in channel.nonces:
            sent_at, message_id = channel.nonces[nonce]
            if now - sent_at < _NONCE_WINDOW:
                return self.message(channel, message_id)
        message = self.post(channel, self.bot, body, extra={"nonce": nonce} if nonce else None)
        if nonce:
            channel.nonces[nonce] = (now, message.id)
        self.posted.append((message, body))
        return message

    def start_thread(self, message: Message, name: str) -> Channel:
        """Start the thread of a message, which has the message's id."""
        channel = self.channels[message.channel_id]
        if message.id in self.channels:
            raise refusals.thread_exists()
        kind = NEWS_THREAD if channel.kind == NEWS else PUBLIC_THREAD
        thread = Channel(message.id, name, channel.guild_id, kind=kind, parent=channel)
        self.channels[thread.id] = thread
        self.guilds[channel.guild_id or 0].threads.append(thread)
        message.payload["flags"] |= HAS_THREAD
        message.payload["thread"] = thread.payload()
        return thread

    def publish(self, message: Message) -> None:
        """Publish a message of an announcement channel, unless too many were in the last hour."""
        published, now = self.channels[message.channel_id].published, self.clock()
        while published and now - published[0] >= _PUBLISHED_WITHIN:
            published.popleft()
        if len(published) >= PUBLISHED_AT_MOST:
            wait = published[0] + _PUBLISHED_WITHIN - now
            raise refusals.limited(wait.total_seconds())
        published.append(now)
        message.payload["flags"] |= CROSSPOSTED

    def edit(self, message: Message, body: Json, path: Path = ()) -> None:
        """Edit a message of the bot; a key that `body` (at `path`) lacks stays."""
        message.payload = edited(message.payload, body, path)
        message.payload["edited_timestamp"] = self.clock().isoformat()

    def delete(self, message: Message) -> None:
        """Delete a message."""
        self.channels[message.channel_id].messages.pop(message.id, None)

    def history(
        self, channel: Channel, limit: int, before: int | None = None, after: int | None = None
    ) -> list[Message]:
        """Return up to `limit` messages that everybody in the channel sees, newest first."""
        seen = [m for m in channel.messages.values() if m.ephemeral_to is None]
        if before is not None:
            return [m for m in reversed(seen) if m.id < before][:limit]
        if after is not None:
            return [m for m in seen if m.id > after][:limit][::-1]
        return seen[::-1][:limit]
