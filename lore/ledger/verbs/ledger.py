"""The ledger: every operation of the port as one transaction."""

from lore.curation.quota import Quota
from lore.ledger.own_shards import ALL_SHARDS, OwnShards
from lore.ledger.port import Ledger, Qotd
from lore.ledger.unit import Database
from lore.ledger.verbs.continuity import SqlContinuity
from lore.ledger.verbs.drafts import SqlDrafts
from lore.ledger.verbs.entries import SqlEntries
from lore.ledger.verbs.erased_people import ErasedPeople
from lore.ledger.verbs.exchange import SqlExchange
from lore.ledger.verbs.members_queue import MembersQueue
from lore.ledger.verbs.packs import SqlPacks
from lore.ledger.verbs.qotd_deliveries import SqlQotdDeliveries
from lore.ledger.verbs.qotd_plans import SqlQotdPlans
from lore.ledger.verbs.qotd_schedules import SqlQotdSchedules
from lore.ledger.verbs.qotd_steps import SqlQotdSteps
from lore.ledger.verbs.questions import SqlQuestions
from lore.ledger.verbs.reports import SqlReports
from lore.ledger.verbs.settings import SqlProblems, SqlSettings
from lore.ledger.verbs.suggestions import SqlSuggestions
from lore.ledger.verbs.upkeep import SqlUpkeep
from lore.qotd.timetable import RATE


def ledger_in(
    database: Database, quota: Quota, shards: OwnShards = ALL_SHARDS, rate: float = RATE
) -> Ledger:
    """Return the ledger in an open database, for a process with these shards.

    All processes together post at a `rate` in a second.
    """
    erased_people = ErasedPeople()
    members_queue = MembersQueue(quota, erased_people)
    return Ledger(
        entries=SqlEntries(database, quota),
        suggestions=SqlSuggestions(database, quota, members_queue),
        reports=SqlReports(database, quota, members_queue),
        drafts=SqlDrafts(database, quota),
        exchange=SqlExchange(database, quota),
        settings=SqlSettings(database),
        problems=SqlProblems(database),
        questions=SqlQuestions(database, quota),
        upkeep=SqlUpkeep(database, erased_people),
        packs=SqlPacks(database),
        continuity=SqlContinuity(database),
        qotd=qotd_in(database, shards, rate),
    )


def qotd_in(database: Database, shards: OwnShards = ALL_SHARDS, rate: float = RATE) -> Qotd:
    """Return the quote of the day in an open database, for a process with these shards."""
    return Qotd(
        SqlQotdSchedules(database, shards, rate),
        SqlQotdPlans(database, shards, rate),
        SqlQotdDeliveries(database, shards, rate),
        SqlQotdSteps(database, shards),
    )
