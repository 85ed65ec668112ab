"""Markup, spoilers and links in a text are shown as such wherever the text is shown."""

import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.simulator.exchanges import Reply
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from lore.curation.drafts import (
    AliasDraft,
    EntryDraft,
    NoteDraft,
    OwnFact,
    OwnRelation,
    QuoteDraft,
)
from lore.ledger.records import ServerEntry
from lore.pack.model import Kind

Ask = Callable[[str], Awaitable[Reply]]
Publish = Callable[..., Awaitable[ServerEntry]]

ADDRESS = "https://example.org/~ann/my_page_(old)?a=*b*"
SECRET = "the butler did it"
HIDING = f"In the end ||{SECRET}||, of course"
ESCAPED = re.compile(r"\\.|<https?://[^\s>]*>", re.DOTALL)
BARRED = re.compile(r"\|\|.+?\|\|")


def contents(body: Any) -> Iterator[str]:
    """Yield every text of a request body."""
    if isinstance(body, list):
        for one in body:
            yield from contents(one)
    if isinstance(body, dict):
        yield from ([body["content"]] if isinstance(body.get("content"), str) else [])
        for value in body.values():
            yield from contents(value)


def markdown(reply: Reply) -> str:
    return "\n".join(contents(reply.shown))


def visible_text(body: Any) -> str:
    """Return what a body shows to everybody: labels, and texts without their spoilers."""
    if isinstance(body, list):
        return "\n".join(map(visible_text, body))
    if not isinstance(body, dict):
        return ""
    shown = []
    for key, value in body.items():
        if key in ("label", "name", "description", "placeholder", "title"):
            shown.append(str(value))
        elif key == "content" and isinstance(value, str):
            shown.append(BARRED.sub("", ESCAPED.sub(" ", value)))
        elif key != "value":
            shown.append(visible_text(value))
    return "\n".join(shown)


@pytest.fixture
def visible_so_far(simulator: Simulator) -> Callable[[], str]:
    """Return a function that gives all visible text sent so far, but for forms."""

    def visible_so_far() -> str:
        bodies = (one.json for one in simulator.requests)
        return "\n".join(
            visible_text(body)
            for body in bodies
            if not (isinstance(body, dict) and body.get("type") == 9)
        )

    return visible_so_far


async def test_url_is_shown_unchanged_in_every_text(publish: Publish, curate: Ask) -> None:
    text = f"Read {ADDRESS}, an *old* page"
    place = await publish(EntryDraft(Kind.PLACE, "Zorblax", text, source=ADDRESS))
    quote = await publish(QuoteDraft(text, speaker="Ann", occasion=text, source=ADDRESS))
    await publish(NoteDraft("vibranium", text, source=ADDRESS))
    await curate("/entry add kind:Place")
    preview = await curate(f'fill Name=Quux Text="{text}" Source="{ADDRESS}"')

    for reply in (
        preview,
        await curate(f"/lore {place.id}"),
        await curate(f"/quote id:{quote.id}"),
        await curate("/lore vibranium"),
        await curate("/search an old page"),
    ):
        assert ADDRESS in markdown(reply)
    assert (await curate(f"/quote id:{quote.id}")).text.count(ADDRESS) == 3


async def test_spoiler_is_never_visible(
    publish: Publish, curate: Ask, session: SimSession, visible_so_far: Callable[[], str]
) -> None:
    await curate("/settings")
    await curate("choose #lore")
    await session.play(f"message Clint: {HIDING}")
    await curate('menu "Save as quote"')
    await curate("fill Speaker=Clint")
    await curate("press Publish")
    await publish(EntryDraft(Kind.PLACE, "Zorblax", HIDING, source=HIDING))
    await publish(NoteDraft("vibranium", HIDING))
    for line in (
        "/quote text:in the end of course",
        "/quote id:s1",
        "/quote speaker:Clint",
        "complete /quote id:s1",
        "complete /entry edit s",
        "/search in the end of course",
        f"/search {SECRET}",
        "/lore zorblax",
        "/lore vibranium",
        "/entry list",
        "/entry history s1",
        "/qotd set channel:#lore time:09:00 zone:Europe/Berlin speaker:Clint",
        "/qotd preview",
        "/qotd now",
        "/qotd history",
        "/entry edit s1",
    ):
        await curate(line)
    await curate(f'fill Words="At last ||{SECRET} again||" Speaker=Bob')
    await curate("press Publish")
    await curate("/entry history s1")
    await curate("/entry remove s1")

    # Only whoever searched for it reads it again.
    assert visible_so_far().count(SECRET) == visible_so_far().count(f"Found for “{SECRET}”") == 1


