"""Drafts of a server's entries, quotes and notes, and their validation."""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from itertools import chain
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Tag, TypeAdapter, ValidationError, with_config

from lore.curation.dialogues import DraftLine, written_dialogue
from lore.curation.occasions import Occasion, read_occasion, written_occasion
from lore.curation.quota import Quota
from lore.errors import LoreError
from lore.pack.model import Kind
from lore.text.characters import is_blank, visible
from lore.text.ids_in_text import spelt_out
from lore.text.wording import wrong_value


class DraftError(LoreError):
    """The draft is invalid; the text names all its faults."""


@with_config(extra="forbid")
@dataclass(frozen=True, slots=True)
class OwnRelation:
    """A relation of a type of the pack; if it is `inverse`, the entry is the other end of it."""

    type: str
    to: str
    inverse: bool = False


@with_config(extra="forbid")
@dataclass(frozen=True, slots=True)
class OwnFact:
    """What is told under a label and is no sentence."""

    label: str
    value: str


@with_config(extra="forbid")
@dataclass(frozen=True, slots=True)
class EntryDraft:
    """An entry of the server's own; `after` is the id of the event that an event comes after."""

    kind: Kind
    name: str
    text: str
    aliases: tuple[str, ...] = ()
    source: str = ""
    relations: tuple[OwnRelation, ...] = ()
    facts: tuple[OwnFact, ...] = ()
    after: str = ""


@with_config(extra="forbid")
@dataclass(frozen=True, slots=True)
class QuoteDraft:
    """Spoken words; unknown fields are empty.

    `date` is the day on which they were said, such as 2026-11-30; `image` tells of an image that
    came with them; `more` is what is said in answer to the first words, and to that.
    """

    words: str
    speaker: str = ""
    listener: str = ""
    occasion: str = ""
    source: str = ""
    kind: Literal["quote"] = "quote"
    date: str = ""
    image: bool = False
    more: tuple[DraftLine, ...] = ()

    @property
    def lines(self) -> tuple[DraftLine, ...]:
        """Return all that is said, line by line."""
        return DraftLine(self.words, self.speaker), *self.more

    @property
    def spoken(self) -> str:
        """Return all words, without their speakers."""
        return "\n".join(line.words for line in self.lines)


@with_config(extra="forbid")
@dataclass(frozen=True, slots=True)
class NoteDraft:
    """A note under an entry of the pack; `about` is the entry's id.

    `unlike` is a sentence of the entry that the note tells otherwise, `within` the id of the
    server's own entry that tells it so; both are empty if there is none.
    """

    about: str
    text: str
    source: str = ""
    kind: Literal["note"] = "note"
    unlike: str = ""
    within: str = ""


@with_config(extra="forbid")
@dataclass(frozen=True, slots=True)
class HideDraft:
    """That the server hides an entry or a quote of the pack; `about` is its id.

    `name` is what it was called then, for when the pack has it no longer.
    """

    about: str
    name: str
    of: Literal["entry", "quote"] = "entry"
    kind: Literal["hide"] = "hide"


@with_config(extra="forbid")
@dataclass(frozen=True, slots=True)
class AliasDraft:
    """A name by which an entry of the pack is found in the server; `about` is the entry's id."""

    about: str
    name: str
    kind: Literal["alias"] = "alias"


# What is written into a form, and all that a server may have of its own.
Written = EntryDraft | QuoteDraft | NoteDraft
Draft = Written | HideDraft | AliasDraft
Form = Literal["entry", "quote", "note", "hide", "alias"]

FORMS: tuple[Form, ...] = ("entry", "quote", "note", "hide", "alias")


def _tag(draft: Any) -> Form:
    kind = draft.get("kind") if isinstance(draft, dict) else getattr(draft, "kind", None)
    return kind if kind in FORMS[1:] else "entry"


