"""People who ask a bot over the simulator, and wait for what comes of it."""

import asyncio
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

from bot.simulator import forms
from bot.simulator.interactions import AnswerState, Interaction, InteractionKind, Location
from bot.simulator.objects import Guild, Json, Message, Person
from bot.simulator.options import Options
from bot.simulator.reading import buttons_of, label_of
from bot.simulator.server import Simulator
from lore.pack import reader as read

SEEDS = Path(__file__).parents[2] / "seeds"

# Discord's limit on what stands in an option, and how long a person waits in seconds.
LONGEST = 6_000
PATIENCE = 10

Done = tuple[Interaction, AnswerState]


def questions() -> Iterator[str]:
    """Return what is asked, in turn: the names of all characters, every other one misspelt."""
    names = [entry.name for entry in read.read(SEEDS).entries if entry.kind == "character"]
    return cycle([name if n % 2 else name[:-2] + name[-1:] for n, name in enumerate(names)])


def typed() -> Iterator[str]:
    """Return what stands in the field while a name is typed, in turn."""
    return cycle(["", "a", "to", "ton", "wanda", "ul", "nick f", "stee", "s", "vis"])


def unknown_names() -> Iterator[str]:
    """Yield names that nobody has and nobody has asked for yet."""
    rng = Random(7)
    parts = ["ka", "lo", "mi", "ter", "van", "sho", "dra", "pel", "qui", "ron", "bas", "gar"]
    number = 0
    while True:
        number += 1
        yield " ".join("".join(rng.choices(parts, k=3)) for _ in range(2)) + f" {number}"


def long_texts(length: int = LONGEST) -> Iterator[str]:
    """Yield different texts as long as Discord lets them be, of names that the pack knows."""
    rng = Random(7)
    words = " ".join(entry.name for entry in read.read(SEEDS).entries).replace('"', "").split()
    while True:
        yield " ".join(rng.choices(words, k=length))[:length]


class Caller:
    """Somebody in a server."""

    def __init__(self, simulator: Simulator, guild: Guild, person: Person) -> None:
        self._simulator = simulator
        self._person = person
        self._place = Location(guild.channels[0], guild)

    async def ask(
        self, command: str, option: str, text: str, kind: InteractionKind = InteractionKind.COMMAND
    ) -> AnswerState:
        """Use a command with one option, or have the option completed."""
        said: Json = {"type": 3, "name": option, "value": text}
        if kind is InteractionKind.AUTOCOMPLETE:
            said["focused"] = True
        return (await self._use(command, said, kind))[1]

    async def suggest(self, name: str, text: str) -> AnswerState:
        """Suggest an entry: the command, its form, and the button below what was written."""
        kind: Json = {"type": 3, "name": "kind", "value": "character"}
        opener, opened = await self._use("suggest", kind, InteractionKind.COMMAND)
        if opened.kind != "modal":
            return opened
        written = f'name="{name}" aliases="{name} the Second" text="{text}"'
        options = Options(self._simulator.state, self._place)
        form = forms.submission(opened.body["data"], written, options) | {"resolved": {}}
        _, shown = await self._act(InteractionKind.MODAL, form, opener=opener)
        buttons = {label_of(button): button for button in buttons_of(shown.shown)}
        if "Send" not in buttons:
            return shown
        press = {"custom_id": buttons["Send"]["custom_id"], "component_type": 2, "id": 1}
        return (await self._act(InteractionKind.COMPONENT, press, source=shown.message))[1]

    async def _use(self, name: str, option: Json, kind: InteractionKind) -> Done:
        command = next(c for c in self._simulator.state.commands[None] if c["name"] == name)
        data: dict[str, Any] = {key: command[key] for key in ("id", "name", "type")}
        return await self._act(kind, data | {"options": [option], "resolved": {}})

    async def _act(
        self,
        kind: InteractionKind,
        data: Json,
        *,
        source: Message | None = None,
        opener: Interaction | None = None,
    ) -> Done:
        interaction = self._simulator.answers.begin(
            kind, self._person, self._place, data, source, opener
        )
        await self._simulator.deliver(interaction)
        async with asyncio.timeout(PATIENCE):
            outcome = await interaction.outcomes.get()
        if interaction.original:
            # A channel that fills up would make each next interaction longer.
            self._place.channel.messages.pop(interaction.original.id, None)
        return interaction, outcome
