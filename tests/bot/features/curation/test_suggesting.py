"""Members suggest, curators decide, and the suggester learns of it."""

from collections.abc import Awaitable, Callable

from bot.simulator.exchanges import Reply
from bot.simulator.faults import Fault
from bot.simulator.reading import text_of
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from bot.simulator.user import Timeouts
from tests.waiting import eventually

Ask = Callable[[str], Awaitable[Reply]]
Settled = Callable[[], Awaitable[None]]


def private_messages(simulator: Simulator) -> list[str]:
    """Return what the member was sent in private."""
    state = simulator.state
    channel = state.direct_channel(state.asker)
    return [text_of(message.payload, state.name_of) for message in channel.messages.values()]


async def test_nobody_finds_a_waiting_suggestion(suggest: Ask, member: Ask, curate: Ask) -> None:
    sent = await suggest("Lanterns out, everyone!")

    assert sent.text.startswith("Thank you. Your suggestion 1 (quote “Lanterns out, everyone!”)")
    assert (await member("/search lanterns everyone")).text.startswith("Nothing found")
    assert (await curate("/quote text:lanterns out everyone")).text.startswith("Nothing found")


async def test_queue_shows_a_suggestion_as_it_will_look(suggest: Ask, curate: Ask) -> None:
    await suggest("Lanterns out, everyone!")
    queue = await curate("/entry queue")

    assert queue.text.startswith("Suggestion 1 · 1 of 1\nquote · by @Asker")
    assert "“Lanterns out, everyone!”\n— Quillon" in queue.text
    assert queue.buttons == ["Approve", "Edit and approve", "Reject"]


async def test_approved_suggestion_is_published_and_the_member_told(
    suggest: Ask, curate: Ask, member: Ask, simulator: Simulator
) -> None:
    await suggest("Lanterns out, everyone!")
    await curate("/entry queue")
    done = await curate("press Approve")

    assert done.text.startswith("✓ Suggestion 1 (“Lanterns out, everyone!”) is approved: s1.")
    assert (await member("/quote id:s1")).text.startswith("“Lanterns out, everyone!”")
    assert private_messages(simulator) == [
        "Your suggestion “Lanterns out, everyone!” in Server 1 was approved. "
        "It is part of the server's lore now, thank you."
    ]


async def test_curator_may_edit_a_suggestion_before_approving(
    suggest: Ask, curate: Ask, member: Ask, simulator: Simulator
) -> None:
    await suggest("Lanterns out, everyone!")
    await curate("/entry queue")
    await curate("press Edit and approve")
    await curate('fill Words="Lanterns out!"')
    done = await curate("press Publish")

    assert done.text.startswith("Approved and published: “Lanterns out!” (s1)")
    assert (await member("/quote id:s1")).text.startswith("“Lanterns out!”")
    assert len(private_messages(simulator)) == 1


async def test_member_is_told_why_a_suggestion_was_rejected(
    suggest: Ask, curate: Ask, simulator: Simulator
) -> None:
    await suggest("Lanterns out, everyone!")
    await curate("/entry queue")
    form = await curate("press Reject")
    done = await curate('fill Reason="Nobody *ever* said that."')

    assert form.kind == "modal"
    assert done.text.endswith("is rejected.\nNo suggestions or reports wait.")
    assert private_messages(simulator) == [
        "Your suggestion “Lanterns out, everyone!” in Server 1 was not taken.\n"
        "The reason: Nobody *ever* said that."
    ]


async def test_member_with_closed_private_messages_is_skipped(
    suggest: Ask, curate: Ask, simulator: Simulator
) -> None:
    await suggest("Lanterns out, everyone!")
    direct = simulator.state.direct_channel(simulator.state.asker).id
    closed = {"message": "Cannot send messages to this user", "code": 50007}
    simulator.faults.append(Fault(f"POST /channels/{direct}/messages", 403, closed))
    await curate("/entry queue")

    assert "is approved: s1." in (await curate("press Approve")).text
    assert private_messages(simulator) == []


async def test_decision_answered_too_late_is_still_announced_to_all(
    suggest: Ask, curate: Ask, simulator: Simulator, settled: Settled
) -> None:
    await curate("/settings")
    await curate("choose #lore")
    await suggest("Lanterns out, everyone!")
    await curate("/entry queue")
    impatient = SimSession(simulator, Timeouts(first=0.1))
    await impatient.play("as curator")
    late = {"message": "Unknown interaction", "code": 10062}
    simulator.faults.append(Fault("POST /interactions/*/callback", 404, late))
    await impatient.play("press Approve")
    await eventually(lambda: private_messages(simulator))
    await settled()

    assert len(private_messages(simulator)) == 1
    logged = simulator.state.server(1).channels[2].messages.values()
    assert "approved" in text_of([*logged][-1].payload, simulator.state.name_of)


async def test_queue_is_paged_and_continues_after_a_decision(suggest: Ask, curate: Ask) -> None:
    for words in ("Lanterns out, one!", "Quillons up, two!", "Zorblax, three!"):
        await suggest(words)
    await curate("/entry queue")
    second = await curate("press Next")
    after = await curate("press Approve")

    assert second.text.startswith("Suggestion 2 · 2 of 3")
    assert "Suggestion 3 · 2 of 2" in after.text
    assert (await curate("press Previous")).text.startswith("Suggestion 1 · 1 of 2")


async def test_decided_suggestion_is_not_decided_again(
    suggest: Ask, curate: Ask, session: SimSession
) -> None:
    await suggest("Lanterns out, everyone!")
    await curate("/entry queue")
    await session.play("as owner")
    for line in ("/entry queue", "press Approve"):
        await session.play(line)

    assert (await curate("press Approve")).text == "Suggestion 1 was approved already."


async def test_suggestion_over_the_limit_is_kept_as_a_draft(
    suggest: Ask, member: Ask, session: SimSession
) -> None:
    await member("/suggest kind:Quote")
    await member('fill Words="Lantern number 6!"')
    waiting = next(session.user.seen()).payload
    for number in range(5):
        await suggest(f"Lantern number {number}!")
    next(session.user.seen()).payload = waiting
    refused = await member("press Send")

    assert refused.text.startswith("You have made 5 suggestions")
    assert (await member("press Edit")).kind == "modal"


async def test_server_can_turn_suggestions_off(
    curate: Ask, member: Ask, session: SimSession
) -> None:
    await curate("/settings")
    await session.play("choose Nobody may suggest")

    assert (await member("/suggest kind:Quote")).text == (
        "This server takes no suggestions at the moment."
    )


async def test_empty_queue_says_so(curate: Ask) -> None:
    assert (await curate("/entry queue")).text == "No suggestions or reports wait."
