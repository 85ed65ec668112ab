"""How the token bucket refills, refuses and forgets."""

from bot.core.fairness import TokenBucket


class Clock:
    def __init__(self) -> None:
        self.now = 86_400.0

    def __call__(self) -> float:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += seconds


def take(bucket: TokenBucket, id: int, times: int) -> list[float]:
    return [bucket.take(id) for _ in range(times)]


def test_tokens_of_a_minute_may_be_taken_at_once() -> None:
    assert take(TokenBucket(3, Clock()), 1, 4) == [0, 0, 0, 20]


def test_refused_request_costs_no_token() -> None:
    assert take(TokenBucket(3, Clock()), 1, 6)[3:] == [20, 20, 20]


def test_bucket_refills_steadily() -> None:
    clock = Clock()
    bucket = TokenBucket(3, clock)
    take(bucket, 1, 3)
    clock.forward(20)
    assert take(bucket, 1, 2) == [0, 20]


def test_bucket_holds_at_most_the_tokens_of_a_minute() -> None:
    clock = Clock()
    bucket = TokenBucket(3, clock)
    bucket.take(1)
    clock.forward(86_400)
    assert take(bucket, 1, 4) == [0, 0, 0, 20]


def test_flood_of_one_person_costs_nobody_else_tokens() -> None:
    bucket = TokenBucket(3, Clock())
    take(bucket, 1, 9)
    assert bucket.take(2) == 0


def test_every_token_of_a_minute_can_be_taken_at_any_limit() -> None:
    for size in range(1, 200):
        waits = take(TokenBucket(size, Clock()), 1, size + 1)
        assert [wait > 0 for wait in waits] == [False] * size + [True]


def test_remembered_ids_are_capped() -> None:
    bucket = TokenBucket(1, Clock(), remembered=2)
    waits = [bucket.take(id) for id in (1, 2, 3, 2, 1)]
    assert waits == [0, 0, 0, 60, 0]
