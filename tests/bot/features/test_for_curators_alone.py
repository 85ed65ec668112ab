"""Who may not curate is refused at whatever stands on a page that only curators are sent."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.simulator.exchanges import Reply
from bot.simulator.interactions import InteractionKind
from bot.simulator.session import SimSession
from tests.frozen.custom_ids import TABLE

Refused = Callable[..., Awaitable[bool]]

REFUSED = "Only curators may do this"

# What anybody may use: it shows what all can ask for, or is about what is their own.
FOR_EVERYBODY = (
    *(
        "about",
        "accounts",
        "ask",
        "cited",
        "go",
        "jump",
        "like",
        "picture",
        "quote",
        "quotes",
        "remove",
        "said",
        "search",
        "sources",
    ),
    *("show", "timeline", "walk"),
    *("draft", "form:suggest", "mine", "report", "resend", "retry", "wrong"),
    *("by", "change", "suggestions", "withdraw"),
)


def for_curators(part: str) -> dict[str, dict[str, Any]]:
    """Return an example of each custom_id for curators only, with what is chosen or typed."""
    rows = [one if isinstance(one, dict) else {"example": one} for one in TABLE[part].values()]
    return {
        row.pop("example"): row
        for row in map(dict, rows)
        if not f"{row['example']}:".startswith(tuple(f"{one}:" for one in FOR_EVERYBODY))
    }


@pytest.fixture
async def refused(session: SimSession) -> Refused:
    """Do something as somebody who may not curate; whether they alone are told so."""
    await session.play("as asker")
    await session.play("/about")
    message = next(session.user.seen())

    async def refused(kind: InteractionKind, custom_id: str, **data: Any) -> bool:
        data["custom_id"] = custom_id
        chosen = [{"label": "x", "value": value} for value in data.get("values", ())]
        part = {"type": data.get("component_type"), "id": 91, "custom_id": custom_id}
        part |= {"options": chosen} if chosen else {"style": 2, "label": "Old"}
        message.payload["components"].append({"type": 1, "id": 90, "components": [part]})
        replies, _ = await session.user.act(kind, data, message)
        message.payload["components"].pop()
        return replies[0].text.startswith(REFUSED) and replies[0].ephemeral

    return refused


async def test_only_curators_may_press_a_button(refused: Refused) -> None:
    for one in for_curators("buttons"):
        assert await refused(InteractionKind.COMPONENT, one, component_type=2), one


async def test_only_curators_may_choose_in_a_menu(refused: Refused) -> None:
    types = {"set:role": 6, "set:log": 8}
    for one, row in for_curators("menus").items():
        data = {"component_type": types.get(one, 3), "resolved": {}}
        data |= {"values": [row["value"]]} if "value" in row else {}
        assert await refused(InteractionKind.COMPONENT, one, **data), one


async def test_only_curators_may_send_a_form(refused: Refused) -> None:
    for one, typed in for_curators("forms").items():
        fields = ({"type": 4, "id": 50, "custom_id": k, "value": v} for k, v in typed.items())
        parts = [{"type": 18, "id": n, "component": field} for n, field in enumerate(fields, 1)]
        assert await refused(InteractionKind.MODAL, one, components=parts, resolved={}), one


async def test_only_curators_are_told_how_a_name_is_understood(
    session: SimSession, ask: Callable[[str], Awaitable[Reply]]
) -> None:
    await session.play("as asker")

    assert (await ask("/lore ultron explain:True")).text.startswith(REFUSED)
