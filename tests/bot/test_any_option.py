"""Any value of any option of any command is answered without a logged error."""

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
    """Yield the options of a command or of each subcommand, with the names that lead there."""
    within = [option for option in options if option["type"] in SUBCOMMANDS]
    for one in within:
        for found, names in paths(one.get("options", [])):
            yield found, [one["name"], *names]
    if not within:
        yield options, []


def valid_option(option: Json) -> Json:
    """Return an option with a valid value."""
    value = option["choices"][0]["value"] if option.get("choices") else "ultron"
    return {"type": option["type"], "name": option["name"], "value": value}


def option_sets(options: list[Json]) -> Iterator[list[Json]]:
    """Yield the required options, with each option in turn having each of the odd values."""
    for tried in options:
        others = [valid_option(one) for one in options if one.get("required") and one is not tried]
        for value in VALUES:
            yield [*others, valid_option(tried) | {"value": value}]


@pytest.mark.parametrize(
    "kind", [InteractionKind.COMMAND, InteractionKind.AUTOCOMPLETE], ids=["sent", "typed"]
)
async def test_any_option_value_is_answered(
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
            for given in option_sets(options):
                if kind is InteractionKind.AUTOCOMPLETE:
                    given[-1]["focused"] = True
                for name in reversed(names):
                    given = [{"type": 1, "name": name, "options": given}]
                replies, _ = await quick.act(kind, known | {"options": given, "resolved": {}})
                assert "error" not in [reply.kind for reply in replies], given
                assert not any("Something broke" in reply.text for reply in replies), given
                answered += 1

    assert answered > len(VALUES) * 20
