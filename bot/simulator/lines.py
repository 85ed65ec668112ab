"""The lines that a person types in the simulator, parsed."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.simulator.objects import Json

SUBCOMMAND, GROUP = 1, 2
ACTS = {
    "/command option:value": "use a command; quotes go around values that need them",
    "complete /command val": "see what the bot would offer there",
    "press LABEL": "press a button; a part of its label will do",
    "choose VALUE": "choose from a menu; a part of the value will do",
    "fill FIELD=VALUE": "fill in and send the form that is open",
    "message AUTHOR: text": "let somebody write something",
    "save FILE": "write a file that is shown here into the current folder",
    'menu "NAME"': "use an entry of the menu on that message",
    "as asker|curator|owner": "be somebody else",
    "in server 1|2|dm|#channel": "go somewhere else",
    "help": "read this again",
    "exit": "leave",
}
VERBS = [act.split()[0] for act in ACTS]
Fit = Callable[[str, str], bool]
FITS: tuple[Fit, ...] = (str.__eq__, str.startswith, str.__contains__)  # the strictest first
_LEAVE = {"exit", "quit"}
_OPENING = re.compile(r'\s*"')
_CLOSING = re.compile(r'"(?=\s|$)')


class LineError(Exception):
    """A line cannot be played; the text tells the person why."""


@dataclass(frozen=True)
class Typed:
    """A slash command as typed: its definition, subcommands, and options with their texts.

    `focused` is the option that is being typed.
    """

    command: Json
    path: tuple[str, ...]
    options: list[Json]
    values: dict[str, str]
    focused: str | None


def verb_of(line: str) -> tuple[str, str]:
    """Return the first word of a line and the rest; "/" stands for a command."""
    line = line.strip()
    if line.startswith("/"):
        return "/", line
    verb, _, rest = line.partition(" ")
    return verb.lower(), rest.strip()


def leaves(line: str) -> bool:
    """Return whether the line ends the session."""
    return line.strip().lower() in _LEAVE


def match_name(typed: str, names: Iterable[str], fits: Fit) -> str | None:
    """Return the one name that matches, in any case; refuse several."""
    wanted = unquoted(typed).casefold()
    found = {n.casefold(): n for n in names if wanted and fits(n.casefold(), wanted)}
    if len(found) > 1:
        raise LineError(f"{typed.strip()} may mean one of: {', '.join(found.values())}.")
    return next(iter(found.values()), None)


def no_match_reason(what: str, typed: str, known: Iterable[str]) -> LineError:
    """Return why a name matches nothing: it is unknown, or none was given."""
    there = ", ".join(dict.fromkeys(known)) or "none"
    named = f"There is no {what} {typed} here" if typed else f"Say which {what}"
    return LineError(f"{named}. There: {there}.")


def unquoted(text: str) -> str:
    """Return the text without one pair of quotes around it."""
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return text[1:-1]
    return text


def parse_command(text: str, commands: Iterable[Json]) -> Typed:
    """Parse `/command sub option:value …` by the definitions of the commands."""
    words = text.strip().removeprefix("/").split(maxsplit=1)
    name = words[0].lower() if words else ""
    rest = words[1] if len(words) > 1 else ""
    offered = [c for c in commands if c["type"] == 1]
    if not name:
        raise LineError(f"Say which command: {', '.join('/' + c['name'] for c in offered)}.")
    command = next((c for c in offered if c["name"] == name), None)
    if command is None:
        raise LineError(f"There is no command /{name} here.")
    options: list[Json] = command.get("options") or []
    path: list[str] = []
    while options and options[0]["type"] in (SUBCOMMAND, GROUP):
        word, _, rest = rest.partition(" ")
        chosen = next((o for o in options if o["name"] == word.lower()), None)
        if chosen is None:
            known = ", ".join(o["name"] for o in options)
            raise LineError(f"/{' '.join([name, *path])} goes on with one of: {known}.")
        path.append(chosen["name"])
        options = chosen.get("options") or []
    names = [option["name"] for option in options]
    bare, values = _split(rest, names, ":")
    focused = next(reversed(values), names[0] if names else None)
    if bare:
        if not names or names[0] in values:
            raise LineError(f"/{' '.join([name, *path])} has no place for: {bare}")
        values = {names[0]: bare} | values
    return Typed(command, tuple(path), options, values, focused)


def parse_fields(text: str, names: Iterable[str], labels: Iterable[str] = ()) -> dict[str, str]:
    """Parse `FIELD=VALUE …` by the names that a field may be given.

    An error lists the labels, which a person sees; without labels, the names.
    """
    bare, values = _split(text, names, "=")
    known = ", ".join(labels or sorted(names))
    if bare:
        raise LineError(f"Say which field: FIELD=VALUE. Fields here: {known}.")
    return values


def _split(text: str, names: Iterable[str], sign: str) -> tuple[str, dict[str, str]]:
    """Return the text before the first `name:`, and each value; quotes hide signs in them."""
    longest = sorted({name for name in names if name}, key=len, reverse=True)
    if not longest:
        return unquoted(text), {}
    choice = "|".join(re.escape(name) for name in longest)
    marker = re.compile(rf'(?:^|(?<=\s))(?:({choice})|"({choice})"){sign}', re.IGNORECASE)
    proper = {name.casefold(): name for name in longest}
    values: dict[str, str] = {}
    bare, name, position = "", None, 0
    while True:
        end, found = _value_end(text, position, marker)
        value = unquoted(text[position:end])
        if name is None:
            bare = value
        elif name in values:
            raise LineError(f"{name}{sign} stands there twice.")
        else:
            values[name] = value
        if found is None:
            return bare, values
        name = proper[(found[1] or found[2]).casefold()]
        position = found.end()


def _value_end(text: str, start: int, marker: re.Pattern[str]) -> tuple[int, re.Match[str] | None]:
    """Return where the value that begins at `start` ends, and the next marker."""
    search_from = start
    quote = _OPENING.match(text, start)
    # At the very start of the rest a quote may open the name of a field instead of a value.
    if quote and not marker.match(text, quote.end() - 1):
        closing = _CLOSING.search(text, quote.end())
        search_from = closing.end() if closing else start
    found = marker.search(text, search_from)
    return (found.start() if found else len(text)), found
