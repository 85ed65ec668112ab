"""Does what is left to do with posts: publishes them, and starts their threads."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Any

import discord

from bot.core.connection.http import CUT_OFF
from bot.core.connection.rest import RestCalls
from bot.features.qotd.channels import Clock
from bot.features.qotd.post_page import thread_name
from bot.features.qotd.views import problem_prefix
from lore.errors import LoreError
from lore.ledger.port import Problems, QotdSteps
from lore.qotd.delivery import Afterwards, PostStep

log = logging.getLogger(__name__)

TICK = 5.0

# How many steps all processes begin in a second at most, and how many at once.
RATE = 10.0
BATCH = 50

SOON = timedelta(minutes=1)
# Whatever curators have to mend takes them a while.
LATER = timedelta(hours=1)

# Discord's error codes; https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
# It was crossposted already, has a thread already, or it or its channel or server is gone.
_DONE = {40033, 160004, 10003, 10004, 10008}
_WRONG_CHANNEL = 50024
_FORBIDDEN = {50001, 50013}
# The server has as many open threads as it may, or as many in announcement channels.
_TOO_MANY_THREADS = {160006, 160007}

# A limit that discord.py gave up waiting for.
_LIMITED = 429

_FORBIDDEN_CODE = {Afterwards.PUBLISH: "no publishing", Afterwards.THREAD: "no thread"}


class AfterPosts:
    """Does what is left to do with posts, one thing at a time in each channel.

    Of a channel, Discord lets only some messages be published in an hour, and discord.py waits for
    that within the request. Such a wait holds up only what is to be published there: threads are
    started meanwhile. This process has a `share` of the rate.
    """

    def __init__(
        self,
        client: discord.Client,
        steps: QotdSteps,
        problems: Problems,
        clock: Clock,
        calls: RestCalls,
        share: float = 1.0,
    ) -> None:
        self._rate, self._batch = RATE * share, max(1, int(BATCH * share))
        self._client = client
        self._steps = steps
        self._problems = problems
        self._clock = clock
        self._calls = calls
        self._busy: set[tuple[int, Afterwards]] = set()

    async def turn(self) -> float:
        """Begin what is due; return the seconds until there may be more."""
        begun = await self.begin_due()
        return len(begun) / self._rate if begun else TICK

    async def begin_due(self) -> list[asyncio.Task[None]]:
        """Begin what is due and need not wait for what is under way in its channel."""
        begun = []
        for step in await self._steps.due(self._clock(), self._batch, self._waiting()):
            if (step.channel_id, step.what) not in self._waiting():
                self._busy.add((step.channel_id, step.what))
                begun.append(self._calls.begin(self._do(step)))
        return begun

    def _waiting(self) -> set[tuple[int, Afterwards]]:
        """Return what has to wait in which channel."""
        return self._busy | {(channel_id, Afterwards.PUBLISH) for channel_id, _ in self._busy}

    async def _do(self, step: PostStep) -> None:
        try:
            await self._take(step)
        except LoreError as error:
            log.error("%s in server %s waits: %s", step.what, step.guild_id, error)
        except Exception:
            log.exception("%s in server %s failed", step.what, step.guild_id)
        finally:
            self._busy.discard((step.channel_id, step.what))

    async def _take(self, step: PostStep) -> None:
        now = self._clock()
        if now >= step.expires:
            await self._steps.done(step)
            return
        guild = self._client.get_guild(step.guild_id)
        if guild is None or guild.unavailable:
            await self._steps.wait(step, now + SOON)
            return
        try:
            await self._calls.run(self._request(step), unhurried=True)
        except discord.HTTPException as error:
            await self._refused(step, error)
        except CUT_OFF as error:
            log.info("%s in server %s: %s", step.what, step.guild_id, error)
            await self._steps.wait(step, self._clock() + SOON)
        except Exception:
            log.exception("%s in server %s failed", step.what, step.guild_id)
            await self._steps.wait(step, self._clock() + LATER)
        else:
            await self._steps.done(step)

    async def _request(self, step: PostStep) -> Any:
        channel = self._client.get_partial_messageable(step.channel_id, guild_id=step.guild_id)
        message = channel.get_partial_message(step.message_id)
        if step.what is Afterwards.PUBLISH:
            return await message.publish()
        return await message.create_thread(name=thread_name(step.day))

    async def _refused(self, step: PostStep, error: discord.HTTPException) -> None:
        """End a step that is done or cannot be done; try again what somebody may mend."""
        log.info("%s in server %s: %s", step.what, step.guild_id, error)
        if error.code in _DONE:
            await self._steps.done(step)
        elif error.code in _FORBIDDEN:
            await self._report(step, _FORBIDDEN_CODE[step.what], again=True)
        elif error.code in _TOO_MANY_THREADS:
            await self._report(step, "too many threads", again=True)
        elif error.code == _WRONG_CHANNEL and step.what is Afterwards.PUBLISH:
            await self._report(step, "no announcements", again=False)
        elif error.status >= 500 or error.status == _LIMITED or error.code == 0:
            await self._steps.wait(step, self._clock() + SOON)
        else:
            await self._report(step, "refused", again=False)

    async def _report(self, step: PostStep, why: str, *, again: bool) -> None:
        now = self._clock()
        code = problem_prefix(step.number) + why
        await self._problems.report(step.guild_id, code, step.channel_id, now)
        if again:
            await self._steps.wait(step, now + LATER)
        else:
            await self._steps.done(step)
