"""Pages about the bot, its sources and its commands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.core.page import Layout, rows
from bot.core.rendering import RenderOptions, tier_name
from bot.core.text import safe
from bot.features.about.operator import Operator
from lore.query.answers import PackStats
from lore.text.wording import counted


def about(stats: PackStats, options: RenderOptions, operator: Operator) -> Layout:
    """Return the page about the pack: its size, sources and tiers."""
    info = options.info
    sources = (
        f"- **{safe(source.id)}** {safe(source.title)} · "
        + safe(", ".join(tier_name(tier, info) for tier in (source.tier, *source.tiers)))
        for source in info.sources
    )
    text = [
        f"## {safe(info.title)}\n{safe(info.about)}",
        f"{counted(stats.entries, 'entry', 'entries')}, {counted(stats.quotes, 'quote')}, "
        f"pack version {safe(info.version)}. "
        "Every sentence is cited; where sources differ, their accounts stand side by side.",
        "\n".join(("### Sources", *sources)),
    ]
    if operator.contact:
        text.append(f"-# Run by: {safe(operator.contact)}")
    return Layout(text, rows(operator.links()))


@dataclass(frozen=True, slots=True)
class Listed:
    """A command as help lists it; `verbs` are those of a group of commands."""

    name: str
    description: str
    verbs: tuple[str, ...] = ()


def help_(for_all: Iterable[Listed], for_curators: Sequence[Listed]) -> Layout:
    """Return the list of commands; commands for curators come first and only for curators."""
    text = [_section("For you as a curator", for_curators)] if for_curators else []
    text += [
        _section("What you can ask", for_all),
        "Names need no exact spelling, and a list opens as you type. "
        "Add `private:True` to any question to read the answer alone.",
    ]
    if for_curators:
        text.append(
            "-# Under Apps in a message's menu, curators save its words as a quote. Who has only "
            "the curator role sees the curators' commands once an administrator has allowed them "
            "to the role: Server Settings → Integrations."
        )
    return Layout(text)


def _section(heading: str, commands: Iterable[Listed]) -> str:
    lines = (
        f"- `/{one.name}` {safe(one.description)}"
        + (f": {', '.join(one.verbs)}" if one.verbs else "")
        for one in commands
    )
    return "\n".join((f"## {heading}", *lines))
