"""Discord's limits as the simulator enforces them: each at its edge and one past it."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from bot.simulator.command_limits import judge_commands
from bot.simulator.limits import judge_choices, judge_message, judge_modal
from bot.simulator.refusals import RefusedError

V2 = 1 << 15


def text(content: str) -> dict[str, Any]:
    return {"type": 10, "content": content}


def layout(*components: dict[str, Any]) -> dict[str, Any]:
    return {"flags": V2, "components": list(components)}


def button(**changes: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "Next", "custom_id": "next"} | changes


def row(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"content": "x", "components": [{"type": 1, "components": list(parts)}]}


def select(count: int) -> dict[str, Any]:
    options = [{"label": str(n), "value": str(n)} for n in range(count)]
    return {"type": 3, "custom_id": "s", "options": options}


def embed(**parts: Any) -> dict[str, Any]:
    return {"embeds": [{"title": "t", **parts}]}


def fielded(value: str, count: int = 1) -> dict[str, Any]:
    return embed(fields=[{"name": "n", "value": value}] * count)


def gallery(*items: dict[str, Any], files: Sequence[str] = ("a.png",)) -> dict[str, Any]:
    """Return a message with a gallery and the attachments that went with it."""
    attached = [{"id": str(n), "filename": name} for n, name in enumerate(files)]
    return {**layout({"type": 12, "items": list(items)}), "attachments": attached}


def picture(url: str = "attachment://a.png", description: str = "A.") -> dict[str, Any]:
    return {"media": {"url": url}, "description": description}


GOOD_MESSAGES = [
    gallery(*[picture(description="x" * 1024)] * 10),
    gallery(picture("https://a.example/b.png"), files=()),
    {"content": "x" * 2000},
    layout(text("x" * 4000)),
    layout(text("語" * 3386)),
    layout(text("語" * 3380), text("я" * 3)),
    layout(*[text("x")] * 40),
    layout({"type": 17, "components": [text("a"), {"type": 14}]}),
    layout({"type": 9, "components": [text("a")], "accessory": button()}),
    row(*(button(custom_id=str(n), label="x" * 80) for n in range(5))),
    row(select(25)),
    fielded("x" * 1024, 5),
]
BAD_MESSAGES = [
    (gallery(), "components"),
    (gallery(*[picture()] * 11), "components"),
    (gallery(picture(description="x" * 1025)), "components"),
    (gallery(picture("attachment://b.png")), "components"),
    (gallery(picture("file:///a.png")), "components"),
    ({"content": "x" * 2001}, "content"),
    (layout(text("x" * 2001), text("x" * 2000)), "components"),
    (layout(text("語" * 3386 + "x")), "components"),
    (layout(text("語" * 3380), text("я" * 4)), "components"),
    (layout(*[text("x")] * 41), "components"),
    (layout(text(" ")), "components"),
    ({**layout(text("x")), "content": "x"}, "content"),
    ({**layout(text("x")), **embed()}, "embeds"),
    ({"components": [text("x")]}, "components"),
    (layout({"type": 17, "components": [{"type": 17, "components": [text("a")]}]}), "components"),
    (layout({"type": 9, "components": [text("a")]}), "components"),
    (layout({"type": 10, "content": "a", "components": [text("b")]}), "components"),
    (row(*(button(custom_id=str(n)) for n in range(6))), "components"),
    (row(button(label="x" * 81)), "components"),
    (row(button(label=7)), "components"),
    (row(button(custom_id="x" * 101)), "components"),
    (row(button(custom_id="")), "components"),
    (row(button(), button()), "components"),
    (row(button(label=None)), "components"),
    (row(button(style=5, url="https://a.example")), "components"),
    (row(button(style=5, custom_id=None, url="javascript:x")), "components"),
    (row(select(26)), "components"),
    (row(select(1), button()), "components"),
    ({"content": "x", "components": row(button())["components"] * 6}, "components"),
    (embed(title="x" * 257), "embeds"),
    (embed(description="x" * 4097), "embeds"),
    (fielded("x" * 1025), "embeds"),
    (fielded("x" * 900, 7), "embeds"),
    (fielded(" "), "embeds"),
    (fielded("x", 26), "embeds"),
    ({"embeds": [{"title": "t"}] * 11}, "embeds"),
    ({"content": "x", "nonce": "x" * 26}, "nonce"),
    (
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        "allowed_mentions",
    ),
]


@pytest.mark.parametrize("body", GOOD_MESSAGES)
def test_message_at_its_limits_is_accepted(body: dict[str, Any]) -> None:
    judge_message(body)


@pytest.mark.parametrize(("body", "place"), BAD_MESSAGES)
def test_message_past_a_limit_is_refused_with_the_path_of_the_fault(
    body: dict[str, Any], place: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        judge_message(body)
    assert refused.value.body["code"] == 50035
    assert place in refused.value.body["errors"]


@pytest.mark.parametrize("body", [*GOOD_MESSAGES, *(body for body, _ in BAD_MESSAGES)])
def test_judge_that_all_tests_use_agrees_with_the_specification(
    body: dict[str, Any],
    check: Callable[..., list[str]],
    discord_judge: Callable[..., list[str]],
) -> None:
    callback = {"type": 4, "data": body}

    for request in (
        ("POST", "/channels/1/messages", body),
        ("POST", "/interactions/1/token/callback", callback),
    ):
        assert discord_judge(*request) == check(*request)


def test_fault_is_reported_once() -> None:
    with pytest.raises(RefusedError) as refused:
        judge_message(row(button(custom_id="x" * 101)))
    named = refused.value.body["errors"]["components"]["0"]["components"]["0"]
    assert [fault["code"] for fault in named["custom_id"]["_errors"]] == ["BASE_TYPE_BAD_LENGTH"]


def test_empty_message_has_its_own_error_code() -> None:
    with pytest.raises(RefusedError) as refused:
        judge_message({"content": "  "})
    assert refused.value.body["code"] == 50006


def test_refusal_lists_every_fault_in_discords_format() -> None:
    with pytest.raises(RefusedError) as refused:
        judge_message({"content": "x" * 2001, "nonce": "x" * 26}, ("data",))
    errors = refused.value.body["errors"]["data"]
    assert errors["content"]["_errors"][0]["code"] == "BASE_TYPE_BAD_LENGTH"
    assert errors["nonce"]["_errors"][0]["message"] == "Must be between 0 and 25 in length."


def choices(count: int, name: str = "n", value: str = "v") -> dict[str, Any]:
    return {"choices": [{"name": name, "value": value}] * count}


def test_twenty_five_choices_of_a_hundred_characters_are_accepted() -> None:
    judge_choices(choices(25, "n" * 100, "v" * 100))


@pytest.mark.parametrize(
    "data", [choices(26), choices(1, "n" * 101), choices(1, " "), choices(1, value="v" * 101)]
)
def test_choices_past_a_limit_are_refused(data: dict[str, Any]) -> None:
    with pytest.raises(RefusedError):
        judge_choices(data)


def label(n: int = 0, **changes: Any) -> dict[str, Any]:
    field = {"type": 4, "custom_id": str(n), "style": 1} | changes.pop("component", {})
    return {"type": 18, "label": "Name", "component": field} | changes


def modal(*parts: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"custom_id": "m", "title": "Suggest", "components": list(parts)} | changes


def test_modal_of_five_components_is_accepted() -> None:
    judge_modal(modal(*(label(n, label="x" * 45) for n in range(4)), text("Read this.")))


@pytest.mark.parametrize(
    "data",
    [
        modal(),
        modal(*(label(n) for n in range(6))),
        modal(label(), title="x" * 46),
        modal(label(), custom_id="x" * 101),
        modal(label(label="x" * 46)),
        modal(label(description="x" * 101)),
        modal(label(component={"placeholder": "x" * 101})),
        modal(label(component={"value": "x" * 4001})),
        modal(label(component={"style": 3})),
        modal(label(component={"type": 2})),
        modal(label(component={"custom_id": None})),
        modal({"type": 1, "components": [button()]}),
        modal(label(0), label(0)),
    ],
)
def test_modal_past_a_limit_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(RefusedError):
        judge_modal(data)


OPTION = {"type": 3, "name": "name", "description": "Whose", "required": True}


def command(**changes: Any) -> dict[str, Any]:
    return {"name": "bio", "type": 1, "description": "Who", "options": [OPTION]} | changes


def with_options(*options: dict[str, Any]) -> dict[str, Any]:
    return command(options=list(options))


def with_choices(count: int, size: int) -> list[dict[str, Any]]:
    return [{"name": f"{n:0{size}}", "value": "v" * size} for n in range(count)]


GOOD_COMMANDS = [
    [command(name=f"c{n}") for n in range(100)],
    [{"name": "Save as quote", "type": 3}],
    [command(name="ünïcode_-")],
    [with_options(OPTION, OPTION | {"name": "b", "required": False})],
    [with_options({"type": 1, "name": "add", "description": "d", "options": [OPTION]})],
]
BAD_COMMANDS = [
    [command(name=f"c{n}") for n in range(101)],
    [{"name": str(n), "type": 3} for n in range(16)],
    [command(), command()],
    [command(name="Bio")],
    [command(name="b io")],
    [command(name="b" * 33)],
    [command(description=" ")],
    [command(description="x" * 101)],
    [command(contexts=[9])],
    [{"name": "Menu", "type": 3, "description": "x"}],
    [with_options(*(OPTION | {"name": f"o{n}"} for n in range(26)))],
    [with_options(OPTION, OPTION)],
    [with_options(OPTION | {"required": False}, OPTION | {"name": "b"})],
    [with_options(OPTION | {"choices": with_choices(26, 2)})],
    [with_options(OPTION | {"choices": with_choices(1, 2), "autocomplete": True})],
    [
        with_options(
            OPTION | {"choices": with_choices(25, 100)},
            OPTION | {"name": "b", "choices": with_choices(20, 100)},
        )
    ],
]


@pytest.mark.parametrize("commands", GOOD_COMMANDS)
def test_commands_at_their_limits_are_accepted(commands: list[dict[str, Any]]) -> None:
    judge_commands(commands)


@pytest.mark.parametrize("commands", BAD_COMMANDS)
def test_commands_past_a_limit_are_refused(commands: list[dict[str, Any]]) -> None:
    with pytest.raises(RefusedError):
        judge_commands(commands)
