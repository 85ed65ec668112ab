import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import get_type_hints

import pytest

from lore.curation.drafts import DraftError
from lore.ledger.port import Ledger
from lore.ledger.records import Actor, GuildSettings, Problem, SettingsChange, SettingsPatch
from tests.tiers import CANON, FILM

GUILD = 1
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

Bys = Callable[..., Actor]


async def test_new_server_has_default_settings(ledger: Ledger) -> None:
    assert await ledger.settings.of(GUILD) == GuildSettings()


async def test_change_leaves_the_other_settings(ledger: Ledger, by: Bys) -> None:
    await ledger.settings.change(GUILD, by(), curator_role_id=5, spoilers=True)
    changed = await ledger.settings.change(GUILD, by(), tiers=(FILM, CANON))
    before = GuildSettings(curator_role_id=5, spoilers=True)
    after = GuildSettings(curator_role_id=5, spoilers=True, tiers=(FILM, CANON))
    assert changed == SettingsChange(before, after)
    assert await ledger.settings.of(GUILD) == after


async def test_changes_of_two_curators_at_once_are_both_kept(ledger: Ledger, by: Bys) -> None:
    await asyncio.gather(
        ledger.settings.change(GUILD, by(11), short=True),
        ledger.settings.change(GUILD, by(12), alike=True),
    )
    assert await ledger.settings.of(GUILD) == GuildSettings(short=True, alike=True)


async def test_setting_can_be_reset(ledger: Ledger, by: Bys) -> None:
    await ledger.settings.change(GUILD, by(), log_channel_id=5)
    await ledger.settings.change(GUILD, by(), log_channel_id=None)
    assert await ledger.settings.of(GUILD) == GuildSettings()


async def test_repeated_change_is_made_once(ledger: Ledger, by: Bys) -> None:
    first = by()
    change = await ledger.settings.change(GUILD, first, private=True)
    await ledger.settings.change(GUILD, by(), private=False)
    assert await ledger.settings.change(GUILD, first, private=True) == change
    assert not (await ledger.settings.of(GUILD)).private


async def test_at_least_one_tier_must_be_shown(ledger: Ledger, by: Bys) -> None:
    with pytest.raises(DraftError, match="At least one tier"):
        await ledger.settings.change(GUILD, by(), tiers=())


async def test_settings_belong_to_one_server(ledger: Ledger, by: Bys) -> None:
    await ledger.settings.change(GUILD, by(), private=True)
    assert not (await ledger.settings.of(2)).private


def test_every_setting_can_be_changed() -> None:
    assert get_type_hints(SettingsPatch) == get_type_hints(GuildSettings)


async def test_problem_is_remembered_until_it_is_solved(ledger: Ledger) -> None:
    await ledger.problems.report(GUILD, "log channel missing", 5, NOON)
    await ledger.problems.report(GUILD, "log channel missing", 6, NOON + timedelta(hours=1))
    assert await ledger.problems.of(GUILD) == (Problem("log channel missing", 6, NOON),)
    assert await ledger.problems.of(2) == ()
    await ledger.problems.solve(GUILD, "log channel missing")
    assert await ledger.problems.of(GUILD) == ()
