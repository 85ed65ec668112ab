"""Curators learn what keeps the quote from being posted, and that it is mended."""

from datetime import date, datetime

import pytest

from bot.core.connection.rest import RestCalls
from bot.features.qotd.delivery import CuratorReports
from bot.simulator.faults import Fault
from bot.simulator.permissions import Permission
from lore.curation.quota import Quota
from lore.ledger.records import Actor
from lore.ledger.sqlite.database import open_store
from lore.ledger.verbs.ledger import ledger_in
from lore.qotd.delivery import Delivery, FailureReason, State
from tests.waiting import eventually


@pytest.fixture
async def ledger(tmp_path):
    async with open_store(tmp_path / "reports.db") as database:
        yield ledger_in(database, Quota())


@pytest.fixture
def reports(scheduled, ledger):
    return CuratorReports(
        scheduled.client, ledger.settings.of, ledger.problems, scheduled.clock, scheduled.calls
    )


@pytest.fixture
def delivery(scheduled):
    nine: datetime = scheduled.clock()
    place = (scheduled.channel.guild_id, 1, date(2027, 3, 1))
    return Delivery(*place, State.BLOCKED, nine, nine, scheduled.channel.id, None, None)


async def log_to(scheduled, ledger, channel):
    by = Actor(1, 2, scheduled.clock())
    await ledger.settings.change(channel.guild_id, by, log_channel_id=channel.id)


async def test_failure_is_remembered_until_a_post_succeeds(reports, ledger, delivery):
    await reports.blocked(delivery, FailureReason.NO_SEND, paused=False)
    [problem] = await ledger.problems.of(delivery.guild_id)
    assert (problem.code, problem.subject_id) == ("qotd: no send", delivery.channel_id)

    await reports.posted(delivery)

    assert await ledger.problems.of(delivery.guild_id) == ()


async def test_only_the_newest_failure_is_remembered(reports, ledger, delivery):
    await reports.blocked(delivery, FailureReason.NO_SEND, paused=False)
    await reports.blocked(delivery, FailureReason.NO_VIEW, paused=True)

    [problem] = await ledger.problems.of(delivery.guild_id)
    assert problem.code == "qotd: no view, paused"


async def test_a_rate_limited_report_is_sent_later_and_blocks_nobody(scheduled, ledger, delivery):
    calls = RestCalls(patience=0.02)
    reports = CuratorReports(
        scheduled.client, ledger.settings.of, ledger.problems, scheduled.clock, calls
    )
    channel = scheduled.simulator.state.server(1).channels[2]
    await log_to(scheduled, ledger, channel)
    body = {"message": "", "retry_after": 0.5, "global": True}
    scheduled.simulator.faults.append(
        Fault("POST /channels/*/messages", status=429, body=body, headers={"Via": "1.1 google"})
    )

    await reports.blocked(delivery, FailureReason.NO_SEND, paused=False)

    assert len(await ledger.problems.of(delivery.guild_id)) == 1
    await eventually(lambda: channel.messages)
    await calls.close()


async def test_a_missing_server_is_reported_only_when_the_schedule_is_paused(
    reports, ledger, delivery
):
    await reports.blocked(delivery, FailureReason.NO_SERVER, paused=False)
    assert await ledger.problems.of(delivery.guild_id) == ()

    await reports.blocked(delivery, FailureReason.NO_SERVER, paused=True)
    assert len(await ledger.problems.of(delivery.guild_id)) == 1


async def test_a_successful_post_leaves_other_kinds_of_problems(reports, ledger, delivery):
    await ledger.problems.report(delivery.guild_id, "log channel", 5, delivery.due)

    await reports.posted(delivery)

    assert len(await ledger.problems.of(delivery.guild_id)) == 1


async def test_the_log_channel_gets_how_to_fix_a_failure(reports, scheduled, ledger, delivery):
    log = scheduled.simulator.state.server(1).channels[2]
    await log_to(scheduled, ledger, log)

    await reports.blocked(delivery, FailureReason.NO_SEND, paused=True)

    [message] = log.messages.values()
    assert "Allow me Send Messages" in str(message.payload)
    assert "three dates in a row" in str(message.payload)


async def test_an_unwritable_log_channel_loses_no_report(reports, scheduled, ledger, delivery):
    await log_to(scheduled, ledger, scheduled.channel)
    await scheduled.deny(Permission.SEND_MESSAGES)

    await reports.blocked(delivery, FailureReason.NO_SEND, paused=False)

    assert len(await ledger.problems.of(delivery.guild_id)) == 1
