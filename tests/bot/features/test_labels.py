"""Every label that a completion offers is understood like its value.

Clients send the label instead of the value after a paste or a change of channel.
"""

import re
from collections.abc import Iterator
from itertools import count

import pytest
from discord import app_commands

from bot.cli import clock
from bot.client import LoreBot
from bot.core.rendering import RenderOptions
from bot.features.lookup import offers
from bot.features.quotes import quote_offers
from bot.simulator.exchanges import Reply
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from lore.catalogue.database import Catalogue
from lore.curation.drafts import Draft, EntryDraft, NoteDraft, QuoteDraft
from lore.ledger.records import Actor
from lore.pack.model import Kind
from lore.query.answers import Choice, Found, Quoted, Scope
from tests.tiers import EVERY_TIER

pytestmark = pytest.mark.thorough

# What is typed before a list opens: nothing, what many names have, and names that several have.
TYPED = ("", "inn", "raina", "long", "sokovia ·", "loki")
# So many of each list are asked for; those of the pack are all asked below.
FIRST = [3, pytest.param(8, marks=pytest.mark.slow)]
SET = "/qotd set channel:#quotes time:09:00 zone:Europe/Berlin"
ADD = "/qotd add channel:#quotes time:10:00"

# How each option is asked with a value, and what takes back what that has changed.
ASKED: dict[tuple[str, str], tuple[str, ...]] = {
    ("bio", "name"): ("/bio name:{}",),
    ("event", "name"): ("/event name:{}",),
    ("lore", "name"): ("/lore name:{}",),
    ("timeline", "character"): ("/timeline character:{}",),
    ("timeline", "place"): ("/timeline place:{}",),
    ("timeline", "event"): ("/timeline event:{}",),
    ("quote", "speaker"): ("/quote text:the speaker:{}",),
    ("quote", "id"): ("/quote id:{}",),
    ("entry edit", "entry"): ("/entry edit entry:{}",),
    ("entry annotate", "name"): ("/entry annotate name:{}",),
    ("entry alias", "name"): ("/entry alias name:{} alias:Zork", "press Undo"),
    ("entry hide", "name"): ("/entry hide name:{}", "press Undo"),
    ("entry hide", "quote"): ("/entry hide quote:{}", "press Undo"),
    ("entry remove", "entry"): ("/entry remove entry:{}", "press Undo"),
    ("entry restore", "entry"): ("/entry restore entry:{}", "/entry remove {id}"),
    ("entry history", "entry"): ("/entry history entry:{}",),
    ("entry annotate", "unlike"): ("/entry annotate name:raina unlike:{}",),
    ("entry annotate", "entry"): ("/entry annotate name:raina unlike:clairvoyant entry:{}",),
    ("entry details", "entry"): ("/entry details entry:{}",),
    # What these refuse, they refuse of an entry that they have found.
    ("entry fact", "entry"): ("/entry fact entry:{} label:- value:-",),
    ("entry link", "entry"): ("/entry link entry:{} type:none other:raina",),
    ("entry link", "type"): ("/entry link entry:s.inn type:{} other:s.inn",),
    ("entry link", "other"): ("/entry link entry:s.inn type:Owns other:{}", "choose Owns"),
    ("entry when", "entry"): ("/entry when entry:{} after:none",),
    ("entry when", "after"): (
        "/entry when entry:s.feast-place-film after:{}",
        "/entry when entry:s.feast-place-film",
    ),
    ("qotd add", "zone"): (f"{ADD} zone:{{}}", "press Undo"),
    ("qotd add", "days"): (f"{ADD} zone:UTC days:{{}}", "press Undo"),
    ("qotd add", "tiers"): (f"{ADD} zone:UTC tiers:{{}}", "press Undo"),
    ("qotd add", "speaker"): (f"{ADD} zone:UTC speaker:{{}}", "press Undo"),
    ("qotd set", "post"): ("/qotd set role:@Readers post:{}", "press Undo"),
    ("qotd queue", "post"): (
        "/qotd queue quote:peace-in-my-time date:tomorrow post:{}",
        "press Undo",
    ),
    ("qotd pause", "post"): ("/qotd pause post:{}", "press Undo"),
    ("qotd skip", "post"): ("/qotd skip post:{}", "press Undo"),
    **{
        (f"qotd {name}", "post"): (f"/qotd {name} post:{{}}",)
        for name in ("history", "now", "preview", "queued", "resume", "status")
    },
    ("qotd off", "post"): ("/qotd off post:{}", "press Undo"),
    ("qotd set", "zone"): ("/qotd set channel:#quotes time:09:00 zone:{}",),
    ("qotd set", "days"): (SET + " days:{}",),
    ("qotd set", "tiers"): (SET + " tiers:{}",),
    ("qotd set", "speaker"): (SET + " speaker:{}",),
    ("qotd queue", "quote"): ("/qotd queue date:tomorrow quote:{}", "press Undo"),
    ("qotd queue", "date"): ("/qotd queue quote:peace-in-my-time date:{}",),
    ("qotd pause", "until"): ("/qotd pause until:{}", "/qotd resume"),
}

# The lists of which there is never more than has room.
SHORT = {
    *(("entry annotate", "name"), ("quote", "speaker"), ("timeline", "place")),
    *((command, option) for command, option in ASKED if option in ("post", "days", "tiers")),
    *(("qotd set", "speaker"), ("qotd add", "speaker"), ("entry annotate", "unlike")),
    *(("entry when", "after"), ("entry link", "type")),
}

LONG = "Long " + "n" * 94

