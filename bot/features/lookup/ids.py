"""The custom_ids of entries; messages of years ago carry them, so none may change its meaning."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.ids import ComponentId, MenuId, Slug


@dataclass(frozen=True)
class ShowPage(ComponentId):
    """Turn an answer to a page of an entry; `short` as long as the server wishes it so.

    `menu` is the part of its menu that is shown.
    """

    family = "go"
    page: int
    entry_id: Slug
    short: bool | None = None
    menu: int | None = None


@dataclass(frozen=True)
class ShowAccounts(ComponentId):
    """Turn an answer to a page of the accounts that differ about an entry."""

    family = "accounts"
    page: int
    entry_id: Slug


@dataclass(frozen=True)
class ShowSources(ComponentId):
    """Show, to whoever presses, where what an entry says stands; with a page, turn to it."""

    family = "sources"
    entry_id: Slug
    page: int | None = None


@dataclass(frozen=True)
class JumpToEntry(MenuId):
    """Turn an answer to the entry that is chosen, or do what a button would do."""

    family = "jump"
    holds_buttons = True
    number: int


@dataclass(frozen=True)
class AskForEntry(ComponentId):
    """Answer with the entry that was meant."""

    family = "ask"
    private: bool
    entry_id: Slug


@dataclass(frozen=True)
class ShowEntry(ComponentId):
    """Show an entry to whoever presses, and to nobody else."""

    family = "show"
    entry_id: Slug
