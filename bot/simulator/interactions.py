"""Interactions: what a person did, and the JSON in which the bot receives it."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Literal

from bot.simulator.objects import Channel, Guild, Json, Message, Person
from bot.simulator.state import SimState
from bot.simulator.uploads import LARGEST


class InteractionKind(IntEnum):
    """Discord's numbers for the types of interactions."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


@dataclass(frozen=True)
class Location:
    """The place of a person: a channel of a server, or (without `guild`) the bot's private
    channel.
    """

    channel: Channel
    guild: Guild | None = None


@dataclass(frozen=True)
class AnswerState:
    """One answer of the bot to an interaction; `body` is the JSON that it sent."""

    kind: Literal["message", "update", "removed", "choices", "modal", "thinking", "acknowledged"]
    body: Json
    message: Message | None = None
    shown: Json = field(default_factory=dict)


@dataclass
class Interaction:
    """An act of a person, and the state of the bot's answer."""

    id: int
    token: str
    kind: InteractionKind
    person: Person
    place: Location
    created: datetime
    data: Json
    source: Message | None = None
    opener: "Interaction | None" = None
    answered: int | None = None
    original: Message | None = None
    outcomes: asyncio.Queue[AnswerState] = field(default_factory=asyncio.Queue)

    @property
    def guild_id(self) -> int | None:
        """Return the id of its server; None in private."""
        return self.place.guild.id if self.place.guild else None

    def payload(self, state: SimState) -> Json:
        """Return the payload of INTERACTION_CREATE."""
        channel, guild = self.place.channel, self.place.guild
        owners = {"1": str(self.person.id)} | ({"0": str(guild.id)} if guild else {"0": "0"})
        body: Json = {
            "id": str(self.id),
            "application_id": str(state.bot.id),
            "type": int(self.kind),
            "token": self.token,
            "version": 1,
            "data": self.data,
            "channel": channel.payload(),
            "channel_id": str(channel.id),
            "locale": "en-US",
            "app_permissions": str(int(state.permissions(state.bot, channel))),
            "entitlements": [],
            "entitlement_sku_ids": [],
            "authorizing_integration_owners": owners,
            "context": 0 if guild else 1,
            "attachment_size_limit": LARGEST,
        }
        if guild is None:
            body["user"] = self.person.payload()
        else:
            held = str(int(state.permissions(self.person, channel)))
            body["channel"]["permissions"] = held
            body["guild_id"] = str(guild.id)
            body["guild"] = {"id": str(guild.id), "locale": "en-US", "features": []}
            body["guild_locale"] = "en-US"
            body["member"] = state.member(guild, self.person) | {"permissions": held}
        if self.source is not None:
            body["message"] = self.source.payload
        return body


def resolved(state: SimState, place: Location, ids: dict[str, list[int]], chooser: Person) -> Json:
    """Return the objects behind chosen ids, under Discord's names: users, roles, channels.

    The permissions in a channel are those of the person who chose it.
    """
    body: Json = {}
    for user_id in ids.get("users", ()):
        person = state.people[user_id]
        body.setdefault("users", {})[str(user_id)] = person.payload()
        if place.guild is not None:
            member = state.member(place.guild, person)
            del member["user"], member["deaf"], member["mute"]
            member["permissions"] = str(int(state.permissions(person, place.channel)))
            body.setdefault("members", {})[str(user_id)] = member
    for number in ids.get("attachments", ()):
        body.setdefault("attachments", {})[str(number)] = state.uploads.attachment(number)
    for role in place.guild.roles if place.guild else ():
        if role.id in ids.get("roles", ()):
            body.setdefault("roles", {})[str(role.id)] = role.payload()
    for channel_id in ids.get("channels", ()):
        channel = state.channels[channel_id]
        permissions = str(int(state.permissions(chooser, channel)))
        body.setdefault("channels", {})[str(channel_id)] = channel.payload() | {
            "permissions": permissions
        }
    return body


def metadata(interaction: Interaction) -> Json:
    """Return what Discord adds to a message that answers an interaction."""
    body: Json = {
        "id": str(interaction.id),
        "type": int(interaction.kind),
        "user": interaction.person.payload(),
        "authorizing_integration_owners": {"0": str(interaction.guild_id or 0)},
    }
    if interaction.opener is not None:
        body["triggering_interaction_metadata"] = metadata(interaction.opener)
    elif interaction.source is not None:
        body["interacted_message_id"] = str(interaction.source.id)
    return body
