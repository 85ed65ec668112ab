"""Pages about the bot, its sources and its commands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.core.page import Layout, Pager, rows
from bot.core.rendering import RenderOptions, tier_name
from bot.core.text import safe
from bot.features.about.ids import TurnAbout
from bot.features.about.operator import Operator
from lore.pack.model import PackInfo, Source, licence_of
from lore.query.answers import PackStats
from lore.text.wording import counted

# How many sources fit on a page.
PER_PAGE = 20


def about(held: PackStats, options: RenderOptions, operator: Operator, page: int = 0) -> Layout:
    """Return a page on the pack, its size, sources and tiers; pages are counted from 0."""
    info = options.info
    lines = list(_sources(info))
    pager = Pager(page, len(lines), PER_PAGE)
    told = [
        f"## {safe(info.title)}\n{safe(info.about)}",
        f"{counted(held.entries, 'entry', 'entries')}, {counted(held.quotes, 'quote')}, "
        f"pack version {safe(info.version)}. "
        "Every sentence is cited; where sources differ, their accounts stand side by side.",
        "\n".join(("### Sources", *pager.shown(lines))),
    ]
    if pager.count > 1:
        told.append(f"-# {pager}")
    if operator.contact:
        told.append(f"-# Run by: {safe(operator.contact)}")
    return Layout(told, rows([*pager.buttons(TurnAbout), *operator.links()]))


def _sources(info: PackInfo) -> Iterator[str]:
    """Return a line for each source, and one for all of a collection together."""
    collected: dict[str, list[Source]] = {}
    for source in info.sources:
        collected.setdefault(source.collection or f"\0{source.id}", []).append(source)
    for sources in collected.values():
        first = sources[0]
        name = f"**{safe(first.id)}** {safe(first.title)}"
        if first.collection:
            name = f"**{safe(first.collection)}** {counted(len(sources), 'source')}"
        ids = dict.fromkeys(tier for one in sources for tier in (one.tier, *one.tiers))
        licences = dict.fromkeys(licence_of(one.licence).name for one in sources if one.licence)
        tiers = ", ".join(tier_name(tier, info) for tier in ids)
        yield " · ".join(
            (f"- {name}", *(safe(said) for said in (tiers, ", ".join(licences)) if said))
        )


@dataclass(frozen=True, slots=True)
class Listed:
    """A command in the help; `verbs` are the subcommands of a group."""

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
