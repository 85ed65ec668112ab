"""Discord's limits on messages, components, modals and choices."""

from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

import orjson

from bot.simulator import refusals
from bot.simulator.findings import Findings, Path, Sizes
from bot.simulator.objects import Json

_V2 = 1 << 15
_ROW, _BUTTON, _SELECT, _INPUT = 1, 2, 3, 4
_SECTION, _TEXT, _THUMBNAIL, _GALLERY, _FILE, _SEPARATOR = 9, 10, 11, 12, 13, 14
_CONTAINER, _LABEL = 17, 18
_SELECTS = {_SELECT, 5, 6, 7, 8}
_TOP = {_ROW, _SECTION, _TEXT, _GALLERY, _FILE, _SEPARATOR, _CONTAINER}
_INSIDE = {
    _ROW: {_BUTTON, *_SELECTS},
    _SECTION: {_TEXT},
    _CONTAINER: _TOP - {_CONTAINER},
}
_FIELDS = {_INPUT, *_SELECTS}  # Discord has more: files, radio groups and checkboxes
_HELD = ("accessory", "component")
_LEGACY = ("content", "embeds", "poll", "sticker_ids")
_FILLING = ("embeds", "components", "attachments", "sticker_ids", "poll", "message_reference")
_CUSTOM_ID: Sizes = (("custom_id", 1, 100),)
_PLAIN_SIZES: Sizes = (("content", 0, 2000), ("components", 0, 5))
_SELECT_SIZES: Sizes = (*_CUSTOM_ID, ("placeholder", 0, 150))
_OPTION_SIZES: Sizes = (("label", 1, 100), ("value", 1, 100), ("description", 0, 100))
_MODAL_SIZES: Sizes = (("title", 1, 45), ("custom_id", 1, 100), ("components", 1, 5))
_LABEL_SIZES: Sizes = (("label", 1, 45), ("description", 0, 100))


def walk(components: list[Json]) -> list[Json]:
    """Yield every component, each before those inside it."""
    every: list[Json] = []
    for component in components:
        every.append(component)
        if component.get("components"):
            every += walk(component["components"])
        for key in _HELD:
            if component.get(key):
                every.append(component[key])
    return every


def judge_thread(body: Json) -> None:
    """Refuse the body of a request to start a thread from a message, as Discord documents it.

    See “Start Thread from Message” in https://discord.com/developers/docs/resources/channel
    """
    found = Findings()
    found.sizes((), body, (("name", 1, 100),), trimmed=True)
    if (duration := body.get("auto_archive_duration")) is not None:
        found.among((), "auto_archive_duration", duration, (60, 1440, 4320, 10080))
    if (slow := body.get("rate_limit_per_user")) is not None:
        found.among((), "rate_limit_per_user", slow, range(21_601))
    found.refuse()


def judge_message(body: Json, path: Path = ()) -> None:
    """Refuse a message that exceeds a limit, judged as it would be stored."""
    _judge_message(orjson.dumps(body), path)


# Under load the same pages go out over and over; those that were sound still are.
@lru_cache(maxsize=500)
def _judge_message(written: bytes, path: Path) -> None:
    body = orjson.loads(written)
    found = Findings()
    components = body.get("components") or []
    layout = bool((body.get("flags") or 0) & _V2)
    if layout:
        _judge_layout(found, body, components, path)
    else:
        found.sizes(path, body, _PLAIN_SIZES)
        _judge_embeds(found, body.get("embeds") or [], path)
    where = (*path, "components")
    _judge_components(found, components, where, _TOP if layout else {_ROW}, set())
    _judge_galleries(found, components, body.get("attachments") or [], where)
    found.sizes(path, {"nonce": str(body.get("nonce") or "")}, (("nonce", 0, 25),))
    _judge_mentions(found, body, path)
    found.refuse()
    if not (body.get("content") or "").strip() and not any(body.get(key) for key in _FILLING):
        raise refusals.empty_message()


