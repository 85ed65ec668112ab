"""Messages, modals and choices as plain text, as a person reads them."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from bot.simulator.limits import walk
from bot.simulator.objects import Json

Names = Callable[[int], str | None]  # what the person, channel or role with an id is called
_SPOILER = (
    re.compile(r"(?<!\\)\|\|(?=\S)((?:\\.|[^|\\]|\|(?!\|))+)(?<=\S)\|\|", re.DOTALL),
    r"[spoiler: \1]",
)
# An address of over 1,000 letters stays as it is: reading on would take the square of the text.
_LINK = re.compile(r"(?<!\\)\[([^\[\]\n]+)\]\((?:<)?https?://[^)\s]{1,1000}\)")
# In brackets or ending as Discord ends it; nothing in it is a mark.
_ADDRESS = re.compile(r"""(?<!\\)<(https?://[^\s<>]+)>|(https?://[^\s<]+[^\s<.,:;"'\]|])""")
_SAVED = re.compile("\x00(\\d+)\x00")
_MARKS = [
    (re.compile(r"^(?:(?:>>>|>|#{1,3}|-#)[ \t]+)+", re.MULTILINE), ""),
    (re.compile(r"(?<![\\*])\*\*(?=\S)((?:\\.|[^*\\]|\*(?!\*))+)(?<=\S)\*\*", re.DOTALL), r"\1"),
    (re.compile(r"(?<!\\)__(?=\S)((?:\\.|[^_\\]|_(?!_))+)(?<=\S)__", re.DOTALL), r"\1"),
    (re.compile(r"(?<!\\)~~(?=\S)((?:\\.|[^~\\]|~(?!~))+)(?<=\S)~~", re.DOTALL), r"\1"),
    _SPOILER,
    (re.compile(r"(?<![\\*])\*(?=[^\s*])((?:\\.|[^*\\])+)(?<=\S)\*(?!\*)", re.DOTALL), r"\1"),
    (re.compile(r"(?<![\\_\w])_(?=[^\s_])((?:\\.|[^_\\]|(?<=\w)_(?=\w))+)_(?![_\w])", re.S), r"\1"),
    (re.compile(r"(?<!\\)`([^`\n]+)`"), r"\1"),
    (re.compile(r"\\([^A-Za-z0-9\s])"), r"\1"),
]
_MOMENT = re.compile(r"(?<!\\)<t:(-?\d+)(?::[tTdDfFR])?>")
_SPAN = re.compile(r"(?<!\\)<t:(-?\d+):R>")
_UNITS = {"year": 31_536_000, "month": 2_592_000, "day": 86_400, "hour": 3600, "minute": 60}
_MENTION = re.compile(r"(?<!\\)<(@&|@!?|#)(\d+)>")
_COMMAND = re.compile(r"(?<!\\)</([^:<>]+):\d+>")


def plain(markdown: str, names: Names) -> str:
    """Return Discord's markdown as it reads on a screen; `names` gives the name of an id."""
    text = _MOMENT.sub(lambda m: _moment(int(m[1])), markdown)
    text = _COMMAND.sub(r"/\1", text)
    text = _MENTION.sub(
        lambda m: ("#" if m[1] == "#" else "@") + (names(int(m[2])) or "unknown"), text
    )
    addresses: list[str] = []

    def save(found: re.Match[str]) -> str:
        addresses.append(found[1] or found[2])
        return f"\x00{len(addresses) - 1}\x00"

    text = _ADDRESS.sub(save, _LINK.sub(r"\1", text))
    for pattern, replacement in _MARKS:
        text = pattern.sub(replacement, text)
    return _SAVED.sub(lambda found: addresses[int(found[1])], text)


def barred(markdown: str) -> str:
    """Return the markdown with marked spoilers: a person sees a bar before the words."""
    bars, words = _SPOILER
    return bars.sub(words, markdown)


def dated(shown: Any, now: datetime) -> Any:
    """Return a message, or a part, with the relative times in its texts as they read now."""
    if isinstance(shown, dict):
        return {key: dated(value, now) for key, value in shown.items()}
    if isinstance(shown, list):
        return [dated(value, now) for value in shown]
    if isinstance(shown, str):
        return _SPAN.sub(lambda m: _span(int(m[1]) - now.timestamp()), shown)
    return shown


def _span(seconds: float) -> str:
    unit, length = next((u for u in _UNITS.items() if abs(seconds) >= u[1]), ("second", 1))
    count = round(abs(seconds) / length)
    words = f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{words} ago" if seconds < 0 else f"in {words}"


def _moment(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"


def text_of(message: Json, names: Names) -> str:
    """Return all texts of a message, top to bottom, without buttons and selects."""
    return "\n".join(plain(part, names) for part in _texts(message) if part)


def _texts(message: Json) -> Iterator[str]:
    yield message.get("content") or ""
    for embed in message.get("embeds") or []:
        yield (embed.get("author") or {}).get("name") or ""
        yield embed.get("title") or ""
        yield embed.get("description") or ""
        for entry in embed.get("fields") or []:
            yield entry["name"]
            yield entry["value"]
        yield (embed.get("footer") or {}).get("text") or ""
    for component in walk(message.get("components") or []):
        if component["type"] == 10:
            yield component["content"]
        elif component["type"] == 12:
            yield from map(picture, component["items"])
    for attachment in message.get("attachments") or []:
        yield attachment["filename"]


def picture(item: Json) -> str:
    """Return what stands for a picture in a gallery: its description."""
    hidden = "spoiler: " if item.get("spoiler") else ""
    return f"[{hidden}picture: {item.get('description') or 'without a description'}]"


def label_of(button: Json) -> str:
    """Return the label of a button, else its emoji."""
    return button.get("label") or (button.get("emoji") or {}).get("name") or ""


def listed(button: Json) -> str:
    """Return a button's label, in parentheses if it is disabled."""
    return f"( {label_of(button)} )" if button.get("disabled") else label_of(button)


def value_of(field: Json, names: Names) -> str:
    """Return what a field or a select shows before it is used; "" for nothing."""
    picked = [o["label"] for o in field.get("options") or [] if o.get("default")]
    ids = [int(default["id"]) for default in field.get("default_values") or []]
    return field.get("value") or ", ".join(picked + [names(n) or "unknown" for n in ids])


def buttons_of(message: Json) -> list[Json]:
    """Return the buttons of a message, top to bottom."""
    return [c for c in walk(message.get("components") or []) if c["type"] == 2]


def selects_of(message: Json) -> list[Json]:
    """Return the select menus of a message, top to bottom."""
    return [c for c in walk(message.get("components") or []) if c["type"] in (3, 5, 6, 7, 8)]


def choices_of(shown: Json) -> list[Json]:
    """Return the options of a message's selects, or of a modal's fields."""
    active = (c for c in walk(shown.get("components") or []) if not c.get("disabled"))
    options = (option for component in active for option in component.get("options") or [])
    return [{"name": option["label"], "value": option["value"]} for option in options]


def fields_of(modal: Json) -> list[tuple[str, Json]]:
    """Return the fields of a modal with their labels, top to bottom."""
    return [
        (part["label"], part["component"]) for part in modal["components"] if part["type"] == 18
    ]