# A draft in a file or in the ledger; its kind says which of them it is.
WrittenDraft = Annotated[
    Annotated[EntryDraft, Tag("entry")]
    | Annotated[QuoteDraft, Tag("quote")]
    | Annotated[NoteDraft, Tag("note")]
    | Annotated[HideDraft, Tag("hide")]
    | Annotated[AliasDraft, Tag("alias")],
    Discriminator(_tag),
]
_DRAFT: TypeAdapter[Draft] = TypeAdapter(WrittenDraft)

KINDS = (*Kind, *FORMS[1:])
_NEEDED_BY: dict[Form, tuple[str, ...]] = {
    "entry": ("name", "text"),
    "quote": ("words",),
    "note": ("about", "text"),
    "hide": ("about", "name"),
    "alias": ("about", "name"),
}
_NEEDED = frozenset(chain(*_NEEDED_BY.values()))
_OF_SEVERAL_LINES = frozenset(["text", "words"])
_NO_TEXT = frozenset(["of", "kind", "aliases", "image", "more", "relations", "facts"])
# What drafts had not from the beginning is written only where there is some.
_LEFT_OUT_IF_EMPTY = frozenset(["relations", "facts", "after", "more", "unlike", "within"])
_ID = re.compile(r"[\w.-]{1,100}", re.ASCII)

# How many lines a dialogue may have.
LINES = 20


def form_of(draft: Draft) -> Form:
    """Return which of the three forms a draft has; a published one never changes its form."""
    return "entry" if isinstance(draft, EntryDraft) else draft.kind


def editable(draft: Draft) -> Written:
    """Return a draft that is written into a form; DraftError if it is another."""
    if isinstance(draft, HideDraft):
        raise DraftError("Nothing of it can be changed: /entry list hidden:True shows it again.")
    if isinstance(draft, AliasDraft):
        raise DraftError("An alias stays as it is: /entry remove, then /entry alias adds another.")
    return draft


def only_entries(id: str, kind: Literal["quote", "note", "hide", "alias"]) -> str:
    """Return why something has no relations, no facts and no place in the timeline."""
    what = {
        "quote": "is a quote",
        "note": "is a note on an entry of the story",
        "hide": "only says what this server hides",
        "alias": "is an alias of an entry of the story",
    }
    return (
        f"{id} {what[kind]}. Only entries that this server added have relations, facts and a place "
        "in the timeline."
    )


def tidied_alias(typed: str, quota: Quota) -> str:
    """Return an alias as it would be kept; DraftError if it is invalid."""
    draft = tidied(AliasDraft("entry", typed), quota)
    assert isinstance(draft, AliasDraft)
    return draft.name


def hidden_by(draft: Draft) -> tuple[str, str] | None:
    """Return the id of what a draft hides, and whether it is an entry or a quote."""
    return (draft.about, draft.of) if isinstance(draft, HideDraft) else None


def misnamed(written: Mapping[str, Any]) -> str:
    """Return a sentence if a draft's kind does not belong to its form; else an empty text."""
    for other, needed in _NEEDED_BY.items():
        if "kind" in written and other != _tag(written) and set(needed) <= written.keys():
            held = ", ".join(needed)
            return f"'{written['kind']}' does not fit: what has {held} is of the form {other}"
    return ""


def fault_of_draft(error: ValidationError) -> str:
    """Return what is wrong with a draft that was written by hand, after where it is wrong."""
    first = error.errors(include_url=False)[0]
    path = [str(part) for part in first["loc"] if part not in FORMS]
    what = wrong_value(first)
    if path[-1:] == ["kind"] and first["type"] == "enum":
        # Quotes and notes have kinds and forms of their own.
        what = wrong_value(first | {"ctx": {"expected": f"{', '.join(KINDS[:-1])} or {KINDS[-1]}"}})
    elif first["type"] == "missing" and (misfit := misnamed(first["input"])):
        path[-1:], what = ["kind"], misfit
    return ": ".join(filter(None, (".".join(path), what)))


def to_json(draft: Draft) -> str:
    """Return the draft as JSON for the ledger."""
    return json.dumps(as_written(draft), ensure_ascii=False)


