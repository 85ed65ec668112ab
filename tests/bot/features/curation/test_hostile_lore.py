"""Hostile text is harmless and within Discord's limits wherever a server's lore is shown."""

import re
import unicodedata
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.client import LoreBot
from bot.simulator.exchanges import Reply
from bot.simulator.interactions import InteractionKind
from bot.simulator.objects import Json
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from lore.curation.drafts import EntryDraft, NoteDraft, QuoteDraft
from lore.ledger.records import Actor, ServerEntry
from lore.pack.model import Kind as EntryKind

pytestmark = pytest.mark.thorough

Ask = Callable[[str], Awaitable[Reply]]
Publish = Callable[..., Awaitable[ServerEntry]]
Counted = Callable[[int], list[str]]

# Ids in these texts contain 666000, which none of the simulator's do.
HOSTILE = [
    "@everyone",
    "@here",
    "<@666000666000666000>",
    "<@!666000666000666000>",
    "<@&666000666000666000>",
    "<#666000666000666000>",
    "</entry remove:666000666000666000>",
    "<id:customize>",
    "<t:666000666000:R>",
    "<:evil:666000666000666000>",
    "<a:evil:666000666000666000>",
    "[free nitro](https://evil.example)",
    "[a](<https://evil.example>)",
    "<https://evil.example>",
    "https://discord.com@evil.example/login",
    "[x]: https://evil.example",
    "# Heading",
    "### Heading",
    "-# small print",
    "> quoted",
    ">>> quoted to the end",
    "- list\n- list",
    "1. one\n2. two",
    "**bold** *italic* __under__ ~~gone~~",
    "||spoiler||",
    "|| half a spoiler",
    "`code` ``more``",
    "```\nblock",
    "~~",
    "\\",
    "\\\\@everyone\\",
    "\u202egnirts desrever\u202c",
    "\u2066isolated\u2069 \u061c\u200f\u200e",
    "ze\u200bro\u200cwi\u2060d\ufeffth",
    "a" + "\u0301\u0302\u0303\u0304\u0305" * 40,
    "\U000e0041\U000e0042 tags",
    "\ufff9anno\ufffatation\ufffb",
    "*" * 4000,
    "<" * 4000,
    "word " * 800,
    "\n" * 50 + "far below",
    "🏴\u200d☠️ 👩\u200d👩\u200d👧",
]
LINE_STARTS = (
    "# Heading",
    "### Heading",
    "-# small print",
    "> quoted",
    ">>> quoted",
    "1. one",
    "```",
)

UNESCAPED = re.compile(
    r"(?<!\\)(?:\\\\)*<(?:@|#|/|id:|t:|a?:)[^>]*666000[^>]*>"  # a mention, a command, an emoji
    r"|(?<!\\)(?:\\\\)*\]\("  # a masked link
    r"|(?<!\\)(?:\\\\)*(?:<id:|_under|~gone|\| half|`code)"
)
# Signs that are escaped, and addresses, in which signs are none.
WITHOUT_EFFECT = re.compile(r"\\.|<https?://[^\s>]*>|https?://\S+", re.DOTALL)
INVISIBLE = {"Cf", "Cc", "Co", "Cn", "Cs"}


def harms(body: Any) -> Iterator[str]:
    """Yield what in a request body would format, mention, link, hide or reorder text."""
    if isinstance(body, list):
        for one in body:
            yield from harms(one)
    if not isinstance(body, dict):
        return
    if "flags" in body and body.get("allowed_mentions", {"parse": []})["parse"]:
        yield "mentions are allowed"
    for key, value in body.items():
        if key in ("content", "label", "name", "description", "placeholder"):
            yield from _in_text(value or "", markdown=key == "content")
        elif key != "value":
            yield from harms(value)


def _in_text(text: str, *, markdown: bool) -> Iterator[str]:
    if markdown and (found := UNESCAPED.search(text)):
        yield f"unescaped: {found[0]}"
    if any(unicodedata.category(c) in INVISIBLE and c not in "\n\u200d" for c in text):
        yield f"invisible characters: {text[:50]!r}"
    if re.search("[\u0300-\u036f]{4}", text):
        yield "piled-up marks"
    bare = WITHOUT_EFFECT.sub("", text)
    if markdown and any(bare.count(sign) % 2 for sign in ("||", "**")):
        yield f"marks without an end: {text[:50]!r}"
    if markdown and any(line.lstrip().startswith(LINE_STARTS) for line in text.splitlines()):
        yield f"formatting: {text[:50]!r}"


@pytest.fixture
def harms_sent(simulator: Simulator) -> Callable[[], list[str]]:
    """Return a function that gives all harms in the bot's requests, and all refused requests."""

    def harms_sent() -> list[str]:
        found = [f"{one.path}: {harm}" for one in simulator.requests for harm in harms(one.json)]
        return found + [f"{o.path}: {o.answer}" for o in simulator.requests if o.status == 400]

    return harms_sent


@pytest.fixture(
    params=[
        pytest.param(5, id="some"),
        pytest.param(1, id="all", marks=[pytest.mark.slow, pytest.mark.timeout(300)]),
    ]
)
def numbered_texts(request: pytest.FixtureRequest) -> Counted:
    """Return a function that gives texts, each with its own number to be searched for."""
    hostile = HOSTILE[:: request.param]

    def numbered_texts(limit: int) -> list[str]:
        return [f"{text[: limit - 4]} N{number}" for number, text in enumerate(hostile, 1)]

    return numbered_texts


