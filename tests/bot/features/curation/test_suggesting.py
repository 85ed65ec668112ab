"""Members suggest, curators decide, and whoever suggested it is told."""

from collections.abc import Awaitable, Callable

from bot.simulator.exchanges import Reply
from bot.simulator.faults import Fault
from bot.simulator.reading import text_of
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession

Ask = Callable[[str], Awaitable[Reply]]
Settled = Callable[[], Awaitable[None]]


def told(simulator: Simulator) -> list[str]:
    """What the member has been told in private."""
    state = simulator.state
    channel = state.direct_channel(state.asker)
    return [text_of(message.payload, state.name_of) for message in channel.messages.values()]


async def test_a_suggestion_waits_and_is_found_by_nobody(
    suggest: Ask, member: Ask, curate: Ask
) -> None:
    sent = await suggest("Lanterns out, everyone!")

    assert sent.text.startswith("Thank you. Your suggestion 1 (quote “Lanterns out, everyone!”)")
    assert (await member("/search lanterns everyone")).text.startswith("Nothing found")
    assert (await curate("/quote text:lanterns out everyone")).text.startswith("Nothing found")


async def test_the_queue_shows_it_as_it_will_look(suggest: Ask, curate: Ask) -> None:
    await suggest("Lanterns out, everyone!")
    queue = await curate("/entry queue")

    assert queue.text.startswith("Suggestion 1 · 1 of 1\nquote · by @Asker")
    assert "“Lanterns out, everyone!”\n— Quillon" in queue.text
    assert queue.buttons == ["Approve", "Edit and approve", "Reject"]


async def test_approved_it_is_published_and_the_member_told(
    suggest: Ask, curate: Ask, member: Ask, simulator: Simulator
) -> None:
    await suggest("Lanterns out, everyone!")
    await curate("/entry queue")
    done = await curate("press Approve")

    assert done.text.startswith("✓ Suggestion 1 (“Lanterns out, everyone!”) is approved: s1.")
    assert (await member("/quote id:s1")).text.startswith("“Lanterns out, everyone!”")
    assert told(simulator) == [
        "Your suggestion “Lanterns out, everyone!” in Server 1 was approved. "
        "It is part of the server's lore now, thank you."
    ]


async def test_a_curator_may_edit_what_they_approve(
    suggest: Ask, curate: Ask, member: Ask, simulator: Simulator
) -> None:
    await suggest("Lanterns out, everyone!")
    await curate("/entry queue")
    await curate("press Edit and approve")
    await curate('fill Words="Lanterns out!"')
    done = await curate("press Publish")

    assert done.text.startswith("Approved and published: “Lanterns out!” (s1)")
    assert (await member("/quote id:s1")).text.startswith("“Lanterns out!”")
    assert len(told(simulator)) == 1


async def test_rejected_the_member_is_told_the_reason(
    suggest: Ask, curate: Ask, simulator: Simulator
) -> None:
    await suggest("Lanterns out, everyone!")
    await curate("/entry queue")
    form = await curate("press Reject")
    done = await curate('fill Reason="Nobody *ever* said that."')

    assert form.kind == "modal"
    assert done.text.endswith("is rejected.\nNo suggestions wait.")
    assert told(simulator) == [
        "Your suggestion “Lanterns out, everyone!” in Server 1 was not taken.\n"
        "The reason: Nobody *ever* said that."
    ]


async def test_a_member_who_takes_no_private_messages_is_skipped(
    suggest: Ask, curate: Ask, simulator: Simulator
) -> None:
    await suggest("Lanterns out, everyone!")
    direct = simulator.state.direct_channel(simulator.state.asker).id
    closed = {"message": "Cannot send messages to this user", "code": 50007}
    simulator.faults.append(Fault(f"POST /channels/{direct}/messages", 403, closed))
    await curate("/entry queue")

    assert "is approved: s1." in (await curate("press Approve")).text
    assert told(simulator) == []


async def test_of_a_decision_that_was_answered_too_late_all_are_told_still(
    suggest: Ask, curate: Ask, simulator: Simulator, session: SimSession, settled: Settled
) -> None:
    await curate("/settings")
    await curate("choose #lore")
    await suggest("Lanterns out, everyone!")
    await curate("/entry queue")
    late = {"message": "Unknown interaction", "code": 10062}
    simulator.faults.append(Fault("POST /interactions/*/callback", 404, late))
    await session.play("press Approve")
    await settled()

    assert len(told(simulator)) == 1
    logged = simulator.state.server(1).channels[2].messages.values()
    assert "approved" in text_of([*logged][-1].payload, simulator.state.name_of)


async def test_the_queue_is_turned_and_goes_on_after_a_decision(suggest: Ask, curate: Ask) -> None:
    for words in ("Lanterns out, one!", "Quillons up, two!", "Zorblax, three!"):
        await suggest(words)
    await curate("/entry queue")
    second = await curate("press Next")
    after = await curate("press Approve")

    assert second.text.startswith("Suggestion 2 · 2 of 3")
    assert "Suggestion 3 · 2 of 2" in after.text
    assert (await curate("press Previous")).text.startswith("Suggestion 1 · 1 of 2")


async def test_what_was_decided_already_is_not_decided_again(
    suggest: Ask, curate: Ask, session: SimSession
) -> None:
    await suggest("Lanterns out, everyone!")
    await curate("/entry queue")
    await session.play("as owner")
    for line in ("/entry queue", "press Approve"):
        await session.play(line)

    assert (await curate("press Approve")).text == "Suggestion 1 was approved already."


async def test_a_suggestion_refused_for_its_number_is_still_at_hand(
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


async def test_where_a_server_takes_none_nothing_can_be_suggested(
    curate: Ask, member: Ask, session: SimSession
) -> None:
    await curate("/settings")
    await session.play("choose Nobody may suggest")

    assert (await member("/suggest kind:Quote")).text == (
        "This server takes no suggestions at the moment."
    )


async def test_an_empty_queue_says_so(curate: Ask) -> None:
    assert (await curate("/entry queue")).text == "No suggestions wait."
