"""Finds the method that answers a button, a menu or a form, by the family of its custom_id."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Any, NamedTuple, TypeVar, cast

import discord

from bot.core.ids import ComponentId, FormId, MenuId
from bot.core.request import (
    UNREADABLE,
    RequestContext,
    UnknownComponentError,
    UsedComponent,
)
from lore.errors import LoreError

Id = TypeVar("Id", bound=ComponentId)
Method = Callable[[Any, RequestContext, Id], Awaitable[None]]

_HANDLES, _PREPARES = "_handles", "_prepares"


class UnknownFormError(LoreError):
    """A form was submitted that this version does not know."""

    def __init__(self) -> None:
        super().__init__("I do not know this form any more. Please begin anew.")


def handles(id_type: type[Id]) -> Callable[[Method[Id]], Method[Id]]:
    """Mark a method as the handler of components or forms with that id."""
    return _marked(_HANDLES, id_type)


def prepares(id_type: type[Id]) -> Callable[[Method[Id]], Method[Id]]:
    """Mark a method to run before anything with that id may be refused."""
    return _marked(_PREPARES, id_type)


def _marked(mark: str, id_type: type[Id]) -> Callable[[Method[Id]], Method[Id]]:
    def marked(method: Method[Id]) -> Method[Id]:
        setattr(method, mark, id_type)
        return method

    return marked


class Route(NamedTuple):
    """How to handle one interaction."""

    label: str
    handle: Callable[[RequestContext], Awaitable[None]]
    prepare: Callable[[RequestContext], Awaitable[None]] | None = None


class Router:
    """All components and forms that the bot has ever sent, each family with one handler."""

    def __init__(self) -> None:
        self._handlers: dict[str, tuple[type[ComponentId], Method[Any]]] = {}
        self._preparing: dict[str, Method[Any]] = {}

    def add(self, feature: object) -> None:
        """Register a feature's marked methods."""
        for name in dir(type(feature)):
            method = getattr(type(feature), name)
            if (id_type := getattr(method, _HANDLES, None)) is not None:
                if id_type.family in self._handlers:
                    raise ValueError(f"two handlers for components of family {id_type.family}")
                self._handlers[id_type.family] = id_type, getattr(feature, name)
            if (id_type := getattr(method, _PREPARES, None)) is not None:
                self._preparing[id_type.family] = getattr(feature, name)

    def route(self, interaction: discord.Interaction[Any]) -> Route:
        """Return how to handle a component or form; unknown ones are refused."""
        is_form = interaction.type is discord.InteractionType.modal_submit
        label, refuse = ("form", _refuse_form) if is_form else ("unknown", _refuse)
        try:
            pressed, handler, prepare = self._find(_data(interaction)["custom_id"], is_form=is_form)
            component = None if is_form else _on_message(interaction, pressed)
            label = label if is_form else pressed.label or pressed.family
            if component and not _is_offered(component, _data(interaction)):
                return Route(label, _refuse)
            if chosen := _chosen_button(interaction, pressed):
                pressed, handler, prepare = self._find(chosen, is_form=False)
                label = pressed.label or pressed.family
        except UNREADABLE:
            return Route(label, refuse)
        return Route(
            label,
            lambda ctx: handler(ctx, pressed),
            prepare and (lambda ctx: prepare(ctx, pressed)),
        )

    async def resubmit(self, ctx: RequestContext, custom_id: str) -> None:
        """Handle a stored form, whose typed text the context has, as if it was sent now."""
        try:
            form, handler, _ = self._find(custom_id, is_form=True)
        except UNREADABLE as error:
            raise UnknownFormError from error
        await handler(ctx, form)

    def _find(self, custom_id: str, *, is_form: bool) -> tuple[ComponentId, Any, Any]:
        for family in _families(custom_id):
            if family in self._handlers:
                id_type, handler = self._handlers[family]
                if issubclass(id_type, FormId) is not is_form:
                    break
                return id_type.parse(custom_id), handler, self._preparing.get(family)
        raise ValueError(custom_id)


async def _refuse(_: RequestContext) -> None:
    raise UnknownComponentError


async def _refuse_form(_: RequestContext) -> None:
    raise UnknownFormError


def _families(custom_id: str) -> Iterator[str]:
    """Yield the families it may belong to, the longest first: qotd:queue, qotd."""
    first, _, rest = custom_id.partition(":")
    if rest:
        yield f"{first}:{rest.partition(':')[0]}"
    yield first


def _data(interaction: discord.Interaction[Any]) -> dict[str, Any]:
    return cast(dict[str, Any], interaction.data)


def _on_message(interaction: discord.Interaction[Any], id: ComponentId) -> Any:
    """Return the used component from its message; ValueError if it is not there."""
    component, kind = UsedComponent(interaction).item, _data(interaction)["component_type"]
    if component is None or component.type.value != kind:
        raise ValueError(kind)
    if isinstance(id, MenuId) is (component.type is discord.ComponentType.button):
        raise ValueError(kind)
    return component


def _chosen_button(interaction: discord.Interaction[Any], id: ComponentId) -> str:
    """Return the custom_id of the button that was chosen in a menu; empty if it was none."""
    if not (isinstance(id, MenuId) and id.holds_buttons):
        return ""
    # The other options are ids of entries, which have no colon.
    return next((value for value in UsedComponent(interaction).chosen if ":" in value), "")


def _is_offered(component: Any, data: dict[str, Any]) -> bool:
    """Tell whether the choice is possible there; ValueError if it is no choice at all."""
    chosen = data.get("values", [])
    if component.type is discord.ComponentType.string_select:
        known = {option.value for option in component.options}
        return known.issuperset(chosen) and len(chosen) >= component.min_values
    # Discord sends an id only, if it sends no more of an object.
    resolved = data.get("resolved", {}).values()
    return all(any(one in objects for objects in resolved) for one in chosen)
