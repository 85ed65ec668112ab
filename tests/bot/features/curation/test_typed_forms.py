"""Typed text is never lost: not by a restart, a discard, a rejection or a refusal."""

import random
from collections.abc import Awaitable, Callable

import pytest

from bot.app import build_bot
from bot.cli import clock
from bot.client import LoreBot
from bot.core.fairness import RateLimits
from bot.settings import Settings
from bot.simulated import online
from bot.simulator.exchanges import Reply
from bot.simulator.faults import Fault
from bot.simulator.interactions import Interaction, InteractionKind, Location
from bot.simulator.objects import Json
from bot.simulator.reading import text_of
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession

Ask = Callable[[str], Awaitable[Reply]]


async def test_draft_survives_a_restart(settings: Settings, simulator: Simulator) -> None:
    session = SimSession(simulator)
    async with build_bot(settings, random.Random(1), clock) as bot, online(bot, simulator):
        for line in ("as curator", "/entry add kind:Quote", "fill Words=Lanterns"):
            await session.play(line)
    async with build_bot(settings, random.Random(1), clock) as bot, online(bot, simulator):
        form = await session.play("press Edit")
        preview = await session.play('fill Source="The feast"')
    async with build_bot(settings, random.Random(1), clock) as bot, online(bot, simulator):
        published = await session.play("press Publish")

    assert form.replies[0].kind == "modal"
    assert "“Lanterns”" in preview.replies[0].text
    assert published.replies[0].text.startswith("Published: “Lanterns” (s1)")


async def test_discarded_draft_can_be_restored(curate: Ask) -> None:
    await curate("/entry add kind:Place")
    preview = await curate("fill Name=Zorblax Text=One")
    discarded = await curate("press Discard")
    back = await curate("press Bring it back (for a day)")

    assert discarded.buttons == ["Bring it back (for a day)"]
    assert back.text == preview.text
    assert (await curate("press Publish")).text.startswith("Published: Zorblax (s.zorblax)")


async def test_rejected_suggestion_can_be_resent_from_the_private_message(
    suggest: Ask, curate: Ask, member: Ask, session: SimSession
) -> None:
    await suggest("Lanterns out, everyone!")
    for line in ("/entry queue", "press Reject", 'fill Reason="Who says it?"'):
        await curate(line)
    await session.play("in dm")
    form = await member("press Edit and send again (for a day)")
    values = [part["component"].get("value") for part in form.shown["components"]]
    preview = await member("fill Speaker=Zorblax")
    sent = await member("press Send")

    assert values[:2] == ["Lanterns out, everyone!", "Quillon"]
    assert "— Zorblax" in preview.text
    assert sent.text.startswith("Thank you. Your suggestion 2 ")
    await session.play("in server 1")
    assert "Suggestion 2 · 1 of 1" in (await curate("/entry queue")).text


async def test_former_member_cannot_suggest(
    suggest: Ask, curate: Ask, member: Ask, session: SimSession, simulator: Simulator
) -> None:
    await suggest("Lanterns out, everyone!")
    for line in ("/entry queue", "press Reject", "fill"):
        await curate(line)
    del simulator.state.server(1).members[simulator.state.asker.id]
    await session.play("in dm")
    reply = await member("press Edit and send again (for a day)")

    assert reply.text == "You and I are no longer both in that server."


MEMBER = "GET /guilds/*/members/*"
LIMITED = {"message": "You are being rate limited.", "retry_after": 3, "global": True}


@pytest.mark.parametrize(
    "fault",
    [
        Fault(MEMBER, status=429, headers={"Via": "1.1 google"}, body=LIMITED),
        Fault(MEMBER, status=200, body="<html>Sign in here</html>"),
    ],
    ids=["a limit", "not Discord"],
)
async def test_private_form_is_returned_while_membership_cannot_be_checked(
    suggest: Ask, curate: Ask, member: Ask, session: SimSession, simulator: Simulator, fault: Fault
) -> None:
    await suggest("Lanterns out, everyone!")
    for line in ("/entry queue", "press Reject", "fill"):
        await curate(line)
    await session.play("in dm")
    await member("press Edit and send again (for a day)")
    simulator.faults.append(fault)
    returned = await member("fill Speaker=Zorblax")

    assert returned.text.startswith("Discord does not answer me just now.")
    assert "Zorblax" in returned.text
    assert "Try again" in returned.buttons


async def test_form_over_the_limit_is_returned_and_can_be_resent(
    curate: Ask, lore_bot: LoreBot
) -> None:
    await curate("/entry add kind:Place")
    open_to_all, lore_bot.pipeline.limits = lore_bot.pipeline.limits, RateLimits(1, 1)
    await curate("/about")
    refused = await curate('fill Name=Zorblax Text="A *bar*." Source=Menu')
    lore_bot.pipeline.limits = open_to_all
    preview = await curate("press Try again")

    assert refused.ephemeral
    assert refused.text.startswith("That was a lot at once. Ask me again in ")
    assert "Name Zorblax\nText A *bar*.\nSource Menu" in refused.text
    assert preview.text.startswith("Preview, for your eyes only.")
    assert (await curate("press Publish")).text.startswith("Published: Zorblax (s.zorblax)")


