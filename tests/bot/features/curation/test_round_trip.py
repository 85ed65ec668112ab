"""Anything that can be stored passes through its form unchanged."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.curation.draft_sessions import blank, fill_in
from bot.features.curation.ids import DraftAction, DraftTarget
from bot.features.curation.views import forms
from bot.simulator import forms as people
from bot.simulator.exchanges import Reply
from bot.simulator.options import Options
from lore.curation.dialogues import DraftLine
from lore.curation.drafts import Draft, DraftError, EntryDraft, NoteDraft, QuoteDraft, tidied
from lore.curation.exchange import PackNames, read_file
from lore.curation.occasions import WITH_IMAGE
from lore.curation.quota import Quota
from lore.ledger.records import ServerEntry
from lore.pack.model import Kind

Ask = Callable[[str], Awaitable[Reply]]
Publish = Callable[..., Awaitable[ServerEntry]]

QUOTA = Quota()
HOSTILE = st.text(
    st.sampled_from("aZ9é字 ,;|\n\r\t\\*_`\"'<>&:=\u200d\u2028\x0b\x1f\u3000🏴"), max_size=40
) | st.sampled_from(["a: b", ":", "a:", "\\: b", "a\n  b: c\n\n d", "a\\\nb: c", "\u05d0: \u05d1"])

ENTRIES = st.builds(
    EntryDraft, st.sampled_from(Kind), HOSTILE, HOSTILE, st.lists(HOSTILE).map(tuple), HOSTILE
)
DAYS = st.sampled_from(["", "2026-11-30", "0001-01-01", "2026-02-30", "30.11.2026"])
OCCASIONS = HOSTILE | DAYS | st.sampled_from([WITH_IMAGE, "With an Image", "2026-11-30 in bed"])
QUOTES = st.builds(
    QuoteDraft,
    *(HOSTILE, HOSTILE, HOSTILE, OCCASIONS, HOSTILE, st.just("quote")),
    *(DAYS | HOSTILE, st.booleans()),
    st.lists(st.builds(DraftLine, HOSTILE, HOSTILE), max_size=4).map(tuple),
)
NOTES = st.builds(NoteDraft, st.just("ultron"), HOSTILE, HOSTILE)


def form_values(form: forms.Form, options: Options) -> dict[str, str]:
    """Return what Discord sends of a form in which nothing was changed."""
    parts = people.submission(form.to_dict(), "", options)["components"]
    fields = [part["component"] for part in parts]
    return {one["custom_id"]: (one.get("values") or [one.get("value", "")])[0] for one in fields}


@given(ENTRIES | QUOTES | NOTES)
def test_stored_draft_comes_out_of_its_form_unchanged(draft: Draft) -> None:
    try:
        stored = tidied(draft, QUOTA)
    except DraftError:
        return
    options: Any = None  # asked for only by choices of people, roles and channels
    form = forms.form(DraftTarget(DraftAction.EDIT, "s1", 1), stored, QUOTA, str)
    assert tidied(fill_in(stored, form_values(form, options)), QUOTA) == stored


@given(ENTRIES | QUOTES | NOTES)
def test_imported_draft_can_be_stored_unchanged(draft: Draft) -> None:
    try:
        stored = tidied(draft, QUOTA)
    except DraftError:
        return
    entry = {"draft": asdict(stored)}
    file = json.dumps({"schema_version": 2, "entries": [entry]}).encode()
    assert read_file(file, QUOTA, PackNames({})).entries[0].draft == stored


@pytest.mark.parametrize("aliases", [("Marlow, Zed",), ("Marlow, Zed", "Zed|Zed"), ("a,b", "c,,")])
async def test_alias_with_a_comma_stays_one_alias(
    curate: Ask, publish: Publish, aliases: tuple[str, ...]
) -> None:
    await publish(EntryDraft(Kind.PLACE, "Zorblax Bar", "A bar.", aliases))
    await curate("/entry edit s.zorblax-bar")
    preview = await curate("fill")

    assert f"“{aliases[0]}” is one name; each goes on a line of its own." in preview.text
    assert (await curate("press Publish")).text == (
        "Zorblax Bar (s.zorblax-bar) says that already. Nothing was changed."
    )


async def test_aliases_are_typed_one_per_line(curate: Ask) -> None:
    form = await curate("/entry add kind:Place")
    await curate('fill Name=Zorblax Text=One Aliases="Marlow, Zed\n\n  The Quillon "')
    await curate("press Publish")

    assert form.shown["components"][2]["description"].startswith("Up to 20 names, one a line;")
    shown = (await curate("/lore the quillon")).text
    assert shown.startswith("Zorblax\nMarlow, Zed · The Quillon · Place · ")
    assert (await curate("/lore marlow zed")).text.startswith("Zorblax\n")


async def test_history_distinguishes_one_alias_from_two(curate: Ask, publish: Publish) -> None:
    await publish(EntryDraft(Kind.PLACE, "Zorblax Bar", "A bar.", ("Marlow, Zed",)))
    await curate("/entry edit s.zorblax-bar")
    await curate('fill Aliases="Marlow\nZed"')
    await curate("press Publish")

    assert "Aliases: " in (await curate("/entry history s.zorblax-bar")).text


def test_blank_form_is_empty() -> None:
    for kind in (*Kind, "quote", "dialogue"):
        empty = blank(DraftTarget(DraftAction.ADD, kind))
        assert fill_in(empty, {}) == empty
