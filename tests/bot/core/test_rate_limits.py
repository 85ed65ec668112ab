from bot.core.fairness import TokenBucket


class Clock:
    def __init__(self) -> None:
        self.now = 86_400.0

    def __call__(self) -> float:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += seconds


def taken(allowance: TokenBucket, id: int, times: int) -> list[float]:
    return [allowance.take(id) for _ in range(times)]


def test_a_minutes_worth_may_be_taken_at_once() -> None:
    assert taken(TokenBucket(3, Clock()), 1, 4) == [0, 0, 0, 20]


def test_what_is_refused_costs_nothing() -> None:
    assert taken(TokenBucket(3, Clock()), 1, 6)[3:] == [20, 20, 20]


def test_the_allowance_grows_back_steadily() -> None:
    clock = Clock()
    allowance = TokenBucket(3, clock)
    taken(allowance, 1, 3)
    clock.forward(20)
    assert taken(allowance, 1, 2) == [0, 20]


def test_no_more_than_a_minutes_worth_is_saved_up() -> None:
    clock = Clock()
    allowance = TokenBucket(3, clock)
    allowance.take(1)
    clock.forward(86_400)
    assert taken(allowance, 1, 4) == [0, 0, 0, 20]


def test_one_persons_flood_takes_nothing_from_another() -> None:
    allowance = TokenBucket(3, Clock())
    taken(allowance, 1, 9)
    assert allowance.take(2) == 0


def test_a_minutes_worth_of_any_size_is_let_in_to_the_last() -> None:
    for size in range(1, 200):
        waits = taken(TokenBucket(size, Clock()), 1, size + 1)
        assert [wait > 0 for wait in waits] == [False] * size + [True]


def test_only_so_many_ids_are_remembered() -> None:
    allowance = TokenBucket(1, Clock(), remembered=2)
    waits = [allowance.take(id) for id in (1, 2, 3, 2, 1)]
    assert waits == [0, 0, 0, 60, 0]
