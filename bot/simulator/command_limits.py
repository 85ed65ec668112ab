"""Discord's limits on application commands, enforced at a sync."""

import unicodedata

from bot.simulator.findings import Findings, Path, Sizes
from bot.simulator.objects import Json

_MOST = {1: 100, 2: 15, 3: 15}
_GROUPS = {1, 2}
_NAME: Sizes = (("name", 1, 32),)
_DESCRIPTION: Sizes = (("description", 1, 100),)


def judge_commands(commands: list[Json]) -> None:
    """Refuse a sync whose commands exceed a limit."""
    found = Findings()
    names: set[tuple[int, str]] = set()
    counts = dict.fromkeys(_MOST, 0)
    for n, command in enumerate(commands):
        kind, name = command.get("type") or 1, str(command.get("name") or "")
        _judge_command(found, command, kind, (n,))
        counts[kind] = counts.get(kind, 0) + 1
        if (kind, name) in names:
            message = "Application command names must be unique"
            found.add((n,), "APPLICATION_COMMANDS_DUPLICATE_NAME", message)
        names.add((kind, name))
        if counts[kind] > _MOST.get(kind, 0):
            message = f"At most {_MOST.get(kind, 0)} of this type"
            found.add((n,), "APPLICATION_COMMANDS_MAX", message)
    found.refuse()


def _judge_command(found: Findings, command: Json, kind: int, path: Path) -> None:
    found.among(path, "type", kind, set(_MOST))
    if kind == 1:
        _judge_name(found, command, path)
        found.sizes(path, command, _DESCRIPTION, trimmed=True)
        _judge_options(found, command.get("options") or [], path, 0)
    else:
        found.sizes(path, command, _NAME, trimmed=True)
        if command.get("description") or command.get("options"):
            message = "Context menu commands cannot have description or options"
            found.add((*path, "description"), "CONTEXT_MENU_COMMAND_DESCRIPTION", message)
    for key, allowed in (("contexts", {0, 1, 2}), ("integration_types", {0, 1})):
        for value in command.get(key) or []:
            found.among(path, key, value, allowed)
    size = _size(command)
    if size > 8000:
        found.add(path, "APPLICATION_COMMAND_TOO_LARGE", f"{size} characters of 8000")


def _judge_name(found: Findings, named: Json, path: Path) -> None:
    name = str(named.get("name") or "")
    found.sizes(path, named, _NAME)
    if name != name.lower() or not all(_legal(char) for char in name):
        message = "Command name is invalid"
        found.add((*path, "name"), "APPLICATION_COMMAND_INVALID_NAME", message)


def _legal(char: str) -> bool:
    marks = "\u0900" <= char <= "\u097f" or "\u0e00" <= char <= "\u0e7f"  # Devanagari and Thai
    return char in "-_'" or unicodedata.category(char)[0] in "LN" or marks


def _judge_options(found: Findings, options: list[Json], path: Path, depth: int) -> None:
    found.sizes(path, {"options": options}, (("options", 0, 25),))
    names: set[object] = set()
    optional = False
    for n, option in enumerate(options):
        where = (*path, "options", n)
        kind = option.get("type")
        _judge_name(found, option, where)
        found.sizes(where, option, _DESCRIPTION, trimmed=True)
        found.unique(where, "name", option.get("name"), names)
        if kind in _GROUPS:
            if depth >= 2 or (kind == 2 and depth == 1):
                found.add(where, "APPLICATION_COMMAND_OPTIONS_NESTING", "Nested too deep")
            _judge_options(found, option.get("options") or [], where, depth + 1)
            continue
        found.among(where, "type", kind, set(range(3, 12)))
        if option.get("required") and optional:
            message = "Required options must be placed before non-required options"
            found.add(where, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        optional = optional or not option.get("required")
        _judge_static_choices(found, option, where)


def _judge_static_choices(found: Findings, option: Json, where: Path) -> None:
    choices = option.get("choices") or []
    found.sizes(where, option, (("choices", 0, 25),))
    if choices and option.get("autocomplete"):
        message = "Autocomplete and choices exclude each other"
        found.add((*where, "autocomplete"), "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES", message)
    names: set[object] = set()
    for n, choice in enumerate(choices):
        path = (*where, "choices", n)
        found.sizes(path, choice, (("name", 1, 100),))
        found.unique(path, "name", choice.get("name"), names)
        if isinstance(choice.get("value"), str):
            found.sizes(path, choice, (("value", 1, 100),))


def _longest(part: Json, key: str) -> int:
    texts = [part.get(key) or "", *(part.get(f"{key}_localizations") or {}).values()]
    return max(len(text) for text in texts)


def _size(part: Json) -> int:
    size = _longest(part, "name") + _longest(part, "description")
    for choice in part.get("choices") or []:
        size += _longest(choice, "name") + len(str(choice.get("value", "")))
    return size + sum(_size(option) for option in part.get("options") or [])
