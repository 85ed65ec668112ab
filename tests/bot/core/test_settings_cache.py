"""The settings of servers that are kept in memory."""

from pathlib import Path

from bot.core.services import SettingsCache
from lore.curation.quota import Quota
from lore.ledger.sqlite.database import open_store
from lore.ledger.verbs.ledger import ledger_in
from tests.ledgers import by


async def test_settings_of_the_servers_asked_last_are_kept(tmp_path: Path) -> None:
    async with open_store(tmp_path / "ledger.db") as database:
        ledger = ledger_in(database, Quota()).settings
        cache = SettingsCache(ledger, most=2)
        for guild_id in (1, 2, 1, 3):
            await cache.of(guild_id)
        for guild_id in (1, 2):
            await ledger.change(guild_id, by(), private=True)
        # Of a server that is kept, nobody has told the cache of the change.
        assert [(await cache.of(guild_id)).private for guild_id in (1, 2)] == [False, True]
        cache.drop_all()
        assert (await cache.of(1)).private