def send_form(simulator: Simulator, fields: dict[str, str]) -> Interaction:
    """Send a suggestion form with any fields as the member in server 1."""
    state = simulator.state
    place = Location(state.server(1).channels[0], state.server(1))
    parts = [
        {"type": 18, "id": n, "component": {"type": 4, "id": 50 + n, "custom_id": k, "value": v}}
        for n, (k, v) in enumerate(fields.items(), 1)
    ]
    data: Json = {"custom_id": "form:suggest:place:0", "components": parts, "resolved": {}}
    return simulator.answers.begin(InteractionKind.MODAL, state.asker, place, data)


def final_answer(form: Interaction) -> Json | None:
    """Return the final answer to a form."""
    shown = None
    while form.outcomes.qsize():
        shown = form.outcomes.get_nowait().shown
    return shown


FORGED: tuple[Json, ...] = (
    {"type": 4, "id": 60, "custom_id": "kind", "value": "ghost"},
    {"type": 4, "id": 60, "custom_id": "text", "value": None},
    {"type": 3, "id": 60, "custom_id": "kind", "values": ["ghost"]},
)


@pytest.mark.usefixtures("lore_bot")
@pytest.mark.parametrize("field", FORGED)
async def test_forged_form_is_refused_in_a_sentence(simulator: Simulator, field: Json) -> None:
    form = send_form(simulator, {"name": "Zorblax", "text": "A bar."})
    form.data["components"].append({"type": 18, "id": 9, "component": field})
    await simulator.deliver(form)

    assert "Something broke" not in text_of((await form.outcomes.get()).shown, str)


@pytest.mark.usefixtures("lore_bot")
async def test_another_server_is_answered_during_forty_hostile_forms(
    simulator: Simulator, session: SimSession, settled: Callable[[], Awaitable[None]]
) -> None:
    names = "\n".join(f"tony stark vision ultron wanda {n} " * 2 for n in range(20))
    texts = ("\n" * 3998, "ultron spoke of peace. " * 170, "*_~`|" * 800, "- " * 2000, "||a" * 1300)
    hostile = [
        send_form(simulator, {"name": f"x{n}", "aliases": names, "text": f"a{text[:3998]}b"})
        for n in range(8)
        for text in texts
    ]
    for form in hostile:
        await simulator.deliver(form)
    await session.play("in server 2")
    answers = [(await session.play("/bio tony stark")).replies[0].text for _ in range(5)]
    await settled()
    # Of some Discord was told first to wait.
    outcomes = [one for form in hostile if (one := final_answer(form))]

    assert all(text.startswith("Tony Stark\n") for text in answers)
    told = [text_of(shown, simulator.state.name_of) for shown in outcomes]
    previews = [text for text in told if text.startswith("Preview, for your eyes only.")]
    returned = [text for text in told if "What you wrote is kept for a day" in text]
    assert all("Name x" in text for text in returned)
    assert len(previews) + len(returned) == len(told) == len(hostile)


async def test_reason_over_the_limit_is_returned_and_can_be_resent(
    suggest: Ask, curate: Ask, lore_bot: LoreBot
) -> None:
    await suggest("Lanterns out, everyone!")
    for line in ("/entry queue", "press Reject"):
        await curate(line)
    open_to_all, lore_bot.pipeline.limits = lore_bot.pipeline.limits, RateLimits(1, 1)
    await curate("/about")
    refused = await curate('fill Reason="Nobody said that."')
    lore_bot.pipeline.limits = open_to_all

    assert "Reason Nobody said that." in refused.text
    assert (await curate("press Try again")).text.endswith(
        "is rejected.\nNo suggestions or reports wait."
    )


async def test_form_refused_for_permissions_is_returned_with_its_text(
    curate: Ask, simulator: Simulator
) -> None:
    await curate("/entry add kind:Quote")
    simulator.state.server(1).members[simulator.state.curator.id] = []
    reply = await curate('fill Words="Lanterns out!"')

    assert reply.text.startswith("Only curators may do this")
    assert "Words Lanterns out!" in reply.text


