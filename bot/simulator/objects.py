"""Discord's objects (people, roles, channels, servers, messages) and their JSON."""

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.simulator.permissions import EVERYTHING, Permission

Json = dict[str, Any]
TEXT, DM, NEWS, FORUM = 0, 1, 5, 15
NEWS_THREAD, PUBLIC_THREAD, PRIVATE_THREAD = THREADS = 10, 11, 12
EPHEMERAL, LOADING, COMPONENTS_V2 = 1 << 6, 1 << 7, 1 << 15
CROSSPOSTED, HAS_THREAD = 1 << 0, 1 << 5
_DISCORD_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)


def snowflake(moment: datetime, serial: int) -> int:
    """Return an id as Discord makes them: milliseconds since 2015, then a serial of 22 bits."""
    return ((moment - _DISCORD_EPOCH) // timedelta(milliseconds=1)) << 22 | serial & 0x3FFFFF


@dataclass(frozen=True)
class Person:
    """A user of Discord, or the bot."""

    id: int
    name: str
    bot: bool = False

    def payload(self) -> Json:
        """Return the user's JSON."""
        return {
            "id": str(self.id),
            "username": self.name.lower().replace(" ", "_"),
            "global_name": None if self.bot else self.name,
            "discriminator": "0000" if self.bot else "0",
            "avatar": None,
            "banner": None,
            "accent_color": None,
            "avatar_decoration_data": None,
            "collectibles": None,
            "primary_guild": None,
            "bot": self.bot,
            "public_flags": 0,
            "flags": 0,
        }


@dataclass(frozen=True)
class Role:
    """A role of a server; the one with the server's own id is @everyone."""

    id: int
    name: str
    permissions: Permission
    position: int
    managed_by: int | None = None
    mentionable: bool = False

    def payload(self) -> Json:
        """Return the role's JSON."""
        body: Json = {
            "id": str(self.id),
            "name": self.name,
            "permissions": str(int(self.permissions)),
            "position": self.position,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": self.managed_by is not None,
            "mentionable": self.mentionable,
            "icon": None,
            "unicode_emoji": None,
            "flags": 0,
        }
        if self.managed_by is not None:
            body["tags"] = {"bot_id": str(self.managed_by)}
        return body


@dataclass
class Message:
    """A message with its JSON; an ephemeral one is visible to one person."""

    id: int
    channel_id: int
    author_id: int
    payload: Json
    ephemeral_to: int | None = None


@dataclass
class Channel:
    """A channel or thread of a server, or the private channel between a person and the bot."""

    id: int
    name: str
    guild_id: int | None
    position: int = 0
    recipient: Person | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    denied: dict[int, Permission] = field(default_factory=dict)
    nonces: dict[str, tuple[datetime, int]] = field(default_factory=dict)
    kind: int = TEXT
    parent: "Channel | None" = None
    archived: bool = False
    locked: bool = False
    published: deque[datetime] = field(default_factory=deque)

    def payload(self) -> Json:
        """Return the channel's JSON."""
        last = str(next(reversed(self.messages))) if self.messages else None
        if self.recipient is not None:
            return {
                "id": str(self.id),
                "type": DM,
                "flags": 0,
                "last_message_id": last,
                "recipients": [self.recipient.payload()],
            }
        if self.parent is not None:
            return self._thread(self.parent, last)
        return {
            "id": str(self.id),
            "type": self.kind,
            "guild_id": str(self.guild_id),
            "name": self.name,
            "position": self.position,
            "topic": None,
            "nsfw": False,
            "rate_limit_per_user": 0,
            "parent_id": None,
            "last_message_id": last,
            "flags": 0,
            "permission_overwrites": [
                {"id": str(member), "type": 1, "allow": "0", "deny": str(int(denied))}
                for member, denied in self.denied.items()
            ],
        }

    def _thread(self, parent: "Channel", last: str | None) -> Json:
        began = (_DISCORD_EPOCH + timedelta(milliseconds=self.id >> 22)).isoformat()
        return {
            "id": str(self.id),
            "type": self.kind,
            "guild_id": str(self.guild_id),
            "name": self.name,
            "parent_id": str(parent.id),
            "owner_id": "0",
            "last_message_id": last,
            "message_count": len(self.messages),
            "total_message_sent": len(self.messages),
            "member_count": 1,
            "rate_limit_per_user": 0,
            "flags": 0,
            "thread_metadata": {
                "archived": self.archived,
                "auto_archive_duration": 1440,
                "archive_timestamp": began,
                "create_timestamp": began,
                "locked": self.locked,
            },
        }


@dataclass
class Guild:
    """A server with its roles, channels and members (user id to role ids)."""

    id: int
    name: str
    owner_id: int
    roles: list[Role]
    channels: list[Channel]
    members: dict[int, list[int]]
    threads: list[Channel] = field(default_factory=list)

    def permissions(self, user_id: int, channel: Channel) -> Permission:
        """Return what a member may do in one of the server's channels."""
        if user_id == self.owner_id:
            return EVERYTHING
        held = {self.id, *self.members.get(user_id, ())}
        granted = Permission(0)
        for role in self.roles:
            if role.id in held:
                granted |= role.permissions
        # A thread has the permissions of the channel that it is in.
        return granted & ~(channel.parent or channel).denied.get(user_id, Permission(0))

    def member(self, person: Person, joined: datetime) -> Json:
        """Return the person's JSON as a member of this server."""
        return {
            "user": person.payload(),
            "nick": None,
            "avatar": None,
            "banner": None,
            "roles": [str(role) for role in self.members.get(person.id, ())],
            "joined_at": joined.isoformat(),
            "premium_since": None,
            "communication_disabled_until": None,
            "pending": False,
            "deaf": False,
            "mute": False,
            "flags": 0,
        }

    def payload(self) -> Json:
        """Return the server's JSON."""
        return _GUILD_DEFAULTS | {
            "id": str(self.id),
            "name": self.name,
            "owner_id": str(self.owner_id),
            "roles": [role.payload() for role in self.roles],
        }


_GUILD_DEFAULTS: Json = {
    **dict.fromkeys(
        (
            "icon",
            "description",
            "home_header",
            "splash",
            "discovery_splash",
            "banner",
            "application_id",
            "afk_channel_id",
            "system_channel_id",
            "widget_channel_id",
            "vanity_url_code",
            "rules_channel_id",
            "safety_alerts_channel_id",
            "public_updates_channel_id",
            "max_presences",
            "incidents_data",
        )
    ),
    "features": [],
    "emojis": [],
    "stickers": [],
    "region": "deprecated",
    "afk_timeout": 300,
    "system_channel_flags": 0,
    "widget_enabled": False,
    "verification_level": 0,
    "default_message_notifications": 0,
    "mfa_level": 0,
    "explicit_content_filter": 0,
    "max_members": 500_000,
    "max_stage_video_channel_users": 50,
    "max_video_channel_users": 25,
    "premium_tier": 0,
    "premium_subscription_count": 0,
    "premium_progress_bar_enabled": False,
    "preferred_locale": "en-US",
    "nsfw": False,
    "nsfw_level": 0,
}
