"""The ledger in SQLite: every verb of the port as one unit of the store."""

from lore.curation.quota import Quota
from lore.ledger.port import Ledger, Qotd
from lore.ledger.sqlite.continuity import SqliteContinuity
from lore.ledger.sqlite.database import Store
from lore.ledger.sqlite.drafts import SqliteDrafts
from lore.ledger.sqlite.entries import SqliteEntries
from lore.ledger.sqlite.erased_people import Forgotten
from lore.ledger.sqlite.exchange import SqliteExchange
from lore.ledger.sqlite.packs import SqlitePacks
from lore.ledger.sqlite.qotd_deliveries import SqliteQotdDeliveries
from lore.ledger.sqlite.qotd_plans import SqliteQotdPlans
from lore.ledger.sqlite.qotd_schedules import SqliteQotdSchedules
from lore.ledger.sqlite.questions import SqliteQuestions
from lore.ledger.sqlite.settings import SqliteProblems, SqliteSettings
from lore.ledger.sqlite.suggestions import SqliteSuggestions
from lore.ledger.sqlite.upkeep import SqliteUpkeep


def sqlite_ledger(store: Store, quota: Quota) -> Ledger:
    """The ledger kept in an open store."""
    forgotten = Forgotten()
    return Ledger(
        entries=SqliteEntries(store, quota),
        suggestions=SqliteSuggestions(store, quota, forgotten),
        drafts=SqliteDrafts(store, quota),
        exchange=SqliteExchange(store, quota),
        settings=SqliteSettings(store),
        problems=SqliteProblems(store),
        questions=SqliteQuestions(store, quota),
        upkeep=SqliteUpkeep(store, forgotten),
        packs=SqlitePacks(store),
        continuity=SqliteContinuity(store),
        qotd=sqlite_qotd(store),
    )


def sqlite_qotd(store: Store) -> Qotd:
    """The quote of the day kept in an open store."""
    return Qotd(SqliteQotdSchedules(store), SqliteQotdPlans(store), SqliteQotdDeliveries(store))
