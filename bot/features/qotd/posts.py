"""Which daily post of a server a curator means: by its label, “#quotes · 09:00”."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import discord
from discord.app_commands import Choice

from bot.core.limits import CHOICE_TEXT
from bot.core.text import cut, flat
from bot.features.qotd.views import NOT_SET
from lore.errors import LONGEST, LoreError, echoed
from lore.qotd.delivery import Delivery
from lore.qotd.timetable import PostName
from lore.text.wording import listed

# What people leave out of a label, or write otherwise.
_LEFT_OUT = str.maketrans("", "", " \t\n#·•|-")

# Room for what follows the name of a channel in a label.
_CHANNEL_NAME = CHOICE_TEXT - 20

_CLOSED = " › closed thread"


class NotSetError(LoreError):
    """The server has no quote of the day."""

    def __init__(self) -> None:
        super().__init__(NOT_SET)


class WhichPostError(LoreError):
    """A server has several daily posts, and none or another one is named."""

    def __init__(self, labels: Iterable[str], typed: str | None) -> None:
        named = list(labels)
        there = f"There {'are:' if len(named) > 1 else 'is only'} {listed(named)}."
        if typed is None:
            super().__init__(f"Several daily posts come here. Say with post: which. {there}")
        else:
            super().__init__(f"No single daily post here is called {echoed(typed)}. {there}")


def labels(guild: discord.Guild | None, posts: Sequence[PostName]) -> Mapping[int, str]:
    """Return the label of each post by its number; no two are the same."""
    plain = {post.number: f"#{_channel(guild, post)} · {post.at:%H:%M}" for post in posts}
    same = Counter(plain.values())
    return {
        number: label if same[label] == 1 else f"{label} · no. {number}"
        for number, label in plain.items()
    }


def former_labels(guild: discord.Guild | None, last: Iterable[Delivery]) -> Mapping[int, str]:
    """Return the labels of posts that were turned off, of each by its last delivery."""
    return {one.number: f"#{_channel(guild, one)} · off · no. {one.number}" for one in last}


def _channel(guild: discord.Guild | None, post: PostName | Delivery) -> str:
    if guild and (channel := guild.get_channel_or_thread(post.channel_id)):
        return cut(flat(channel.name), _CHANNEL_NAME)
    # Discord tells of no thread that is closed: it may be there, and a post opens it again.
    if guild and (parent := guild.get_channel(post.parent_id or 0)):
        return f"{cut(flat(parent.name), _CHANNEL_NAME - len(_CLOSED))}{_CLOSED}"
    return "deleted-channel"


def post_offers(labels: Mapping[int, str], text: str) -> list[Choice[str]]:
    """Return the labels that contain the typed text."""
    part = _folded(text)
    return [Choice(name=one, value=one) for one in labels.values() if part in _folded(one)]


def chosen_number(labels: Mapping[int, str], typed: str | None) -> int:
    """Return the number of the post with that label, or of the only one that has it as a part.

    Without a label it is the only post there is.
    """
    if not labels:
        raise NotSetError
    if typed is None:
        found = list(labels)
    else:
        part = _folded(typed)
        found = [number for number, label in labels.items() if _folded(label) == part]
        found = found or [number for number, label in labels.items() if part in _folded(label)]
    if len(found) != 1:
        raise WhichPostError(labels.values(), typed)
    return found[0]


def _folded(label: str) -> str:
    return label[: LONGEST + 1].casefold().translate(_LEFT_OUT)
