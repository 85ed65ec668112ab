"""Changes to a server's lore: checked for duplicates, stored in the ledger, visible at once."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from typing import NamedTuple, TypeVar, Unpack

from lore.curation.as_pack import ServerPack, write_pack
from lore.curation.diff import Describe
from lore.curation.drafts import (
    AliasDraft,
    Draft,
    EntryDraft,
    HideDraft,
    NoteDraft,
    OwnRelation,
    QuoteDraft,
    only_entries,
)
from lore.ids import bare, type_key
from lore.ledger.port import Ledger, NoSuchEntryError, StateError
from lore.ledger.records import (
    Actor,
    Approval,
    Conflict,
    Imported,
    Plan,
    ServerEntry,
    SettingsChange,
    SettingsPatch,
    Suggestion,
    Unanswered,
    Undone,
)
from lore.query.answers import Found, Scope
from lore.query.library import Library
from lore.query.resolve import CHOICES
from lore.query.server_layer import ServerLayer
from lore.recent import Recent
from lore.search.normalise import as_typed, caseless, plain
from lore.text.markup import without_markup, without_spoilers

Result = TypeVar("Result")

# How many completions Discord shows; also how many removed entries are offered, and how many
# unanswered questions are tried again.
COMPLETIONS = 25
REMOVED = 50
QUESTIONS = 40
MANY = 1000

# How often a detail is changed anew where others change the same entry meanwhile.
ATTEMPTS = 5

# How much of a title is compared, and for how many servers the comparable titles are cached.
COMPARED = 200
SPELT = 20

# The length of each entry's name in a list within a sentence.
ENUMERATED = 50

_STATES = {None: "", True: "", False: "removed "}
# An id, or a choice's label, which begins with one.
_ID = re.compile(
    r"(s(?:[1-9][0-9]{0,8}|\.[a-z0-9]+(?:-[a-z0-9]+)*))(?: · .*)?", re.IGNORECASE | re.DOTALL
)


class _Title(NamedTuple):
    """The title of an entry: exact except for case, and in plain spelling."""

    entry: ServerEntry
    typed: str
    seen: str
    plain: str


class Curation:
    """The operations that change servers' lore; `changed` is called with each changed server."""

    def __init__(self, ledger: Ledger, library: Library, changed: Callable[[int], None]) -> None:
        self._ledger = ledger
        self._library = library
        self._changed = changed
        self._importing = asyncio.Lock()
        self._spelt: Recent[tuple[int, bool], tuple[ServerLayer, Sequence[_Title]]]
        self._spelt = Recent(SPELT)
        self._removed: tuple[tuple[int, int] | None, tuple[ServerEntry, ...]] = None, ()

    def name_of(self, id: str) -> str:
        """Return the name of the pack's entry with that id; the id if there is no such entry."""
        if ref := self._library.of_pack(id):
            return ref.name
        return bare(id) if self._library.is_open(id) else f"{bare(id)} of another story"

    def check_story(self, draft: Draft) -> None:
        """Raise StoryChangedError for a draft about an entry of another story."""
        if isinstance(draft, NoteDraft | HideDraft | AliasDraft):
            self._library.check_open(draft.about)

    def title(self, draft: Draft) -> str:
        """Return the title of a draft in one line of any length."""
        match draft:
            case EntryDraft():
                return without_spoilers(draft.name)
            case QuoteDraft():
                return without_markup(draft.spoken)
            case NoteDraft():
                return f"Note on {self.name_of(draft.about)}: {without_markup(draft.text)}"
            case HideDraft():
                return f"Hidden: {draft.name}"
            case AliasDraft():
                return f"Alias {without_spoilers(draft.name)} for {self.name_of(draft.about)}"

    async def complete(
        self, guild_id: int, typed: str, *, live: bool = True
    ) -> tuple[ServerEntry, ...]:
        """Return up to 25 of a server's own entries, quotes and notes that match the typed text."""
        literally, nearly = await self._matching(guild_id, typed, live=live)
        return tuple([*literally, *nearly][:COMPLETIONS])

    async def _matching(
        self, guild_id: int, typed: str, *, live: bool
    ) -> tuple[list[ServerEntry], list[ServerEntry]]:
        """Return the server's own entries that contain the typed text, and those that nearly do."""
        seen, plain = _spelt(typed)
        literally: list[ServerEntry] = []
        nearly: list[ServerEntry] = []
        for one in await self._titles(guild_id, live=live):
            if seen in one.seen or one.entry.id.startswith(seen):
                literally.append(one.entry)
            elif plain and plain in one.plain:
                nearly.append(one.entry)
        return literally, nearly

    async def _titles(self, guild_id: int, *, live: bool) -> Sequence[_Title]:
        """Return the titles of a server's own entries in comparable spelling, newest first."""
        layer = await self._library.layer(guild_id)
        known = self._spelt.find((guild_id, live))
        if known is None or known[0] is not layer:
            newest = [*await self._own(guild_id, live=live)][::-1]
            titles = [self.title(one.draft) for one in newest]
            # Thousands take a tenth of a second, so others run between.
            known = layer, await asyncio.to_thread(_compared, newest, titles)
            self._spelt.keep((guild_id, live), known)
        return known[1]

    async def _named(self, guild_id: int, text: str, *, live: bool) -> list[ServerEntry]:
        """Return the server's own entries with exactly that title; the most exact spelling wins."""
        titles = await self._titles(guild_id, live=live)
        typed = as_typed(text)
        seen, plain = _spelt(text)
        by_letters = [one.entry for one in titles if one.typed == typed]
        return (
            by_letters
            or [one.entry for one in titles if one.seen == seen]
            or [one.entry for one in titles if plain and one.plain == plain]
        )

    async def resolve(self, guild_id: int, text: str, *, live: bool | None = None) -> str:
        """Return the id for an id or a name; a LoreError if it is ambiguous or unknown.

        An entry found by name must be live or removed as `live` says; None allows both.
        """
        if found_id := _ID.fullmatch(text.strip()):
            return found_id[1].lower()
        for state in (live is not False, live is False):
            named = await self._named(guild_id, text, live=state)
            # For an entry in the other state, a part of its name is not enough.
            if live in (None, state):
                literally, nearly = await self._matching(guild_id, text, live=state)
                named = named or literally or nearly
            if named:
                break
        if len(named) == 1:
            [one] = named
            if live in (None, one.live):
                return one.id
            wrong = "is not removed." if one.live else "is removed: /entry restore brings it back."
            raise StateError(f"{self.title(one.draft)[:100]} ({one.id}) {wrong}")
        removed = () if live else (await self._library.layer(guild_id)).removed
        last = f"Of what was removed only the last {REMOVED} are found by name. "
        raise NoSuchEntryError(
            f"This server has {'several' if named else 'no'} {_STATES[live]}entries of its own "
            "that match "
            f"“{text.strip()[:100]}”{self._enumerated(named)}. "
            f"{last if len(removed) > REMOVED else ''}"
            "Pick one from the list that opens as you type, or give its id, such as s.inn or s12."
        )

    def _enumerated(self, entries: Sequence[ServerEntry]) -> str:
        """Return the names of the first of several entries, and how many more there are."""
        if not entries:
            return ""
        titles = (" ".join(self.title(one.draft).split()) for one in entries)
        shown = [
            f"{one.id} {title[:ENUMERATED]}" for one, title in zip(entries, titles, strict=True)
        ][:CHOICES]
        more = [f"and {len(entries) - CHOICES} more"] if len(entries) > CHOICES else []
        return f": {'; '.join([*shown, *more])}"

    async def _own(self, guild_id: int, *, live: bool) -> Iterable[ServerEntry]:
        layer = await self._library.layer(guild_id)
        if live:
            return layer.lore.values()
        of, entries = self._removed
        if of != (guild_id, layer.version):
            newest = [*layer.removed][-REMOVED:]
            entries = tuple([await self._ledger.entries.entry(guild_id, id) for id in newest])
            self._removed = (guild_id, layer.version), entries
        return entries

    async def unanswered(self, guild_id: int, scope: Scope) -> tuple[tuple[Unanswered, ...], int]:
        """Return up to 25 questions that still find nothing, most asked first, and how many more.

        The others are not tried again.
        """
        asked = await self._ledger.questions.unanswered(guild_id, MANY)
        first, rest = asked[:QUESTIONS], asked[QUESTIONS:]
        still = [
            one
            for one in first
            if not isinstance(await self._library.look_up(one.question, scope), Found)
        ]
        shown = tuple(still[:COMPLETIONS])
        return shown, len(still) - len(shown) + len(rest)

    async def publish(self, guild_id: int, draft: Draft, by: Actor) -> ServerEntry:
        """Add an entry, quote or note."""
        self.check_story(draft)
        return await self._done(guild_id, self._ledger.entries.publish(guild_id, draft, by))

    async def edit(
        self,
        guild_id: int,
        id: str,
        draft: Draft,
        expected_revision: int,
        by: Actor,
        report: int | None = None,
    ) -> ServerEntry | Conflict:
        """Replace the revision that the curator saw with a draft, for a report if one is named."""
        self.check_story(draft)
        change = self._ledger.entries.edit(guild_id, id, draft, expected_revision, by, report)
        return await self._done(guild_id, change)

    async def amend(
        self, guild_id: int, id: str, amended: Callable[[EntryDraft], EntryDraft], by: Actor
    ) -> tuple[ServerEntry, ServerEntry]:
        """Change one detail of an entry, whatever else is changed meanwhile: before and after."""
        for _ in range(ATTEMPTS):
            before = await self._ledger.entries.entry(guild_id, id)
            if not isinstance(before.draft, EntryDraft):
                raise StateError(only_entries(id, before.draft.kind))
            draft = amended(before.draft)
            after = await self.edit(guild_id, id, draft, before.revision, by)
            if isinstance(after, ServerEntry):
                return before, after
        raise StateError(f"{id} is being changed by others right now. Try again in a moment.")

    async def describer(self, guild_id: int) -> Describe:
        """Return the function that puts relations and events of a server's drafts into words."""
        refs, info = await self._library.refs(guild_id), self._library.info

        def describe(part: OwnRelation | str) -> str:
            id = part if isinstance(part, str) else part.to
            ref = refs(id)
            name = ref.title if ref else self.name_of(id)
            if isinstance(part, str):
                return name
            type = info.find_relation_type(part.type)
            label = part.type if type is None else type.inverse if part.inverse else type.label
            return f"{label}: {name}"

        return describe

    async def gone(self, guild_id: int, draft: Draft) -> list[OwnRelation | str]:
        """Return the relations, and the event before it, that are not shown as they are gone."""
        if not isinstance(draft, EntryDraft):
            return []
        refs, info = await self._library.refs(guild_id), self._library.info
        gone: list[OwnRelation | str] = [
            one
            for one in draft.relations
            if not (refs(one.to) and info.find_relation_type(one.type))
        ]
        return [*gone, draft.after] if draft.after and not refs(draft.after) else gone

    async def remove(self, guild_id: int, id: str, by: Actor) -> ServerEntry:
        """Remove an entry from every answer."""
        return await self._done(guild_id, self._ledger.entries.remove(guild_id, id, by))

    async def restore(self, guild_id: int, id: str, by: Actor) -> ServerEntry:
        """Restore a removed entry."""
        return await self._done(guild_id, self._ledger.entries.restore(guild_id, id, by))

    async def roll_back(
        self, guild_id: int, id: str, to: int, expected_revision: int, by: Actor
    ) -> ServerEntry | Conflict:
        """Restore the text of an earlier revision."""
        change = self._ledger.entries.roll_back(guild_id, id, to, expected_revision, by)
        return await self._done(guild_id, change)

    async def approve(
        self, guild_id: int, number: int, by: Actor, edited: Draft | None, seen: int | None = None
    ) -> Approval:
        """Publish a suggestion, as it was made or as the curator edited it.

        SuggestionChangedError if its revision is not the one that the curator has `seen`.
        """
        change = self._ledger.suggestions.approve(guild_id, number, by, edited=edited, seen=seen)
        return await self._done(guild_id, change)

    async def reject(
        self, guild_id: int, number: int, reason: str, by: Actor, seen: int | None = None
    ) -> Suggestion:
        """Reject a suggestion, likewise."""
        return await self._ledger.suggestions.reject(guild_id, number, reason, by, seen=seen)

    async def suggest(self, guild_id: int, draft: Draft, by: Actor) -> Suggestion:
        """Add a member's draft to the queue."""
        return await self._ledger.suggestions.suggest(guild_id, draft, by)

    async def plan_import(
        self, guild_id: int, content: bytes, replacing: Collection[str] = (), name: str = ""
    ) -> Plan:
        """Return what importing a file of that name would do."""
        # One file at a time: each takes a second of CPU time.
        async with self._importing:
            return await self._ledger.exchange.plan_import(
                guild_id, content, self._notable, replacing, name
            )

    async def apply_import(
        self,
        guild_id: int,
        content: bytes,
        expected_version: int,
        by: Actor,
        replacing: Collection[str] = (),
        name: str = "",
    ) -> Imported | Plan:
        """Import as planned; return a new plan if the lore has changed since."""
        async with self._importing:
            change = self._ledger.exchange.apply_import(
                guild_id, content, expected_version, by, self._notable, replacing, name
            )
            return await self._done(guild_id, change)

    async def undo_import(self, guild_id: int, import_id: int, by: Actor) -> Undone:
        """Undo an import."""
        change = self._ledger.exchange.undo_import(guild_id, import_id, by)
        return await self._done(guild_id, change)

    async def export_pack(self, guild_id: int, server: str, licence: str) -> ServerPack:
        """Return what a server has written as a pack under a licence, which may be none."""
        lore = await self._ledger.entries.server_lore(guild_id)
        # One file at a time: a thousand entries take seconds of CPU time.
        async with self._importing:
            return await asyncio.to_thread(
                write_pack, server, lore.entries, licence, self._library.info
            )

    async def change_settings(
        self, guild_id: int, by: Actor, **changes: Unpack[SettingsPatch]
    ) -> SettingsChange:
        """Change some of a server's settings."""
        return await self._done(guild_id, self._ledger.settings.change(guild_id, by, **changes))

    async def forget_person(self, person_id: int) -> int:
        """Delete a person's id everywhere, and return the number of places."""
        places = await self._ledger.upkeep.forget_person(person_id)
        for guild_id in await self._ledger.upkeep.guilds():
            self._changed(guild_id)
        return places

    def _notable(self, key: str) -> bool:
        of, _, id = key.rpartition(" ")
        if key == type_key(id):
            return self._library.info.find_relation_type(id) is not None
        self._library.check_open(id)
        found = self._library.quote_of_pack(id) if of else self._library.of_pack(id)
        return found is not None

    async def _done(self, guild_id: int, change: Awaitable[Result]) -> Result:
        try:
            return await change
        finally:
            # Also after an error: the task may have been cancelled after the change was stored.
            self._changed(guild_id)


def _spelt(text: str) -> tuple[str, str]:
    """Return a text in visible lower-case characters, and in plain spelling."""
    return caseless(text[:COMPARED]), plain([text[:COMPARED]])[0]


def _compared(entries: Sequence[ServerEntry], titles: Sequence[str]) -> Sequence[_Title]:
    """Return the entries with the beginnings of their titles in each spelling."""
    texts = [title[:COMPARED] for title in titles]
    return [
        _Title(entry, as_typed(text), caseless(text), spelt)
        for entry, text, spelt in zip(entries, texts, plain(texts), strict=True)
    ]