def on_one_line(text: str) -> str:
    return " ".join(text.split())


def form(custom_id: str, **values: str) -> Json:
    parts = [
        {"type": 18, "id": n, "component": {"type": 4, "id": 50 + n, "custom_id": k, "value": v}}
        for n, (k, v) in enumerate(values.items(), 1)
    ]
    return {"custom_id": custom_id, "components": parts}


async def test_hostile_text_is_harmless_when_published_edited_and_undone(
    session: SimSession, curate: Ask, harms_sent: Callable[[], list[str]], numbered_texts: Counted
) -> None:
    await curate("/settings")
    await curate("choose #lore")
    for name, line, text in zip(*map(numbered_texts, (100, 300, 4000)), strict=True):
        values = {"name": name, "aliases": name, "text": text, "source": on_one_line(line)}
        await session.user.act(InteractionKind.MODAL, form("form:add:place:0", **values))
        published = re.search(r"\((s\.[a-z0-9-]+)\), rev", (await curate("press Publish")).text)
        assert published
        id = published[1]
        values["text"] = text[::-1]
        await session.user.act(InteractionKind.MODAL, form(f"form:edit:{id}:1", **values))
        for act in ("press Publish", "press History", "press Roll back to 1"):
            assert (await curate(act)).kind == "update"
        assert (await curate(f"/lore {id}")).kind == "message"
        await curate(f"/entry remove {id}")

    assert harms_sent() == []


async def test_hostile_text_is_harmless_when_suggested_and_decided(
    lore_bot: LoreBot,
    simulator: Simulator,
    guild_id: int,
    curate: Ask,
    session: SimSession,
    settled: Callable[[], Awaitable[None]],
    harms_sent: Callable[[], list[str]],
    numbered_texts: Counted,
) -> None:
    person, now = simulator.state.asker.id, simulator.state.clock()
    for n, (name, line, words) in enumerate(
        zip(*map(numbered_texts, (100, 300, 1000)), strict=True), 1
    ):
        by = Actor(n, person, now - timedelta(days=200 - 2 * n))
        draft = QuoteDraft(words, name, name, line, line)
        await lore_bot.services.curation.suggest(guild_id, draft, by)
    await curate("/entry queue")
    for n, reason in enumerate(numbered_texts(300), 1):
        if n % 2:
            assert "is approved" in (await curate("press Approve")).text
        else:
            data, queue = form(f"reject:{n}", reason=reason), next(session.user.seen())
            [reply], _ = await session.user.act(InteractionKind.MODAL, data, queue)
            assert "is rejected" in reply.text
    await settled()

    assert len(simulator.state.direct_channel(simulator.state.asker).messages) == len(
        numbered_texts(300)
    )
    assert harms_sent() == []


async def test_hostile_text_is_harmless_when_found_completed_and_unanswered(
    lore_bot: LoreBot,
    publish: Publish,
    guild_id: int,
    simulator: Simulator,
    curate: Ask,
    harms_sent: Callable[[], list[str]],
    numbered_texts: Counted,
) -> None:
    questions, now = lore_bot.services.ledger.questions, simulator.state.clock()
    for name, words, text in zip(*map(numbered_texts, (100, 1000, 4000)), strict=True):
        await publish(EntryDraft(EntryKind.CHARACTER, name, text, (name[::-1],)))
        await publish(QuoteDraft(words, speaker=name))
        await publish(NoteDraft("vibranium", text[-300:]))
        await questions.count(guild_id, name, now)
    for n in range(1, len(numbered_texts(100)) + 1):
        for line in (f"complete /lore N{n}", f"complete /entry edit N{n}"):
            assert (await curate(line)).choices
        await curate(f"/search N{n}")
        await curate(f"/quote id:s{3 * n - 1}")
    await curate("/lore vibranium")
    await curate("/entry unanswered")

    assert harms_sent() == []


async def test_hostile_text_is_harmless_in_two_versions_side_by_side(
    publish: Publish,
    curate: Ask,
    session: SimSession,
    harms_sent: Callable[[], list[str]],
    numbered_texts: Counted,
) -> None:
    await session.play("as curator")
    for n, (line, text) in enumerate(zip(*map(numbered_texts, (300, 4000)), strict=True), 1):
        await publish(NoteDraft("ultron", text))
        for version in (text[::-1], "Quite another."):
            data = form(f"form:edit:s{n}:1", text=version, source=on_one_line(line))
            await session.user.act(InteractionKind.MODAL, data)
            reply = await curate("press Publish")
        assert reply.text.startswith("Changed by someone else meanwhile")

    assert harms_sent() == []


def test_there_are_forty_hostile_texts() -> None:
    assert len(set(HOSTILE)) >= 40


def test_hostile_text_is_detected_as_harm() -> None:
    harmful = HOSTILE[2:13] + HOSTILE[16:21] + HOSTILE[22:24] + HOSTILE[25:26]
    assert all(list(harms({"content": text})) for text in harmful)
    assert all(list(harms({"label": text})) for text in HOSTILE[31:37])


async def test_invisible_speaker_name_leaves_other_speakers_to_choose_from(
    publish: Publish, curate: Ask
) -> None:
    await publish(QuoteDraft("We are here now", speaker="\ue000", occasion="\U000f0001"))

    assert len((await curate("complete /quote speaker:")).choices) > 1
    assert "— an unnamed speaker" in (await curate('/quote text:"we are here now"')).text
