"""Discord's limits on messages, components, modals and choices: judges raise its refusals."""

from urllib.parse import urlsplit

from bot.rehearsal import refusals
from bot.rehearsal.findings import Findings, Path
from bot.rehearsal.objects import Json

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
    _GALLERY: set[int](),
}
_FIELDS = {_INPUT, 19, 21, 22, 23, *_SELECTS}
_HELD = ("accessory", "component")
_FILLING = ("embeds", "components", "attachments", "sticker_ids", "poll", "message_reference")


def walk(components: list[Json]) -> list[Json]:
    """Every component, each before those inside it."""
    every: list[Json] = []
    for component in components:
        every.append(component)
        if component.get("components"):
            every += walk(component["components"])
        for key in _HELD:
            if component.get(key):
                every.append(component[key])
    return every


def judge_message(body: Json, path: Path = ()) -> None:
    """A whole message, as it would stand in the channel."""
    found = Findings()
    components = body.get("components") or []
    if (body.get("flags") or 0) & _V2:
        _judge_layout(found, body, components, path)
    else:
        found.length(path, "content", body.get("content"), 0, 2000)
        _judge_embeds(found, body.get("embeds") or [], path)
        found.length(path, "components", components, 0, 5)
        for n, row in enumerate(components):
            found.among((*path, "components", n), "type", row.get("type"), {_ROW})
    _judge_components(found, components, (*path, "components"), set())
    found.length(path, "nonce", str(body.get("nonce") or ""), 0, 25)
    _judge_mentions(found, body, path)
    found.refuse()
    if not (body.get("content") or "").strip() and not any(body.get(key) for key in _FILLING):
        raise refusals.empty_message()


