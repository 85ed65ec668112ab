"""Replies drawn on a terminal: headings, lists, small print, buttons, and a container's bar."""

import re
from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from bot.simulator.exchanges import Reply, SimExchange
from bot.simulator.objects import Json
from bot.simulator.reading import Names, barred, fields_of, listed, picture, plain, value_of

# An address of over 1,000 letters stays as it is: reading on would take the square of the line.
_INLINE = re.compile(
    r"(?<![\\*])\*\*(?P<bold>(?=\S)(?:\\.|[^*\\]|\*(?!\*))+(?<=\S))\*\*"
    r"|(?<![\\*])\*(?P<slant>(?=[^\s*])(?:\\.|[^*\\])+(?<=\S))\*(?!\*)"
    r"|(?<![\\_\w])_(?P<lean>(?=[^\s_])(?:\\.|[^_\\]|(?<=\w)_(?=\w))+)_(?![_\w])"
    r"|(?<!\\)`(?P<code>[^`\n]+)`"
    r"|(?<!\\)\[(?P<label>[^\[\]\n]+)\]\(<?(?P<url>https?://[^)>\s]{1,1000})>?\)"
)
_STYLES = {"bold": "bold", "slant": "italic", "lean": "italic", "code": "bold cyan"}
_LINE_STYLES = {"# ": "bold underline", "## ": "bold", "### ": "bold", "-# ": "dim"}


class _Barred:
    """A renderable with a coloured bar along its left side."""

    def __init__(self, inside: RenderableType, style: Style) -> None:
        self._inside = inside
        self._style = style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        narrower = options.update(width=max(options.max_width - 2, 20))
        for line in console.render_lines(self._inside, narrower, pad=False):
            yield Segment("▌ ", self._style)
            yield from line
            yield Segment.line()


def draw_exchange(console: Console, exchange: SimExchange, names: Names) -> None:
    """Print a line and its replies, without trailing blanks in wrapped lines."""
    with console.capture() as drawn:
        console.print(Text(f"> {exchange.line}", style="bold cyan"))
        for reply in exchange.replies:
            draw_reply(console, reply, names)
        console.print()
    lines = (line.rstrip(" ") for line in drawn.get().split("\n"))
    console.out("\n".join(lines), end="", highlight=False)


def draw_reply(console: Console, reply: Reply, names: Names) -> None:
    """Print a reply as a person would see it."""
    if reply.channel:
        place = f"In {reply.channel}" if reply.channel.startswith("#") else reply.channel
        console.print(Text(f"{place}:", style="dim"))
    if reply.kind == "error":
        console.print(Text(reply.text, style="red"))
    elif reply.kind == "choices":
        offered = [Text(f"  {choice['name']}") for choice in reply.choices]
        console.print(Group(*offered) if offered else Text("  (no choices)", style="dim"))
    elif reply.kind == "modal":
        console.print(Text(reply.shown["title"], style="bold"))
        texts = [c for c in reply.shown["components"] if c["type"] == 10]
        console.print(Group(*_texts(texts, names)), end="")
        for label, field in fields_of(reply.shown):
            console.print(Text(f"  {label}: {value_of(field, names) or '____'}"))
    elif not reply.shown:
        console.print(Text(f"({reply.text})", style="dim"))
    else:
        if reply.kind == "update":
            console.print(Text("(the message changes)", style="dim"))
        console.print(Group(*_message(reply.shown, names)))
        if reply.ephemeral:
            console.print(Text("(only you see this)", style="dim"))


def _message(message: Json, names: Names) -> Iterator[RenderableType]:
    if message.get("content"):
        yield markdown(message["content"], names)
    for embed in message.get("embeds") or []:
        yield _Barred(Group(*_embed(embed, names)), _colour(embed.get("color")))
    yield from _texts(message.get("components") or [], names)
    for attachment in message.get("attachments") or []:
        name = attachment["filename"]
        yield Text(f"[file: {name}] (attach it again by this name, or save it)")


def _embed(embed: Json, names: Names) -> Iterator[RenderableType]:
    if embed.get("author"):
        yield Text(embed["author"]["name"], style="dim")
    if embed.get("title"):
        yield Text(plain(embed["title"], names), style="bold")
    if embed.get("description"):
        yield markdown(embed["description"], names)
    for entry in embed.get("fields") or []:
        yield Text(plain(entry["name"], names), style="bold")
        yield markdown(entry["value"], names)
    if embed.get("footer"):
        yield Text(embed["footer"]["text"], style="dim")


def _texts(components: list[Json], names: Names) -> Iterator[RenderableType]:
    for component in components:
        kind = component["type"]
        inner = component.get("components") or []
        if kind == 10:
            yield markdown(component["content"], names)
        elif kind == 12:
            yield from (Text(picture(item)) for item in component["items"])
        elif kind == 14:
            yield Text("")
        elif kind == 17:
            inside = Group(*_texts(inner, names))
            yield _Barred(inside, _colour(component.get("accent_color")))
        elif kind == 1 and inner and inner[0]["type"] == 2:
            yield _buttons(inner)
        elif kind in (3, 5, 6, 7, 8):
            yield from _select(component, names)
        else:
            yield from _texts(inner, names)
            accessory = component.get("accessory") or {}
            if accessory.get("type") == 2:
                yield _buttons([accessory])


def _buttons(buttons: list[Json]) -> Text:
    labels = (listed(b) if b.get("disabled") else f"[ {listed(b)} ]" for b in buttons)
    parts = [Text(label, _button_style(b)) for label, b in zip(labels, buttons, strict=True)]
    return Text(" ").join(parts)


def _button_style(button: Json) -> Style:
    if button.get("disabled"):
        return Style(dim=True, strike=True)
    url = button.get("url")
    return Style(color="blue", link=url) if url else Style(bold=True)


def _select(select: Json, names: Names) -> Iterator[RenderableType]:
    head = value_of(select, names) or select.get("placeholder") or "Choose"
    yield Text(f"( {head} ▾ )" if select.get("disabled") else f"[ {head} ▾ ]", style="bold")
    for option in select.get("options") or []:
        described = f": {option['description']}" if option.get("description") else ""
        yield Text(f"    {option['label']}{described}")


def _colour(number: int | None) -> Style:
    return Style(color=f"#{number:06x}" if number else "bright_black")


def markdown(content: str, names: Names) -> Text:
    """Return Discord's markdown as styled text."""
    return Text("\n").join(_line(line, names) for line in barred(content).split("\n"))


def _line(line: str, names: Names) -> Text:
    for mark, style in _LINE_STYLES.items():
        if line.startswith(mark):
            text = _inline(line.removeprefix(mark), names)
            text.stylize_before(style)
            return text
    if line.startswith(("- ", "* ")):
        return Text("• ") + _inline(line[2:], names)
    if line.startswith("> "):
        return Text("│ ", style="dim") + _inline(line[2:], names)
    return _inline(line, names)


def _inline(line: str, names: Names) -> Text:
    text, position = Text(), 0
    for found in _INLINE.finditer(line):
        text.append(plain(line[position : found.start()], names))
        kind = found.lastgroup or ""
        if kind == "url":
            text.append(plain(found["label"], names), style=Style(link=found["url"]))
        else:
            text.append(plain(found[kind], names), style=_STYLES[kind])
        position = found.end()
    return text + Text(plain(line[position:], names))
