"""Curation inside Discord: `/entry`, `/suggest`, `/settings`, `/privacy`, and all that follows."""

from __future__ import annotations

from collections.abc import Iterable

from discord import app_commands

from bot.commands.curating import privacy, settings, suggest
from bot.commands.curating.deciding import Amend, Approve, Queue, Refuse
from bot.commands.curating.drafting import Drafted, Resend
from bot.commands.curating.entry import (
    Annotate,
    Dismiss,
    Entry,
    InVain,
    Own,
    Undismiss,
    save_as_quote,
)
from bot.commands.curating.exchange import ChooseConflicts, Import, ResolveConflicts, UndoImport
from bot.commands.curating.forms import Retry
from bot.commands.curating.history import Back, History, Undo
from bot.commands.curating.privacy import Mine
from bot.commands.curating.settings import Set, SetLog, SetRole
from bot.commands.lookup import Command
from bot.layouts.operator import Operator
from bot.office import Office

PRESSES = (
    Drafted, Resend, Retry, Annotate, Queue, Approve, Amend, Refuse, History, Back, Undo, Import,
    ChooseConflicts, ResolveConflicts, UndoImport, Own, InVain, Dismiss, Undismiss, SetRole,
    SetLog, Set, Mine,
)  # fmt: skip


def commands(
    office: Office, operator: Operator
) -> Iterable[Command | app_commands.Group | app_commands.ContextMenu]:
    """The commands by which servers grow lore of their own."""
    return (
        Entry(office),
        save_as_quote(office),
        suggest.command(office),
        settings.command(office),
        privacy.command(operator),
    )
