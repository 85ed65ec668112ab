"""What the pipeline lets in, counts and times, against the simulator."""

import asyncio
import random
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from time import perf_counter

import discord
import pytest

from bot.app import App, build_app
from bot.cli import clock
from bot.core.fairness import AT_ONCE
from bot.core.request import RequestContext
from bot.settings import Settings
from bot.simulated import online
from bot.simulator.faults import Fault
from bot.simulator.interactions import InteractionKind, Location
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from bot.simulator.user import Timeouts
from tests.waiting import eventually

CALLBACK = "POST /interactions/*/callback"

Figure = Callable[[str], float]
Play = Callable[[str], Awaitable[str]]


@pytest.fixture
async def parts(settings: Settings, simulator: Simulator) -> AsyncIterator[App]:
    few = settings.model_copy(update={"person_per_minute": 2, "server_per_minute": 3})
    async with build_app(few, random.Random(7), clock) as parts, online(parts.bot, simulator):
        yield parts


@pytest.fixture
def play(parts: App, simulator: Simulator, settled: Callable[[], Awaitable[None]]) -> Play:
    """Return a function that plays a line and waits for what follows its answer."""
    assert parts.bot.user is not None
    session = SimSession(simulator, Timeouts(first=0.5, more=0.01))

    async def play(line: str) -> str:
        turn = await session.play(line)
        await settled()
        return "\n".join(reply.text for reply in turn.replies)

    return play


@pytest.fixture
def sample(parts: App) -> Figure:
    """Return a function that reads one sample of the metrics, 0 if there is none."""

    def sample(name: str) -> float:
        lines = parts.metrics.text().decode().splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith(name))

    return sample


async def test_command_is_counted_by_name_and_outcome(play: Play, sample: Figure) -> None:
    await play("/bio Ultron")
    await play("/bio qqxyzzy")
    assert sample('lorebot_interactions_total{command="bio",outcome="answered"}') == 1
    assert sample('lorebot_interactions_total{command="bio",outcome="not found"}') == 1
    assert sample('lorebot_interaction_seconds_count{command="bio"}') == 2


async def test_question_cut_off_before_its_answer_counts_as_failed(
    play: Play, simulator: Simulator, sample: Figure
) -> None:
    simulator.faults.append(Fault(CALLBACK, delay=10))
    asked = asyncio.create_task(play("/bio Ultron"))
    name = "CommandTree-invoker"
    answering = await eventually(
        lambda: [one for one in asyncio.all_tasks() if one.get_name() == name]
    )
    await eventually(lambda: not simulator.faults)
    answering[0].cancel()
    await asked

    assert sample('lorebot_interactions_total{command="bio",outcome="failed"}') == 1


async def test_interaction_delivered_twice_is_answered_once(
    play: Play, simulator: Simulator
) -> None:
    await play("/bio Ultron")
    session = simulator.gateway.sessions[0]
    [again] = [event for _, event in session.log if "INTERACTION_CREATE" in event]
    assert session.socket is not None
    await session.socket.send_str(again)
    await play("/about")
    tried = [sent.path for sent in simulator.requests if sent.path.endswith("/callback")]
    assert len(tried) == len(set(tried)) == 2


async def test_button_press_is_counted_by_its_action(play: Play, sample: Figure) -> None:
    await play("/bio Raina")
    await play("press Quotes")
    assert sample('lorebot_interactions_total{command="quotes",outcome="answered"}') == 1


async def test_choice_that_a_menu_does_not_offer_is_counted_under_the_menu(
    play: Play, sample: Figure, simulator: Simulator, settled: Callable[[], Awaitable[None]]
) -> None:
    await play("as curator")
    await play("/settings")
    user = SimSession(simulator, Timeouts(first=0.5, more=0.01)).user
    user.person = simulator.state.curator
    data = {"custom_id": "set:spoilers", "component_type": 3, "id": 5, "values": ["もっと"]}
    await user.act(InteractionKind.COMPONENT, data, next(user.seen()))
    await settled()
    assert sample('lorebot_interactions_total{command="set",outcome="refused"}') == 1


async def test_autocomplete_is_timed_separately(play: Play, sample: Figure) -> None:
    await play("complete /bio ultr")
    assert sample("lorebot_autocomplete_seconds_count") == 1


