"""Which method answers a button, a menu or a form, and what is refused."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from discord.ext import commands

from bot.client import LoreBot
from bot.core.ids import ComponentId, FormId, MenuId
from bot.core.page import Layout
from bot.core.request import RequestContext
from bot.core.router import Router, handles, prepares
from bot.settings import Settings
from bot.simulator.exchanges import Reply
from bot.simulator.interactions import InteractionKind
from bot.simulator.objects import Json
from bot.simulator.session import SimSession

BUTTON, MENU, ROLE_MENU = 2, 3, 6

NO_BUTTON = "I do not know this button any more. Please ask anew."
NO_FORM = "I do not know this form any more. Please begin anew."


@dataclass(frozen=True)
class TurnPage(ComponentId):
    """A button."""

    family = "leaf"
    page: int


@dataclass(frozen=True)
class TurnAll(ComponentId):
    """A button whose family begins like that of another."""

    family = "leaf:all"


@dataclass(frozen=True)
class Choose(MenuId):
    """A menu."""

    family = "pick"


@dataclass(frozen=True)
class Write(FormId):
    """A form."""

    family = "letter"
    about: str


class Feature(commands.Cog):
    """Records what reached it."""

    def __init__(self) -> None:
        self.prepared: list[Write] = []

    @handles(TurnPage)
    async def turn(self, ctx: RequestContext, pressed: TurnPage) -> None:
        await ctx.send(Layout([f"page {pressed.page}"]), private=True)

    @handles(TurnAll)
    async def turn_all(self, ctx: RequestContext, _: TurnAll) -> None:
        await ctx.send(Layout(["all pages"]), private=True)

    @handles(Choose)
    async def choose(self, ctx: RequestContext, _: Choose) -> None:
        await ctx.send(Layout([f"chosen: {ctx.component.chosen}"]), private=True)

    @prepares(Write)
    async def keep(self, _: RequestContext, sent: Write) -> None:
        self.prepared.append(sent)

    @handles(Write)
    async def write(self, ctx: RequestContext, sent: Write) -> None:
        await ctx.send(Layout([f"about {sent.about}"]), private=True)


Use = Callable[..., Awaitable[str]]


@pytest.fixture
async def feature(lore_bot: LoreBot) -> Feature:
    feature = Feature()
    await lore_bot.add_feature(feature)
    return feature


@pytest.fixture
def use(feature: Feature, session: SimSession) -> Use:
    """Return a function that uses a component on one of the bot's messages and gives the answer."""
    assert feature is not None

    async def use(custom_id: str, type: int = BUTTON, sent: int | None = None, **data: Any) -> str:
        await session.play("/about")
        message = next(session.user.seen())
        part: Json = {"type": type, "id": 91, "custom_id": custom_id, "min_values": 0}
        part |= {"style": 2, "label": "x"} if type == BUTTON else {}
        part |= {"options": [{"label": "a", "value": "a"}]} if type == MENU else {}
        message.payload["components"].append({"type": 1, "id": 90, "components": [part]})
        data |= {"custom_id": custom_id, "component_type": sent or type, "id": 91}
        return reply_text((await session.user.act(InteractionKind.COMPONENT, data, message))[0])

    return use


@pytest.fixture
def write(feature: Feature, session: SimSession) -> Use:
    """Return a function that sends a form and gives the answer."""
    assert feature is not None

    async def write(custom_id: str) -> str:
        data: Json = {"custom_id": custom_id, "components": []}
        return reply_text((await session.user.act(InteractionKind.MODAL, data))[0])

    return write


def reply_text(replies: list[Reply]) -> str:
    [reply] = replies
    assert reply.ephemeral
    return reply.text


async def test_component_is_answered_by_the_method_of_its_family(use: Use) -> None:
    assert await use("leaf:7") == "page 7"
    assert await use("pick", MENU, values=["a"]) == "chosen: ['a']"


async def test_id_belongs_to_the_longest_family_that_it_begins_with(use: Use) -> None:
    assert await use("leaf:all") == "all pages"
    assert await use("leaf:all:7") == NO_BUTTON


async def test_unreadable_or_unknown_custom_id_is_refused(use: Use, write: Use) -> None:
    for custom_id in ("leaf:x", "leaf", "leaf:1:2", "leafs:1", "tree:1", ":"):
        assert await use(custom_id) == NO_BUTTON
    for custom_id in ("letter", "letters:1", "tree:1", ":"):
        assert await write(custom_id) == NO_FORM


async def test_form_is_answered_by_the_method_of_its_family(write: Use, feature: Feature) -> None:
    assert await write("letter:a:b") == "about a:b"
    assert feature.prepared == [Write("a:b")]


async def test_id_of_a_form_menu_or_button_is_refused_on_another_component(
    use: Use, write: Use
) -> None:
    assert await use("letter:a") == await use("letter:a", MENU, values=[]) == NO_BUTTON
    assert await use("leaf:7", MENU, values=["a"]) == await use("pick") == NO_BUTTON
    assert await write("leaf:7") == await write("pick") == NO_FORM


async def test_component_used_as_another_type_than_on_its_message_is_refused(use: Use) -> None:
    assert await use("pick", MENU, sent=ROLE_MENU, values=["a"]) == NO_BUTTON
    assert await use("leaf:7", sent=MENU, values=[]) == NO_BUTTON


@pytest.mark.parametrize("values", [["b"], ["a", "b"], None, [{}], 5])
async def test_menu_takes_only_values_that_it_offers(use: Use, values: Any) -> None:
    assert await use("pick", MENU, values=values) == NO_BUTTON


async def test_chosen_role_must_be_resolved_by_discord(use: Use) -> None:
    told = {"roles": {"5": {}}, "channels": {"6": {}}}
    assert await use("pick", ROLE_MENU, values=["5"], resolved=told) == "chosen: ['5']"
    assert await use("pick", ROLE_MENU, values=["5", "7"], resolved=told) == NO_BUTTON
    assert await use("pick", ROLE_MENU, values=["5"]) == NO_BUTTON
    assert await use("pick", ROLE_MENU, values=["5"], resolved=None) == NO_BUTTON


def test_second_method_for_a_family_is_refused() -> None:
    router = Router()
    router.add(Feature())
    with pytest.raises(ValueError, match="two handlers for components of family"):
        router.add(Feature())


class TestLimits:
    """Run with a low rate limit."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"person_per_minute": 1})

    async def test_draft_of_a_form_is_kept_even_if_the_form_is_refused(
        self, write: Use, feature: Feature
    ) -> None:
        assert await write("letter:a") == "about a"
        assert (await write("letter:b")).startswith("That was a lot at once.")
        assert feature.prepared == [Write("a"), Write("b")]
