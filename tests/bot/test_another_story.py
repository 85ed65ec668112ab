"""The pack of docs/packs/monkey-king, served by the same bot: no other story is known."""

import json
import re
import shutil
from collections.abc import Awaitable, Callable, Iterator
from copy import deepcopy
from datetime import timedelta
from pathlib import Path

import pytest

from bot import settings as settings_
from bot.cli import clock
from bot.client import LoreBot
from bot.settings import Settings
from bot.simulator.exchanges import Reply
from bot.simulator.interactions import InteractionKind
from bot.simulator.lines import parse_command
from bot.simulator.objects import Json
from bot.simulator.reading import buttons_of, selects_of, text_of
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from lore.catalogue import database as catalogue_file
from lore.pack.model import Entry, Event, Pack
from lore.pack.reader import read
from lore.query.indexing import indexing
from lore.text.wording import clause

Ask = Callable[[str], Awaitable[Reply]]

ROOT = Path(__file__).parents[2]
STORY = ROOT / "docs" / "packs" / "monkey-king"
STAFF = STORY / "pictures" / "gold-banded-staff.png"
LABELS = {"novel": "The novel", "stage": "The stage", "hearsay": "Hearsay"}
NAMES = {
    "character": "Jade Emperor",
    "event": "Havoc in Heaven",
    "place": "Mountain of Five Phases",
    "artifact": "Golden Headband",
    "faction": "Host of Heaven",
    "work": "Journey to the West",
    "topic": "Tea House Talk",
}
SET = "/qotd set channel:#quotes time:09:00 zone:Europe/Berlin"

ADD = "/qotd add channel:#lore time:10:00 zone:Europe/Berlin"
OTHER = "#lore · 10:00"
EXPORTED_AS = (
    "File with the history, for /entry import",
    "Pack without the history, for a bot of its own",
)
LICENCES = (
    "None given",
    "Own words, all rights kept",
    "CC0: anybody may do anything",
    "CC BY: whoever wrote it is named",
    "CC BY-SA: and passed on likewise",
)

