"""Messages as Discord stores them: numbered components, mentions, and the result of an edit."""

from collections.abc import Iterable

from bot.simulator import limits
from bot.simulator.findings import Findings, Path
from bot.simulator.objects import COMPONENTS_V2, LOADING, Json, Person

_EDITABLE = ("content", "embeds", "components", "flags", "attachments")


def new_message(body: Json, people: Iterable[Person]) -> Json:
    """Return a new message's JSON from its request body, without id, channel and author."""
    mentions, everyone = _mentions(body, people)
    return {
        "type": 0,
        "content": body.get("content") or "",
        "embeds": [{"type": "rich"} | embed for embed in body.get("embeds") or []],
        "components": numbered(body.get("components") or []),
        "attachments": body.get("attachments") or [],
        "mentions": mentions,
        "mention_roles": [],
        "mention_everyone": everyone,
        "edited_timestamp": None,
        "flags": body.get("flags") or 0,
        "pinned": False,
        "tts": False,
    }


def edited(payload: Json, body: Json, path: Path) -> Json:
    """Return a message's JSON after an edit, judged as a whole; components V2 cannot be removed."""
    changes: Json = {key: body[key] for key in _EDITABLE if key in body}
    before = payload["flags"]
    changes["flags"] = (changes.get("flags") or 0) | before & COMPONENTS_V2
    merged = payload | changes
    _refuse_new_galleries(changes, path)
    limits.judge_message(merged, path)
    return merged | {
        "content": merged["content"] or "",
        "embeds": merged["embeds"] or [],
        "components": numbered(merged["components"] or []),
        "flags": (changes["flags"] | before) & ~LOADING,
    }


def _refuse_new_galleries(changes: Json, path: Path) -> None:
    """Refuse a gallery in an edit, which the first content of a deferred answer is as well.

    Not documented: https://github.com/discord/discord-api-docs/issues/7529
    """
    found = Findings()
    if limits.galleries(changes.get("components") or []):
        message = "A media gallery cannot be added to a message that is there"
        found.add((*path, "components"), "COMPONENT_MEDIA_INVALID", message)
    found.refuse()


def numbered(components: list[Json]) -> list[Json]:
    """Return the components with ids in order, as Discord returns them."""
    taken = {c["id"] for c in limits.walk(components) if c.get("id")}
    free = (n for n in range(1, 1000) if n not in taken)

    def number(component: Json) -> Json:
        answer: Json = component | {"id": component.get("id") or next(free)}
        if "components" in component:
            answer["components"] = [number(part) for part in component["components"]]
        if "accessory" in component:
            answer["accessory"] = number(component["accessory"])
        return answer

    return [number(component) for component in components]


def _mentions(body: Json, people: Iterable[Person]) -> tuple[list[Json], bool]:
    """Return who is pinged, and whether everyone is, by the text and allowed_mentions."""
    allowed = body.get("allowed_mentions")
    parse = {"users", "everyone"} if allowed is None else set(allowed.get("parse") or [])
    named = set((allowed or {}).get("users") or [])
    if not parse and not named:
        return [], False
    text = "\n".join(
        [body.get("content") or ""]
        + [c["content"] for c in limits.walk(body.get("components") or []) if c.get("type") == 10]
    )
    pinged = [
        person.payload()
        for person in people
        if f"<@{person.id}>" in text and ("users" in parse or str(person.id) in named)
    ]
    return pinged, "everyone" in parse and ("@everyone" in text or "@here" in text)
