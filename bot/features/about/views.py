"""What the bot says of itself and its sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.core.page import Layout, rows
from bot.core.rendering import RenderOptions, tier_name
from bot.core.text import safe
from bot.features.about.operator import Operator
from lore.query.answers import PackStats
from lore.text.wording import counted


def about(held: PackStats, options: RenderOptions, operator: Operator) -> Layout:
    """The pack, its size, its sources and tiers."""
    info = options.info
    sources = (
        f"- **{safe(source.id)}** {safe(source.title)} · "
        + safe(", ".join(tier_name(tier, info) for tier in (source.tier, *source.tiers)))
        for source in info.sources
    )
    told = [
        f"## {safe(info.title)}\n{safe(info.about)}",
        f"{counted(held.entries, 'entry', 'entries')}, {counted(held.quotes, 'quote')}, "
        f"pack version {safe(info.version)}. "
        "Every sentence is cited; where sources differ, their accounts stand side by side.",
        "\n".join(("### Sources", *sources)),
    ]
    if operator.contact:
        told.append(f"-# Run by: {safe(operator.contact)}")
    return Layout(told, rows(operator.links()))


@dataclass(frozen=True, slots=True)
class Listed:
    """A command as help lists it; `verbs` are those of a group of commands."""

    name: str
    description: str
    verbs: tuple[str, ...] = ()


def help_(asked: Iterable[Listed], curated: Sequence[Listed]) -> Layout:
    """What a person can use, one command a line; what only curators can, first, for them."""
    told = [_section("For you as a curator", curated)] if curated else []
    told += [
        _section("What you can ask", asked),
        "Names need no exact spelling, and a list opens as you type. "
        "Add `private:True` to any question to read the answer alone.",
    ]
    if curated:
        told.append(
            "-# Under Apps in a message's menu, curators save its words as a quote. Who has only "
            "the curator role sees the curators' commands once an administrator has allowed them "
            "to the role: Server Settings → Integrations."
        )
    return Layout(told)


def _section(heading: str, commands: Iterable[Listed]) -> str:
    lines = (
        f"- `/{one.name}` {safe(one.description)}"
        + (f": {', '.join(one.verbs)}" if one.verbs else "")
        for one in commands
    )
    return "\n".join((f"## {heading}", *lines))
