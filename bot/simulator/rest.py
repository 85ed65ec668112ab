"""The REST API: every route that the bot uses, judged and applied to the state."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bot.simulator import command_limits, limits, refusals
from bot.simulator.answers import Answers
from bot.simulator.gateway import Gateway
from bot.simulator.objects import (
    CROSSPOSTED,
    FORUM,
    NEWS,
    TEXT,
    THREADS,
    Channel,
    Json,
    Message,
)
from bot.simulator.permissions import NONE, Permission
from bot.simulator.state import SimState


@dataclass(frozen=True)
class RouteRequest:
    """A request as a route sees it: ids from the path, query, and JSON body."""

    ids: dict[str, str]
    query: dict[str, str] = field(default_factory=dict)
    json: Any = None

    def id(self, name: str) -> int:
        """Return an id of the path; text that is no number gives id 0, which nothing has."""
        return int(self.ids[name]) if self.ids[name].isdecimal() else 0

    def number(self, name: str) -> int | None:
        """Return a number of the query."""
        return int(self.query[name]) if name in self.query else None


Route = Callable[[RouteRequest], Awaitable[Any]]


class Rest:
    """The routes; each returns the JSON of a 200, or None for a 204."""

    def __init__(
        self,
        state: SimState,
        answers: Answers,
        gateway: Gateway,
        shards: int,
        max_concurrency: int,
    ) -> None:
        self._state = state
        self._answers = answers
        self._gateway = gateway
        self._shards = shards
        self._max_concurrency = max_concurrency
        self.routes: list[tuple[str, str, Route]] = [
            ("GET", "/users/@me", self._me),
            ("POST", "/users/@me/channels", self._open_direct),
            ("GET", "/oauth2/applications/@me", self._application),
            ("GET", "/gateway", self._gateway_address),
            ("GET", "/gateway/bot", self._gateway_bot),
            ("GET", "/guilds/{guild}/members/{user}", self._member),
            ("GET", "/channels/{channel}/messages", self._history),
            ("POST", "/channels/{channel}/messages", self._send),
            ("GET", "/channels/{channel}/messages/{message}", self._message),
            ("PATCH", "/channels/{channel}/messages/{message}", self._edit),
            ("DELETE", "/channels/{channel}/messages/{message}", self._delete),
            ("POST", "/channels/{channel}/messages/{message}/crosspost", self._crosspost),
            ("POST", "/channels/{channel}/messages/{message}/threads", self._start_thread),
            ("POST", "/interactions/{interaction}/{token}/callback", self._callback),
            ("POST", "/webhooks/{webhook}/{token}", self._follow_up),
            ("GET", "/webhooks/{webhook}/{token}/messages/{message}", self._answer),
            ("PATCH", "/webhooks/{webhook}/{token}/messages/{message}", self._edit_answer),
            ("DELETE", "/webhooks/{webhook}/{token}/messages/{message}", self._delete_answer),
        ]
        for scope in ("", "/guilds/{guild}"):
            commands = f"/applications/{{application}}{scope}/commands"
            self.routes += [("GET", commands, self._commands), ("PUT", commands, self._sync)]

    async def _me(self, _: RouteRequest) -> Json:
        return self._state.bot.payload() | {
            "verified": True,
            "mfa_enabled": True,
            "locale": "en-US",
            "email": None,
        }

    async def _open_direct(self, ask: RouteRequest) -> Json:
        person = self._state.people.get(int(ask.json["recipient_id"]))
        if person is None:
            raise refusals.unknown_user()
        return self._state.direct_channel(person).payload()

    async def _member(self, ask: RouteRequest) -> Json:
        guild, person = (
            self._state.guilds.get(ask.id("guild")),
            self._state.people.get(ask.id("user")),
        )
        if guild is None:
            raise refusals.unknown_guild()
        if person is None or person.id not in guild.members:
            raise refusals.unknown_member()
        return self._state.member(guild, person)

    async def _application(self, _: RouteRequest) -> Json:
        bot = self._state.bot
        return {
            "id": str(bot.id),
            "name": bot.name,
            "description": "",
            "type": None,
            "icon": None,
            "bot": bot.payload(),
            "bot_public": True,
            "bot_require_code_grant": False,
            "owner": self._state.owner.payload(),
            "team": None,
            "flags": 0,
            "flags_new": "0",
            "verify_key": "0" * 64,
            "redirect_uris": [],
            "rpc_origins": [],
            "interactions_endpoint_url": None,
            "role_connections_verification_url": None,
            "approximate_guild_count": len(self._state.guilds),
            "approximate_user_install_count": 1,
            "approximate_user_authorization_count": 1,
            "explicit_content_filter": 0,
            "eligible_oauth2_scopes": [],
        }

    async def _gateway_address(self, _: RouteRequest) -> Json:
        return {"url": self._gateway.url}

    async def _gateway_bot(self, _: RouteRequest) -> Json:
        left = max(0, 1000 - self._gateway.identifies)
        limit = {"total": 1000, "remaining": left, "reset_after": 24 * 3600 * 1000}
        limit["max_concurrency"] = self._max_concurrency
        return {"url": self._gateway.url, "shards": self._shards, "session_start_limit": limit}

    async def _history(self, ask: RouteRequest) -> list[Json]:
        channel = self._state.bot_channel(ask.id("channel"))
        # Discord says "no messages", not 403, to a bot that may not read the history.
        if not self._state.permissions(self._state.bot, channel) & Permission.READ_MESSAGE_HISTORY:
            return []
        limit = min(ask.number("limit") or 50, 100)
        found = self._state.history(channel, limit, ask.number("before"), ask.number("after"))
        return [message.payload for message in found]

    async def _send(self, ask: RouteRequest) -> Json:
        attached = ask.json.get("attachments") if isinstance(ask.json, dict) else None
        needed = Permission.ATTACH_FILES if attached else NONE
        channel = await self._channel_to_write_in(ask.id("channel"), needed)
        return self._state.send(channel, ask.json).payload

    async def _channel_to_write_in(self, channel_id: int, needed: Permission) -> Channel:
        """Return a channel that the bot may write in; a thread is open afterwards."""
        channel = self._state.bot_channel(channel_id)
        if channel.kind == FORUM:
            raise refusals.no_text_channel()
        in_thread = channel.kind in THREADS
        needed |= Permission.SEND_MESSAGES_IN_THREADS if in_thread else Permission.SEND_MESSAGES
        self._state.bot_channel(channel_id, needed)
        held = self._state.permissions(self._state.bot, channel)
        if channel.locked and not held & Permission.MANAGE_THREADS:
            raise refusals.thread_locked()
        if channel.archived:
            channel.archived = False
            await self._gateway.dispatch(channel.guild_id, "THREAD_UPDATE", channel.payload())
        return channel

    async def _crosspost(self, ask: RouteRequest) -> Json:
        channel = self._state.bot_channel(ask.id("channel"), Permission.SEND_MESSAGES)
        if channel.kind != NEWS:
            raise refusals.wrong_channel_type()
        message = self._posted(ask)
        if message.author_id != self._state.bot.id:
            self._state.bot_channel(channel.id, Permission.MANAGE_MESSAGES)
        if message.payload["flags"] & CROSSPOSTED:
            raise refusals.already_crossposted()
        self._state.publish(message)
        return message.payload

    async def _start_thread(self, ask: RouteRequest) -> Json:
        channel = self._state.bot_channel(ask.id("channel"), Permission.CREATE_PUBLIC_THREADS)
        if channel.kind not in (TEXT, NEWS):
            raise refusals.wrong_channel_type()
        limits.judge_thread(ask.json)
        thread = self._state.start_thread(self._posted(ask), ask.json["name"])
        await self._gateway.dispatch(channel.guild_id, "THREAD_CREATE", thread.payload())
        return thread.payload()

    async def _message(self, ask: RouteRequest) -> Json:
        return self._posted(ask, Permission.READ_MESSAGE_HISTORY).payload

    def _posted(self, ask: RouteRequest, needed: Permission = NONE) -> Message:
        channel = self._state.bot_channel(ask.id("channel"), needed)
        return self._state.message(channel, ask.id("message"))

    async def _edit(self, ask: RouteRequest) -> Json:
        message = self._posted(ask)
        if message.author_id != self._state.bot.id:
            raise refusals.foreign_message()
        self._state.edit(message, ask.json)
        self._answers.notice(message, ask.json, removed=False)
        return message.payload

    async def _delete(self, ask: RouteRequest) -> None:
        message = self._posted(ask)
        if message.author_id != self._state.bot.id:
            self._state.bot_channel(ask.id("channel"), Permission.MANAGE_MESSAGES)
        self._state.delete(message)
        self._answers.notice(message, {}, removed=True)

    async def _callback(self, ask: RouteRequest) -> Json | None:
        answer = self._answers.callback(ask.id("interaction"), ask.ids["token"], ask.json)
        wanted = ask.query.get("with_response", "").lower()
        return answer if wanted in {"1", "true"} else None

    async def _follow_up(self, ask: RouteRequest) -> Json:
        return self._answers.follow_up(ask.ids["token"], ask.json).payload

    async def _answer(self, ask: RouteRequest) -> Json:
        return self._answers.message(ask.ids["token"], ask.ids["message"]).payload

    async def _edit_answer(self, ask: RouteRequest) -> Json:
        return self._answers.edit(ask.ids["token"], ask.ids["message"], ask.json).payload

    async def _delete_answer(self, ask: RouteRequest) -> None:
        self._answers.delete(ask.ids["token"], ask.ids["message"])

    def _scope(self, ask: RouteRequest) -> int | None:
        if "guild" not in ask.ids:
            return None
        if ask.id("guild") not in self._state.guilds:
            raise refusals.unknown_guild()
        return ask.id("guild")

    async def _commands(self, ask: RouteRequest) -> list[Json]:
        return self._state.commands.get(self._scope(ask), [])

    async def _sync(self, ask: RouteRequest) -> list[Json]:
        scope = self._scope(ask)
        command_limits.judge_commands(ask.json)
        self._state.sync(scope, ask.json)
        return self._state.commands[scope]
