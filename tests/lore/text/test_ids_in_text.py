"""Ids that Discord writes into texts become words."""

import pytest

from lore.text.ids_in_text import replace_ids

ID = "123456789012345678"


def known(sign: str, id: int) -> str | None:
    return {"@": "Ann", "@&": "Curators", "#": "lore"}[sign] if id == int(ID) else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"<@{ID}> and <@!{ID}>", "@Ann and @Ann"),
        (f"<@&{ID}> in <#{ID}>", "@Curators in #lore"),
        ("<@987654321098765432>", "@member"),
        ("<@&987654321098765432> <#987654321098765432>", "@role #channel"),
        (f"<:party_cat:{ID}> <a:dance:{ID}>", ":party_cat: :dance:"),
        (f"</quote:{ID}> </entry add:{ID}> </a b c:{ID}>", "/quote /entry add /a b c"),
        ("<t:1735689600:F>", "Wednesday, 1 January 2025, 00:00 UTC"),
        ("<t:1735689600> <t:1735689600:f>", "1 January 2025, 00:00 UTC 1 January 2025, 00:00 UTC"),
        ("<t:1735689600:t> <t:1735689601:T>", "00:00 UTC 00:00:01 UTC"),
        ("<t:1735689600:d> <t:1735689600:D>", "1 January 2025 1 January 2025"),
        ("<t:1735689600:R>", "1 January 2025, 00:00 UTC"),
        ("<t:1735689601:S>", "1 January 2025, 00:00:01 UTC"),
        ("<t:-86400:D>", "31 December 1969"),
        ("<t:99999999999999999:F>", "a date"),
        ("<id:customize> <id:browse> <id:guide>", "Channels & Roles Browse Channels Server Guide"),
        (f"<id:linked-roles> <id:linked-roles:{ID}>", "Linked Roles Linked Roles"),
        ("2 < 3 > 1, <https://example.org>, <3", "2 < 3 > 1, <https://example.org>, <3"),
    ],
)
def test_every_documented_form_of_an_id_is_replaced(text: str, expected: str) -> None:
    assert replace_ids(text, known) == expected


def test_member_within_a_name_has_no_sign_in_front() -> None:
    assert replace_ids(f"<@{ID}>", known, is_name=True) == "Ann"
    assert replace_ids("<@987654321098765432>", known, is_name=True) == "@member"
