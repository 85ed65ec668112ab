"""Stories whose packs list other tiers than the shipped pack: one, two or five of them."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import settings as settings_
from bot.client import LoreBot
from bot.settings import Settings
from bot.simulator.exchanges import Reply
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from lore.ledger.records import Actor, GuildSettings
from lore.pack.model import SERVER, TierInfo

Ask = Callable[[str], Awaitable[Reply]]
Play = Callable[..., Awaitable[Reply]]

ONE = (TierInfo(id="saga", label="Saga", colour="#102030"),)
TWO = (
    TierInfo(id="saga", label="The saga", colour="#102030"),
    TierInfo(id="songs", label="Songs by others", apart=True),
)
FIVE = (
    TierInfo(id="novel", label="Novel", colour="#AA0000"),
    TierInfo(id="letters", label="Letters", colour="#00aa00"),
    TierInfo(id="radio", label="Radio plays", colour="#0000aa"),
    TierInfo(id="dreams", label="Dreams", colour="#00aaaa", apart=True),
    TierInfo(id="tavern-talk", label="Tavern talk & rumours", colour="#aaaa00"),
)
QOTD = "/qotd set channel:#quotes time:09:00 zone:Europe/Berlin"


def by(interaction_id: int) -> Actor:
    return Actor(interaction_id, 1, datetime(2027, 3, 1, tzinfo=UTC))


def write_story(folder: Path, tiers: tuple[TierInfo, ...]) -> None:
    """Write a pack with a source, a hero, an event and a quote of each of the tiers.

    The first hero has statements of all tiers, except those that must stay apart.
    """
    info = ['title = "The Hollow"', 'version = "1"', 'about = "Heroes under a hill."']
    for tier in tiers:
        info += ["[[tiers]]", f'id = "{tier.id}"', f'label = "{tier.label}"']
        info += [f'colour = "{tier.colour}"'] if tier.colour else []
        info += ["apart = true"] if tier.apart else []
    for number, tier in enumerate(tiers):
        info += ["[[sources]]", f'id = "{number}"', f'title = "Text {number}"']
        info += [
            'file = "x.txt"',
            f'tier = "{tier.id}"',
            f'sha256 = "{"0" * 64}"',
            "paragraphs = 9",
        ]
    files = {"pack.toml": info}
    for number, tier in enumerate(tiers):
        beside = range(1, len(tiers)) if number == 0 else ()
        own = [number, *(other for other in beside if not tiers[other].apart)]
        said = [
            f'[[text]]\nsays = "Told by {tiers[n].id}."\ncites = ["{n}:1 two words"]' for n in own
        ]
        files[f"characters/hero-{number}.toml"] = [f'name = "Hero {"ABCDE"[number]}"', *said]
        files[f"events/feast-{number}.toml"] = [
            f'name = "Feast {"ABCDE"[number]}"',
            f"order = {number + 1}",
            f'[[text]]\nsays = "They ate."\ncites = ["{number}:1 two words"]',
        ]
        files[f"quotes/{number}.toml"] = [
            f'[[quotes]]\nid = "{tier.id}-quote"\n'
            f'occasion = {{ says = "At the feast.", cites = ["{number}:1 two words"] }}\n'
            f'lines = [{{ words = "Hail {number}.", paragraph = 1, speaker = "hero-{number}" }}]'
        ]
    for name, lines in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("\n".join(lines), encoding="utf-8")


@pytest.fixture(params=[ONE, TWO, FIVE], ids=["one", "two", "five"])
def tiers(request: pytest.FixtureRequest) -> tuple[TierInfo, ...]:
    """Return the tiers of the bot's story."""
    listed: tuple[TierInfo, ...] = request.param
    return listed


@pytest.fixture
def settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiers: tuple[TierInfo, ...]
) -> Settings:
    write_story(tmp_path / "pack", tiers)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LORE_PACK", str(tmp_path / "pack"))
    (tmp_path / "data").mkdir()
    return settings_.load(
        data_dir=tmp_path / "data", person_per_minute=100_000, server_per_minute=100_000
    )


