"""How what the lore says is shown: tiers named, spoilers behind bars, sources in footnotes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import discord

from bot.core.limits import BUTTON_LABEL
from bot.core.text import cut, flat, safe, superscript
from lore.pack.model import OWN, SERVER, Cite, PackInfo, Picture, Source, Tier, Tiers, licence_of
from lore.pictures.fonts import Glyphs
from lore.query.answers import Ref
from lore.query.arrangement import places
from lore.text.wording import listed

# What stands in place of a pack's label and colour where a server has added something itself.
ADDED = "Added by this server"
ADDED_COLOUR = discord.Colour(0x3C8D53)

# So much of a choice has room for what a tier is called.
IN_CHOICE = 40

_MARK = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+")


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """How what is asked for is shown: to whom, and as its server has set."""

    info: PackInfo
    private: bool = False
    spoilered: Tiers = frozenset()
    # Whether the first page of an entry is the one in short.
    short: bool = False
    # Whether members may say what is wrong.
    takes_reports: bool = False
    # Where the pages of the pack stand on the web; empty where there are none.
    site: str = ""
    # What they tell of, if not of every tier.
    site_tiers: Tiers | None = None
    # What pictures can be drawn with; None where none are drawn.
    glyphs: Glyphs | None = None


class Footnotes:
    """Numbers the sources that an answer cites, in order of their first mention.

    Those that are cited together have one number.
    """

    def __init__(self, info: PackInfo) -> None:
        self._info = info
        self._cites: dict[tuple[str, ...], list[Cite]] = {}

    def mark(self, cites: Collection[Cite]) -> str:
        """Return the mark of these cites; nothing when there are none."""
        if not cites:
            return ""
        sources = tuple(source.id for source, _ in places(cites, self._info))
        self._cites.setdefault(sources, []).extend(cites)
        return superscript([*self._cites].index(sources) + 1)

    def explained(self, text: str) -> str:
        """Return what the marks in a text stand for, in one line."""
        marks = set(_MARK.findall(text))
        numbered = ((superscript(at), cites) for at, cites in enumerate(self._cites.values(), 1))
        return " · ".join(
            f"{mark} {cited_places(cites, self._info)}" for mark, cites in numbered if mark in marks
        )


def cited_places(cites: Iterable[Cite], info: PackInfo) -> str:
    """Return where cites stand, source by source, such as `Synopsis ¶6–7, Article ¶12`."""
    return ", ".join(
        f"{safe(source.title)} ¶{numbers}" if numbers else safe(source.title)
        for source, numbers in places(cites, info)
    )


def attributions(cites: Iterable[Cite], info: PackInfo) -> Iterator[str]:
    """Yield a line for each source that has to be credited to somebody, as its licence asks."""
    for source in sorted({cite.source for cite in cites}):
        if line := attribution(info.source(source)):
            yield line


def attribution(source: Source) -> str:
    """Return who a source is to be credited to, as its licence asks; empty if it has none."""
    if not source.licence or source.licence == OWN:
        return ""
    licence = licence_of(source.licence)
    parts = [_linked(f"“{source.title}”", source.url), safe(source.collection or "")]
    parts.append(_linked(licence.name, licence.url))
    parts.append(safe(f"revision {source.revision}") if source.revision else "")
    return ", ".join(filter(None, parts))


def picture_credit(picture: Picture) -> str:
    """Return whose picture of the pack it is, and under which licence it may be shown."""
    parts = [_linked(picture.credit, picture.url)]
    if picture.licence != OWN:
        licence = licence_of(picture.licence)
        parts.append(_linked(licence.name, licence.url))
    return f"Picture: {', '.join(parts)}"


def _linked(words: str, url: str | None) -> str:
    """Return words that lead to an address, if there is one."""
    if not url:
        return safe(words)
    for sign in "()<>[]":
        # It would end the link before its end.
        url = url.replace(sign, f"%{ord(sign):X}")
    return f"[{safe(words)}](<{url}>)"


def on_the_web(page: str, tier: Tier, options: RenderOptions) -> str:
    """Return a link to a page of the site; empty where no site is named that has the tier."""
    site = options.site.rstrip("/")
    if not site or (options.site_tiers is not None and tier not in options.site_tiers):
        return ""
    return _linked("Read on the web", f"{site}/{page}")


def tier_name(tier: Tier, info: PackInfo) -> str:
    """Return what this pack calls a tier, as in a label; its id if the pack does not have it."""
    if tier == SERVER:
        return ADDED
    known = info.tier(tier)
    return (flat(known.label) if known else "") or flat(tier)


def accent(tier: Tier, info: PackInfo) -> discord.Colour | None:
    """Return the colour of a tier, if it has one."""
    if tier == SERVER:
        return ADDED_COLOUR
    known = info.tier(tier)
    return discord.Colour.from_str(known.colour) if known and known.colour else None


def unknown_tiers(chosen: Collection[Tier] | None, info: PackInfo) -> str:
    """Return a sentence on the chosen tiers that this pack does not have, if there are any."""
    if not (unknown := info.unknown(chosen)):
        return ""
    names = listed([f"“{safe(tier)}”" for tier in unknown])
    told = f"This story has no tier {names}. The choice is kept until you choose again."
    # Where no tier of the story is chosen, more are shown than those that are.
    if info.chosen(chosen).issubset(chosen or ()):
        return told
    return f"{told} As it names no tier of this story, all of them are shown."


def tier_label(tier: Tier, options: RenderOptions) -> str:
    """Return what this pack calls a tier, as it stands in a text."""
    return safe(tier_name(tier, options.info))


def kind_and_tier(ref: Ref, options: RenderOptions) -> str:
    """Return what an entry is and how it is known, as it stands in a text."""
    return safe(what_it_is(ref, options))


def what_it_is(ref: Ref, options: RenderOptions) -> str:
    """Return what an entry is and how it is known, as it stands in a label."""
    return f"{ref.kind.value.capitalize()} · {tier_name(ref.tier, options.info)}"


def barred(words: str, tier: Tier, options: RenderOptions) -> str:
    """Return words of a tier, behind bars where the server wants it so."""
    return f"||{words}||" if tier in options.spoilered else words


def told(words: str, tier: Tier, options: RenderOptions, within: Tier) -> str:
    """Return words of a tier among those of another, which say so; behind bars if spoilered."""
    return barred(words, tier, options) + mark(tier, options, within)


def mark(tier: Tier, options: RenderOptions, within: Tier) -> str:
    """Return how words are known that stand among those of another tier."""
    return "" if tier == within else f" *({tier_label(tier, options)})*"


def named(ref: Ref, options: RenderOptions) -> str:
    """Return the name of an entry, behind bars where its tier is."""
    return barred(safe(ref.title), ref.tier, options)


def short_title(ref: Ref, length: int) -> str:
    """Return the name of an entry in at most `length` characters, with what tells it apart."""
    mark = f" ({ref.mark})" if ref.mark else ""
    return cut(flat(ref.name), length - len(mark)) + mark


def label(ref: Ref, options: RenderOptions, length: int = BUTTON_LABEL) -> str:
    """Return an entry as a button or menu names it; where it is spoilered, only its kind."""
    if ref.tier in options.spoilered:
        return cut(what_it_is(ref, options), length)
    return short_title(ref, length)
