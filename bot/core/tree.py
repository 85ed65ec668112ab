"""The command tree: calls that do not match a command are answered, but not run."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

import discord
from discord import AppCommandOptionType as Type
from discord import app_commands
from discord.app_commands import AppCommandError, CommandSignatureMismatch, Parameter

from bot.core.id_names import spell_out_options
from bot.core.pipeline import Pipeline
from bot.core.request import UNREADABLE, RequestContext

log = logging.getLogger(__name__)

AnyCommand = app_commands.Command[Any, ..., Any]
Option = Mapping[str, Any]

# The JSON type of a value by its option's type; all other types have an id.
_WRITTEN: Mapping[Type, tuple[type, ...]] = {
    Type.string: (str,),
    Type.integer: (int,),
    Type.boolean: (bool,),
    Type.number: (int, float),
}

# Where Discord sends the object behind an id, by its option's type.
_OBJECTS: Mapping[int, tuple[str, ...]] = {
    Type.user.value: ("users",),
    Type.channel.value: ("channels",),
    Type.role.value: ("roles",),
    Type.mentionable.value: ("users", "roles"),
    Type.attachment.value: ("attachments",),
}

# The bot reads none of these, and discord.py fails on unexpected values in them.
_UNREAD = frozenset(
    [
        *("activity", "application", "call", "interaction", "interaction_metadata"),
        *("purchase_notification", "reactions", "role_subscription_data", "sticker_items"),
        *("stickers", "thread"),
    ]
)

# Of an attachment only the type is read; discord.py needs the rest.
_ATTACHMENT = {"id": 0, "size": 0, "filename": "", "url": "", "proxy_url": ""}


class Tree(app_commands.CommandTree):
    """discord.py's command tree behind the pipeline, which handles all its errors."""

    async def _call(self, interaction: discord.Interaction) -> None:
        # discord.py has no other place that commands, menus and completions all pass through.
        pipeline: Pipeline = self.client.pipeline  # type: ignore[attr-defined]  # LoreBot has one
        await pipeline.run(interaction, self._answer)

    async def _answer(self, ctx: RequestContext) -> None:
        interaction = ctx.interaction
        try:
            spell_out_options(interaction)
            keep_what_is_read(interaction)
            if interaction.type is discord.InteractionType.autocomplete:
                await self._complete(interaction)
            else:
                await super()._call(interaction)
        except UNREADABLE as error:
            # Errors of a command come wrapped; this is an error of discord.py's own reading.
            log.warning("an interaction could not be read: %s", type(error).__name__)
            raise AppCommandError from error

    async def _complete(self, interaction: discord.Interaction) -> None:
        """Offer choices; discord.py itself would only log an error here and answer nothing."""
        data: Any = interaction.data
        command, options = self._get_app_command_options(data)
        if (focused := _focused(options)) is None:
            raise AppCommandError
        namespace = interaction.namespace
        try:
            await command._invoke_autocomplete(interaction, focused, namespace)
        except AppCommandError:
            raise
        except Exception as error:
            raise app_commands.CommandInvokeError(command, error) from error

    def _get_app_command_options(self, data: Any) -> tuple[AnyCommand, list[Any]]:
        command, options = super()._get_app_command_options(data)
        if not fit(command, options):
            raise CommandSignatureMismatch(command)
        # While something is typed, Discord does not send the objects behind ids.
        if _focused(options) is None and not _is_whole(options, data.get("resolved", {})):
            raise AppCommandError
        return command, options

    async def on_error(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError
    ) -> None:
        """Let the pipeline handle the error, like all others."""
        raise error


def fit(command: AnyCommand, options: Iterable[Option]) -> bool:
    """Tell whether these are options that the command has now, with possible values."""
    known = {parameter.display_name: parameter for parameter in command.parameters}
    typing = _focused(options) is not None
    for option in options:
        parameter = known.get(option["name"])
        if parameter is None or option["type"] != parameter.type.value:
            return False
        if typing:
            if not _is_unfinished(parameter, option):
                return False
        elif not _can_have(parameter, option["value"]):
            return False
    return True


def _focused(options: Iterable[Option]) -> str | None:
    """Return the name of the option that is being typed, if one is."""
    for option in options:
        if option.get("focused"):
            name: str = option["name"]
            return name
    return None


def _is_whole(options: Iterable[Option], resolved: Mapping[str, Any]) -> bool:
    """Tell whether Discord sent the object behind each id."""
    return all(
        any(option["value"] in resolved.get(objects, ()) for objects in _OBJECTS[option["type"]])
        for option in options
        if option["type"] in _OBJECTS
    )


def _is_unfinished(parameter: Parameter, option: Option) -> bool:
    """Tell whether an option may look so while it is typed, and can be completed."""
    if option.get("focused"):
        return parameter.autocomplete and isinstance(option["value"], str)
    return isinstance(option["value"], str | int | float)


def _can_have(parameter: Parameter, value: Any) -> bool:
    written = _WRITTEN.get(parameter.type)
    if written is None:
        return isinstance(value, str) and value.isascii() and value.isdigit()
    # In Python, True is also a number.
    if type(value) not in written:
        return False
    return not parameter.choices or any(value == choice.value for choice in parameter.choices)


def keep_what_is_read(interaction: discord.Interaction) -> None:
    """Reduce each message in an interaction to what is read here."""
    data: Any = interaction.data
    messages = data.get("resolved", {}).get("messages", {})
    for id, message in messages.items():
        messages[id] = _readable(message)


def _readable(message: dict[str, Any]) -> dict[str, Any]:
    kept = {key: it for key, it in message.items() if it is not None and key not in _UNREAD}
    if "poll" in kept:
        # Only a poll's question is read; discord.py cannot parse one that never expires.
        question = {"text": ""} | kept["poll"].get("question", {})
        kept["poll"] = {"question": question, "answers": [], "expiry": kept["timestamp"]}
    if "referenced_message" in kept:
        kept["referenced_message"] = _readable(kept["referenced_message"])
    kept["attachments"] = [
        _ATTACHMENT | {"content_type": one.get("content_type")}
        for one in kept.get("attachments", ())
    ]
    # discord.py ignores an author that it cannot parse.
    author = {"discriminator": "0"} | message["author"]
    return {"content": "", "mentions": [], "components": []} | kept | {"author": author}