@pytest.fixture
def guild_id(simulator: Simulator) -> int:
    """Return the server in which the session starts."""
    return simulator.state.server(1).id


@pytest.fixture
def play(session: SimSession, ask: Ask) -> Play:
    """Return a function that plays lines as the curator and gives the reply to the last."""

    async def play(*lines: str) -> Reply:
        await session.play("as curator")
        for line in lines:
            reply = await ask(line)
        return reply

    return play


def accent(reply: Reply) -> int | None:
    """Return the colour of an answer's box."""
    [box] = [part for part in reply.shown["components"] if part["type"] == 17]
    colour: int | None = box.get("accent_color")
    return colour


def menu(reply: Reply, custom_id: str) -> dict[str, bool]:
    """Return the options of a menu by label, and whether they are chosen."""
    for row in reply.shown["components"]:
        for part in row.get("components", ()):
            if part.get("custom_id") == custom_id:
                return {one["label"]: one.get("default", False) for one in part["options"]}
    return {}


async def test_answers_use_the_packs_tier_labels_and_colours(
    ask: Ask, tiers: tuple[TierInfo, ...]
) -> None:
    about = (await ask("/about")).text
    for number, tier in enumerate(tiers):
        colour = int(tier.colour[1:], 16) if tier.colour else None
        entry = await ask(f"/bio hero-{number}")
        quote = await ask(f"/quote id:{tier.id}-quote")

        assert f"Character · {tier.label}" in entry.text
        assert f"\n{tier.label} · " in quote.text
        assert f"{number} Text {number} · {tier.label}" in about
        assert (accent(entry), accent(quote)) == (colour, colour)


async def test_statement_of_another_tier_is_labelled(ask: Ask, tiers: tuple[TierInfo, ...]) -> None:
    told = (await ask("/bio hero-0")).text

    assert f"Told by {tiers[0].id}. (" not in told
    for tier in tiers[1:]:
        assert (f"Told by {tier.id}. ({tier.label})" in told) is not tier.apart


async def test_lists_name_every_tier_but_the_first(ask: Ask, tiers: tuple[TierInfo, ...]) -> None:
    offered = (await ask("complete /bio name:hero")).text.splitlines()

    assert offered == [
        f"Hero {'ABCDE'[number]} · character" + (f", {tier.label}" if number else "")
        for number, tier in enumerate(tiers)
    ]


async def test_settings_offer_the_packs_tiers_and_the_servers_own(
    play: Play, tiers: tuple[TierInfo, ...]
) -> None:
    labels = [tier.label for tier in tiers]
    panel = await play("/settings")

    assert f"Shown {', '.join(labels)}, Added by this server\n" in panel.text
    assert menu(panel, "set:tiers") == {
        f"Show: {name}": True for name in (*labels, "Added by this server")
    }


async def test_tier_that_is_not_chosen_is_shown_nowhere(
    play: Play, ask: Ask, tiers: tuple[TierInfo, ...], lore_bot: LoreBot, guild_id: int
) -> None:
    last = tiers[-1]
    shown = [tier.id for tier in tiers[:-1]] + [SERVER]
    await play("/settings", f"choose {', '.join(shown)}")

    kept = await lore_bot.services.ledger.settings.of(guild_id)
    assert kept.tiers == tuple(shown)
    assert "Nothing found" in (await ask(f"/quote id:{last.id}-quote")).text
    assert f"Told by {last.id}." not in (await ask("/bio hero-0")).text


async def test_choosing_all_tiers_clears_the_choice(
    play: Play, lore_bot: LoreBot, guild_id: int, tiers: tuple[TierInfo, ...]
) -> None:
    every = [*(tier.id for tier in tiers), SERVER]
    await play("/settings", "choose server", "/settings", f"choose {', '.join(every)}")

    assert await lore_bot.services.ledger.settings.of(guild_id) == GuildSettings()


