"""Short answers: entries begin with who or what they are, and “More” opens the whole."""

from collections.abc import Awaitable, Callable

import pytest

from bot.simulator.exchanges import Reply
from bot.simulator.reading import text_of
from bot.simulator.session import SimSession

Ask = Callable[[str], Awaitable[Reply]]
Choose = Callable[[str], Awaitable[None]]

SHORT, FULL = "Short answers", "Full answers"


@pytest.fixture
def choose(session: SimSession) -> Choose:
    """Return a function that chooses something in `/settings` as a curator."""

    async def choose(what: str) -> None:
        for line in ("as curator", "/settings", f"choose {what}", "as asker"):
            await session.play(line)

    return choose


async def test_an_entry_begins_with_its_sentence_and_its_facts(choose: Choose, ask: Ask) -> None:
    full = await ask("/bio tony stark")
    await choose(SHORT)
    short = await ask("/lore tony stark")

    assert full.text.startswith(f"{short.text}\n")
    assert short.text.splitlines()[-1] == "Fate left the team after Ultron's defeat"
    assert short.buttons == ["More", *full.buttons[full.buttons.index("Sources") :]]
    assert not short.ephemeral


async def test_an_event_begins_with_its_outcome_and_the_way_on(choose: Choose, ask: Ask) -> None:
    full = await ask("/event duel of johannesburg")
    await choose(SHORT)
    short = await ask("/event duel of johannesburg")

    *lines, things = short.text.splitlines()
    assert full.text.splitlines()[: len(lines)] == lines
    assert lines[-1].startswith("Tony Stark knocked the Hulk unconscious")
    assert things in full.text.splitlines()
    assert short.buttons[:5] == [*full.buttons[:4], "More"]


@pytest.mark.parametrize(
    ("wanted", "line", "first"),
    [
        (SHORT, "/bio tony stark", "Tony Stark\n"),
        (FULL, "/bio tony stark", "Tony Stark\n"),
        (FULL, "/lore who killed quicksilver", "Ultron killed"),
    ],
)
async def test_more_turns_the_askers_answer_and_is_a_private_copy_for_others(
    choose: Choose, ask: Ask, session: SimSession, wanted: str, line: str, first: str
) -> None:
    await choose(wanted)
    answer = await ask(line)
    message = next(session.user.seen())
    await session.play("as owner")
    copy = await ask("press More")
    unchanged = text_of(message.payload, session.names)
    await session.play("as asker")
    turned = await ask("press More")

    assert answer.text == unchanged
    assert answer.text.startswith(first)
    assert (copy.kind, copy.ephemeral) == ("message", True)
    assert (turned.kind, turned.ephemeral) == ("update", False)
    assert copy.text == turned.text != answer.text


async def test_more_opens_the_entry_as_servers_without_short_answers_see_it(
    choose: Choose, ask: Ask
) -> None:
    full = await ask("/bio ultron")
    await choose(SHORT)
    await ask("/bio ultron")

    assert (await ask("press More")).text == full.text
    await ask("press More")
    assert (await ask("press Back")).text == full.text


async def test_what_leads_on_from_a_short_page_is_short_and_from_a_whole_one_whole(
    choose: Choose, ask: Ask
) -> None:
    await choose(SHORT)
    await ask("/event duel of johannesburg")
    short = await ask("press ← Battle at the Salvage Yard")
    await ask("press More")
    whole = await ask("press Duel of Johannesburg →")

    assert "Who took part" not in short.text
    assert "Who took part" in whole.text


async def test_accounts_of_a_short_answer_lead_back_to_it(choose: Choose, ask: Ask) -> None:
    await choose(SHORT)
    short = await ask("/bio tony stark")
    await ask("press Sources differ")

    assert (await ask("press Back to the entry")).text == short.text


async def test_buttons_of_other_settings_still_lead_to_pages(
    choose: Choose, ask: Ask, session: SimSession
) -> None:
    full = await ask("/event duel of johannesburg")
    await choose(SHORT)
    after_full = await ask("press ← Battle at the Salvage Yard")
    await ask("/event duel of johannesburg")
    await choose(FULL)
    after_short = await ask("press ← Battle at the Salvage Yard")
    await ask("press Duel of Johannesburg →")

    assert "Who took part" in after_full.text
    assert after_short.text == after_full.text
    assert text_of(next(session.user.seen()).payload, session.names) == full.text


@pytest.mark.parametrize("place", ["in server 2", "in dm"])
async def test_answers_elsewhere_stay_full(
    choose: Choose, ask: Ask, session: SimSession, place: str
) -> None:
    full = await ask("/bio tony stark")
    await choose(SHORT)
    await session.play(place)

    assert (await ask("/bio tony stark")).text == full.text


@pytest.mark.parametrize(
    ("text", "shown", "more"),
    [
        ("A hero.", "A hero.", False),
        ("A **hero** of Quillon. " * 60, "A hero of Quillon. A hero", True),
    ],
)
async def test_an_entry_without_a_sentence_of_its_own_shows_how_it_begins(
    choose: Choose, ask: Ask, session: SimSession, text: str, shown: str, more: bool
) -> None:
    form = f'fill Name=Zorblax Text="{text}"'
    for line in ("as curator", "/entry add kind:Character", form, "press Publish"):
        await session.play(line)
    await choose(SHORT)
    answer = await ask("/bio zorblax")

    assert shown in answer.text
    assert len(answer.text) < 800
    assert ("More" in answer.buttons, "…" in answer.text) == (more, more)