def as_written(draft: Draft) -> dict[str, Any]:
    """Return the draft as it is written to the ledger and to files."""
    return {
        field: value
        for field, value in asdict(draft).items()
        if value or field not in _LEFT_OUT_IF_EMPTY
    }


def with_ids(draft: Draft, changed: Callable[[str], str]) -> Draft:
    """Return the draft with each id of an entry in it changed."""
    match draft:
        case NoteDraft(about, within=within):
            return replace(draft, about=changed(about), within=within and changed(within))
        case HideDraft() | AliasDraft():
            return replace(draft, about=changed(draft.about))
        case EntryDraft():
            relations = tuple(replace(one, to=changed(one.to)) for one in draft.relations)
            after = draft.after and changed(draft.after)
            return replace(draft, relations=relations, after=after)
    return draft


def from_json(text: str) -> Draft:
    """Return the draft from JSON, with names in place of ids stored by former versions.

    ValueError if the JSON is no draft.
    """
    return _in_words(_DRAFT.validate_json(text))


def tidied(draft: Draft, quota: Quota) -> Draft:
    """Return the draft without superfluous spaces, invisible characters and ids.

    DraftError if it is invalid.
    """
    draft = _in_words(draft)
    clean: dict[str, Any] = {
        field: tidy(value, of_several_lines=field in _OF_SEVERAL_LINES)
        for field, value in _texts(draft)
    }
    if isinstance(draft, EntryDraft):
        aliases = (tidy(alias) for alias in draft.aliases)
        known = {alias.casefold(): alias for alias in aliases if alias}
        known.pop(clean["name"].casefold(), None)
        clean["aliases"] = tuple(known.values())
        clean["relations"] = tuple(dict.fromkeys(draft.relations))
        facts = (OwnFact(tidy(one.label), tidy(one.value)) for one in draft.facts)
        clean["facts"] = tuple(dict.fromkeys(facts))
    draft = _with_day(replace(draft, **clean))
    if isinstance(draft, QuoteDraft):
        draft = of_lines(draft, map(_tidy_line, draft.lines))
    if faults := list(_faults(draft, quota)):
        raise DraftError("\n".join(faults))
    return draft


def _in_words(draft: Draft) -> Draft:
    """Return the draft with names in place of ids; a text with nothing visible becomes empty."""
    told: dict[str, Any] = {
        field: worded for field, text in _texts(draft) if (worded := _told(text)) != text
    }
    if isinstance(draft, EntryDraft):
        told["aliases"] = tuple(filter(None, map(_told, draft.aliases)))
        told["facts"] = tuple(OwnFact(_told(one.label), _told(one.value)) for one in draft.facts)
    if isinstance(draft, QuoteDraft):
        told["more"] = tuple(
            DraftLine(_told(line.words), _told(line.speaker)) for line in draft.more
        )
    return _with_day(replace(draft, **told))


def _with_day(draft: Draft) -> Draft:
    """Return a quote as its form would: a day is its date, what is none is told of its occasion."""
    if not isinstance(draft, QuoteDraft):
        return draft
    return with_occasion(draft, occasion_field(draft))


def occasion_field(draft: QuoteDraft) -> str:
    """Return when a quote was said and what came with it, as its form shows it."""
    return written_occasion(Occasion(draft.date, draft.image, draft.occasion))


def with_occasion(draft: QuoteDraft, typed: str) -> QuoteDraft:
    """Return a quote that was said when its form says, and with what."""
    said = read_occasion(typed)
    return replace(draft, date=said.day, image=said.image, occasion=said.told)


def of_lines(draft: QuoteDraft, lines: Iterable[DraftLine]) -> QuoteDraft:
    """Return a quote with other lines; those without words are left out."""
    first, *more = [line for line in lines if line.words] or [DraftLine("")]
    return replace(draft, words=first.words, speaker=first.speaker, more=tuple(more))


