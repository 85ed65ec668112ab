"""Curation inside Discord: `/entry`, `/suggest`, `/settings`, `/privacy`, and all that follows."""

from __future__ import annotations

from collections.abc import Iterable

from discord import app_commands

from bot.features.about.operator import Operator
from bot.features.curation import suggest
from bot.features.curation.deciding import Amend, Approve, Queue, Refuse
from bot.features.curation.drafting import Drafted, Resend
from bot.features.curation.entry import (
    Annotate,
    Dismiss,
    Entry,
    InVain,
    Own,
    Undismiss,
    save_as_quote,
)
from bot.features.curation.exchange import ChooseConflicts, Import, ResolveConflicts, UndoImport
from bot.features.curation.forms import Retry
from bot.features.curation.history import Back, History, Undo
from bot.features.curation.office import Office
from bot.features.lookup.cog import Command
from bot.features.privacy import cog as privacy
from bot.features.privacy.cog import Mine
from bot.features.settings import cog as settings
from bot.features.settings.cog import Set, SetLog, SetRole

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
