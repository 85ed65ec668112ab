"""`/qotd`: the quote of the day, its schedule and its delivery."""

from bot.features.qotd.views import (
    NO_ATTACH,
    PING_ROLE_GONE,
    qotd_problem,
    zone_outdated,
)

__all__ = ["NO_ATTACH", "PING_ROLE_GONE", "qotd_problem", "zone_outdated"]
