"""The terminal as a channel: a prompt with completion, or lines from a pipe."""

import asyncio
import re
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import suppress
from threading import Thread
from typing import TextIO

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.patch_stdout import patch_stdout
from rich.console import Console
from rich.text import Text

from bot.simulator.drawing import draw_exchange, draw_reply
from bot.simulator.lines import (
    GROUP,
    SUBCOMMAND,
    VERBS,
    LineError,
    leaves,
    parse_command,
    parse_fields,
)
from bot.simulator.reading import buttons_of, choices_of, fields_of, label_of
from bot.simulator.session import MENU, PEOPLE, SimSession

_WORD_START = re.compile(r"(?<!\S)")


class BotCompleter(Completer):
    """Completes lines: commands, options, and the values that the bot offers."""

    def __init__(self, session: SimSession) -> None:
        self._session = session

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterator[Completion]:
        """Yield nothing: the bot's choices can only be awaited."""
        yield from ()

    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        """Yield completions of the line up to the cursor."""
        text = document.text_before_cursor
        if not text.startswith("/"):
            for completion in self._actions(text):
                yield completion
        elif " " not in text:
            for command in self._session.user.commands():
                if command["type"] == 1 and command["name"].startswith(text[1:]):
                    meta = command["description"]
                    yield Completion(command["name"] + " ", 1 - len(text), display_meta=meta)
        else:
            async for completion in self._values(text):
                yield completion
            for completion in self._words(text):
                yield completion

    def _actions(self, text: str) -> Iterator[Completion]:
        verb, space, rest = text.partition(" ")
        if not space:
            yield from _starting_with(text, VERBS if text else ())
        elif verb == "fill":
            yield from self._fields(rest)
        else:
            yield from _starting_with(rest, self._names(verb))

    def _names(self, verb: str) -> Iterable[str]:
        """Return what can follow a verb, latest first."""
        user = self._session.user
        shown = [message.payload for message in user.seen()]
        match verb:
            case "press":
                return [label_of(button) for message in shown for button in buttons_of(message)]
            case "choose":
                return [choice["name"] for message in shown for choice in choices_of(message)]
            case "menu":
                return [command["name"] for command in user.commands() if command["type"] == MENU]
            case "save":
                return [a["filename"] for message in shown for a in message.get("attachments", [])]
            case "as":
                return PEOPLE
            case "in":
                return self._session.places()
        return ()

    def _fields(self, text: str) -> Iterator[Completion]:
        """Return the options of the open form's last field, and the fields without a value."""
        _, modal = self._session.user.modal or (None, {"components": []})
        shown = dict(fields_of(modal))
        try:
            filled_in = parse_fields(text, shown)
        except LineError:
            filled_in = {}
        for label, value in list(filled_in.items())[-1:]:
            yield from _starting_with(
                value, [o["label"] for o in shown[label].get("options") or []]
            )
        for start in (found.start() for found in _WORD_START.finditer(text)):
            yield from _starting_with(
                text[start:], [f"{label}=" for label in shown if label not in filled_in]
            )

    def _words(self, text: str) -> Iterator[Completion]:
        """Return the subcommands or option names that start with the last word."""
        before, _, word = text.rpartition(" ")
        try:
            line = parse_command(before, self._session.user.commands())
            parts = [(f"{o['name']}:", o) for o in line.options if o["name"] not in line.values]
        except LineError:
            parts = [(f"{o['name']} ", o) for o in self._subcommands(text)]
        for name, option in parts:
            if name.startswith(word):
                yield Completion(name, -len(word), display_meta=option["description"])

    def _subcommands(self, text: str) -> list[dict[str, object]]:
        options = self._session.user.commands()
        for name in text[1:].split(" ")[:-1]:
            options = next((o.get("options") or [] for o in options if o["name"] == name), [])
        return [o for o in options if o["type"] in (SUBCOMMAND, GROUP)]

    async def _values(self, text: str) -> AsyncGenerator[Completion, None]:
        try:
            line = parse_command(text, self._session.user.commands())
        except LineError:
            return
        current = line.values.get(line.focused or "", "")
        if not text.endswith(current):
            return
        exchange = await self._session.play(f"complete {text}")
        for choice in exchange.replies[0].choices:
            yield Completion(str(choice["value"]), -len(current), display=choice["name"])


def _starting_with(text: str, words: Iterable[str]) -> Iterator[Completion]:
    """Return the words that start with the text in any case, each once."""
    for word in dict.fromkeys(words):
        if word.lower().startswith(text.lower()):
            yield Completion(word, -len(text))


async def converse(session: SimSession, console: Console, stdin: TextIO) -> None:
    """Play what a person types, or every line of a pipe, until the end of the input."""
    if stdin.isatty():
        welcome(session, console)
        await prompted(session, console, PromptSession(completer=BotCompleter(session)))
    else:
        await piped(session, console, stdin)


async def prompted(session: SimSession, console: Console, prompt: PromptSession[str]) -> None:
    """Prompt for lines until the person leaves."""
    while True:
        try:
            with patch_stdout():
                line = await prompt.prompt_async(f"{location_label(session)}> ")
        except EOFError:
            return
        except KeyboardInterrupt:
            # As in a shell: what is typed is given up; with nothing typed, the conversation is.
            if prompt.default_buffer.text:
                continue
            return
        if leaves(line):
            return
        if line.strip():
            for reply in (await session.play(line)).replies:
                draw_reply(console, reply, session.names)


async def piped(session: SimSession, console: Console, stdin: TextIO) -> None:
    """Play the lines of a pipe; print the welcome if there are none."""
    played = False
    while line := await _next_line(stdin, console):
        if leaves(line):
            return
        if line.strip():
            draw_exchange(console, await session.play(line.strip()), session.names)
        played = True
    if not played:
        welcome(session, console)


async def _next_line(stdin: TextIO, console: Console) -> str:
    """Read a line in a thread, as the bot runs in this loop and goes on while the pipe is silent.

    Unlike with asyncio's threads, nothing waits for this one at the end. Unreadable input ends the
    session.
    """
    loop = asyncio.get_running_loop()
    line: asyncio.Future[str] = loop.create_future()

    def hand_over(text: str) -> None:
        if not line.cancelled():
            line.set_result(text)

    def read() -> None:
        try:
            text = stdin.readline()
        except (OSError, ValueError) as error:
            console.print(f"What was typed cannot be read, so it ends here: {error}", markup=False)
            text = ""
        # The loop may have ended meanwhile.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(hand_over, text)

    Thread(target=read, daemon=True).start()
    return await line


def location_label(session: SimSession) -> str:
    """Return who the person is and where: "Asker in Server 1 #general"."""
    user = session.user
    if user.place.guild is None:
        return f"{user.person.name} in private "
    return f"{user.person.name} in {user.place.guild.name} #{user.place.channel.name} "


def welcome(session: SimSession, console: Console) -> None:
    """Print what this is and what can be typed."""
    names = ", ".join(f"/{c['name']}" for c in session.user.commands() if c["type"] == 1)
    console.print("This is a rehearsal: the bot is logged in to a stand-in for Discord.")
    console.print(Text(f"It knows these commands: {names or 'none'}."))
    console.print("Type one as in Discord; help says what else can be typed, exit leaves.")
