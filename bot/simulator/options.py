"""Typed option values converted to what Discord sends, and refused where Discord's client would."""

from pathlib import Path
from typing import Any

from bot.simulator.interactions import Location
from bot.simulator.lines import GROUP, SUBCOMMAND, LineError, Typed
from bot.simulator.objects import Json
from bot.simulator.state import SimState

_STRING, _INTEGER, _BOOLEAN, _USER, _CHANNEL, _ROLE, _FILE = 3, 4, 5, 6, 7, 8, 11
_GROUPS = {_USER: "users", _CHANNEL: "channels", _ROLE: "roles"}
_YES, _NO = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}
_LONGEST_TEXT = 6000


class Options:
    """Converts values for one place; `chosen` collects the ids to be resolved."""

    def __init__(self, state: SimState, place: Location) -> None:
        self._state = state
        self._place = place
        self.chosen: dict[str, list[int]] = {}

    def complete(self, typed: Typed) -> list[Json]:
        """Return the options of a command that is sent; refuse if a required one is missing."""
        given: list[Json] = []
        specs = {option["name"]: option for option in typed.options}
        for name, spec in specs.items():
            if spec.get("required") and not typed.values.get(name, "").strip():
                raise LineError(
                    f"{command_name(typed)} needs a value for {name}: {spec['description']}"
                )
        for name, text in typed.values.items():
            if text.strip():
                spec = specs[name]
                value = self.value(spec, text)
                given.append({"name": name, "type": spec["type"], "value": value})
        return _nested(typed, given)

    def partial(self, typed: Typed) -> list[Json]:
        """Return the options while one is being typed; that one is sent as typed."""
        given: list[Json] = []
        specs = {option["name"]: option for option in typed.options}
        for name, text in ({typed.focused or "": ""} | typed.values).items():
            spec = specs[name]
            if name == typed.focused:
                given.append({"name": name, "type": spec["type"], "value": text, "focused": True})
            elif text.strip():
                value = self.value(spec, text)
                given.append({"name": name, "type": spec["type"], "value": value})
        return _nested(typed, given)

    def value(self, spec: Json, text: str) -> Any:
        """Return a value in the type of its option."""
        name, kind, text = spec["name"], spec["type"], text.strip()
        if spec.get("choices"):
            return _chosen(spec, text)
        if kind == _STRING:
            low, high = spec.get("min_length") or 0, spec.get("max_length") or _LONGEST_TEXT
            if not low <= len(text) <= high:
                raise LineError(f"{name} takes {low} to {high} characters, not {len(text)}.")
            return text
        if kind == _INTEGER:
            return _number(spec, text)
        if kind == _BOOLEAN:
            if text.lower() not in _YES | _NO:
                raise LineError(f"{name} is True or False, not: {text}")
            return text.lower() in _YES
        if kind == _FILE:
            return str(self._attached(text))
        kinds = spec.get("channel_types")
        number = self.object_id(kind, text, kinds)
        if number is None:
            names = ", ".join(self.named(kind, kinds).values()) or "nothing of the kind"
            raise LineError(f"There is no {text} here. Known here: {names}.")
        return str(number)

    def _attached(self, text: str) -> int:
        """Return an attachment: a file of this machine by path, or of the session by name."""
        path, uploads = Path(text).expanduser(), self._state.uploads
        data = path.read_bytes() if path.is_file() else uploads.latest(text)
        if data is None:
            raise LineError(f"There is no file {text} to attach.")
        number = self._state.new_id()
        uploads.add(number, path.name, data)
        self.chosen.setdefault("attachments", []).append(number)
        return number

    def named(self, kind: int, channel_kinds: list[int] | None = None) -> dict[int, str]:
        """Return the users, roles or channels of this place by id, by an option's type.

        Discord offers channels of those kinds alone that an option takes, if it says so.
        """
        guild = self._place.guild
        if kind == _USER:
            return {person.id: person.name for person in self._state.people.values()}
        if guild is None:
            return {}
        if kind == _ROLE:
            return {role.id: role.name.lstrip("@") for role in guild.roles}
        return {
            channel.id: channel.name
            for channel in (*guild.channels, *guild.threads)
            if not channel_kinds or channel.kind in channel_kinds
        }

    def object_id(self, kind: int, text: str, channel_kinds: list[int] | None = None) -> int | None:
        """Return the id of the user, role or channel with this name; None if there is none."""
        wanted = text.strip().lstrip("@#").casefold()
        for number, name in self.named(kind, channel_kinds).items():
            if wanted in (name.casefold(), str(number)):
                self.chosen.setdefault(_GROUPS[kind], []).append(number)
                return number
        return None

    def offered(self, spec: Json, text: str) -> list[str] | None:
        """Return the matches that Discord itself offers for an option; None if it is free text."""
        kind, wanted = spec["type"], text.strip().lstrip("@#").casefold()
        if kind == _BOOLEAN:
            names = ["True", "False"]
        elif kind in _GROUPS:
            sign = "#" if kind == _CHANNEL else "@"
            kinds = spec.get("channel_types")
            names = [f"{sign}{name}" for name in self.named(kind, kinds).values()]
        else:
            return None
        return [name for name in names if wanted in name.casefold()]


def command_name(typed: Typed) -> str:
    """Return the command with its subcommand, as typed: "/lore add"."""
    return "/" + " ".join([typed.command["name"], *typed.path])


def _nested(typed: Typed, given: list[Json]) -> list[Json]:
    for depth, name in enumerate(reversed(typed.path)):
        given = [{"name": name, "type": GROUP if depth else SUBCOMMAND, "options": given}]
    return given


def _chosen(spec: Json, text: str) -> Any:
    for choice in spec["choices"]:
        if text.casefold() in (choice["name"].casefold(), str(choice["value"]).casefold()):
            return choice["value"]
    known = ", ".join(choice["name"] for choice in spec["choices"])
    raise LineError(f"{spec['name']} is one of: {known}.")


def _number(spec: Json, text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        raise LineError(f"{spec['name']} is a number, not: {text}") from None
    low, high = spec.get("min_value"), spec.get("max_value")
    if (low is not None and number < low) or (high is not None and number > high):
        raise LineError(f"{spec['name']} is a number from {low} to {high}.")
    return number