@pytest.mark.parametrize("kind", [Kind.CHARACTER, Kind.EVENT])
async def test_spoiler_in_a_name_is_read_on_the_entry_alone(
    publish: Publish, curate: Ask, visible_so_far: Callable[[], str], kind: Kind
) -> None:
    await curate("/settings")
    await curate("choose #lore")
    hiding = f"Zorblax ||{SECRET}||"
    facts = (OwnFact(hiding, hiding),)
    ties = (OwnRelation("fought", "ultron"),)
    draft = EntryDraft(kind, hiding, "Somebody.", (f"Quux ||{SECRET}||",), "", ties, facts)
    one = await publish(draft)
    await publish(replace(draft, after="ultron-awakens"))
    await publish(AliasDraft("thor", f"Goldi ||{SECRET}||"))
    await publish(QuoteDraft("Lanterns out!", hiding, f"Bo ||{SECRET}||"))
    for line in (
        f"/lore {one.id}",
        "press More",
        "press Sources",
        "/lore zorblax",
        "/lore quux",
        "/lore goldi",
        "/lore thor",
        "/lore ultron",
        "complete /lore zorb",
        "complete /lore quux",
        "complete /lore goldi",
        "complete /entry edit zorb",
        "complete /quote speaker:zorb",
        "/search zorblax",
        "/search goldi",
        "/search lanterns out",
        "/quote speaker:Zorblax",
        "/quote id:s4",
        "/timeline",
        "/timeline character:ultron",
        "/entry list",
        f"/entry history {one.id}",
        f"/entry details {one.id}",
        f"/entry link {one.id} type:fought other:thor",
        f"/entry when {one.id} after:raid-on-sokovia",
        "/entry edit zorb",
        "/qotd set channel:#lore time:09:00 zone:Europe/Berlin what:Entries",
        f"/qotd queue {one.id} date:tomorrow",
        "/qotd preview",
        "/qotd queued",
        "/entry add kind:Place",
        f'fill Name="Zorblax ||{SECRET}||" Text="A place."',
        "press Publish",
        f"/entry edit {one.id}",
        f'fill Name="Zarblax ||{SECRET}||"',
        "press Publish",
        f"/entry history {one.id}",
        f"/entry remove {one.id}",
        "/lore zarblax",
        f"/entry restore {one.id}",
        f"/lore {one.id}",
    ):
        await curate(line)
        assert SECRET not in visible_so_far(), line

    shown = markdown(await curate(f"/lore {one.id}"))
    assert f"## Zarblax ||{SECRET}||" in shown
    assert "butler" not in one.id


async def test_spoiler_markup_is_shown_as_a_spoiler(publish: Publish, curate: Ask) -> None:
    quote = await publish(QuoteDraft(HIDING, speaker="Clint"))

    for line in (f"/quote id:{quote.id}", "/quote speaker:Clint", "/search of course"):
        assert f"||{SECRET}||" in markdown(await curate(line))


async def test_bold_italics_spoilers_and_lists_are_rendered(publish: Publish, curate: Ask) -> None:
    text = "A **bold** and *slanted* ||hidden|| word\n\n- one\n- two\n\n# no heading\n> no quote"
    place = await publish(EntryDraft(Kind.PLACE, "Zorblax *x*", f"{text} [no link](x) `code`"))
    shown = markdown(await curate(f"/lore {place.id}"))

    assert "A **bold** and *slanted* ||hidden|| word\n\n- one\n- two\n\n\\# no heading" in shown
    assert "\\> no quote \\[no link\\](x) \\`code\\`" in shown
    assert "## Zorblax \\*x\\*" in shown


async def test_first_list_item_of_a_quote_belongs_to_the_list(
    publish: Publish, curate: Ask
) -> None:
    listed = await publish(QuoteDraft("- one\n- two"))
    dashed = await publish(QuoteDraft("-one, two"))

    assert "\n> - one\n> - two\n" in markdown(await curate(f"/quote id:{listed.id}"))
    assert "\n> “\\-one, two”\n" in markdown(await curate(f"/quote id:{dashed.id}"))


async def test_search_terms_are_highlighted_in_markup_but_not_in_urls(
    publish: Publish, curate: Ask
) -> None:
    await publish(EntryDraft(Kind.PLACE, "Zorblax", "The ||zebra|| at https://zoo.example/zebra"))
    shown = markdown(await curate("/search zebra at"))

    assert "||**zebra**||" in shown
    assert "https://zoo.example/zebra" in shown


async def test_form_says_which_markup_works(curate: Ask) -> None:
    for kind, field in (("Place", "Text"), ("Quote", "Words")):
        form = await curate(f"/entry add kind:{kind}")
        [hint] = [one["description"] for one in form.shown["components"] if one["label"] == field]
        assert "**bold**, *italics*, ||spoilers|| and “- ” lists" in hint
