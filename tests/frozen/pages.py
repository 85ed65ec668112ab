"""Every page that the bot sends, collected by using it as people do: the same in every run."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.frozen import adapter
from tests.frozen.adapter import Session

START = datetime(2027, 3, 1, 8, tzinfo=UTC)

# A snowflake of START or later: it tells who did something when, which is another in every script.
_MADE = re.compile(r"(?<!\d)\d{17,20}(?!\d)")
_DISCORD_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_FIRST_MADE = (START - _DISCORD_EPOCH) // timedelta(milliseconds=1) << 22

# What a step is called is no longer than this.
_NAME = 90

_ANSWERS = {4: "answer", 7: "update", 8: "choices", 9: "form"}
_EPHEMERAL = 1 << 6

Json = Any


@dataclass
class Clock:
    """Stands still until it is moved."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Book:
    """The pages by name, in the order in which they were sent; and what else was seen."""

    pages: dict[str, Json] = field(default_factory=dict)
    commands: Json = None
    metrics: list[str] = field(default_factory=list)
    # Where each script broke off that did not come to its end.
    broken: dict[str, str] = field(default_factory=dict)
    _named: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, page: Json) -> None:
        """Add a page; a name that is taken gets a number."""
        self._named[name] += 1
        number = self._named[name]
        self.pages[name if number == 1 else f"{name} ({number})"] = page

    def digests(self) -> dict[str, str]:
        """Return a short hash of each page."""
        return {name: digest(page) for name, page in self.pages.items()}


def digest(page: Json) -> str:
    """Return a short hash of a page; the order of keys does not matter."""
    written = json.dumps(page, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:12]


def same_ids(page: Json) -> Json:
    """Return the page with `id-1`, `id-2` … in the place of ids that were made while it was."""
    known: dict[str, str] = {}

    def named(id: str) -> str:
        return known.setdefault(id, f"id-{len(known) + 1}") if int(id) >= _FIRST_MADE else id

    def same(part: Json) -> Json:
        match part:
            case dict():
                return {key: same(value) for key, value in part.items()}
            case list():
                return [same(value) for value in part]
            case str():
                return _MADE.sub(lambda found: named(found[0]), part)
            case int() if part >= _FIRST_MADE:
                return named(str(part))
        return part

    return same(page)


class Script:
    """Plays lines and presses before a session, and adds what the bot sends to a book."""

    def __init__(self, book: Book, chapter: str, session: Session, clock: Clock) -> None:
        self.book = book
        self.chapter = chapter
        self.session = session
        self.clock = clock
        started = [request.json for request in session.sent() if request.method == "PUT"]
        book.commands = book.commands or started[0]

    async def play(self, *lines: str) -> list[Json]:
        """Play lines as a person would type them; what the last one led to.

        `later 3 days` moves the clock.
        """
        shown: list[Json] = []
        for line in lines:
            if line.startswith("later "):
                _, number, unit = line.split()
                self.clock.forward(**{unit: float(number)})
            else:
                await self.session.play(line)
                shown = self._take(line)
        return shown

    async def press(self, payload: Json, component: Json, *values: str) -> list[Json]:
        """Press a component of a message that looks like this; what it led to."""
        await self.session.press(payload, component, *values)
        chosen = f" {','.join(values)}" if values else ""
        return self._take(f"press {component['custom_id']}{chosen}")

    async def follow(self, shown: list[Json], *subjects: str) -> None:
        """Press each button whose custom_id names one of the subjects, and go on from there.

        What opens something else of the story is left to where that is asked for.
        """
        done: set[tuple[str, bool]] = set()
        waiting = list(shown)
        while waiting:
            payload = waiting.pop(0)
            private = bool(payload["flags"] & _EPHEMERAL)
            for component in components(payload):
                custom_id = "" if component.get("disabled") else component.get("custom_id", "")
                # A picture of each thing would take long; a few are among the old buttons.
                if custom_id.startswith("picture:"):
                    continue
                if (custom_id, private) not in done and {*subjects} & {*custom_id.split(":")}:
                    done.add((custom_id, private))
                    waiting += await self.press(payload, component)

    async def press_all(self, *custom_ids: str) -> None:
        """Press buttons with these custom_ids, each on an answer that stands here."""
        for custom_id in custom_ids:
            button = {"type": 2, "style": 2, "label": "Old", "custom_id": custom_id}
            await self.press(self.session.post(button), button)

    async def submit(self, custom_id: str, fields: Mapping[str, str]) -> list[Json]:
        """Send a form that was opened long ago; what it led to."""
        await self.session.submit(custom_id, fields)
        return self._take(f"fill {custom_id}")

    async def choose(self, message: Json, custom_id: str, *values: str) -> list[Json]:
        """Choose from the menu with that custom_id, where several offer the same."""
        menu = next(one for one in components(message) if one.get("custom_id") == custom_id)
        return await self.press(message, menu, *values)

    def _take(self, step: str) -> list[Json]:
        """Add the pages that were sent since the last step; the messages as they are now."""
        shown = []
        for request in self.session.sent():
            if request.status >= 300 or (found := self._page(request)) is None:
                continue
            kind, body, message = found
            if message:
                shown.append(message)
            name = step if len(step) <= _NAME else f"{step[: _NAME - 1]}…"
            self.book.add(f"{self.chapter}: {name} [{kind}]", same_ids(body))
        return shown

    def _page(self, request: Any) -> tuple[str, Json, Json] | None:
        """Return the kind of a page, its JSON and the message that it became."""
        body, message = request.json, request.answer
        if request.path.startswith("/interactions/"):
            kind = _ANSWERS.get(body["type"])
            if kind is None:
                return None
            body, message = body["data"], self.session.answer(request.path.split("/")[3])
        elif request.path.startswith("/webhooks/") and body:
            kind = "answer" if request.method == "POST" else "edit"
        elif request.path.endswith("/messages") and request.method == "POST":
            kind = self.session.called(int(message["channel_id"]))
            if "-" not in body.get("nonce", "-"):
                # Drawn for this message, or the sum of what it says; a daily post's has its date.
                body = body | {"nonce": None}
        else:
            return None
        if message and message["flags"] & _EPHEMERAL:
            kind = f"private {kind}"
        if message and message["attachments"]:
            body = body | {"files": self._files(message)}
        return kind, body, message

    def _files(self, message: Json) -> Json:
        return {
            file["filename"]: json.loads(self.session.file(int(file["id"])))
            for file in message["attachments"]
            if not file["filename"].endswith(".png")
        }


def components(part: Json) -> Iterator[Json]:
    """Yield every component of a message, from top to bottom."""
    for component in part.get("components") or ():
        yield component
        yield from components(component)
        if "accessory" in component:
            yield component["accessory"]
        if "component" in component:
            yield component["component"]


@dataclass
class Writer:
    """Opens sessions one after the other, whose pages all come into one book."""

    folder: Path
    book: Book = field(default_factory=Book)

    @cached_property
    def _catalogue(self) -> Path:
        return adapter.catalogue(self.folder)

    @asynccontextmanager
    async def chapter(
        self, name: str, ledger: str = "", hours: float = 0, **settings: str | int
    ) -> AsyncIterator[Script]:
        """Open a session so many hours after START, with an empty ledger or with an old one's."""
        clock = Clock()
        clock.forward(hours=hours)
        folder = adapter.prepared(self.folder / name, self._catalogue)
        if ledger:
            adapter.restored(folder, ledger)
        async with adapter.session(folder, clock, **settings) as session:
            script = Script(self.book, name, session, clock)
            yield script
            self.book.metrics.append(session.metrics())