OWN: tuple[Draft, ...] = (
    EntryDraft(Kind.PLACE, "Inn", "The first."),
    EntryDraft(Kind.PLACE, "Inn", "The second."),
    EntryDraft(Kind.CHARACTER, "Raina", "Another of that name."),
    EntryDraft(Kind.CHARACTER, f"{LONG}a", "Long.", (f"{LONG}x",)),
    EntryDraft(Kind.CHARACTER, f"{LONG}b", "Longer."),
    EntryDraft(Kind.EVENT, "Feast · place, Film", "Named like a label.", ("In → out",)),
    EntryDraft(Kind.PLACE, "Sokovia · place", "Named like the label of an entry of the pack."),
    EntryDraft(Kind.PLACE, "Loki → Inn (raina)", "Named like an alias and a mark."),
    QuoteDraft("In the end\nthe inn stood.", "Somebody Long Gone"),
    QuoteDraft("In the beginning: an inn.", "Raina"),
    NoteDraft("raina", "A note."),
    EntryDraft(Kind.PLACE, "Inn", "The removed one."),
)


def beginning(command: str, option: str) -> str:
    """Return how each option is asked, up to its value."""
    return ASKED[command, option][0].partition("{}")[0]


def completed_options(bot: LoreBot) -> Iterator[tuple[str, str]]:
    """Return every option that has autocompletion."""
    for command in bot.tree.walk_commands():
        if isinstance(command, app_commands.Command):
            for option in command.parameters:
                if option.autocomplete:
                    yield command.qualified_name, option.display_name


@pytest.fixture
async def own(lore_bot: LoreBot, simulator: Simulator) -> None:
    """Give a server entries with the same names, one of them removed."""
    guild, numbers = simulator.state.server(1).id, count(1)

    def by() -> Actor:
        return Actor(next(numbers), simulator.state.curator.id, clock())

    for draft in OWN:
        last = await lore_bot.services.curation.publish(guild, draft, by())
    await lore_bot.services.curation.remove(guild, last.id, by())


@pytest.fixture
async def many(lore_bot: LoreBot, simulator: Simulator) -> None:
    """Publish more entries and quotes in a server than a list has room for, and remove some."""
    guild, numbers = simulator.state.server(1).id, count(1)
    curation, person = lore_bot.services.curation, simulator.state.curator.id
    for n in range(30):
        for draft in (
            EntryDraft(Kind.CHARACTER, f"Inn {n}", "An inn."),
            QuoteDraft(f"Inn {n}!", f"Inn {n}"),
        ):
            one = await curation.publish(guild, draft, Actor(next(numbers), person, clock()))
        if n < 27:
            await curation.remove(guild, one.id, Actor(next(numbers), person, clock()))


def summary(reply: Reply) -> str:
    """Return what a reply says, without the ids and revisions that grow with each change."""
    return re.sub(
        r"\(s\d+\)|[Rr]evision \d+|Page 1 of \d+.*|<t:\d+:\w>", "", reply.text or str(reply.body)
    )


async def test_every_completed_option_is_tested_here(lore_bot: LoreBot) -> None:
    assert set(completed_options(lore_bot)) == set(ASKED)


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize(("command", "option"), ASKED)
@pytest.mark.parametrize("first", FIRST)
async def test_label_is_understood_like_its_value(
    session: SimSession, command: str, option: str, first: int
) -> None:
    await session.play("as curator")
    for line in (SET, "/qotd now"):
        await session.play(line)

    async def answered(given: str, id: str) -> str:
        line, *undo = ASKED[command, option]
        reply = (await session.play(line.format(given))).replies[0]
        for one in undo:
            await session.play(one.format(id=id))
        return summary(reply)

    labelled = {
        choice["name"]: choice["value"]
        for typed in TYPED
        for choice in (await session.play(f"complete {beginning(command, option)}{typed}"))
        .replies[0]
        .choices[:first]
    }
    assert labelled
    for label, value in labelled.items():
        assert await answered(label, value) == await answered(value, value), label


@pytest.mark.usefixtures("many")
async def test_no_list_of_choices_is_longer_than_discord_accepts(
    session: SimSession, lore_bot: LoreBot
) -> None:
    await session.play("as curator")
    await session.play(SET)
    longest = dict.fromkeys(completed_options(lore_bot), 0)
    for command, option in longest:
        for typed in ("", "inn", "e"):
            line = f"complete {beginning(command, option)}{typed}"
            reply = (await session.play(line)).replies[0]
            longest[command, option] = max(longest[command, option], len(reply.choices))

    assert min(longest.values()) > 0
    assert {one for one, length in longest.items() if length < 25} <= SHORT


async def test_every_label_of_the_pack_finds_its_entry(
    lore_bot: LoreBot, catalogue: Catalogue
) -> None:
    library, scope = lore_bot.services.library, Scope(None, EVERY_TIER)
    choices = [Choice(ref) for id in catalogue.entries if (ref := library.of_pack(id))]
    for offered in offers(choices, library.info):
        answer = await library.look_up(offered.name, scope)

        assert isinstance(answer, Found)
        assert answer.view.ref.id == offered.value


async def test_every_label_of_a_quote_finds_it(lore_bot: LoreBot) -> None:
    library, scope = lore_bot.services.library, Scope(None, EVERY_TIER)
    found = [await library.quote_by_id(id, scope) for id in await library.quote_ids(scope)]
    quotes = [one.view for one in found if isinstance(one, Quoted)]
    assert len({quote.tier for quote in quotes}) == len(EVERY_TIER) - 1
    for offered in quote_offers(quotes, RenderOptions(library.info)):
        answer = await library.quote_by_id(offered.name, scope)

        assert isinstance(answer, Quoted)
        assert answer.view.id == offered.value