async def test_draft_is_kept_while_the_ledger_cannot_be_written(
    curate: Ask, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    await curate("/entry add kind:Place")
    aside = settings.ledger.with_name("aside.db")
    settings.ledger.rename(aside)
    await curate("fill Name=Zorblax Text=One")
    refused = await curate("press Publish")
    aside.rename(settings.ledger)

    assert refused.text.startswith("Storage was moved or deleted")
    await curate("press Edit")
    await curate("fill Text=Two")
    assert (await curate("press Publish")).text.startswith("Published: Zorblax (s.zorblax)")
    assert "the ledger cannot be written: Storage was moved or deleted" in caplog.text
    caplog.clear()


async def test_a_published_draft_kept_only_in_memory_is_gone_too(
    curate: Ask, session: SimSession, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    await curate("/entry add kind:Place")
    aside = settings.ledger.with_name("aside.db")
    settings.ledger.rename(aside)
    await curate("fill Name=Zorblax Text=One")
    aside.rename(settings.ledger)
    message = next(session.user.seen())
    preview = dict(message.payload)
    assert (await curate("press Publish")).text.startswith("Published: Zorblax (s.zorblax)")
    message.payload = preview

    assert (await curate("press Publish")).text.startswith("I no longer have this draft")
    caplog.clear()


async def test_draft_is_accessible_only_to_its_author(
    curate: Ask, session: SimSession, simulator: Simulator
) -> None:
    await curate("/entry add kind:Place")
    await curate("fill Name=Zorblax Text=One")
    message = next(session.user.seen())
    message.ephemeral_to = simulator.state.owner.id
    await session.play("as owner")
    reply = (await session.play("press Publish")).replies[0]

    assert reply.text == "Only whoever wrote this draft can decide about it."


async def test_stored_drafts_are_shown_and_deleted_on_request(
    curate: Ask, session: SimSession, simulator: Simulator, lore_bot: LoreBot
) -> None:
    await curate("/entry add kind:Place")
    await curate("fill Name=Zorblax Text=One")
    preview = next(session.user.seen())
    [row] = await lore_bot.services.ledger.upkeep.person_data(simulator.state.curator.id)
    for line in ("/privacy", "press Delete my data", "press Delete from 1 place"):
        await curate(line)

    assert (row["table"], "Zorblax" in str(row["typed"])) == ("draft", True)
    assert await lore_bot.services.ledger.upkeep.person_data(simulator.state.curator.id) == ()
    assert text_of(preview.payload, session.names).startswith("Preview")


async def test_suggestion_limit_is_shown_before_the_form_opens(
    suggest: Ask, member: Ask, lore_bot: LoreBot
) -> None:
    for number in range(lore_bot.services.quota.suggestions_per_day):
        await suggest(f"Lantern number {number}!")

    assert (await member("/suggest kind:Quote")).text.startswith("You have made 5 suggestions")


@pytest.mark.parametrize("line", ["/entry add kind:Quote", 'menu "Save as quote"'])
async def test_full_server_is_reported_before_the_form_opens(
    settings: Settings, simulator: Simulator, line: str
) -> None:
    full = settings.model_copy(update={"quotes_per_server": 1})
    session = SimSession(simulator)
    async with build_bot(full, random.Random(1), clock) as bot, online(bot, simulator):
        for before in ("as curator", "message Clint: Hello there.", "/entry add kind:Quote"):
            await session.play(before)
        for before in ("fill Words=Lanterns", "press Publish"):
            await session.play(before)
        reply = (await session.play(line)).replies[0]

    assert reply.text.startswith("This server has 1 quote of its own, as many as it may.")


async def test_form_shows_the_maximum_length_of_a_text(curate: Ask, session: SimSession) -> None:
    form = await curate("/entry add kind:Place")
    hints = [part.get("description") for part in form.shown["components"]]
    await session.play(f"message Clint: {'word ' * 300}end")
    quote = await curate('menu "Save as quote"')

    assert hints[3].startswith("Up to 4,000 characters;")
    assert quote.shown["components"][0]["description"] == (
        "1,503 characters now; up to 1,000 can be kept"
    )


@pytest.mark.parametrize("act", ["publish", "edit", "discard", "look"])
async def test_rejection_reason_cannot_be_decided_like_a_draft(
    session: SimSession, act: str
) -> None:
    field = {"type": 4, "id": 2, "custom_id": "reason", "value": "No."}
    part = {"type": 18, "id": 1, "component": field}
    await session.user.act(InteractionKind.MODAL, {"custom_id": "reject:1", "components": [part]})
    message = next(session.user.seen())
    row = message.payload["components"][-1]
    row["components"][0]["custom_id"] = forged = (
        row["components"][0]["custom_id"].replace("retry:", f"draft:{act}:") + ":0"
    )
    press = {"custom_id": forged, "component_type": 2, "id": row["components"][0]["id"]}
    [reply], _ = await session.user.act(InteractionKind.COMPONENT, press, message)

    assert reply.text == "I do not know this form any more. Please begin anew."


async def test_form_for_a_server_without_the_bot_keeps_nothing(
    session: SimSession, lore_bot: LoreBot
) -> None:
    await session.play("in dm")
    field = {"type": 4, "id": 50, "custom_id": "words", "value": "Lanterns"}
    data: Json = {
        "custom_id": "form:suggest:quote:0:4242",
        "components": [{"type": 18, "id": 1, "component": field}],
        "resolved": {},
    }
    [reply], _ = await session.user.act(InteractionKind.MODAL, data)

    assert reply.text == "I do not know this form any more. Please begin anew."
    person = session.user.person.id
    assert await lore_bot.services.ledger.upkeep.person_data(person) == ()
