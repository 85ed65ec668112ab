"""Replaces the ids that Discord writes into texts with names, dates and emoji names."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from lore.text.wording import dated

# Gives the name of the member (@), role (@&) or channel (#) with an id, if it is known.
NameOf = Callable[[str, int], str | None]

# https://docs.discord.com/developers/reference#message-formatting
_ID = re.compile(
    r"<(?:(?P<sign>@&|@!?|#)(?P<id>[0-9]{5,20})"
    r"|a?:(?P<emoji>\w{1,32}):[0-9]{5,20}"
    r"|/(?P<command>[^<>:\n]{1,100}):[0-9]{5,20}"
    r"|t:(?P<moment>-?[0-9]{1,17})(?::(?P<style>[tTdDfFsSR]))?"
    r"|id:(?P<place>customize|browse|guide|home|linked-roles)(?::[0-9]{5,20})?"
    r"|sound:[0-9]{5,20}:[0-9]{5,20})>"
)
_UNKNOWN = {"@": "member", "@&": "role", "#": "channel"}
_PLACES = {
    "customize": "Channels & Roles",
    "browse": "Browse Channels",
    "guide": "Server Guide",
    "home": "Server Guide",
    "linked-roles": "Linked Roles",
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def replace_ids(text: str, name_of: NameOf, *, is_name: bool = False) -> str:
    """Return the text with names for ids; within a name, a member gets no sign in front."""

    def words(found: re.Match[str]) -> str:
        if found["id"]:
            sign = found["sign"].rstrip("!")
            name = name_of(sign, int(found["id"]))
            bare = is_name and name is not None and sign == "@"
            return ("" if bare else sign[0]) + (name or _UNKNOWN[sign])
        if found["emoji"]:
            return f":{found['emoji']}:"
        if found["command"]:
            return f"/{found['command']}"
        if found["moment"]:
            return _moment(int(found["moment"]), found["style"] or "f")
        return _PLACES[found["place"]] if found["place"] else "a sound"

    return _ID.sub(words, text)


def spelt_out(text: str) -> str:
    """Return the text with generic words for ids whose names nobody knows."""
    return replace_ids(text, lambda *_: None)


def _moment(seconds: int, style: str) -> str:
    """Return an instant in words, as precise as its style; in UTC, as the reader's zone is
    unknown.
    """
    try:
        at = _EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        return "a date"
    day = dated(at)
    if style in "dD":
        return day
    clock = f"{at:%H:%M:%S} UTC" if style in "TS" else f"{at:%H:%M} UTC"
    if style in "tT":
        return clock
    return f"{at:%A}, {day}, {clock}" if style == "F" else f"{day}, {clock}"