@pytest.mark.parametrize(
    ("tiers", "others"),
    [(ONE, ""), (TWO, ""), (FIVE, "Letters, Radio plays and Tavern talk & rumours")],
    indirect=["tiers"],
)
async def test_spoiler_setting_hides_tiers_of_other_works(
    play: Play, ask: Ask, others: str, tiers: tuple[TierInfo, ...]
) -> None:
    panel = await play("/settings")
    assert bool(menu(panel, "set:alike")) == any(tier.apart for tier in tiers)
    if not others:
        assert menu(panel, "set:spoilers") == {}
        assert "spoiler bars" not in panel.text
        return
    changed = await play(f"choose {others} behind spoiler bars")

    assert f"{others} shown openly" in panel.text
    assert changed.text.endswith(f"✓ Settings · {others}: behind spoiler bars")
    assert "||Told by tavern-talk.||" in json.dumps((await ask("/bio hero-0")).shown)
    assert "||" not in json.dumps((await ask("/bio hero-3")).shown)


async def test_quote_of_the_day_can_be_limited_to_any_tier(
    play: Play, tiers: tuple[TierInfo, ...]
) -> None:
    for number, tier in enumerate(tiers):
        begun = await play(f"{QOTD} tiers:{tier.label.upper()}")
        preview = await play("/qotd preview")

        assert f"only {tier.label}" in begun.text
        assert f"Hail {number}." in preview.text

    offered = (await play("complete /qotd set tiers:")).choices
    assert [one["value"] for one in offered][: len(tiers) + 1] == [
        *(tier.id for tier in tiers), SERVER,
    ]  # fmt: skip


async def test_quote_of_the_day_has_the_colour_of_its_tier(
    session: SimSession, play: Play, tiers: tuple[TierInfo, ...]
) -> None:
    last = tiers[-1]
    await play(f"{QOTD} tiers:{last.id}", "/qotd now")
    await session.play("in #quotes")
    posted = next(session.user.seen()).payload

    colour = int(last.colour[1:], 16) if last.colour else None
    assert [part.get("accent_color") for part in posted["components"]][:1] == [colour]


async def test_search_and_timeline_name_the_tiers(ask: Ask, tiers: tuple[TierInfo, ...]) -> None:
    for number, tier in enumerate(tiers):
        event = await ask(f"/timeline event:feast-{number}")
        found = await ask(f"/search hail {number}")

        marked = f" ({tier.label})" if number else ""
        assert f" Feast {'ABCDE'[number]}{marked} — They ate." in event.text
        assert f"· {tier.label}" in found.text


@pytest.fixture
def set_before(lore_bot: LoreBot, guild_id: int) -> Callable[[tuple[str, ...]], Awaitable[None]]:
    """Return a function that stores tiers as they were chosen in another story."""

    async def set_before(chosen: tuple[str, ...]) -> None:
        await lore_bot.services.curation.change_settings(guild_id, by(1), tiers=chosen)

    return set_before


SetBefore = Callable[[tuple[str, ...]], Awaitable[None]]


@pytest.mark.parametrize("tiers", [FIVE], indirect=True)
async def test_chosen_tier_that_the_pack_lacks_is_reported_and_kept(
    play: Play, ask: Ask, set_before: SetBefore, lore_bot: LoreBot, guild_id: int
) -> None:
    await set_before(("novel", "legends", "radio"))
    panel = await play("/settings")
    kept = await play("choose Answers private by default")

    for reply in (panel, kept):
        assert "Shown Novel, Radio plays, legends (no tier of this story)" in reply.text
        assert "⚠ This story has no tier “legends”. The choice is kept until" in reply.text
        assert "all of them are shown" not in reply.text
    assert menu(panel, "set:tiers")["Show: legends (no tier of this story)"]
    assert "Told by letters." not in (await ask("/bio hero-0")).text
    assert (await lore_bot.services.ledger.settings.of(guild_id)).tiers == (
        "novel", "legends", "radio",
    )  # fmt: skip


