"""The measured lag of the event loop."""

import asyncio
from time import sleep

from prometheus_client.parser import text_string_to_metric_families

from bot.ops.health_checks import LAG_EVERY, measure_loop_lag
from bot.ops.metrics import Metrics


def readings(metrics: Metrics) -> dict[str, float]:
    """Return the number of lag readings by their upper bound in seconds."""
    families = text_string_to_metric_families(metrics.text().decode())
    [lag] = (family for family in families if family.name == "lorebot_loop_lag_seconds")
    return {s.labels["le"]: s.value for s in lag.samples if s.name.endswith("_bucket")}


async def test_blocked_event_loop_is_measured_as_lag() -> None:
    metrics = Metrics()
    feeling = asyncio.create_task(measure_loop_lag(metrics))
    await asyncio.sleep(0)
    sleep(0.1)  # noqa: ASYNC251  # it is this that holds the loop up
    await asyncio.sleep(LAG_EVERY)
    feeling.cancel()
    assert readings(metrics)["+Inf"] > readings(metrics)["0.05"]
