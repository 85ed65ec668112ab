from urllib.parse import parse_qs, urlsplit

import discord
import pytest

from bot.operation.invite import application_of, link

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.abcdefghijklmnopqrstuvwxyz0123456789AB"


def test_the_link_asks_for_what_is_used_and_no_more() -> None:
    asked = parse_qs(urlsplit(link(42)).query)
    used = discord.Permissions(view_channel=True, send_messages=True, read_message_history=True)
    assert asked["permissions"] == [str(used.value)]
    assert asked["scope"] == ["bot applications.commands"]
    assert asked["client_id"] == ["42"]


def test_a_token_tells_its_application() -> None:
    assert application_of(TOKEN) == 123456789012345678


@pytest.mark.parametrize(
    "text",
    ["", "rehearsal", TOKEN + " ", TOKEN[:30], f"Bot {TOKEN}", "____" + TOKEN[4:]],
)
def test_what_is_no_token_tells_none(text: str) -> None:
    assert application_of(text) is None
