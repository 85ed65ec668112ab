"""A server's longest and ugliest lore is shown whole and within Discord's limits."""

from collections.abc import Awaitable, Callable
from itertools import count

import pytest

from bot.cli import clock
from bot.client import LoreBot
from bot.simulator.exchanges import Reply
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from lore.curation.drafts import Draft, EntryDraft, NoteDraft, QuoteDraft
from lore.curation.quota import Quota
from lore.ledger.records import Actor
from lore.pack.model import Kind

pytestmark = pytest.mark.thorough

Ask = Callable[[str], Awaitable[Reply]]
Publish = Callable[..., Awaitable[None]]

QUOTA = Quota()


def ugly_text(length: int, start: str = "q") -> str:
    """Return text that grows most when escaped: markdown, no blank, no end of a sentence."""
    return start + "*_`|~<[" * (length // 7 + 1)


@pytest.fixture
def publish(lore_bot: LoreBot, simulator: Simulator) -> Publish:
    """Return a function that adds to the lore of server 1."""
    guild = simulator.state.server(1).id
    numbers = count(1)

    async def publish(*drafts: Draft) -> None:
        for draft in drafts:
            by = Actor(next(numbers), simulator.state.curator.id, clock())
            await lore_bot.services.ledger.entries.publish(guild, draft, by)
        lore_bot.services.library.changed(guild)

    return publish


def entry(name: str, text: str = "About it.", **more: object) -> EntryDraft:
    return EntryDraft(Kind.CHARACTER, name, text, **more)  # type: ignore[arg-type]


async def all_pages(ask: Ask, first: Reply) -> list[Reply]:
    """Return a reply and all pages that its buttons More and Next lead to."""
    pages = [first]
    while follow := [one for one in pages[-1].buttons if one.startswith(("More", "Next"))]:
        pages.append(await ask(f"press {follow[0]}"))
    return pages


async def test_longest_entry_is_shown_whole(ask: Ask, publish: Publish) -> None:
    aliases = tuple(ugly_text(99, f"a{n}")[:100] for n in range(QUOTA.aliases))
    text = ugly_text(4_000, "zorblax ")[: QUOTA.text]
    source = ugly_text(300)[: QUOTA.line]
    await publish(
        entry(ugly_text(99, "Zorblax ")[: QUOTA.name], text, aliases=aliases, source=source)
    )
    pages = await all_pages(ask, await ask("/lore zorblax"))

    assert sum(page.text.count("`") for page in pages) >= text.count("`")
    assert any("Added by this server" in page.text for page in pages)


async def test_entry_of_one_long_word_is_shown_whole(ask: Ask, publish: Publish) -> None:
    await publish(entry("Zorblax", "z" * QUOTA.text))
    pages = await all_pages(ask, await ask("/lore zorblax"))

    assert sum(page.text.count("z") for page in pages) >= QUOTA.text


async def test_entry_of_very_many_lines_is_shown_whole(ask: Ask, publish: Publish) -> None:
    await publish(entry("Zorblax", "\n".join(["1. - # x"] * 400)))
    pages = await all_pages(ask, await ask("/lore zorblax"))

    assert sum(page.text.count("# x") for page in pages) == 400


async def test_all_of_a_hundred_notes_are_shown(ask: Ask, publish: Publish) -> None:
    await publish(*(NoteDraft("helen-cho", f"remark{n}x") for n in range(100)))
    pages = await all_pages(ask, await ask("/bio helen cho"))
    text = "\n".join(page.text for page in pages)

    assert all(f"remark{n}x" in text for n in range(100))


async def test_longest_quote_is_shown_whole(ask: Ask, publish: Publish) -> None:
    words = ugly_text(1_000)[: QUOTA.words]
    name, line = ugly_text(99)[: QUOTA.name], ugly_text(300)[: QUOTA.line]
    await publish(QuoteDraft(words, name, name, line, line))
    reply = await ask("/quote id:s1")

    # Stars that enclose words make them italic.
    shown = reply.text.replace("*", "")
    assert words.replace("*", "") in shown
    assert f"Source: {line}".replace("*", "") in shown


async def test_long_similar_names_are_offered(ask: Ask, publish: Publish) -> None:
    names = (ugly_text(99, f"Zorblax {first} ")[: QUOTA.name] for first in "abcdef")
    await publish(*(entry(name) for name in names))
    reply = await ask("/lore zorblax")

    assert len(reply.buttons) == 5
    assert (await ask("complete /lore zorblax")).choices


async def test_search_shows_long_passages_within_limits(ask: Ask, publish: Publish) -> None:
    texts = (ugly_text(4_000, f"glimmerstone {n} ")[: QUOTA.text] for n in range(12))
    await publish(*(entry(f"Zorblax {n}", text) for n, text in enumerate(texts)))
    pages = await all_pages(ask, await ask("/search glimmerstone"))

    assert len(pages) > 1
    assert all("glimmerstone" in page.text for page in pages)


async def test_search_finds_words_at_the_end_of_a_long_passage(ask: Ask, publish: Publish) -> None:
    await publish(entry("Zorblax", "word " * 700 + "glimmerstone"))

    assert "glimmerstone" in (await ask("/search glimmerstone")).text.split("\n", 1)[1]


async def test_long_similar_quotes_are_listed(ask: Ask, publish: Publish) -> None:
    start, name = "glimmerstone beckons the weary wanderer", ugly_text(99)[: QUOTA.name]
    await publish(*(QuoteDraft(f"{start} {n} {ugly_text(160)}", name, name) for n in range(6)))
    reply = await ask(f"/quote text:{start}")

    others = await ask("press Next")

    assert reply.text.startswith("Which of these?")
    assert (len(reply.buttons), len(others.buttons)) == (1 + 5, 1 + 1)


async def test_another_server_sees_none_of_the_long_lore(
    ask: Ask, publish: Publish, session: SimSession
) -> None:
    await publish(
        entry("Zorblax"), QuoteDraft("glimmerstone"), NoteDraft("helen-cho", "glimmer note")
    )
    await session.play("in server 2")

    assert "Nothing found" in (await ask("/lore zorblax")).text
    assert "Nothing found" in (await ask("/quote id:s2")).text
    assert "Nothing found" in (await ask("/search glimmerstone")).text
    assert "glimmer note" not in (await ask("/bio helen cho")).text