async def test_person_over_the_rate_limit_is_told_when_to_ask_again(play: Play) -> None:
    answers = [await play("/about") for _ in range(3)]
    assert answers[2].startswith("That was a lot at once. Ask me again in 3")


async def test_a_person_who_waited_too_long_in_the_queue_gets_a_refusal(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.core.request.PATIENCE", 0)
    assert (await play("/about")).startswith("More are asking here than I can answer.")


async def test_a_server_over_the_rate_limit_gets_a_refusal(play: Play) -> None:
    for who in ("asker", "asker", "curator"):
        await play(f"as {who}")
        await play("/about")
    await play("as curator")
    assert (await play("/about")).startswith("Many are asking here right now.")


async def test_button_press_over_the_rate_limit_is_refused(play: Play) -> None:
    await play("/bio Raina")
    await play("press Quotes")
    assert (await play("press Quotes")).startswith("That was a lot at once.")


async def test_completion_over_the_rate_limit_is_empty_and_no_error(
    play: Play, sample: Figure
) -> None:
    offered = [await play("complete /bio ultr") for _ in range(9)]
    assert offered[7].startswith("Ultron")
    assert offered[8] == ""
    assert sample('lorebot_interactions_total{command="autocomplete",outcome="refused"}') == 1


async def test_completion_over_a_servers_rate_limit_offers_nothing(play: Play) -> None:
    await play("as asker")
    for _ in range(8):
        await play("complete /bio ultr")
    await play("as curator")
    offered = [await play("complete /bio ultr") for _ in range(5)]
    assert [text.startswith("Ultron") for text in offered] == [True] * 4 + [False]


async def test_flood_in_one_server_delays_no_other(parts: App, simulator: Simulator) -> None:
    order = list[int | None]()

    async def note(ctx: RequestContext) -> None:
        """Take as long as one round of the queue has."""
        order.append(ctx.guild_id)
        begun = perf_counter()
        while perf_counter() - begun <= AT_ONCE:
            pass

    async def handle(_: RequestContext) -> None: ...

    here, elsewhere = simulator.state.server(1), simulator.state.server(2)
    came = [
        simulator.answers.begin(
            InteractionKind.COMPONENT,
            simulator.state.asker,
            Location(server.channels[0], server),
            {"custom_id": "x", "component_type": 2},
        ).payload(simulator.state)
        for server in (*[here] * 9, elsewhere)
    ]
    bot = parts.bot
    pressed = [discord.Interaction(data=one, state=bot._connection) for one in came]  # type: ignore[arg-type]
    await asyncio.gather(*(bot.pipeline.run(one, handle, "press", note) for one in pressed))
    assert order.index(elsewhere.id) == 2


async def test_question_without_a_match_is_recorded_for_its_server(
    play: Play, parts: App, simulator: Simulator
) -> None:
    await play("/bio qqxyzzy")
    here, elsewhere = (simulator.state.server(number).id for number in (1, 2))
    [counted] = await parts.ledger.questions.unanswered(here)
    assert (counted.question, counted.times) == ("qqxyzzy", 1)
    assert await parts.ledger.questions.unanswered(elsewhere) == ()


async def test_no_metric_label_holds_an_id_or_typed_text(play: Play, parts: App) -> None:
    await play("/bio qqxyzzy")
    text = parts.metrics.text().decode()
    assert "qqxyzzy" not in text
    assert re.findall(r'"\d{15,}"', text) == []


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault(CALLBACK, status=429, body="slow down"), "rate limited"),
        (Fault(CALLBACK, status=429, body={"message": "", "retry_after": 9}), "rate limited"),
        (Fault(CALLBACK, status=404, body={"message": "", "code": 10062}), "too late"),
        (Fault(CALLBACK, disconnect=True), "cut off"),
        (Fault(CALLBACK, status=200, body="<html>Sign in here</html>"), "cut off"),
    ],
    ids=["banned", "limited", "late", "disconnected", "garbled"],
)
@pytest.mark.parametrize("line", ["/about", "complete /bio ultr"])
async def test_answer_that_does_not_arrive_is_counted(
    play: Play,
    simulator: Simulator,
    sample: Figure,
    line: str,
    fault: Fault,
    reason: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    simulator.faults.append(replace(fault))
    await play(line)
    assert (
        await eventually(lambda: sample(f'lorebot_answers_missed_total{{reason="{reason}"}}')) == 1
    )
    caplog.clear()