def _tidy_line(line: DraftLine) -> DraftLine:
    return DraftLine(tidy(line.words, of_several_lines=True), tidy(line.speaker))


def _told(text: str) -> str:
    return spelt_out(text) if text and not is_blank(text) else ""


def _texts(draft: Draft) -> Iterator[tuple[str, str]]:
    for field in fields(draft):
        if field.name not in _NO_TEXT:
            yield field.name, getattr(draft, field.name)


def tidy(text: str, *, of_several_lines: bool = False) -> str:
    """Return the text without superfluous spaces and invisible characters."""
    text = visible(text)
    if of_several_lines:
        return "\n".join(line.rstrip() for line in text.splitlines()).strip()
    return " ".join(text.split())


def checked_text(what: str, text: str, limit: int) -> str:
    """Return a text that is no draft, tidied and with words for ids; DraftError if invalid."""
    text = tidy(_told(text), of_several_lines=True)
    if faults := list(_text_faults(what, text, limit, needed=True)):
        raise DraftError("\n".join(faults))
    return text


def _faults(draft: Draft, quota: Quota) -> Iterator[str]:
    limits = {
        "text": quota.text,
        "words": quota.words,
        "unlike": quota.words,
        "source": quota.line,
        "occasion": quota.line,
    }
    texts = list(_texts(draft))
    if isinstance(draft, EntryDraft):
        texts += [("alias", alias) for alias in draft.aliases]
        if len(draft.aliases) > quota.aliases:
            yield f"An entry has at most {quota.aliases} aliases, not {len(draft.aliases)}."
        yield from _detail_faults(draft, quota)
    if isinstance(draft, QuoteDraft) and draft.more:
        yield from _faults_of_dialogue(draft, quota)
        texts = [(field, text) for field, text in texts if field not in ("words", "speaker")]
    for field, text in texts:
        limit = limits.get(field, quota.name)
        yield from _text_faults(field.capitalize(), text, limit, needed=field in _NEEDED)


def _detail_faults(draft: EntryDraft, quota: Quota) -> Iterator[str]:
    """Yield what is wrong with the relations, the facts and the place in time of an entry."""
    for what, some, limit in (
        ("relations", draft.relations, quota.relations),
        ("facts", draft.facts, quota.facts),
    ):
        if len(some) > limit:
            yield f"An entry has at most {limit} {what}, not {len(some):,}."
    for fact in draft.facts[: quota.facts]:
        yield from _text_faults("Label of a fact", fact.label, quota.name, needed=True)
        yield from _text_faults("Value of a fact", fact.value, quota.line, needed=True)
    for relation in draft.relations[: quota.relations]:
        for what, id in (("type", relation.type), ("entry", relation.to)):
            if not _ID.fullmatch(id):
                yield f"Relation: “{id[:40]}” is no id of {'a' if what == 'type' else 'an'} {what}."
    if draft.after and not _ID.fullmatch(draft.after):
        yield f"After: “{draft.after[:40]}” is no id of an event."


def _faults_of_dialogue(draft: QuoteDraft, quota: Quota) -> Iterator[str]:
    if len(draft.lines) > LINES:
        yield f"A dialogue has at most {LINES} lines, not {len(draft.lines)}."
    yield from _text_faults("Words", draft.spoken, quota.words, needed=True)
    for line in draft.lines:
        yield from _text_faults("Speaker", line.speaker, quota.name, needed=False)
    # It has to fit into the one field of its form.
    yield from _text_faults("Dialogue", written_dialogue(draft.lines), quota.text, needed=False)


def _text_faults(what: str, text: str, limit: int, *, needed: bool) -> Iterator[str]:
    if len(text) > limit:
        yield f"{what}: {len(text):,} characters; at most {limit:,} can be kept."
    if needed and not any(character.isalnum() for character in text):
        yield f"{what}: at least one letter or digit is needed."
    if any(unicodedata.category(character) == "Cs" for character in text):
        yield f"{what}: it holds half a character, which cannot be kept."
