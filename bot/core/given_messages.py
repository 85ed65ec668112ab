"""Makes a message that comes with an interaction readable, whatever else Discord puts into it."""

from __future__ import annotations

from typing import Any

import discord

# Nothing here reads these, and discord.py fails over what it does not expect in them.
_UNREAD = frozenset(
    [
        *("activity", "application", "attachments", "call", "interaction", "interaction_metadata"),
        *("purchase_notification", "reactions", "role_subscription_data", "sticker_items"),
        *("stickers", "thread"),
    ]
)


def keep_what_is_read(interaction: discord.Interaction) -> None:
    """Leave of each message that an interaction is about what is read here."""
    data: Any = interaction.data
    messages = data.get("resolved", {}).get("messages", {})
    for id, message in messages.items():
        messages[id] = _readable(message)


def _readable(message: dict[str, Any]) -> dict[str, Any]:
    kept = {key: it for key, it in message.items() if it is not None and key not in _UNREAD}
    if "poll" in kept:
        # Of a poll only the question is read; discord.py cannot have one that never expires.
        question = {"text": ""} | kept["poll"].get("question", {})
        kept["poll"] = {"question": question, "answers": [], "expiry": kept["timestamp"]}
    if "referenced_message" in kept:
        kept["referenced_message"] = _readable(kept["referenced_message"])
    # discord.py passes over an author that it cannot read.
    author = {"discriminator": "0"} | message["author"]
    return {"content": "", "mentions": [], "components": []} | kept | {"author": author}
