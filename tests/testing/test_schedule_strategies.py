"""Strategies: how a run chooses among the tasks that are ready together, and how a run is replayed."""

from collections import Counter
from itertools import pairwise, permutations

import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st

from batactors.seams import SeededChance
from batactors.testing import schedule
from batactors.testing.schedule import Fifo, Lifo, Pct, Replay, Strategy, Uniform, deterministic_schedule
from batactors.testing.virtual_time import run_in_virtual_time

ALL_ORDERS = {"".join(order) for order in permutations("abc")}
SEEDS = range(60)


def one_step_each(strategy: Strategy, seed: int = 0) -> str:
    """The order in which three tasks take their only step."""
    order: list[str] = []

    async def step(name: str) -> None:
        order.append(name)

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            for name in "abc":
                nursery.start_soon(step, name)

    run_in_virtual_time(main, seed=seed, strategy=strategy)
    return "".join(order)


def many_steps(strategy: Strategy, seed: int = 0, recorded: list[int] | None = None) -> list[str]:
    """The order of tasks that are ready in rounds of different sizes."""
    order: list[str] = []

    async def step(name: str, nursery: trio.Nursery) -> None:
        for _ in range(4):
            await trio.sleep(1)
            order.append(name)
        if len(name) < 3:
            nursery.start_soon(step, f"{name}x", nursery)
            nursery.start_soon(step, f"{name}y", nursery)

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            for name in "abcde":
                nursery.start_soon(step, name, nursery)

    run_in_virtual_time(main, seed=seed, strategy=strategy, recorded=recorded)
    return order


@pytest.mark.parametrize("strategy", [Uniform(), Pct()], ids=str)
def test_a_random_strategy_sees_every_order(strategy: Strategy) -> None:
    """Three tasks of one step each run in each of the six orders, with one seed or another."""
    assert {one_step_each(strategy, seed) for seed in SEEDS} == ALL_ORDERS


def test_a_fixed_strategy_sees_one_order() -> None:
    """The oldest first, or the youngest first, whatever the seed."""
    assert {one_step_each(Fifo(), seed) for seed in SEEDS} == {"abc"}
    assert {one_step_each(Lifo(), seed) for seed in SEEDS} == {"cba"}


def test_choices_count_from_the_oldest() -> None:
    """Each choice takes one of those that are left; too large a number counts on from the oldest; none is FIFO."""
    assert one_step_each(Replay(())) == "abc"
    own = (0,)  # trio's
    assert one_step_each(Replay((*own, 1))) == "bac"
    assert one_step_each(Replay((*own, 2, 1))) == "cba"
    assert one_step_each(Replay((*own, 4, 3))) == "bca"


@pytest.mark.parametrize("strategy", [Fifo(), Lifo(), Uniform(), Pct(), Replay((3, 1, 2, 2, 1))], ids=str)
def test_any_run_can_be_replayed(strategy: Strategy) -> None:
    """The recorded choices give the same order again, under another seed too; recording changes nothing."""
    recorded: list[int] = []
    order = many_steps(strategy, seed=5, recorded=recorded)
    assert order == many_steps(strategy, seed=5) == many_steps(Replay(tuple(recorded)), seed=6)
    again: list[int] = []
    many_steps(Replay(tuple(recorded)), recorded=again)
    assert again == recorded


def test_the_oldest_first_chooses_nothing_but_zeros() -> None:
    """A FIFO run is the simplest replay there is, so that shrinking leads to it."""
    recorded: list[int] = []
    assert many_steps(Fifo(), recorded=recorded) == many_steps(Replay())
    assert set(recorded) == {0}


@given(choices=st.lists(st.integers(0, 5)))
@settings(max_examples=30, deadline=None)
def test_any_choices_are_a_schedule(choices: list[int]) -> None:
    """Whatever numbers hypothesis makes up, every task runs as often, and the same numbers repeat."""
    order = many_steps(Replay(tuple(choices)))
    assert Counter(order) == Counter(many_steps(Fifo()))
    assert order == many_steps(Replay(tuple(choices)))


def test_uniform_is_what_a_seed_has_always_meant() -> None:
    """`Uniform` shuffles each round with the generator of the seed, and with nothing else: old seeds find old bugs."""
    draw = SeededChance(7).generator("schedule")
    expected = []
    for size in (1, 3, 3, 5):
        batch = list(range(size))
        draw.shuffle(batch)
        expected.append(batch)
    theirs = schedule._Schedule(7, Uniform(), recorded=[])
    batches = [list(range(size)) for size in (1, 3, 3, 5)]
    for batch in batches:
        theirs.shuffle(batch)
    assert batches == expected


class Toy:
    """A task that is ready in every round."""


def turns(strategy: Strategy, rounds: int, seed: int) -> list[tuple[int, ...]]:
    """The order of four tasks, by age, in each round."""
    tasks = [Toy() for _ in range(4)]
    theirs = schedule._Schedule(seed, strategy, recorded=None)
    orders = []
    for _ in range(rounds):
        batch = list(tasks)
        theirs.shuffle(batch)
        orders.append(tuple(tasks.index(task) for task in reversed(batch)))
    return orders


def test_priorities_stay_but_for_a_few_changes() -> None:
    """Under `Pct` the order of tasks changes about as often as it says, and the one that loses its turn goes last."""
    for seed in SEEDS:
        orders = turns(Pct(changes=0), 200, seed)
        assert len(set(orders)) == 1
        orders = turns(Pct(changes=2), 200, seed)
        changed = [(old, new) for old, new in pairwise(orders) if old != new]
        assert len(changed) <= 2
        for old, new in changed:
            assert [task for task in old if task in new[:3]] == list(new[:3])
    assert len(turns(Pct(changes=2), 200, 0)) == 200


def test_points_of_change_are_early_and_late() -> None:
    """Some seeds change within the first rounds, others after a hundred."""
    first = []
    for seed in SEEDS:
        orders = turns(Pct(changes=1), 300, seed)
        first += [number for number in range(1, 300) if orders[number] != orders[number - 1]]
    assert min(first) < 5
    assert max(first) > 100


def test_a_strategy_needs_a_seed() -> None:
    """A run without a seed follows no strategy, and says so rather than ignore it."""
    with pytest.raises(ValueError, match="needs a seed"):
        run_in_virtual_time(trio.sleep, 1, strategy=Fifo())


def test_it_says_when_trio_schedules_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """If trio asks for an order and does not follow it, the first use in a process finds out."""
    schedule._check_that_trio_obeys.cache_clear()
    monkeypatch.setattr(schedule._Schedule, "shuffle", lambda schedule, batch: None)
    with pytest.raises(RuntimeError, match="schedules anew"), deterministic_schedule(1):
        pass
