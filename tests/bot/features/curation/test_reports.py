"""[Something wrong?]: a member tells, curators decide, and whoever told hears of it once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.client import LoreBot
from bot.simulator.exchanges import Reply
from bot.simulator.interactions import InteractionKind
from bot.simulator.reading import text_of
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from lore.curation.drafts import EntryDraft, QuoteDraft
from lore.ledger.records import Actor, Reported, ReportedCite, ReportState, ServerEntry
from lore.pack.model import Kind

Ask = Callable[[str], Awaitable[Reply]]
Publish = Callable[..., Awaitable[ServerEntry]]
Send = Callable[..., Awaitable[str]]

QUILLON = EntryDraft(Kind.CHARACTER, "Quillon", "A tall man.")
GONE = "That is no longer told in this server."


def private_messages(simulator: Simulator) -> list[str]:
    """Return what the member was sent in private."""
    state = simulator.state
    channel = state.direct_channel(state.asker)
    return [text_of(message.payload, state.name_of) for message in channel.messages.values()]


@pytest.fixture
def report(member: Ask) -> Ask:
    """Return a function that tells, as the member, what is wrong with the sources of Raina."""

    async def report(typed: str) -> Reply:
        await member("/bio raina private:True")
        await member("press Sources")
        await member("press Something wrong?")
        return await member(f"fill {typed}")

    return report


@pytest.fixture
def report_own(member: Ask, publish: Publish) -> Ask:
    """Return a function that tells what is wrong with an entry that the server has added."""

    async def report_own(wrong: str) -> Reply:
        await publish(QUILLON)
        await member("/bio quillon")
        await member("press Sources")
        await member("press Something wrong?")
        return await member(f'fill wrong="{wrong}"')

    return report_own


@pytest.fixture
def send(session: SimSession) -> Send:
    """Return a function that sends a form that nothing has opened."""

    async def send(custom_id: str, **typed: str) -> str:
        fields = ({"type": 4, "custom_id": name, "value": said} for name, said in typed.items())
        parts = [{"type": 18, "component": field} for field in fields]
        data: dict[str, Any] = {"custom_id": custom_id, "components": parts}
        replies, _ = await session.user.act(InteractionKind.MODAL, data)
        return replies[0].text

    return send


async def test_report_waits_with_the_sentence_and_its_cites(report: Ask, curate: Ask) -> None:
    sent = await report('wrong="She is no Inhuman." sentence="2. Species: Inhuman"')
    queue = await curate("/entry queue")

    assert sent.text.startswith("Thank you. Your report 1 waits for this server's curators.")
    assert sent.ephemeral
    assert queue.text.startswith("Report 1 · 1 of 1\nentry Raina (raina) · by @Asker · ")
    assert queue.text.splitlines()[2:] == [
        "She is no Inhuman.",
        "As it was told then:",
        "Species: Inhuman",
        "Article on the Ultron Offensive ¶8: “the clairvoyant Inhuman Raina experienced a vision”",
    ]
    assert queue.buttons == ["Answer", "Pass on", "Dismiss", "Show"]


async def test_sentence_may_be_left_open(report: Ask, curate: Ask) -> None:
    await report("wrong=All.")

    assert (await curate("/entry queue")).text.splitlines()[2:] == ["All."]


async def test_quote_is_reported_with_all_its_lines(member: Ask, curate: Ask) -> None:
    quote = await member("/quote id:peace-in-my-time")
    form = await member("press Something wrong?")
    await member('fill wrong="He says more."')
    queue = await curate("/entry queue")

    assert quote.buttons[-2:] == ["Something wrong?", "Delete"]
    assert form.text == "Something wrong?\nWhat is wrong?"
    assert "\nquote “I'm ready. I'm on a mission." in queue.text
    assert "\nWhat mission?\nPeace in my time.\nArticle" in queue.text


async def test_reports_and_suggestions_wait_in_one_queue(
    report: Ask, suggest: Ask, curate: Ask
) -> None:
    await suggest("Lanterns out, everyone!")
    await report("wrong=No.")
    await suggest("Lanterns in, everyone!")
    first = await curate("/entry queue")
    second = await curate("press Next")
    third = await curate("press Dismiss")

    assert first.text.startswith("Suggestion 1 · 1 of 3")
    assert second.text.startswith("Report 2 · 2 of 3")
    assert third.text.startswith("✓ Report 2 (entry Raina) is dismissed.\nSuggestion 3 · 2 of 2")


@pytest.mark.parametrize(
    ("press", "state", "told"),
    [
        ("press Pass on", "passed on", "The curators passed it on to the author of the story's"),
        ("press Dismiss", "dismissed", "The curators looked at it and left it as it is."),
    ],
)
async def test_whoever_told_hears_once_what_was_decided(
    report: Ask, curate: Ask, simulator: Simulator, press: str, state: str, told: str
) -> None:
    await report('wrong="She is *no* Inhuman."')
    await curate("/entry queue")
    done = await curate(press)

    assert done.text == f"✓ Report 1 (entry Raina) is {state}.\nNo suggestions or reports wait."
    [message] = private_messages(simulator)
    beginning = "You told in Server 1 what is wrong:\nShe is *no* Inhuman.\n"
    assert message.startswith(beginning + told)
    assert "Raina" not in message


async def test_answer_of_a_curator_is_told_and_logged(
    report: Ask, curate: Ask, simulator: Simulator
) -> None:
    await curate("/settings")
    await curate("choose #lore")
    await report("wrong=No.")
    await curate("/entry queue")
    await curate("press Answer")
    await curate('fill Answer="It is *so*, @everyone."')

    assert private_messages(simulator) == [
        "You told in Server 1 what is wrong:\nNo.\nThe curators answer:\nIt is *so*, @everyone."
    ]
    log = [*simulator.state.server(1).channels[2].messages.values()]
    assert [text_of(one.payload, simulator.state.name_of) for one in log][-2:] == [
        "@Asker · reported · entry Raina\nNo.",
        "@Curator · answered · report 1 of @Asker: entry Raina\nIt is *so*, @everyone.",
    ]


async def test_curator_amends_what_the_server_added(
    report_own: Ask, curate: Ask, member: Ask, simulator: Simulator
) -> None:
    await report_own("A woman.")
    queue = await curate("/entry queue")
    form = await curate("press Amend")
    await curate('fill Text="A tall woman."')
    waits = private_messages(simulator)
    await curate("press Publish")

    assert queue.buttons == ["Answer", "Amend", "Dismiss", "Show"]
    assert (form.kind, waits) == ("modal", [])
    assert "A tall woman." in (await member("/bio quillon")).text
    [message] = private_messages(simulator)
    assert message.endswith("A woman.\nThe curators amended it, thank you.")
    assert (await curate("/entry queue")).text == "No suggestions or reports wait."


async def test_form_that_was_opened_before_another_decision_tells_nobody_twice(
    report_own: Ask, curate: Ask, session: SimSession, simulator: Simulator
) -> None:
    await report_own("A woman.")
    await curate("/entry queue")
    await curate("press Amend")
    await curate('fill Text="A tall woman."')
    preview = next(session.user.seen()).payload
    await session.play("as owner")
    for line in ("/entry queue", "press Dismiss"):
        await session.play(line)
    await session.play("as curator")
    next(session.user.seen()).payload = preview
    exchange = await session.play("press Publish")

    assert [reply.text for reply in exchange.replies] == [
        "Saved: Quillon (s.quillon), revision 2.",
        "Report 1 was dismissed already.",
    ]
    assert len(private_messages(simulator)) == 1


async def test_press_after_another_decision_decides_nothing(
    report: Ask, curate: Ask, session: SimSession, simulator: Simulator
) -> None:
    await report("wrong=No.")
    await curate("/entry queue")
    await curate("press Answer")
    await session.play("as owner")
    for line in ("/entry queue", "press Dismiss"):
        await session.play(line)
    answered = await curate("fill Answer=Yes.")
    again = await curate("press Try again")

    assert answered.text.startswith("Report 1 was dismissed already.")
    assert "Answer Yes." in answered.text
    assert again.text == "Report 1 was dismissed already."
    assert len(private_messages(simulator)) == 1


async def test_removed_entry_is_still_answered_for(report_own: Ask, curate: Ask) -> None:
    await report_own("A woman.")
    stale = await curate("/entry queue")
    await curate("/entry remove quillon")
    queue = await curate("/entry queue")

    assert "Amend" in stale.buttons
    assert "A tall man." in queue.text
    assert queue.text.endswith("⚠ It is gone: nobody is shown it any more.")
    assert queue.buttons == ["Answer", "Dismiss"]


async def test_sentence_that_is_told_differently_by_now_is_shown_as_it_was(
    report_own: Ask, curate: Ask
) -> None:
    await report_own("A woman.")
    await curate("/entry edit quillon")
    await curate('fill Text="A short man."')
    await curate("press Publish")
    queue = await curate("/entry queue")

    assert "A tall man.\n⚠ This sentence is told differently now, or no longer." in queue.text
    assert queue.buttons == ["Answer", "Amend", "Dismiss", "Show"]


@pytest.mark.parametrize(
    ("story", "id", "said"),
    [
        ("another-story", "raina", "It is of another story than the one that is told now."),
        ("avengers-age-of-ultron", "no-such-entry", "It is gone: nobody is shown it any more."),
        ("avengers-age-of-ultron", "raina", "This sentence is told differently now, or no longer."),
    ],
)
async def test_report_on_what_a_pack_tells_no_longer_can_be_decided(
    curate: Ask,
    lore_bot: LoreBot,
    simulator: Simulator,
    guild_id: int,
    story: str,
    id: str,
    said: str,
) -> None:
    cites = (ReportedCite("no-such-source", "Old article", 3, "she flies"),)
    about = Reported("entry", id, "Raina", "no-such-tier", story, "She flies.", cites=cites)
    by = Actor(7, simulator.state.asker.id, simulator.state.clock())
    await lore_bot.services.ledger.reports.tell(guild_id, about, "No.", by)
    queue = await curate("/entry queue")
    await curate("press Pass on")

    assert queue.text.endswith(f"She flies.\nOld article ¶3: “she flies”\n⚠ {said}")
    assert queue.buttons[:3] == ["Answer", "Pass on", "Dismiss"]
    [passed] = await lore_bot.services.ledger.reports.passed_on()
    assert (passed.about, passed.state) == (about, ReportState.PASSED_ON)


async def test_no_button_where_nobody_takes_suggestions(
    curate: Ask, member: Ask, session: SimSession
) -> None:
    await member("/quote id:peace-in-my-time")
    await curate("/settings")
    await session.play("choose Nobody may suggest")
    pressed = await member("press Something wrong?")

    assert pressed.text == "This server takes no suggestions at the moment."
    assert "Something wrong?" not in (await member("/quote id:peace-in-my-time")).buttons
    assert "Something wrong?" not in (await member("press Sources")).buttons
    await member("/bio raina")
    assert "Something wrong?" not in (await member("press Sources")).buttons


async def test_no_button_in_a_direct_message(member: Ask, session: SimSession, send: Send) -> None:
    await session.play("as asker")
    await session.play("in dm")

    assert "Something wrong?" not in (await member("/quote id:peace-in-my-time")).buttons
    assert await send("report:entry:raina", wrong="No.") == (
        "I do not know this form any more. Please begin anew."
    )


async def test_member_who_was_turned_off_meanwhile_keeps_their_text(
    member: Ask, curate: Ask, session: SimSession
) -> None:
    await member("/quote id:peace-in-my-time")
    await member("press Something wrong?")
    await curate("/settings")
    await session.play("choose Nobody may suggest")
    await session.play("as asker")
    refused = await member('fill wrong="He says more."')

    assert refused.text.startswith("This server takes no suggestions at the moment.")
    assert refused.text.endswith("Wrong He says more.")
    assert refused.buttons == ["Try again"]


async def test_report_that_was_refused_can_be_sent_again(
    member: Ask, session: SimSession, send: Send
) -> None:
    await session.play("as asker")
    await send("report:quote:peace-in-my-time", wrong="?!")
    again = await member("press Try again")

    assert again.text == "What is wrong: at least one letter or digit is needed."


async def test_sentence_that_nobody_told_cannot_be_reported(
    session: SimSession, send: Send, lore_bot: LoreBot, guild_id: int
) -> None:
    await session.play("as asker")
    said = await send("report:entry:raina", wrong="No.", sentence="She is a man.")

    assert said.startswith("That sentence is told differently now.")
    assert "She is a man." not in said
    assert await lore_bot.services.ledger.reports.waiting(guild_id) == ()


@pytest.mark.parametrize("id", ["no-such-entry", "s1", "raina"])
async def test_what_a_server_does_not_show_cannot_be_reported(
    session: SimSession, curate: Ask, publish: Publish, simulator: Simulator, send: Send, id: str
) -> None:
    await publish(QUILLON, simulator.state.server(2).id)
    await curate("/settings")
    await session.play("choose film, server")
    await session.play("as asker")

    assert (await send(f"report:entry:{id}", wrong="No.")).startswith(GONE)


async def test_curator_of_another_server_finds_no_such_report(
    report: Ask, session: SimSession, simulator: Simulator, send: Send
) -> None:
    await report("wrong=No.")
    await session.play("as curator")
    await session.play("in server 2")

    assert (await send("reply:1", answer="Yes.")).startswith("This server has no report 1.")
    assert private_messages(simulator) == []


async def test_member_cannot_decide_about_their_own_report(
    report: Ask, send: Send, lore_bot: LoreBot, guild_id: int
) -> None:
    await report("wrong=No.")

    assert (await send("reply:1", answer="Yes.")).startswith("Only curators may do this")
    assert len(await lore_bot.services.ledger.reports.waiting(guild_id)) == 1


async def test_form_sent_twice_is_one_report_and_one_line_in_the_log(
    session: SimSession, curate: Ask, simulator: Simulator, send: Send
) -> None:
    await curate("/settings")
    await curate("choose #lore")
    await session.play("as asker")
    await send("report:entry:raina", wrong="No.")
    again = await send("report:entry:raina", wrong="No.")
    queue = await curate("/entry queue")

    assert again.startswith("You told this already: report 1 waits for the curators.")
    assert queue.text.startswith("Report 1 · 1 of 1")
    log = simulator.state.server(1).channels[2].messages.values()
    said = [text_of(one.payload, simulator.state.name_of) for one in log]
    assert sum("reported" in one for one in said) == 1


async def test_erased_member_is_told_nothing(
    report: Ask, curate: Ask, simulator: Simulator, lore_bot: LoreBot
) -> None:
    await report("wrong=No.")
    await lore_bot.services.curation.forget_person(simulator.state.asker.id)
    queue = await curate("/entry queue")
    await curate("press Dismiss")

    assert "· by someone ·" in queue.text
    assert private_messages(simulator) == []


async def test_spoilers_stay_behind_bars_in_form_queue_and_log(
    report: Ask, curate: Ask, session: SimSession, simulator: Simulator
) -> None:
    await curate("/settings")
    await curate("choose #lore")
    await session.play("choose Other canon behind spoiler bars")
    await report('wrong=No. sentence="2. Other canon"')
    await curate("/entry queue")

    page = next(session.user.seen()).payload
    [box, *_] = page["components"]
    text = "\n".join(part["content"] for part in box["components"])
    assert "entry **||Raina||**" in text
    assert "||Species: Inhuman||" in text
    log = [*simulator.state.server(1).channels[2].messages.values()][-1]
    assert "**||Raina||**" in str(log.payload["components"])


async def test_longest_report_fits_into_every_page(
    curate: Ask, session: SimSession, send: Send
) -> None:
    long = "*_[x](https://a.example) @everyone <@1> " * 25
    await session.play("as asker")
    sent = await send("report:quote:peace-in-my-time", wrong=long[:1000])
    queue = await curate("/entry queue")
    await curate("press Answer")
    answered = await send("reply:1", answer=long[:1000])

    assert sent.startswith("Thank you.")
    assert queue.text.count("@everyone") == 25
    assert answered.startswith("✓ Report 1 (quote")


async def test_server_that_the_bot_is_not_in_is_not_reported_to(
    lore_bot: LoreBot, simulator: Simulator, send: Send, guild_id: int, member: Ask
) -> None:
    removed = asyncio.ensure_future(lore_bot.wait_for("guild_remove", timeout=10))
    await asyncio.sleep(0)
    await simulator.gateway.dispatch(guild_id, "GUILD_DELETE", {"id": str(guild_id)})
    await removed
    quote = await member("/quote id:peace-in-my-time")

    assert "Something wrong?" not in quote.buttons
    assert (await send("report:entry:raina", wrong="No.")).startswith("This works in a server that")


async def test_curator_amends_a_quote_that_the_server_added(
    member: Ask, curate: Ask, publish: Publish, simulator: Simulator
) -> None:
    await publish(QuoteDraft("Lanterns out!", speaker="Quillon"))
    await member("/quote id:s1")
    await member("press Something wrong?")
    await member('fill wrong="Lanterns in."')
    await curate("/entry queue")
    await curate("press Amend")
    await curate('fill Words="Lanterns in!"')
    await curate("press Publish")

    assert (await member("/quote id:s1")).text.startswith("“Lanterns in!”")
    assert len(private_messages(simulator)) == 1


async def test_of_two_who_amend_at_once_the_second_sees_both_and_tells_nobody_again(
    report_own: Ask, curate: Ask, session: SimSession, simulator: Simulator
) -> None:
    await report_own("A woman.")
    await curate("/entry queue")
    await curate("press Amend")
    await curate('fill Text="A tall woman."')
    preview = next(session.user.seen()).payload
    await session.play("as owner")
    for line in ("/entry queue", "press Amend", 'fill Text="A woman."', "press Publish"):
        await session.play(line)
    await session.play("as curator")
    next(session.user.seen()).payload = preview
    conflict = await curate("press Publish")
    exchange = await session.play("press Save mine over theirs")

    assert conflict.text.startswith("Changed by someone else meanwhile")
    assert [reply.text for reply in exchange.replies if reply.channel is None] == [
        "Saved: Quillon (s.quillon), revision 3.",
        "Report 1 was amended already.",
    ]
    assert len(private_messages(simulator)) == 1
