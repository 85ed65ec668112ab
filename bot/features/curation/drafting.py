"""From a form to the ledger: what was typed is shown as it will look, then published or not."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import discord

from bot.core.deferring import send
from bot.core.page import Layout
from bot.features.curation.draft_sessions import (
    NEW,
    Pending,
    Purpose,
    Verb,
    as_if_kept,
    blank,
    filled,
)
from bot.features.curation.office import Office, Writer
from bot.features.curation.press import OfficePress, reply, server_of
from bot.features.curation.telling import announcing
from bot.features.curation.views import changes, forms, preview
from bot.features.curation.views.words import form_of
from bot.features.lookup.presses import NotYours
from lore.curation.diff import diff
from lore.curation.drafts import Draft, DraftError, form, tidied
from lore.ledger.records import Change, Conflict, ServerEntry, TypedForm


async def begin(
    interaction: discord.Interaction, office: Office, writer: Writer, purpose: Purpose, draft: Draft
) -> None:
    """Open the form of something new, unless there is no room for it: told before it is typed."""
    if purpose.verb is Verb.SUGGEST:
        await office.ledger.suggestions.check_room(writer.guild_id, writer.by)
    else:
        await office.ledger.entries.check_room(writer.guild_id, form(draft))
    await open_form(interaction, office, purpose, draft)


async def open_form(
    interaction: discord.Interaction, office: Office, purpose: Purpose, draft: Draft
) -> None:
    """Open the form of a draft; it must be the first answer to the interaction."""
    modal = forms.form(purpose, draft, office.quota, office.name_of)
    await interaction.response.send_modal(modal)


async def submitted(
    interaction: discord.Interaction, office: Office, typed: TypedForm, purpose: Purpose
) -> None:
    """Show what was typed into a form as it will look."""
    writer = await _writer(interaction, office, purpose)
    pending = await _pending(office, writer, typed, purpose)
    await reply(interaction, await _shown(interaction, office, writer, pending))


async def _writer(interaction: discord.Interaction, office: Office, purpose: Purpose) -> Writer:
    if purpose.verb.for_curators:
        return await office.admit(interaction)
    return await office.welcome(interaction, purpose.server)


async def _pending(office: Office, writer: Writer, typed: TypedForm, purpose: Purpose) -> Pending:
    draft = filled(await _form_of(office, writer.guild_id, purpose), typed.typed)
    # All that follows sees what would be kept; what cannot be kept stays as it was typed.
    with suppress(DraftError):
        draft = tidied(draft, office.quota)
    return Pending(typed, purpose, draft)


async def _form_of(office: Office, guild_id: int, purpose: Purpose) -> Draft:
    if purpose.verb is Verb.EDIT:
        return (await office.ledger.entries.entry(guild_id, purpose.subject)).draft
    if purpose.verb is Verb.APPROVE:
        return (await office.ledger.suggestions.suggestion(guild_id, int(purpose.subject))).draft
    return blank(purpose)


async def _shown(
    interaction: discord.Interaction,
    office: Office,
    writer: Writer,
    pending: Pending,
    page: int = 0,
) -> Layout:
    library, purpose = office.desk.library, pending.purpose
    try:
        draft = tidied(pending.draft, office.quota)
    except DraftError as error:
        return preview.refused(pending, str(error))
    office.curation.check_story(draft)
    id = purpose.subject if purpose.verb is Verb.EDIT else NEW
    entry = as_if_kept(writer.guild_id, id, purpose.revision + 1, draft, writer.by.at)
    close = await office.alike(interaction, writer.guild_id, draft, besides=id)
    view = library.drawn(entry)
    name_of, shown = office.name_of, writer.shows_own
    return preview.preview(pending, view, close, writer.manner, name_of, page, shown=shown)


async def found(
    interaction: discord.Interaction, office: Office, token: str, server: str | None
) -> TypedForm | None:
    """The draft with that token, if it is of whoever acts; they are told if it is gone."""
    guild_id = server_of(interaction, int(server) if server else None)
    typed = None
    if guild_id is not None:
        typed = await office.drafts.find(guild_id, int(token), interaction.created_at)
    if typed is None:
        await send(interaction, Layout([preview.GONE]), private=True)
    elif typed.person_id != interaction.user.id:
        raise NotYours("Only whoever wrote this draft can decide about it.")
    return typed


class Drafted(
    OfficePress[discord.ui.Button[Any]],
    template=r"draft:(?P<act>publish|edit|discard|look):(?P<token>\d+):(?P<page>\d+)"
    r"(?::(?P<server>\d+))?",
):
    """What its writer does with a draft."""

    async def acted(self, interaction: discord.Interaction, office: Office) -> None:
        typed = await found(interaction, office, self.asked["token"], self.asked["server"])
        if typed is None or (purpose := Purpose.of(typed.form)) is None:
            return
        writer = await _writer(interaction, office, purpose)
        pending = await _pending(office, writer, typed, purpose)
        match self.asked["act"]:
            case "publish":
                await _finish(interaction, office, writer, pending)
            case "edit":
                await open_form(interaction, office, purpose, pending.draft)
            case "discard":
                await reply(interaction, preview.discarded(pending, office.name_of))
            case _:
                page = int(self.asked["page"])
                await reply(interaction, await _shown(interaction, office, writer, pending, page))


class Resend(
    OfficePress[discord.ui.Button[Any]], template=r"resend:(?P<server>\d+):(?P<number>\d+)"
):
    """Opens the form of a rejected suggestion once more, for whoever made it."""

    async def acted(self, interaction: discord.Interaction, office: Office) -> None:
        server = int(self.asked["server"])
        writer = await office.welcome(interaction, server)
        number = int(self.asked["number"])
        suggestion = await office.ledger.suggestions.rejected(writer.guild_id, number, writer.by)
        purpose = Purpose(Verb.SUGGEST, form_of(suggestion.draft), server=server)
        await begin(interaction, office, writer, purpose, suggestion.draft)


async def _finish(
    interaction: discord.Interaction, office: Office, writer: Writer, pending: Pending
) -> None:
    # A second press while it is published does not publish it once more.
    with office.drafts.deciding(pending.typed) as free:
        if not free:
            await send(interaction, Layout([preview.GONE]), private=True)
            return
        # The draft's own number stands for the act, so that even a replay publishes it once.
        writer = replace(writer, by=replace(writer.by, interaction_id=pending.typed.token))
        kept = await _publish(interaction, office, writer, pending)
    if kept:
        await office.drafts.keep(kept)


async def _publish(
    interaction: discord.Interaction, office: Office, writer: Writer, pending: Pending
) -> TypedForm | None:
    """Do what the draft is for; what of it is still to be decided."""
    guild_id, draft, purpose = writer.guild_id, pending.draft, pending.purpose
    by, name_of = writer.by, office.name_of

    def published(entry: ServerEntry) -> Layout:
        return preview.published(entry, purpose.verb, name_of, shown=writer.shows_own)

    match purpose.verb:
        case Verb.SUGGEST:
            suggestion = await office.curation.suggest(guild_id, draft, by)
            report = changes.suggested(suggestion, name_of)
            async with office.reporting(interaction, guild_id, report):
                await reply(interaction, preview.sent(suggestion, name_of))
        case Verb.EDIT:
            return await _save(interaction, office, writer, pending)
        case Verb.APPROVE:
            number = int(purpose.subject)
            approval = await office.curation.approve(guild_id, number, by, draft)
            async with announcing(interaction, office, approval.suggestion, approval.entry):
                await reply(interaction, published(approval.entry))
        case _:
            entry = await office.curation.publish(guild_id, draft, by)
            report = changes.report(by.person_id, Change.ADDED, entry, name_of)
            async with office.reporting(interaction, guild_id, report):
                await reply(interaction, published(entry))
    return None


async def _save(
    interaction: discord.Interaction, office: Office, writer: Writer, pending: Pending
) -> TypedForm | None:
    """Put the draft in place of what its writer saw; bring that back if they saw it removed."""
    guild_id, draft, purpose = writer.guild_id, pending.draft, pending.purpose
    by, name_of, shown = writer.by, office.name_of, writer.shows_own
    reports = []
    before = await office.ledger.entries.entry(guild_id, purpose.subject)
    if not before.live and before.revision == purpose.revision:
        # An interaction makes one change; the draft's own number is for the edit.
        pressed = replace(by, interaction_id=interaction.id)
        before = await office.curation.restore(guild_id, before.id, pressed)
        purpose = replace(purpose, revision=before.revision)
        reports.append(changes.report(by.person_id, Change.RESTORED, before, name_of))
    saved = await office.curation.edit(guild_id, purpose.subject, draft, purpose.revision, by)
    undecided = None
    if isinstance(saved, Conflict):
        layout = preview.conflict(pending, saved.current, name_of)
        now = replace(purpose, revision=saved.current.revision)
        undecided = replace(pending.typed, form=now.form)
    elif saved.revision == purpose.revision:
        layout = preview.unchanged(saved, name_of)
        if reports:
            layout = changes.restored(saved, name_of, shown=shown)
    else:
        changed = diff(before.draft, saved.draft)
        reports.append(changes.report(by.person_id, Change.EDITED, saved, name_of, changed))
        layout = preview.published(saved, purpose.verb, name_of, shown=shown)
    async with office.reporting(interaction, guild_id, *reports):
        await reply(interaction, layout)
    return undecided
