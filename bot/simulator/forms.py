"""Modals and select menus filled in by a person, as Discord sends them to the bot."""

from typing import Any

from bot.simulator.lines import FITS, Fit, LineError, match_name, parse_fields
from bot.simulator.objects import Json
from bot.simulator.options import Options
from bot.simulator.reading import fields_of

_INPUT, _USERS, _ROLES, _CHANNELS = 4, 5, 6, 8
_OPTION_TYPES = {_USERS: 6, _ROLES: 8, _CHANNELS: 7}
_LONGEST_INPUT = 4000


class NotOffered(LineError):
    """A select menu has no such option."""


def refuse_ambiguous(selects: list[Json], text: str, fits: Fit) -> None:
    """Refuse a choice that matches several options of these menus."""
    labels = [option["label"] for s in selects for option in s.get("options") or []]
    if match_name(text, labels, fits) is None:
        for part in text.split(","):
            match_name(part, labels, fits)


def selected(select: Json, text: str, options: Options, fits: Fit = FITS[0]) -> list[str]:
    """Return the values of the options chosen by label or value, split at commas."""
    name = menu_name(select)
    parts = [part for part in text.split(",") if part.strip()]
    if select["type"] not in _OPTION_TYPES and _picked(select, text, options, fits):
        parts = [text]
    values: list[str] = []
    for part in parts:
        value = _picked(select, part, options, fits)
        if value is None:
            known = ", ".join(offered(select, options)) or "nothing"
            raise NotOffered(f"{name} does not offer {part.strip()}. There: {known}.")
        values.append(value)
    if select.get("disabled"):
        raise LineError(f"{name} is switched off.")
    low = select.get("min_values", 1) if select.get("required", True) else 0
    high = select.get("max_values", 1)
    if not low <= len(values) <= high:
        raise LineError(f"{name} takes {low} to {high} values, not {len(values)}.")
    return values


def menu_name(select: Json) -> str:
    """Return the name of a menu on the screen; never its custom_id."""
    chosen = (option["label"] for option in select.get("options", ()) if option.get("default"))
    return select.get("placeholder") or next(chosen, "The menu")


def offered(select: Json, options: Options) -> list[str]:
    """Return the options of a select menu."""
    if select["type"] in _OPTION_TYPES:
        return list(options.named(_OPTION_TYPES[select["type"]]).values())
    return [option["label"] for option in select["options"]]


def _picked(select: Json, text: str, options: Options, fits: Fit) -> str | None:
    wanted = text.strip().strip('"').casefold()
    if select["type"] in _OPTION_TYPES:
        number = options.object_id(_OPTION_TYPES[select["type"]], wanted)
        return str(number) if number else None
    for option in select["options"]:
        label, value = option["label"].casefold(), option["value"].casefold()
        if wanted and (fits(label, wanted) or wanted == value):
            return str(option["value"])
    return None


def submission(modal: Json, text: str, options: Options) -> Json:
    """Return a modal's submission from `FIELD=VALUE …`; a field not named keeps its shown value."""
    shown = fields_of(modal)
    calls = {field["custom_id"]: field["custom_id"] for _, field in shown}
    calls |= {label: field["custom_id"] for label, field in shown}
    typed = {calls[name]: value for name, value in parse_fields(text, calls, dict(shown)).items()}
    answers = {
        field["custom_id"]: _answer(label, field, typed.get(field["custom_id"]), options)
        for label, field in shown
    }
    parts: list[Json] = []
    for n, part in enumerate(modal["components"], 1):
        if part["type"] == 18:
            component = answers[part["component"]["custom_id"]]
            parts.append({"type": 18, "id": n, "component": component | {"id": 100 + n}})
    return {"custom_id": modal["custom_id"], "components": parts}


def _answer(label: str, field: Json, typed: str | None, options: Options) -> Json:
    kind = field["type"]
    answer: Json = {"type": kind, "custom_id": field["custom_id"]}
    if kind == _INPUT:
        return answer | {"value": _text(label, field, typed)}
    return answer | {"values": _picks(label, field, typed, options)}


def _text(label: str, field: Json, typed: str | None) -> str:
    text = (field.get("value") or "") if typed is None else typed
    if not text.strip() and field.get("required", True):
        raise LineError(f"{label} must be filled in.")
    low, high = field.get("min_length") or 0, field.get("max_length") or _LONGEST_INPUT
    if text and not low <= len(text) <= high:
        raise LineError(f"{label} takes {low} to {high} characters, not {len(text)}.")
    return text


def _picks(label: str, field: Json, typed: str | None, options: Options) -> list[Any]:
    if typed is not None:
        return selected(field | {"placeholder": label}, typed, options)
    shown = [option["value"] for option in field.get("options", ()) if option.get("default")]
    shown += [default["id"] for default in field.get("default_values", ())]
    if not shown and field.get("required", True):
        raise LineError(f"{label} must be chosen.")
    return shown