@pytest.mark.parametrize("tiers", [FIVE], indirect=True)
async def test_tier_that_the_pack_lacks_can_be_deselected(
    play: Play, set_before: SetBefore, lore_bot: LoreBot, guild_id: int
) -> None:
    await set_before(("novel", "legends"))
    kept = await play("/settings", "choose novel, letters, legends")
    let_go = await play("choose novel, letters")

    assert kept.text.endswith("Shown: Novel, Letters, legends (no tier of this story)")
    assert let_go.text.endswith("✓ Settings · Shown: Novel, Letters")
    assert (await lore_bot.services.ledger.settings.of(guild_id)).tiers == ("novel", "letters")


@pytest.mark.parametrize("tiers", [FIVE], indirect=True)
async def test_tiers_chosen_in_another_story_hide_nothing_of_this_one(
    play: Play, ask: Ask, set_before: SetBefore
) -> None:
    await set_before(("legends", "myths"))
    panel = await play("/settings")

    assert "no tier “legends” and “myths”" in panel.text
    assert "As it names no tier of this story, all of them are shown." in panel.text
    assert "Told by letters." in (await ask("/bio hero-0")).text
    assert menu(panel, "set:tiers")["Show: Added by this server"] is False


@pytest.mark.parametrize("tiers", [FIVE], indirect=True)
async def test_server_that_shows_only_its_own_lore_still_does(
    ask: Ask, set_before: SetBefore
) -> None:
    await set_before((SERVER,))

    assert "Nothing found" in (await ask("/bio hero-0")).text


@pytest.mark.parametrize("tiers", [FIVE], indirect=True)
async def test_chosen_tier_without_room_in_the_menu_stays_chosen(
    play: Play, set_before: SetBefore, lore_bot: LoreBot, guild_id: int
) -> None:
    legends = tuple(f"legends-{n:02}" for n in range(30))
    await set_before(legends)
    await play("/settings", f"choose novel, {', '.join(legends[:19])}")

    kept = (await lore_bot.services.ledger.settings.of(guild_id)).tiers
    assert kept == ("novel", *legends)


@pytest.mark.parametrize("tiers", [FIVE], indirect=True)
async def test_menu_of_another_story_changes_nothing(
    play: Play, set_before: SetBefore, lore_bot: LoreBot, guild_id: int
) -> None:
    await set_before(("novel", "legends"))
    await play("/settings")
    await lore_bot.services.curation.change_settings(guild_id, by(2), tiers=("novel",))
    refused = await play("choose novel, legends")

    assert refused.text.startswith("That menu is of another story.")
    assert (await lore_bot.services.ledger.settings.of(guild_id)).tiers == ("novel",)


@pytest.mark.parametrize("tiers", [FIVE], indirect=True)
@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({"novel", "legends"}, "⚠ This story has no tier “legends”."),
        ({"legends"}, "As it names no tier of this story, all of them are shown."),
    ],
)
async def test_quote_of_the_day_limited_to_an_unknown_tier_continues_and_says_so(
    play: Play, lore_bot: LoreBot, guild_id: int, chosen: set[str], told: str
) -> None:
    qotd = lore_bot.qotd
    await play(QOTD)
    config = await qotd.schedules.config(guild_id, None)
    assert config is not None
    await qotd.begin(guild_id, replace(config, tiers=frozenset(chosen)), by(1))
    status = await play("/qotd set time:10:00", "/qotd status")
    preview = await play("/qotd preview")
    changed = await qotd.schedules.config(guild_id, None)

    assert told in status.text
    assert "Hail " in preview.text
    assert changed is not None
    assert changed.tiers == chosen
