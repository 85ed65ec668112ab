"""The panel on which curators set how the bot behaves in their server."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import discord

from bot.core.audit import person
from bot.core.limits import MENU_OPTIONS, OPTION_TEXT
from bot.core.page import Layout, Row
from bot.core.rendering import RenderOptions, tier_name, unknown_tiers
from bot.core.text import cut, safe
from bot.features.settings.ids import SetCuratorRole, SetLogChannel, SetOption
from lore.ledger.records import GuildSettings, SettingsChange
from lore.pack.model import PackInfo, Tier
from lore.text.wording import listed

# How the tiers of other works are shown.
BARRED, OPEN = "behind spoiler bars", "shown openly"

# How quotes are drawn where the story has tiers apart.
ALIKE, OWN_FIRST = "all tiers alike", "the story's own first"

# Stands for a deleted role or channel, which cannot be mentioned.
GONE = "⚠ a {} that is gone: choose another"

OPEN_COMMANDS = (
    "People with the role alone do not see `/entry`, `/settings`, `/qotd` and “Save as quote” "
    "yet: an administrator allows the role under Server Settings → Integrations → this bot."
)


def panel(
    settings: GuildSettings, options: RenderOptions, lost: frozenset[int], confirmation: str = ""
) -> Layout:
    """Return the panel; `said` is the last change, `lost` are ids of deleted roles and channels."""
    info = options.info
    values = _values(settings, info, lost)
    # Discord refuses a menu whose choice no longer exists.
    settings = replace(
        settings,
        curator_role_id=_unless_lost(settings.curator_role_id, lost),
        log_channel_id=_unless_lost(settings.log_channel_id, lost),
    )
    text = [
        "## Settings of this server",
        "\n".join(f"**{name}** {value}" for name, value in values),
        f"⚠ {unknown}" if (unknown := unknown_tiers(settings.tiers, info)) else "",
        f"-# {OPEN_COMMANDS}" if settings.curator_role_id else "",
        confirmation,
    ]
    return Layout(text, _selects(settings, info))


def _unless_lost(id: int | None, lost: frozenset[int]) -> int | None:
    return None if id in lost else id


def offered_tiers(settings: GuildSettings, info: PackInfo) -> list[Tier]:
    """Return the tiers in the menu: those of the pack, and chosen ones that it lacks."""
    return [*info.ranked(info.every_tier), *info.unknown(settings.tiers)][:MENU_OPTIONS]


def _values(
    settings: GuildSettings, info: PackInfo, lost: frozenset[int] = frozenset()
) -> list[tuple[str, str]]:
    role, log = settings.curator_role_id, settings.log_channel_id
    curators = GONE.format("role") if role in lost else f"<@&{role}>"
    shown = [*info.ranked(info.chosen(settings.tiers)), *info.unknown(settings.tiers)]
    others = safe(_other_works(info))
    return [
        ("Curators", "Manage Server" + (f" and {curators}" if role else "")),
        ("Log channel", GONE.format("channel") if log in lost else f"<#{log}>" if log else "none"),
        ("Suggestions", "taken" if settings.suggestions else "not taken"),
        ("Shown", ", ".join(safe(_tier_name(tier, info)) for tier in shown)),
        *([(others, BARRED if settings.spoilers else OPEN)] if others else []),
        ("Answers", f"{'private' if settings.private else 'public'} by default"),
        ("Entries", "short answers at first" if settings.short else "full answers"),
        *([("Quotes", ALIKE if settings.alike else OWN_FIRST)] if info.apart else []),
    ]


def _selects(settings: GuildSettings, info: PackInfo) -> Iterable[Row]:
    role, log = settings.curator_role_id, settings.log_channel_id
    yield discord.ui.ActionRow(
        discord.ui.RoleSelect(
            custom_id=str(SetCuratorRole()),
            placeholder="Curator role: none",
            min_values=0,
            default_values=[discord.Object(role)] if role else [],
        )
    )
    yield discord.ui.ActionRow(
        discord.ui.ChannelSelect(
            custom_id=str(SetLogChannel()),
            placeholder="Log channel: none",
            channel_types=[discord.ChannelType.text],
            min_values=0,
            default_values=[discord.Object(log)] if log else [],
        )
    )
    taken = settings.suggestions
    yield _yes_no(SetOption("suggestions"), taken, "Members may suggest", "Nobody may suggest")
    yield _tiers(settings, info)
    yield from _switches(settings, info)


def _switches(settings: GuildSettings, info: PackInfo) -> Iterable[Row]:
    """Yield a menu for each way of answering that is on or off."""
    if others := _other_works(info):
        yield _yes_no(
            SetOption("spoilers"), settings.spoilers, f"{others} {BARRED}", f"{others} {OPEN}"
        )
    yield _yes_no(
        SetOption("private"),
        settings.private,
        "Answers private by default",
        "Answers public by default",
    )
    yield _yes_no(
        SetOption("short"),
        settings.short,
        "Short answers; “More” opens the whole",
        "Full answers",
    )
    if info.apart:
        yield _yes_no(
            SetOption("alike"), settings.alike, f"Quotes: {ALIKE}", f"Quotes: {OWN_FIRST}"
        )


def _tiers(settings: GuildSettings, info: PackInfo) -> Row:
    chosen = info.chosen(settings.tiers).union(info.unknown(settings.tiers))
    options = [
        discord.SelectOption(
            label=cut(f"Show: {_tier_name(tier, info)}", OPTION_TEXT),
            value=tier,
            default=tier in chosen,
        )
        for tier in offered_tiers(settings, info)
    ]
    return discord.ui.ActionRow(
        discord.ui.Select(
            custom_id=str(SetOption("tiers")),
            options=options,
            min_values=1,
            max_values=len(options),
        )
    )


def _yes_no(id: SetOption, now: bool, yes: str, no: str) -> Row:
    options = [
        discord.SelectOption(label=cut(yes, OPTION_TEXT), value="yes", default=now),
        discord.SelectOption(label=cut(no, OPTION_TEXT), value="no", default=not now),
    ]
    return discord.ui.ActionRow(discord.ui.Select(custom_id=str(id), options=options))


def change_summary(change: SettingsChange, options: RenderOptions) -> str:
    """Return a sentence with the settings that a change altered."""
    before, after = (_values(one, options.info) for one in (change.before, change.after))
    altered = [f"{name}: {value}" for name, value in after if (name, value) not in before]
    return "Settings · " + "; ".join(altered)


UNCHANGED = "Nothing was changed: it is set like this already."


def report(by: int, change: SettingsChange, options: RenderOptions) -> Layout:
    """Return the entry of a change of settings in the log channel."""
    return Layout([f"{person(by)} · {change_summary(change, options)}"])


def _tier_name(tier: Tier, info: PackInfo) -> str:
    name = tier_name(tier, info)
    return name if tier in info.every_tier else f"{name} (no tier of this story)"


def _other_works(info: PackInfo) -> str:
    return listed([tier_name(tier, info) for tier in info.other_works])
