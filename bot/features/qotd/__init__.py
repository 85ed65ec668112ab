"""`/qotd`: the quote of the day, its schedule and its delivery."""

from bot.features.qotd.views import (
    PING_ROLE_GONE,
    UNATTACHED_PROBLEM,
    qotd_problem,
    zone_outdated,
)

__all__ = ["PING_ROLE_GONE", "UNATTACHED_PROBLEM", "qotd_problem", "zone_outdated"]