# What is typed, pressed and filled in, in this order, and what is answered.
PLAYED = (
    ("/bio monkey king", "Character · The novel\n"),
    ("/bio name:monkye king", "Spelling corrected: monkye → Monkey\n"),
    ("/bio jade emperor private:True", "Uncle of Erlang"),
    ("/event name:six robbers private:True", "Event · The novel · "),
    *((f"/lore {name} kind:{kind} private:True", f"{name}\n") for kind, name in NAMES.items()),
    *((f"/search {name} kind:{kind}", f"{name} · ") for kind, name in NAMES.items()),
    ("/lore jade emperor kind:topic private:True", "You asked for a topic; this is a character."),
    ("/search words:peach kind:Quote private:True", "Quote · Hearsay\n"),
    ("/quote speaker:erlang text:flagpole", "but none with its flagpole at the back."),
    ("/quote id:here-comes-old-sun private:True", "The stage · "),
    ("/timeline character:erlang private:True", "Timeline · Erlang\nEvents 1 to "),
    (
        "/timeline place:mountain of five phases",
        " Start of the Pilgrimage (639) — ",
    ),
    ("/timeline event:wager with the buddha", " Wager with the Buddha — "),
    ("/about", "Written for this pack 3 sources · The novel, The stage, Hearsay · CC0"),
    ("/help", "What you can ask\n"),
    ("/privacy", "What is kept\n"),
    ("/suggestions", "You have suggested nothing here yet."),
    *((f"/suggest kind:{kind}", "Suggest") for kind in (*NAMES, "dialogue", "quote")),
    ('fill Words="Ouch!" Speaker=孫悟空', "“Ouch!”\n— 孫悟空\n"),
    ("press Send", "Thank you"),
    ("as curator", ""),
    ("/lore monkey explain:True", "Monkey King"),
    ("/entry queue", "“Ouch!”\n— 孫悟空\n"),
    ("press Reject", "Reason"),
    ("fill Reason=No.", "✓ Suggestion 1 (“Ouch!”) is rejected."),
    ("/entry unanswered", "Everything that was asked here so far was found."),
    *((f"/entry add kind:{kind}", "Add") for kind in (*NAMES, "dialogue", "quote")),
    ('fill Words="Not I!" Speaker=erlang Listener="monkey king"', "— erlang, to monkey king\n"),
    ("press Publish", "Published: “Not I!”"),
    ("/entry edit entry:s1", "Not I!"),
    ("/entry remove entry:s1", "Removed"),
    ("/entry restore entry:s1", "Restored"),
    ("/entry history entry:s1", "Revision 3 · restored"),
    ("/entry annotate name:孫悟空", "Note on Monkey King"),
    ("fill Note=Loud.", "Note of this server: Loud."),
    ("press Publish", "Published: Note on Monkey King (s2)"),
    ("/entry list", "Note on Monkey King"),
    ("/entry export", "All of this server's lore"),
    ("/entry import file:lore.json", "To be added: 1\n"),
    ("press Import", "Imported"),
    ("/entry add kind:event", "Add"),
    ('fill Name="Race to the Peaches" Text="They ran."', "time not told"),
    ("press Publish", "Published: Race to the Peaches (s.race-to-the-peaches)"),
    ("/entry link entry:s.race-to-the-peaches type:Fought other:erlang", "Fought: Erlang"),
    ("/entry fact entry:s.race-to-the-peaches label:Prize value:A peach", "Prize: A peach"),
    (
        "/entry when entry:s.race-to-the-peaches after:havoc in heaven",
        "In the timeline after: Havoc in Heaven",
    ),
    ("/entry details entry:s.race-to-the-peaches", "Prize: A peach"),
    (
        "/entry annotate name:erlang unlike:Erlang entry:s.race-to-the-peaches",
        "Note on Erlang",
    ),
    ("/entry alias name:erlang alias:Third Eye", "“Third Eye” for Erlang"),
    ("/entry hide name:guanyin", "Hidden: Guanyin"),
    ("/entry hide quote:blow", "Hidden: “Blow"),
    ("/entry list hidden:True", "Guanyin"),
    *((f"/entry export as:{as_}", "lore") for as_ in EXPORTED_AS),
    *(
        (f"/entry export as:{EXPORTED_AS[1]} licence:{licence}", "A pack of ")
        for licence in LICENCES
    ),
    ("/settings", "Shown The novel, The stage, Hearsay, Added by this server\n"),
    (f"{SET} days:weekends role:@Readers tiers:Hearsay speaker:孫悟空", "only Hearsay"),
    ("/qotd preview", "nine-thousand-years · Hearsay"),
    ("/qotd set picture:True", "with a picture"),
    ("/qotd set clear:No picture", "Quote of the day"),
    ("/qotd set thread:True", "thread"),
    ("/qotd set thread:False", "Quote of the day"),
    ("/qotd set clear:No threads", "Quote of the day"),
    ("/qotd set clear:Ping nobody", "Pings nobody"),
    ("/qotd set clear:Any day of the week", "every day"),
    ("/qotd set clear:Quotes of any tier", "quotes of Monkey King"),
    ("/qotd set clear:Quotes of any speaker", "any quote"),
    ("/qotd skip", "Set aside on"),
    ("/qotd queue quote:俺老孫來也 date:tomorrow", "“俺老孫來也！” — Monkey King"),
    (f"/qotd pause until:{clock().date() + timedelta(days=9)}", "Paused until"),
    ("/qotd resume", "✓ It goes on."),
    ("/qotd now", "Posted today's quote"),
    ("/qotd status", "Next"),
    ("/qotd history", "The last quotes"),
    (
        f"{ADD} thread:True days:mon-sun role:@Readers tiers:Hearsay speaker:孫悟空 "
        "picture:True what:Quotes",
        "only Hearsay",
    ),
    ("/qotd list", "2 of 4"),
    (f"/qotd set post:{OTHER} what:Quotes", "only Hearsay"),
    *(
        (f"/qotd {done} post:{OTHER}", says)
        for done, says in (
            ("skip", "No other quote fits"),
            ("preview", "Hearsay"),
            ("queue quote:nine-thousand-years date:tomorrow", "nine thousand years"),
            ("queued", "What is queued"),
            ("pause", "Paused"),
            ("resume", "✓ It goes on."),
            ("now", "Posted today's quote"),
            ("history", "The last quotes"),
            ("status", "Next"),
            ("off", "This daily post is turned off."),
        )
    ),
    ("/qotd add channel:#lore time:11:00 zone:Europe/Berlin what:Entries", "any entry"),
    ("/qotd off post:#lore · 11:00", "This daily post is turned off."),
    ("/qotd set what:Entries", "any entry"),
    ("/qotd off", "There will be no more"),
    ("message Clint: I saw him.", ""),
    ('menu "Save as quote"', "I saw him."),
)