def _judge_layout(found: Findings, body: Json, components: list[Json], path: Path) -> None:
    for key in _LEGACY:
        if body.get(key):
            found.add(
                (*path, key),
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
            )
    every = walk(components)
    where = (*path, "components")
    if len(every) > 40:
        found.add(where, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", f"{len(every)} of 40")
    texts = [c.get("content") or "" for c in every if c.get("type") == _TEXT]
    shown = sum(map(len, texts))
    if shown > 4000:
        found.add(where, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", f"{shown} characters of 4000")
    # Not documented, and Discord says 500: https://github.com/discord/discord-api-docs/issues/8554
    heavy = sum(len(text.encode(errors="replace")) + 12 for text in texts)
    if heavy > 10_170:
        found.add(where, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", f"{heavy} bytes of 10170")


def _judge_components(
    found: Findings, components: list[Json], path: Path, allowed: set[int], seen: set[object]
) -> None:
    for n, component in enumerate(components):
        where = (*path, n)
        _judge_component(found, component, where, allowed, seen)
        kind, inner = component.get("type", 0), component.get("components") or []
        if kind == _ROW:
            found.sizes(where, component, (("components", 1, 5),))
            if len(inner) > 1 and any(part.get("type") != _BUTTON for part in inner):
                message = "A select needs a row of its own"
                found.add((*where, "components"), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message)
        elif kind == _SECTION:
            found.sizes(where, component, (("components", 1, 3),))
            accessory = component.get("accessory") or {}
            _judge_component(found, accessory, (*where, "accessory"), {_BUTTON, _THUMBNAIL}, seen)
        if inner:
            _judge_components(found, inner, (*where, "components"), _INSIDE.get(kind, set()), seen)


def _judge_component(
    found: Findings, component: Json, where: Path, allowed: set[int], seen: set[object]
) -> None:
    kind = component.get("type")
    found.among(where, "type", kind, allowed)
    if kind == _BUTTON:
        _judge_button(found, component, where)
    elif kind == _TEXT:
        found.sizes(where, component, (("content", 1, 4000),), trimmed=True)
    elif kind == _GALLERY:
        found.sizes(where, component, (("items", 1, 10),))
    elif kind == _INPUT:
        _judge_input(found, component, where)
    elif kind in _SELECTS:
        _judge_select(found, component, where)
    if component.get("custom_id") is not None:
        found.unique(where, "custom_id", component["custom_id"], seen)


def galleries(components: list[Json]) -> list[Json]:
    """Return the galleries among the components, and within them."""
    return [one for one in walk(components) if one.get("type") == _GALLERY]


def _judge_galleries(
    found: Findings, components: list[Json], attachments: list[Json], path: Path
) -> None:
    named = {f"attachment://{attachment['filename']}" for attachment in attachments}
    for item in (item for one in galleries(components) for item in one.get("items") or []):
        found.sizes(path, item, (("description", 0, 1024),))
        url = (item.get("media") or {}).get("url") or ""
        scheme = urlsplit(url).scheme
        if scheme == "attachment" and url not in named:
            message = f"The referenced attachment was not found: {url}"
            found.add(
                (*path, "media", "url"),
                "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
                message,
            )
        elif scheme not in {"attachment", "http", "https"}:
            found.add(
                (*path, "media", "url"), "URL_TYPE_INVALID_SCHEME", "Scheme must be http or https"
            )


def _judge_button(found: Findings, button: Json, where: Path) -> None:
    found.among(where, "style", button.get("style"), range(1, 7))
    found.sizes(where, button, (("label", 0, 80),))
    if not button.get("label") and not button.get("emoji"):
        found.add(where, "BUTTON_COMPONENT_INVALID", "A button must have a label or an emoji")
    if button.get("style") == 5:
        found.sizes(where, button, (("url", 1, 512),))
        if urlsplit(button.get("url") or "").scheme not in {"http", "https", "discord"}:
            found.add((*where, "url"), "URL_TYPE_INVALID_SCHEME", "Scheme must be http or https")
        if button.get("custom_id"):
            found.add((*where, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_URL", "url or custom_id")
    elif button.get("style") != 6:
        found.sizes(where, button, _CUSTOM_ID)


def _judge_select(found: Findings, select: Json, where: Path) -> None:
    found.sizes(where, select, _SELECT_SIZES)
    least, most = select.get("min_values", 1), select.get("max_values", 1)
    if not 0 <= least <= most <= 25 or most < 1:
        found.add((*where, "max_values"), "NUMBER_TYPE_BOUNDS", "Must be min_values to 25.")
    if select.get("type") != _SELECT:
        return
    found.sizes(where, select, (("options", 1, 25),))
    values: set[object] = set()
    for n, option in enumerate(select.get("options") or []):
        path = (*where, "options", n)
        found.sizes(path, option, _OPTION_SIZES)
        found.unique(path, "value", option.get("value"), values)


def _judge_embeds(found: Findings, embeds: list[Json], path: Path) -> None:
    found.sizes(path, {"embeds": embeds}, (("embeds", 0, 10),))
    total = 0
    for n, embed in enumerate(embeds):
        found.sizes((*path, "embeds", n), embed, (("fields", 0, 25),))
        for where, part, sizes in _embedded(embed, (*path, "embeds", n)):
            found.sizes(where, part, sizes, trimmed=True)
            total += sum(len((part.get(key) or "").strip()) for key, _, _ in sizes)
    if total > 6000:
        message = "Embed size exceeds maximum size of 6000"
        found.add((*path, "embeds"), "MAX_EMBED_SIZE_EXCEEDED", message)


def _embedded(embed: Json, where: Path) -> Iterator[tuple[Path, Json, Sizes]]:
    """Yield each text of an embed with its path and allowed sizes."""
    yield where, embed, (("title", 0, 256), ("description", 0, 4096))
    yield (*where, "footer"), embed.get("footer") or {}, (("text", 0, 2048),)
    yield (*where, "author"), embed.get("author") or {}, (("name", 0, 256),)
    for n, entry in enumerate(embed.get("fields") or []):
        yield (*where, "fields", n), entry, (("name", 1, 256), ("value", 1, 1024))


def _judge_mentions(found: Findings, body: Json, path: Path) -> None:
    allowed = body.get("allowed_mentions") or {}
    for key in ("users", "roles"):
        if allowed.get(key) and key in (allowed.get("parse") or []):
            message = f'parse:["{key}"] and {key}: [ids...] are mutually exclusive.'
            found.add((*path, "allowed_mentions"), "MESSAGE_ALLOWED_MENTIONS_PARSE", message)


def judge_choices(data: Json) -> None:
    """Refuse completions that exceed a limit."""
    found = Findings()
    found.sizes(("data",), data, (("choices", 0, 25),))
    for n, choice in enumerate(data.get("choices") or []):
        where: Path = ("data", "choices", n)
        found.sizes(where, choice, (("name", 1, 100),), trimmed=True)
        if isinstance(choice.get("value"), str):
            found.sizes(where, choice, (("value", 1, 100),))
    found.refuse()


def judge_modal(data: Json) -> None:
    """Refuse a modal that exceeds a limit."""
    found = Findings()
    found.sizes(("data",), data, _MODAL_SIZES)
    seen: set[object] = set()
    for n, part in enumerate(data.get("components") or []):
        where: Path = ("data", "components", n)
        _judge_component(found, part, where, {_TEXT, _LABEL}, seen)
        if part.get("type") == _LABEL:
            found.sizes(where, part, _LABEL_SIZES)
            field = part.get("component") or {}
            _judge_component(found, field, (*where, "component"), _FIELDS, seen)
    found.refuse()


def _judge_input(found: Findings, field: Json, where: Path) -> None:
    found.among(where, "style", field.get("style"), {1, 2})
    high = field.get("max_length") or 4000
    found.sizes(where, field, (*_CUSTOM_ID, ("placeholder", 0, 100), ("value", 0, high)))
    for key, low in (("min_length", 0), ("max_length", 1)):
        if not low <= (field.get(key) or low) <= 4000:
            found.add((*where, key), "NUMBER_TYPE_BOUNDS", f"Must be {low} to 4000.")
