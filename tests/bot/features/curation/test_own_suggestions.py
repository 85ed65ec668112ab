"""Members see what became of their suggestions, and change or withdraw what waits."""

from collections.abc import Awaitable, Callable

import pytest

from bot.simulator.exchanges import Reply
from bot.simulator.interactions import InteractionKind
from bot.simulator.reading import buttons_of
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from bot.simulator.user import Timeouts

Ask = Callable[[str], Awaitable[Reply]]


async def test_member_sees_what_became_of_each_suggestion(
    suggest: Ask, curate: Ask, member: Ask
) -> None:
    for words in ("Lanterns out!", "Zorblax!", "Quillon!"):
        await suggest(words)
    await curate("/entry queue")
    await curate("press Approve")
    await curate("press Reject")
    await curate('fill Reason="Nobody said that."')
    own = await member("/suggestions")

    assert own.ephemeral
    first, second, third = (part for part in own.text.split("\n") if part[:1].isdigit())
    assert (first[:1], second[:1], third[:1]) == ("3", "2", "1")
    assert "waits for the curators" in own.text
    assert "not taken. The reason: Nobody said that." in own.text
    assert "approved: it is part of the server's lore (s1)" in own.text
    assert own.buttons == ["Change 3", "Withdraw 3", "Edit and send 2 again"]


async def test_withdrawn_suggestion_leaves_the_queue(
    suggest: Ask, curate: Ask, member: Ask
) -> None:
    sent = await suggest("Lanterns out!")
    await member("press My suggestions")
    done = await member("press Withdraw 1")

    assert sent.buttons == ["My suggestions"]
    assert done.text.startswith("✓ You have withdrawn suggestion 1 (“Lanterns out!”).")
    assert "withdrawn by you" in done.text
    assert done.buttons == ["Edit and send 1 again"]
    assert (await curate("/entry queue")).text == "No suggestions or reports wait."


async def test_withdrawn_suggestion_is_edited_and_sent_again(
    suggest: Ask, curate: Ask, member: Ask
) -> None:
    await suggest("Lanterns out!")
    await member("/suggestions")
    await member("press Withdraw 1")
    await member("press Edit and send 1 again")
    await member('fill Words="Lanterns in!"')
    sent = await member("press Send")

    assert "Your suggestion 2 (quote “Lanterns in!”)" in sent.text
    assert "Lanterns in!" in (await curate("/entry queue")).text


async def test_curator_who_saw_the_former_text_is_told_that_it_changed(
    suggest: Ask, curate: Ask, member: Ask
) -> None:
    await suggest("Lanterns out!")
    await curate("/entry queue")
    await member("/suggestions")
    form = await member("press Change 1")
    await member('fill Words="Lanterns in!"')
    sent = await member("press Send")
    told = await curate("press Approve")
    done = await curate("press Approve")

    assert form.kind == "modal"
    assert "1 (quote “Lanterns in!”), as you changed it, waits" in sent.text
    assert told.text.startswith("⚠ Suggestion 1 was changed by its author meanwhile.")
    assert "“Lanterns in!”" in told.text
    assert done.text.startswith("✓ Suggestion 1 (“Lanterns in!”) is approved: s1.")


@pytest.mark.parametrize(
    "lines",
    [
        ["press Reject", 'fill Reason="No."'],
        ["press Edit and approve", "fill", "press Publish"],
    ],
    ids=["reject", "edit"],
)
async def test_form_of_a_former_text_decides_nothing(
    suggest: Ask, curate: Ask, member: Ask, simulator: Simulator, lines: list[str]
) -> None:
    await suggest("Lanterns out!")
    first, *rest = lines
    curator = SimSession(simulator, Timeouts())
    for line in ("as curator", "/entry queue", first):
        await curator.play(line)
    await member("/suggestions")
    await member("press Change 1")
    await member('fill Words="Lanterns in!"')
    await member("press Send")
    for line in rest:
        told = await curator.play(line)

    assert "was changed by its author meanwhile" in told.replies[0].text
    assert "Suggestion 1 · 1 of 1" in (await curate("/entry queue")).text


async def test_decided_suggestion_is_not_changed_or_withdrawn(
    suggest: Ask, curate: Ask, member: Ask
) -> None:
    await suggest("Lanterns out!")
    await member("/suggestions")
    await curate("/entry queue")
    await curate("press Approve")

    assert (await member("press Withdraw 1")).text == "Suggestion 1 was approved already."
    assert (await member("press Change 1")).text == "Suggestion 1 was approved already."


async def test_suggestion_is_its_authors_alone(
    suggest: Ask, member: Ask, session: SimSession
) -> None:
    await suggest("Lanterns out!")
    await member("/suggestions")
    page = next(session.user.seen())
    await session.play("as owner")
    for button in buttons_of(page.payload):
        data = {"custom_id": button["custom_id"], "component_type": 2}
        replies, _ = await session.user.act(InteractionKind.COMPONENT, data, page)
        assert replies[0].text == "Suggestion 1 is not yours to change."
    listed = await session.play("/suggestions")

    assert listed.replies[0].text.startswith("You have suggested nothing here yet.")


async def test_withdrawn_suggestion_counts_for_the_day(suggest: Ask, member: Ask) -> None:
    for number in range(5):
        await suggest(f"Lantern {number}!")
    await member("/suggestions")
    await member("press Withdraw 5")

    refused = await member("/suggest kind:Quote")
    assert refused.text.startswith("You have made 5 suggestions here within a day")


async def test_log_tells_of_changes_and_withdrawals(
    suggest: Ask, curate: Ask, member: Ask, last: Callable[[], Awaitable[str]], session: SimSession
) -> None:
    await curate("/settings")
    await curate("choose #lore")
    await suggest("Lanterns out!")
    await member("/suggestions")
    await member("press Change 1")
    await member('fill Words="Lanterns in!"')
    await member("press Send")
    await member("/suggestions")
    await member("press Withdraw 1")
    await session.play("as curator")
    await session.play("in #lore")
    assert "withdrew suggestion 1 · quote “Lanterns in!”" in await last()