def _judge_layout(found: Findings, body: Json, components: list[Json], path: Path) -> None:
    for key in ("content", "embeds", "poll", "sticker_ids"):
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
    shown = sum(len(c.get("content") or "") for c in every if c.get("type") == _TEXT)
    if shown > 4000:
        found.add(where, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", f"{shown} characters of 4000")
    for n, component in enumerate(components):
        found.among((*where, n), "type", component.get("type"), _TOP)


def _judge_components(
    found: Findings, components: list[Json], path: Path, seen: set[object]
) -> None:
    for n, component in enumerate(components):
        where = (*path, n)
        kind = component.get("type", 0)
        _judge_component(found, component, where, seen)
        inner = component.get("components") or []
        if kind in _INSIDE:
            for k, part in enumerate(inner):
                found.among((*where, "components", k), "type", part.get("type"), _INSIDE[kind])
        if kind == _ROW:
            found.length(where, "components", inner, 1, 5)
            if len(inner) > 1 and any(part.get("type") != _BUTTON for part in inner):
                message = "A select needs a row of its own"
                found.add((*where, "components"), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message)
        elif kind == _SECTION:
            found.length(where, "components", inner, 1, 3)
            accessory = component.get("accessory") or {}
            found.among((*where, "accessory"), "type", accessory.get("type"), {_BUTTON, _THUMBNAIL})
            _judge_component(found, accessory, (*where, "accessory"), seen)
        _judge_components(found, inner, (*where, "components"), seen)


def _judge_component(found: Findings, component: Json, where: Path, seen: set[object]) -> None:
    kind = component.get("type")
    if kind == _BUTTON:
        _judge_button(found, component, where)
    elif kind == _TEXT:
        found.length(where, "content", (component.get("content") or "").strip(), 1, 4000)
    elif kind == _GALLERY:
        found.length(where, "items", component.get("items"), 1, 10)
    elif kind in _SELECTS:
        _judge_select(found, component, where)
    if component.get("custom_id") is not None:
        found.length(where, "custom_id", component["custom_id"], 1, 100)
        found.unique(where, "custom_id", component["custom_id"], seen)


def _judge_button(found: Findings, button: Json, where: Path) -> None:
    found.among(where, "style", button.get("style"), {1, 2, 3, 4, 5, 6})
    found.length(where, "label", button.get("label"), 0, 80)
    if not button.get("label") and not button.get("emoji"):
        found.add(where, "BUTTON_COMPONENT_INVALID", "A button must have a label or an emoji")
    if button.get("style") == 5:
        found.length(where, "url", button.get("url"), 1, 512)
        if urlsplit(button.get("url") or "").scheme not in {"http", "https", "discord"}:
            found.add((*where, "url"), "URL_TYPE_INVALID_SCHEME", "Scheme must be http or https")
        if button.get("custom_id"):
            found.add((*where, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_URL", "url or custom_id")
    elif button.get("style") != 6:
        found.length(where, "custom_id", button.get("custom_id"), 1, 100)


def _judge_select(found: Findings, select: Json, where: Path) -> None:
    found.length(where, "custom_id", select.get("custom_id"), 1, 100)
    found.length(where, "placeholder", select.get("placeholder"), 0, 150)
    least, most = select.get("min_values", 1), select.get("max_values", 1)
    if not 0 <= least <= most <= 25 or most < 1:
        found.add((*where, "max_values"), "NUMBER_TYPE_BOUNDS", "Must be min_values to 25.")
    if select.get("type") != _SELECT:
        return
    options = select.get("options")
    found.length(where, "options", options, 1, 25)
    values: set[object] = set()
    for n, option in enumerate(options or []):
        spot = (*where, "options", n)
        found.length(spot, "label", option.get("label"), 1, 100)
        found.length(spot, "value", option.get("value"), 1, 100)
        found.length(spot, "description", option.get("description"), 0, 100)
        found.unique(spot, "value", option.get("value"), values)


def _judge_embeds(found: Findings, embeds: list[Json], path: Path) -> None:
    found.length(path, "embeds", embeds, 0, 10)
    total = 0
    for n, embed in enumerate(embeds):
        where = (*path, "embeds", n)
        footer, author = embed.get("footer") or {}, embed.get("author") or {}
        texts: list[tuple[Path, str, int, int]] = [
            ((*where, "title"), embed.get("title") or "", 0, 256),
            ((*where, "description"), embed.get("description") or "", 0, 4096),
            ((*where, "footer", "text"), footer.get("text") or "", 0, 2048),
            ((*where, "author", "name"), author.get("name") or "", 0, 256),
        ]
        fields = embed.get("fields") or []
        found.length(where, "fields", fields, 0, 25)
        for k, entry in enumerate(fields):
            spot = (*where, "fields", k)
            texts.append(((*spot, "name"), entry.get("name") or "", 1, 256))
            texts.append(((*spot, "value"), entry.get("value") or "", 1, 1024))
        for spot, text, low, high in texts:
            found.length(spot[:-1], spot[-1], text.strip(), low, high)
            total += len(text.strip())
    if total > 6000:
        message = "Embed size exceeds maximum size of 6000"
        found.add((*path, "embeds"), "MAX_EMBED_SIZE_EXCEEDED", message)


def _judge_mentions(found: Findings, body: Json, path: Path) -> None:
    allowed = body.get("allowed_mentions") or {}
    for key in ("users", "roles"):
        if allowed.get(key) and key in (allowed.get("parse") or []):
            message = f'parse:["{key}"] and {key}: [ids...] are mutually exclusive.'
            found.add((*path, "allowed_mentions"), "MESSAGE_ALLOWED_MENTIONS_PARSE", message)


def judge_choices(data: Json) -> None:
    """What an autocomplete offers."""
    found = Findings()
    choices = data.get("choices") or []
    found.length(("data",), "choices", choices, 0, 25)
    for n, choice in enumerate(choices):
        where: Path = ("data", "choices", n)
        found.length(where, "name", (choice.get("name") or "").strip(), 1, 100)
        if isinstance(choice.get("value"), str):
            found.length(where, "value", choice["value"], 1, 100)
    found.refuse()


def judge_modal(data: Json) -> None:
    """A modal: its title, and up to five parts, each with a field or a text."""
    found = Findings()
    found.length(("data",), "title", data.get("title"), 1, 45)
    found.length(("data",), "custom_id", data.get("custom_id"), 1, 100)
    parts = data.get("components") or []
    found.length(("data",), "components", parts, 1, 5)
    seen: set[object] = set()
    for n, part in enumerate(parts):
        where: Path = ("data", "components", n)
        found.among(where, "type", part.get("type"), {_ROW, _TEXT, _LABEL})
        if part.get("type") == _LABEL:
            found.length(where, "label", part.get("label"), 1, 45)
            found.length(where, "description", part.get("description"), 0, 100)
            _judge_field(found, part.get("component") or {}, (*where, "component"), seen)
        elif part.get("type") == _ROW:
            for k, inner in enumerate(part.get("components") or []):
                found.length((*where, "components", k), "label", inner.get("label"), 1, 45)
                _judge_field(found, inner, (*where, "components", k), seen)
    found.refuse()


def _judge_field(found: Findings, field: Json, where: Path, seen: set[object]) -> None:
    found.among(where, "type", field.get("type"), _FIELDS)
    found.length(where, "custom_id", field.get("custom_id"), 1, 100)
    _judge_component(found, field, where, seen)
    if field.get("type") == _INPUT:
        found.among(where, "style", field.get("style"), {1, 2})
        found.length(where, "placeholder", field.get("placeholder"), 0, 100)
        found.length(where, "value", field.get("value"), 0, field.get("max_length") or 4000)
        for key, low in (("min_length", 0), ("max_length", 1)):
            if not low <= (field.get(key) or low) <= 4000:
                found.add((*where, key), "NUMBER_TYPE_BOUNDS", f"Must be {low} to 4000.")
