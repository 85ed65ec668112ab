"""What a message says, whose it is and when it was said, wherever Discord puts them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import discord
from discord.components import Component

from bot.core.id_names import names
from lore.curation.drafts import QuoteDraft
from lore.errors import LoreError
from lore.text.ids_in_text import replace_ids

# The types of messages that people write; Discord writes the others itself.
_SOMEBODYS = frozenset(
    [
        discord.MessageType.default,
        discord.MessageType.reply,
        discord.MessageType.chat_input_command,
        discord.MessageType.context_menu_command,
    ]
)


class NoWordsError(LoreError):
    """The message has no text that could be quoted."""


def quoted(message: discord.Message) -> QuoteDraft:
    """Return a message as a quote, without a speaker if Discord does not give the author.

    NoWordsError if there is nothing to quote.
    """
    if message.type is discord.MessageType.thread_starter_message:
        # It stands for the message that a thread was started from.
        begun = message.reference.resolved if message.reference else None
        if isinstance(begun, discord.Message):
            message = begun
    elif message.type not in _SOMEBODYS:
        raise NoWordsError("Discord wrote that message itself, so there is nobody to quote.")
    # A forwarded message comes without its author.
    forwarded = message.message_snapshots
    said = forwarded[0] if forwarded else message
    speaker = "" if forwarded else message.author.display_name
    words = replace_ids(_words(said), names(message.guild, message.mentions))
    if not words:
        raise NoWordsError("That message has no words that could be quoted.")
    return QuoteDraft(
        words,
        speaker=speaker,
        source=message.jump_url,
        date=said.created_at.date().isoformat(),
        image=any((one.content_type or "").startswith("image/") for one in said.attachments),
    )


def _words(message: discord.Message | discord.MessageSnapshot) -> str:
    """Return the content, or else the text of components, of a poll, or of an embed."""
    poll = message.poll if isinstance(message, discord.Message) else None
    places = (
        message.content,
        "\n".join(_texts(message.components)),
        (poll.question or "") if poll else "",
        *map(_of_embed, message.embeds),
    )
    return next((words for place in places if (words := place.strip())), "")


def _of_embed(embed: discord.Embed) -> str:
    """Return the first text of an embed: description, title, fields or footer."""
    fields = "\n".join(f"{field.name}: {field.value}" for field in embed.fields)
    words_and_author = (
        embed.description,
        embed.title,
        fields,
        embed.author.name,
        embed.footer.text,
    )
    return next(filter(None, words_and_author), "")


def _texts(components: Sequence[Component]) -> Iterator[str]:
    """Yield the texts of a message's components, from top to bottom."""
    for component in components:
        if isinstance(component, discord.TextDisplay):
            yield component.content
        yield from _texts(getattr(component, "children", ()))