@pytest.fixture(scope="module")
def story() -> Pack:
    return read(STORY)


@pytest.fixture(scope="module")
def compiled(story: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("story") / "catalogue.db"
    catalogue_file.build(story, file, indexing())
    return file


@pytest.fixture
def settings(tmp_path: Path, compiled: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return the settings of a bot that tells of the Monkey King."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LORE_PACK", str(STORY))
    shutil.copytree(compiled.parent, tmp_path / "data")
    return settings_.load(
        data_dir=tmp_path / "data", person_per_minute=100_000, server_per_minute=100_000
    )


def options_of(command: Json, *path: str) -> Iterator[tuple[str, ...]]:
    """Yield every option of a command and of those within it, and every choice that it offers."""
    yield (*path, command["name"])
    for option in command.get("options", ()):
        if option["type"] in (1, 2):
            yield from options_of(option, *path, command["name"])
        else:
            choices = option.get("choices") or [{"name": ""}]
            yield from ((*path, command["name"], option["name"], one["name"]) for one in choices)


def options_in(line: str, commands: list[Json]) -> Iterator[tuple[str, ...]]:
    """Yield what of a command is used in a line."""
    used = parse_command(line, commands)
    path = (used.command["name"], *used.path)
    yield from (path[:length] for length in range(1, len(path) + 1))
    for option in used.options:
        if option["name"] in used.values:
            choices = [one["name"] for one in option.get("choices") or ()]
            said = used.values[option["name"]].casefold()
            yield (*path, option["name"], next((c for c in choices if c.casefold() == said), ""))


async def test_every_option_of_every_command_is_used_here(session: SimSession) -> None:
    await session.play("as curator")
    commands = session.user.commands()
    lines = [line for line, _ in PLAYED if line.startswith("/")]

    offered = {each for command in commands for each in options_of(command)}
    assert offered - {each for line in lines for each in options_in(line, commands)} == {
        ("Save as quote",)
    }


async def test_every_command_answers(session: SimSession, tmp_path: Path) -> None:
    draft = {"kind": "place", "name": "Cloud Nine", "text": "A cloud."}
    file = {"schema_version": 1, "entries": [{"draft": draft}]}
    (tmp_path / "lore.json").write_text(json.dumps(file), encoding="utf-8")
    for line, says in PLAYED:
        replies = (await session.play(line)).replies

        assert says in "\n".join(reply.text for reply in replies), line
        assert "error" not in [reply.kind for reply in replies], line


async def test_the_picture_that_the_pack_has_of_an_entry_is_shown_with_its_credit(
    ask: Ask, simulator: Simulator
) -> None:
    await ask("/lore gold-banded staff")
    answer = await ask("press Picture")

    [gallery] = [part for part in answer.shown["components"][0]["components"] if part["type"] == 12]
    own, drawn = gallery["items"]
    assert own["description"].startswith("A red staff, standing upright")
    assert "Gold-Banded Staff" in drawn["description"]
    assert answer.text.startswith("[picture: A red staff")
    assert "Picture: Drawn for this pack, CC0" in answer.text
    assert not answer.ephemeral
    assert simulator.state.uploads.latest("entry.png") == STAFF.read_bytes()
    assert simulator.state.uploads.latest("picture.png")


@pytest.mark.parametrize("content", [None, b"no picture"])
async def test_a_picture_that_is_gone_since_the_pack_was_read_is_told_to_the_presser(
    ask: Ask, lore_bot: LoreBot, tmp_path: Path, content: bytes | None
) -> None:
    folder = tmp_path / "pack"
    file = folder / STAFF.relative_to(STORY)
    file.parent.mkdir(parents=True)
    if content:
        file.write_bytes(content)
    object.__setattr__(lore_bot.services, "pack_folder", folder)
    await ask("/lore gold-banded staff")
    answer = await ask("press Picture")

    assert answer.ephemeral
    assert "The picture pictures/gold-banded-staff.png is n" in answer.text


async def every_page(
    session: SimSession, simulator: Simulator, lines: list[str], done: set[str]
) -> list[Reply]:
    """Play lines, and press and choose all that the answers lead to but what is done already."""
    pages: list[Reply] = []
    waiting = [reply for line in lines for reply in (await session.play(line)).replies]
    while waiting:
        page = waiting.pop()
        if page.kind == "modal":
            continue
        pages.append(page)
        channel = simulator.state.channels[int(page.shown["channel_id"])]
        message = channel.messages[int(page.shown["id"])]
        for part in (*buttons_of(page.shown), *selects_of(page.shown)):
            values = [option["value"] for option in part.get("options", ())]
            for key in values or [part["custom_id"]]:
                if key in done:
                    continue
                done.add(key)
                # The message may have changed since.
                message.payload = deepcopy(page.shown)
                act = {"custom_id": part["custom_id"], "component_type": part["type"]}
                act |= {"values": [key]} if values else {}
                waiting += (await session.user.act(InteractionKind.COMPONENT, act, message))[0]
    return pages


def sentences(entry: Entry) -> Iterator[str]:
    """Yield all that an entry says."""
    yield from (one.says for one in (entry.lead, *entry.text) if one)
    yield from (fact.value for fact in entry.facts)
    yield from (account.says for one in entry.differences for account in one.accounts)
    yield from (one.name for one in entry.credits)
    if isinstance(entry, Event) and entry.outcome:
        yield entry.outcome.says


def deeds(entry: Entry) -> Iterator[str]:
    """Return all after a name, without its capital: what was done, and what became of it."""
    yield from (clause(entry.status.says),) if entry.status else ()
    if isinstance(entry, Event):
        yield from (clause(one.did) for one in entry.participants)


async def test_every_page_of_every_entry_is_taken_and_nothing_is_left_out(
    session: SimSession, simulator: Simulator, story: Pack
) -> None:
    ids = [entry.id for entry in story.entries]
    done = {"remove", *ids, *(f"{how}:{id}" for id in ids for how in ("show", "go:0"))}
    pages = await every_page(session, simulator, [f"/lore {id}" for id in ids], done)

    assert {page.kind for page in pages} == {"message", "update"}
    for entry in story.entries:
        own = " ".join(page.text for page in pages if entry.name in page.text.splitlines()[0])
        label = LABELS[story.info.tier_of_entry(entry)]
        assert f"{entry.kind.capitalize()} · {label}" in own
        assert [one for one in sentences(entry) if one not in own] == []
        assert [one for one in deeds(entry) if one not in own] == []


async def test_every_quote_is_taken_with_its_speakers_and_tier(ask: Ask, story: Pack) -> None:
    names = {entry.id: entry.name for entry in story.entries}
    for quote in story.quotes:
        told = (await ask(f"/quote id:{quote.id}")).text

        assert f"\n{LABELS[story.info.tier_of(quote.cites())]} · " in told
        assert all(line.words in told for line in quote.lines)
        assert all(names.get(one.speaker, one.speaker_name) in told for one in quote.lines)


async def test_names_in_han_script_are_offered_and_found(ask: Ask, story: Pack) -> None:
    for entry in story.entries:
        names = (
            *(other.name for other in entry.found_by),
            *(alias.name for alias in entry.aliases),
        )
        for name in (one for one in names if not one.isascii()):
            offered = (await ask(f"complete /lore name:{name}")).choices

            assert [one["value"] for one in offered][:1] == [entry.id], name
    assert "Found by the alias 孫悟空\n" in (await ask("/bio 孫悟空")).text
    assert "Found by the name 二郎神\n" in (await ask("/bio 二郎神")).text


async def test_a_tier_is_hidden_with_everything_only_it_tells(
    session: SimSession, ask: Ask
) -> None:
    async def shown(*tiers: str) -> str:
        await session.play("as curator")
        await ask("/settings")
        await ask(f"choose {', '.join((*tiers, 'server'))}")
        lines = (
            "/event borrowed kettle",
            "/lore gold-banded staff",
            "/event havoc in heaven",
            "/bio erlang",
        )
        return " ".join([await with_accounts(ask, line) for line in lines])

    told = (
        "The kettle came back with a dent", "Where the staff is now",
        "How the havoc in Heaven ends", "(The stage)",
    )  # fmt: skip
    every = await shown("novel", "stage", "hearsay")
    without_hearsay = await shown("novel", "stage")
    novel_alone = await shown("novel")

    assert [one in every for one in told] == [True, True, True, True]
    assert [one in without_hearsay for one in told] == [False, False, True, True]
    assert [one in novel_alone for one in told] == [False, False, False, False]


async def with_accounts(ask: Ask, line: str) -> str:
    """Return the text of an answer, and of the accounts that differ if there are some."""
    reply = await ask(line)
    read, labels = reply.text, ("Sources differ (", "In more detail (")
    for label in (label for label in reply.buttons if label.startswith(labels)):
        read += (await ask(f"press {label}")).text
    return read


async def test_accounts_are_shown_side_by_side_wherever_they_matter(ask: Ask) -> None:
    ends = (
        "shuts Monkey under the Mountain of Five Phases.",
        "locks Monkey under the Mountain of Flowers and Fruit. (The stage)",
        "goes home under red banners. (The stage)",
    )
    for line in ("/event havoc in heaven", "/event wager with the buddha", "/bio monkey king"):
        told = await with_accounts(ask, line)

        assert [end for end in ends if end not in told] == [], line
    told = await with_accounts(ask, "/bio erlang")
    assert "under his own name, says the carter. (Hearsay)" in told


async def test_the_timeline_has_the_events_in_their_order_and_none_that_is_undated(
    ask: Ask, story: Pack
) -> None:
    events = sorted(
        (one for one in story.entries if isinstance(one, Event) and one.order),
        key=lambda event: event.order,
    )
    shown = await ask("/timeline")
    wholes = {event.part_of for event in events}
    steps = (event for event in events if event.id not in wholes)
    for number, event in enumerate(steps, 1):
        assert f"\n{number} {event.name} " in shown.text

    assert "\nTime not told: The Borrowed Kettle\n" in shown.text
    undated = await ask("/event the borrowed kettle")
    assert " · time not told\n" in undated.text
    assert not [label for label in undated.buttons if label == "Timeline" or "→" in label]


async def test_the_quote_of_the_day_comes_from_the_chosen_tier(
    session: SimSession, ask: Ask
) -> None:
    await session.play("as curator")
    await ask(f"{SET} tiers:hearsay")
    await ask("/qotd now")
    await session.play("in #quotes")

    assert "\nHearsay · " in text_of(next(session.user.seen()).payload, session.names)


def test_the_readme_of_the_pack_shows_how_to_ask_it() -> None:
    readme = (STORY / "README.md").read_text(encoding="utf-8")
    [(folder, line)] = re.findall(r"\$ LORE_PACK=(\S+) \S+/lorebot ask '(.+?)'", readme)

    assert ROOT / folder == STORY
    assert line in [played for played, _ in PLAYED]
