"""Any custom_id that is pressed, chosen from or sent is answered without a logged error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.simulator.interactions import InteractionKind
from bot.simulator.objects import Json, Message
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from bot.simulator.user import Timeouts
from tests.frozen.custom_ids import TABLE

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("lore_bot")]

FIELDS = (
    *("", " ", "0", "1", "-1", "+1", "1_0", "٣", "²", "1" * 20, str(2**63), str(2**63 - 1)),
    *("s1", "s٣", "é", "İ:\n", "1.80", "9.80", "8.", "..", "2027-02-30", "2027-W01-1", "\ue000"),
    *("a" * 90, "__class__", "add", "%s", "\x00"),
)
BUTTON, TEXT_MENU, USER_MENU, ROLE_MENU, CHANNEL_MENU = 2, 3, 5, 6, 8


def known_custom_ids() -> list[str]:
    """Return one custom_id of every shape that the bot has posted."""
    posted = [*TABLE["buttons"].values(), *TABLE["menus"].values(), *TABLE["forms"].values()]
    return [one if isinstance(one, str) else one["example"] for one in posted]


def variants(custom_id: str) -> Iterator[str]:
    """Yield the custom_id unchanged and with each field replaced, left out and doubled."""
    fields = custom_id.split(":")
    yield custom_id
    yield f"{custom_id}:"
    for n in range(1, len(fields)):
        yield ":".join(fields[:n])
        yield ":".join([*fields[:n], *fields[n - 1 :]])
        for field in FIELDS:
            yield ":".join([*fields[:n], field, *fields[n + 1 :]])[:100]


class Forger:
    """Sends interactions that Discord's own client cannot send."""

    def __init__(self, simulator: Simulator, session: SimSession) -> None:
        self._user = SimSession(simulator, Timeouts(more=0)).user
        self._user.person = session.user.person

    async def use(self, message: Message, custom_id: str, type: int, **data: Any) -> list[str]:
        """Press a button or choose from a menu on the message."""
        part: Json = {"type": type, "id": 91, "custom_id": custom_id}
        if type == BUTTON:
            part |= {"style": 2, "label": "Old"}
        else:
            part |= {"min_values": 0, "options": [{"label": "x", "value": v} for v in ("x", "no")]}
        parts = message.payload["components"]
        parts.append({"type": 1, "id": 90, "components": [part]})
        try:
            data |= {"custom_id": custom_id, "component_type": type, "id": 91}
            return await self._texts(InteractionKind.COMPONENT, data, message)
        finally:
            parts.pop()

    async def send(self, custom_id: str, components: list[Json]) -> list[str]:
        """Send a form."""
        return await self._texts(
            InteractionKind.MODAL, {"custom_id": custom_id, "components": components}
        )

    async def _texts(
        self, kind: InteractionKind, data: Json, message: Message | None = None
    ) -> list[str]:
        replies, _ = await self._user.act(kind, data, message)
        assert all(reply.kind != "error" for reply in replies), data
        assert not any("Something broke" in reply.text for reply in replies), data
        return [reply.text for reply in replies]


@pytest.fixture
async def forger(simulator: Simulator, session: SimSession) -> Forger:
    await session.play("as curator")
    await session.play("/qotd set channel:#quotes time:18:00 zone:Europe/Berlin")
    await session.play("/settings")
    return Forger(simulator, session)


@pytest.mark.parametrize("type", [BUTTON, TEXT_MENU, ROLE_MENU, CHANNEL_MENU])
async def test_any_custom_id_of_a_button_or_menu_is_answered(
    session: SimSession, forger: Forger, type: int
) -> None:
    message = next(session.user.seen())
    for custom_id in {odd_one for one in known_custom_ids() for odd_one in variants(one)} - {
        "remove"
    }:
        chosen = {} if type == BUTTON else {"values": []}
        assert await forger.use(message, custom_id, type, **chosen), custom_id


async def test_any_custom_id_of_a_form_is_answered(forger: Forger) -> None:
    field = {"type": 4, "id": 2, "custom_id": "text", "value": "words"}
    for custom_id in {odd_one for one in known_custom_ids() for odd_one in variants(one)}:
        part = {"type": 18, "id": 1, "component": field}
        assert await forger.send(custom_id, [part]), custom_id


@pytest.mark.parametrize("values", [None, ["x"], [5], [None], [{}], ["x", "no"], ["0"], ["٣"]])
@pytest.mark.parametrize("type", [TEXT_MENU, USER_MENU, ROLE_MENU, CHANNEL_MENU])
@pytest.mark.parametrize("one", ["set:role", "set:log", "set:tiers", "jump:0", "vain", "dismiss"])
async def test_any_chosen_value_is_answered(
    session: SimSession, forger: Forger, one: str, type: int, values: Any
) -> None:
    resolved = {"roles": {"x": {}, "0": {}, "٣": {}}, "channels": {}}
    message = next(session.user.seen())

    assert await forger.use(message, one, type, values=values, resolved=resolved)


@pytest.mark.parametrize(
    "part",
    [{}, {"type": 18, "id": 1}, {"type": 10, "id": 1}, {"type": 18, "component": {"type": 4}}],
)
async def test_form_with_missing_parts_is_answered(forger: Forger, part: Json) -> None:
    for custom_id in ("form:add:place:0", "reject:1", "form:suggest:quote:0"):
        [said] = await forger.send(custom_id, [part])
        assert said == "I do not know this form any more. Please begin anew."
