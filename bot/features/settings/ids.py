"""The custom_ids of settings; messages of years ago carry them, so no meaning may change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.core.ids import MenuId


@dataclass(frozen=True)
class SetCuratorRole(MenuId):
    """Choose the role whose members are curators."""

    family = "set:role"
    label = "setrole"


@dataclass(frozen=True)
class SetLogChannel(MenuId):
    """Choose the channel in which every change is logged."""

    family = "set:log"
    label = "setlog"


# The settings that are either on or off, by their names in `GuildSettings`.
Switch = Literal["suggestions", "spoilers", "private", "short", "alike"]


@dataclass(frozen=True)
class SetOption(MenuId):
    """Choose anything else on the panel."""

    family = "set"
    name: Literal["tiers", Switch]
