"""Whatever is sent in any option of any command is answered, and nothing is logged as a fault."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.simulator.interactions import InteractionKind
from bot.simulator.objects import Json
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from bot.simulator.user import Timeouts

pytestmark = pytest.mark.slow

SUBCOMMANDS = (1, 2)
VALUES: tuple[Any, ...] = (
    *(
        "",
        " ",
        "ultron",
        "s1",
        "-1",
        "9" * 400,
        "2027-02-29",
        "İ" * 200,
        "शक्ति",
        "\u200b",
        "\ue000",
    ),
    *("@everyone", "<@&1>", "||a||", "\x00", "A" * 6000, "٣", "²", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"),
    *(None, True, 0, -1, 2**53, 1e308, [], ["a"], {}, {"a": 1}),
)


def paths(options: list[Json]) -> Iterator[tuple[list[Json], list[str]]]:
    """The options of a command, or of each that stands within it, and the names that lead there."""
    within = [option for option in options if option["type"] in SUBCOMMANDS]
    for one in within:
        for found, names in paths(one.get("options", [])):
            yield found, [one["name"], *names]
    if not within:
        yield options, []


def usual(option: Json) -> Json:
    """An option with a value that it can have."""
    value = option["choices"][0]["value"] if option.get("choices") else "ultron"
    return {"type": option["type"], "name": option["name"], "value": value}


def tries(options: list[Json]) -> Iterator[list[Json]]:
    """The options that are needed, with one after the other having each of the values."""
    for tried in options:
        others = [usual(one) for one in options if one.get("required") and one is not tried]
        for value in VALUES:
            yield [*others, usual(tried) | {"value": value}]


@pytest.mark.parametrize(
    "kind", [InteractionKind.COMMAND, InteractionKind.AUTOCOMPLETE], ids=["sent", "typed"]
)
async def test_whatever_stands_in_an_option_is_answered(
    session: SimSession, simulator: Simulator, kind: InteractionKind
) -> None:
    await session.play("as curator")
    user = session.user
    quick = SimSession(simulator, Timeouts(more=0)).user
    quick.person = user.person
    answered = 0
    for command in (one for one in user.commands() if one["type"] == 1):
        known = {key: command[key] for key in ("id", "name", "type")}
        for options, names in paths(command.get("options", [])):
            for given in tries(options):
                if kind is InteractionKind.AUTOCOMPLETE:
                    given[-1]["focused"] = True
                for name in reversed(names):
                    given = [{"type": 1, "name": name, "options": given}]
                replies, _ = await quick.act(kind, known | {"options": given, "resolved": {}})
                assert "error" not in [reply.kind for reply in replies], given
                assert not any("Something broke" in reply.text for reply in replies), given
                answered += 1

    assert answered > len(VALUES) * 20
