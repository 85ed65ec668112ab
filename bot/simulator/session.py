"""A session: lines that a person would type are played against the bot."""

from itertools import product
from pathlib import Path
from typing import Any

from bot.simulator import forms
from bot.simulator.exchanges import Reply, SimExchange, refusal
from bot.simulator.interactions import InteractionKind, Location, resolved
from bot.simulator.lines import (
    ACTS,
    FITS,
    VERBS,
    LineError,
    Typed,
    match_name,
    no_match_reason,
    parse_command,
    unquoted,
    verb_of,
)
from bot.simulator.objects import Json, Message
from bot.simulator.options import Options, command_name
from bot.simulator.permissions import named
from bot.simulator.reading import Names, buttons_of, label_of, listed, plain, selects_of
from bot.simulator.server import Simulator
from bot.simulator.user import SimUser, Timeouts, needed_permissions

MENU = 3
PEOPLE = ("asker", "curator", "owner")
_LINK = 5


class SimSession:
    """Plays lines in order as one person at a time."""

    def __init__(self, simulator: Simulator, waits: Timeouts | None = None) -> None:
        self._state = simulator.state
        self.user = SimUser(simulator, waits or Timeouts())
        self.names: Names = self._state.name_of

    async def play(self, line: str) -> SimExchange:
        """Play a line; if it cannot be played, return a reply of kind "error"."""
        verb, rest = verb_of(line)
        try:
            replies, ms = await self._play(verb, rest)
        except LineError as error:
            replies, ms = [refusal(str(error))], 0.0
        # A prompt completes while a person types, so posts wait until their line is entered.
        posts = [] if verb == "complete" else self.user.posts()
        return SimExchange(line, replies + posts, ms)

    async def _play(self, verb: str, rest: str) -> tuple[list[Reply], float]:
        match verb:
            case "/":
                return await self.user.act(InteractionKind.COMMAND, self._command(rest))
            case "complete":
                return await self._complete(rest)
            case "press":
                return await self._press(unquoted(rest))
            case "choose":
                return await self._choose(rest)
            case "fill":
                return await self._fill(rest)
            case "menu":
                return await self.user.act(InteractionKind.COMMAND, self._menu(unquoted(rest)))
            case "save":
                return [self._save(unquoted(rest))], 0.0
            case "message":
                self._write(rest)
            case "help":
                return [self._help()], 0.0
            case "as":
                self._become(rest)
            case "in":
                self._go(rest)
            case _:
                raise LineError(f"That is no line. A line is one of: {', '.join(VERBS)}.")
        return [], 0.0

    def _typed(self, text: str) -> Typed:
        """Parse a command, or say why this person does not have it here."""
        offered = self.user.commands()
        name = [word.lower() for word in text.removeprefix("/").split(maxsplit=1)[:1]]
        for command in self._state.commands[None]:
            if [command["name"]] != name or command in offered:
                continue
            if not self.user.offers(command):
                raise LineError(f"/{command['name']} cannot be used here.")
            held = named(needed_permissions(command))
            sentence = f"/{command['name']} is hidden from you: it needs {held}"
            raise LineError(f"{sentence} (type: as curator).")
        return parse_command(text, offered)

    def _command(self, text: str) -> Json:
        line = self._typed(text)
        options = Options(self._state, self.user.place)
        given = options.complete(line)
        return _data(line.command) | {"options": given, "resolved": self._resolved(options)}

    def _resolved(self, options: Options) -> Json:
        return resolved(self._state, self.user.place, options.chosen, self.user.person)

    async def _complete(self, text: str) -> tuple[list[Reply], float]:
        line = self._typed(text)
        spec = next((o for o in line.options if o["name"] == line.focused), None)
        if spec is None:
            raise LineError(f"{command_name(line)} has no options to complete.")
        written = line.values.get(spec["name"], "")
        if spec.get("choices"):
            fitting = [c for c in spec["choices"] if written.casefold() in c["name"].casefold()]
            return [_choices({c["name"]: c["value"] for c in fitting})], 0.0
        options = Options(self._state, self.user.place)
        if (names := options.offered(spec, written)) is not None:
            return [_choices({name: name for name in names})], 0.0
        if not spec.get("autocomplete"):
            raise LineError(
                f"{command_name(line)} offers nothing for {spec['name']}: type it freely."
            )
        data = _data(line.command) | {"options": options.partial(line)}
        return await self.user.act(InteractionKind.AUTOCOMPLETE, data)

    def _menu(self, name: str) -> Json:
        menus = {c["name"]: c for c in self.user.commands() if c["type"] == MENU}
        if name not in menus:
            known = ", ".join(menus) or "none"
            raise LineError(f"A message's menu has no {name or 'empty name'} here. There: {known}.")
        bot = self._state.bot.id
        target = next((m for m in self.user.seen() if m.author_id != bot), None)
        if target is None:
            raise LineError("Nobody has written here yet. Write first: message AUTHOR: text")
        messages = {str(target.id): target.payload}
        return _data(menus[name]) | {
            "target_id": str(target.id),
            "resolved": {"messages": messages},
        }

    async def _press(self, typed: str) -> tuple[list[Reply], float]:
        button, message = self._find_button(typed)
        label = label_of(button)
        if button["style"] == _LINK:
            raise LineError(f"{label} opens {button['url']} in a browser.")
        if button.get("disabled"):
            raise LineError(f"{label} is switched off.")
        return await self.user.act(InteractionKind.COMPONENT, _part(button), message)

    def _find_button(self, typed: str) -> tuple[Json, Message]:
        shown = [(message, buttons_of(message.payload)) for message in self.user.seen()]
        for fits, (message, buttons) in product(FITS, shown):
            by_label = {label_of(button): button for button in reversed(buttons)}
            label = match_name(typed, reversed(by_label), fits)
            if label is not None:
                return by_label[label], message
        raise no_match_reason("button", typed, (listed(b) for _, buttons in shown for b in buttons))

    async def _choose(self, text: str) -> tuple[list[Reply], float]:
        shown = [(message, selects_of(message.payload)) for message in self.user.seen()]
        problem: LineError | None = None
        for fits, (message, selects) in product(FITS, shown):
            forms.refuse_ambiguous(selects, text, fits)
            for select in selects:
                options = Options(self._state, self.user.place)
                try:
                    values = forms.selected(select, text, options, fits)
                except forms.NotOffered:
                    continue
                except LineError as error:
                    # The person means this menu, and something else is wrong.
                    problem = problem or error
                    continue
                data = _part(select) | {"values": values}
                if options.chosen:
                    data["resolved"] = self._resolved(options)
                return await self.user.act(InteractionKind.COMPONENT, data, message)
        raise problem or self._not_offered(text, next((s for _, s in shown if s), []))

    def _not_offered(self, text: str, selects: list[Json]) -> LineError:
        """Return why none of the newest menus has such an option."""
        options = Options(self._state, self.user.place)
        if not selects:
            return LineError("There is nothing to choose from here.")
        menus = [f"{forms.menu_name(s)}: {', '.join(forms.offered(s, options))}" for s in selects]
        known = "; ".join(menus)
        return LineError(f"There is no {text.strip()} to choose here. There: {known}.")

    async def _fill(self, text: str) -> tuple[list[Reply], float]:
        if self.user.modal is None:
            raise LineError("No form is open.")
        opened, modal = self.user.modal
        options = Options(self._state, self.user.place)
        data = forms.submission(modal, text, options)
        data["resolved"] = self._resolved(options)
        self.user.modal = None
        return await self.user.act(InteractionKind.MODAL, data, opened.source, opened)

    def _help(self) -> Reply:
        """Return every command that the person has here, and every kind of line."""
        offered = [c for c in self.user.commands() if c["type"] == 1]
        kinds = {f"/{c['name']}": c["description"] for c in offered} | ACTS
        content = "\n".join(f"- **{kind}**: {meaning}" for kind, meaning in kinds.items())
        return Reply("message", plain(content, self.names), shown={"content": content})

    def _save(self, name: str) -> Reply:
        """Write a file of the session into the current folder, overwriting nothing."""
        data = self._state.uploads.latest(name)
        if data is None:
            raise no_match_reason("file", name, self._state.uploads.names())
        target = Path(name).absolute()
        try:
            with target.open("xb") as file:
                file.write(data)
        except FileExistsError:
            raise LineError(f"{target} is there already. Move it away first.") from None
        except OSError as error:
            raise LineError(f"{target} cannot be written: {error.strerror}.") from None
        return Reply("message", f"Saved as {target}.")

    def _write(self, text: str) -> None:
        author, _, content = text.partition(":")
        if not author.strip() or not content.strip():
            raise LineError("Say who writes what: message AUTHOR: text")
        person = self._state.person(author.strip())
        if self.user.place.guild is not None:
            self.user.place.guild.members.setdefault(person.id, [])
        self._state.post(self.user.place.channel, person, {"content": unquoted(content)})

    def _become(self, name: str) -> None:
        if name.lower() not in PEOPLE:
            raise LineError(f"Be one of these: {', '.join(f'as {one}' for one in PEOPLE)}.")
        self.user.person = self._state.person(name)
        if self.user.place.guild is None:
            self._go("dm")

    def places(self) -> dict[str, Location]:
        """Return the places that the person can go to, by their names in `in`."""
        servers = enumerate(self._state.guilds.values(), 1)
        places = {
            f"server {number}": Location(guild.channels[0], guild) for number, guild in servers
        }
        if here := self.user.place.guild:
            every = (*here.channels, *here.threads)
            places |= {f"#{channel.name}": Location(channel, here) for channel in every}
        return places | {"dm": Location(self._state.direct_channel(self.user.person))}

    def _go(self, where: str) -> None:
        word, places = where.lower().removeprefix("server").strip(), self.places()
        place = places.get(word) or places.get(f"server {word}")
        if place is None:
            raise LineError(f"Go to one of these: {', '.join(f'in {one}' for one in places)}.")
        self.user.place = place


def _choices(offered: dict[str, Any]) -> Reply:
    choices = [{"name": name, "value": value} for name, value in offered.items()]
    return Reply("choices", "\n".join(offered), ephemeral=True, choices=choices)


def _data(command: Json) -> dict[str, Any]:
    data: Json = {key: command[key] for key in ("id", "name", "type")}
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    return data


def _part(component: Json) -> dict[str, Any]:
    return {
        "custom_id": component["custom_id"],
        "component_type": component["type"],
        "id": component["id"],
    }
