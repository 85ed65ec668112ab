"""The ledger in SQLite: every operation of the port as one transaction."""

from lore.curation.quota import Quota
from lore.ledger.port import Ledger, Qotd
from lore.ledger.sqlite.continuity import SqliteContinuity
from lore.ledger.sqlite.database import Database
from lore.ledger.sqlite.drafts import SqliteDrafts
from lore.ledger.sqlite.entries import SqliteEntries
from lore.ledger.sqlite.erased_people import ErasedPeople
from lore.ledger.sqlite.exchange import SqliteExchange
from lore.ledger.sqlite.members_queue import MembersQueue
from lore.ledger.sqlite.packs import SqlitePacks
from lore.ledger.sqlite.qotd_deliveries import SqliteQotdDeliveries
from lore.ledger.sqlite.qotd_plans import SqliteQotdPlans
from lore.ledger.sqlite.qotd_schedules import SqliteQotdSchedules
from lore.ledger.sqlite.qotd_steps import SqliteQotdSteps
from lore.ledger.sqlite.questions import SqliteQuestions
from lore.ledger.sqlite.reports import SqliteReports
from lore.ledger.sqlite.settings import SqliteProblems, SqliteSettings
from lore.ledger.sqlite.suggestions import SqliteSuggestions
from lore.ledger.sqlite.upkeep import SqliteUpkeep


def sqlite_ledger(database: Database, quota: Quota) -> Ledger:
    """Return the ledger in an open database."""
    erased_people = ErasedPeople()
    members_queue = MembersQueue(quota, erased_people)
    return Ledger(
        entries=SqliteEntries(database, quota),
        suggestions=SqliteSuggestions(database, quota, members_queue),
        reports=SqliteReports(database, quota, members_queue),
        drafts=SqliteDrafts(database, quota),
        exchange=SqliteExchange(database, quota),
        settings=SqliteSettings(database),
        problems=SqliteProblems(database),
        questions=SqliteQuestions(database, quota),
        upkeep=SqliteUpkeep(database, erased_people),
        packs=SqlitePacks(database),
        continuity=SqliteContinuity(database),
        qotd=sqlite_qotd(database),
    )


def sqlite_qotd(database: Database) -> Qotd:
    """Return the quote of the day in an open database."""
    return Qotd(
        SqliteQotdSchedules(database),
        SqliteQotdPlans(database),
        SqliteQotdDeliveries(database),
        SqliteQotdSteps(database),
    )
