"""Any actor can be crashed or stalled wherever it waits; unless that is planned, nothing is changed."""

from collections import Counter
from collections.abc import Awaitable, Callable
from itertools import count

import pytest
import trio

from batactors.actors.mailbox import Mailbox
from batactors.actors.supervisor import Backoff, ChildEvent, ChildSpec, Intensity, Ready, Supervisor
from batactors.seams import SeededChance
from batactors.testing.await_points import AwaitPoints
from batactors.testing.virtual_time import run_in_virtual_time
from batactors.testing.watchdog import task_tree

Actor = Callable[..., Awaitable[None]]


def live(
    points: AwaitPoints | None, actors: dict[str, Actor], *, meanwhile: Callable[[], None] | None = None
) -> list[ChildEvent]:
    """Keep these actors alive for ten seconds and a half; what happened to them."""
    events: list[ChildEvent] = []

    async def main() -> None:
        supervisor = Supervisor(
            "toy",
            [ChildSpec(name=name, run=run, intensity=Intensity(failures=100)) for name, run in actors.items()],
            backoff=Backoff(first=0.1, jitter=0.0, most=0.1),
            chance=SeededChance("toy").generator("supervisor"),
            watch=events.append,
        )
        async with trio.open_nursery() as nursery:
            nursery.start_soon(supervisor.run)
            await trio.sleep(3.5)
            if meanwhile is not None:
                meanwhile()
            await trio.sleep(7.0)
            nursery.cancel_scope.cancel()

    run_in_virtual_time(main, seed="toy", instruments=[points] if points is not None else [])
    return events


def crashes(events: list[ChildEvent]) -> list[str]:
    return [event.child for event in events if event.what == "crashed"]


class Post:
    """Two actors: one posts a number each second, and the other takes them."""

    def __init__(self) -> None:
        self.mailbox = Mailbox[int]("toy", 100)
        self.seen: list[int] = []
        self.at: list[float] = []
        self.numbers = count()

    async def give(self, *, task_status: Ready) -> None:
        task_status.started()
        while True:
            await trio.sleep(1.0)
            self.mailbox.post(next(self.numbers))

    async def take(self, *, task_status: Ready) -> None:
        task_status.started()
        while True:
            self.seen.append(await self.mailbox.take())
            self.at.append(trio.current_time())

    @property
    def actors(self) -> dict[str, Actor]:
        return {"take": self.take, "give": self.give}


@pytest.mark.parametrize("nth", range(1, 20))
def test_a_crash_loses_nothing_that_an_exception_would_not(nth: int) -> None:
    """Wherever who takes messages is crashed, each message is taken once, and the crash is told with its place."""
    told: list[str] = []
    points, post = AwaitPoints(on_strike=told.append), Post()
    points.crash("take", nth=nth)
    events = live(points, post.actors)
    assert post.seen == list(range(len(post.seen)))
    assert len(post.seen) >= 8
    if nth <= 10:
        assert crashes(events) == ["take"]
        assert len(told) == 1
        assert told[0].startswith("crashed take at batactors/actors/mailbox.py:")
        assert "in Mailbox.take < tests/testing/test_await_points.py:" in told[0]
        assert "in Post.take" in told[0]
        crashed = next(event for event in events if event.what == "crashed")
        assert f"InjectedCrash: take at await point {nth}, batactors/" in str(crashed.cause)


def test_who_gives_may_crash_right_after() -> None:
    """What was given stays given; what was being taken is taken, and the next wait crashes."""
    points = AwaitPoints()
    mailbox, seen = Mailbox[int]("toy", 10), []

    async def give(*, task_status: Ready) -> None:
        task_status.started()
        for number in range(3):
            await mailbox.put(number)
        await trio.sleep_forever()

    async def take(*, task_status: Ready) -> None:
        task_status.started()
        await trio.sleep(1.0)
        while True:
            seen.append(await mailbox.take())

    points.crash("give", nth=2)
    points.crash("take", nth=2)
    assert crashes(live(points, {"give": give, "take": take})) == ["give", "take"]
    assert seen == [0, 1, 0, 1, 2]


async def waits(*, task_status: Ready = trio.TASK_STATUS_IGNORED) -> None:
    task_status.started()
    await trio.sleep_forever()


async def waits_in_a_child(*, task_status: Ready) -> None:
    async with trio.open_nursery() as nursery:
        await nursery.start(waits)
        task_status.started()


async def waits_behind_a_shield(*, task_status: Ready) -> None:
    task_status.started()
    while True:
        with trio.CancelScope(shield=True):
            await trio.sleep(1.0)
        await trio.lowlevel.checkpoint_if_cancelled()


async def only_lets_others(*, task_status: Ready) -> None:
    task_status.started()
    while True:
        await trio.lowlevel.checkpoint()
        await trio.sleep(1.0)


@pytest.mark.parametrize("actor", [waits, waits_in_a_child, waits_behind_a_shield, only_lets_others])
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_every_kind_of_wait_can_crash(actor: Actor, nth: int) -> None:
    """Also a nursery's wait for its tasks, what is shielded, what lets others have a turn, and a task of an actor."""
    points = AwaitPoints()
    points.crash("actor", nth=nth)
    events = live(points, {"actor": actor})
    assert crashes(events) == ["actor"] * (points.passed["actor"] > nth)
    assert crashes(events) or nth > 1


def test_the_supervisor_is_not_an_actor() -> None:
    """What keeps an actor is neither counted nor struck, and counts repeat."""
    first, again = AwaitPoints(), AwaitPoints()
    live(first, Post().actors)
    live(again, Post().actors)
    assert first.passed == again.passed == Counter(take=11, give=11)


def test_a_stall_holds_one_task_and_loses_nothing() -> None:
    """The task goes on so many seconds after its wait was over, with what it had waited for; others go on meanwhile."""
    told: list[str] = []
    points, post = AwaitPoints(on_strike=told.append), Post()
    points.stall("take", 3.0, nth=2)
    assert crashes(live(points, post.actors)) == []
    assert post.seen == list(range(10))
    assert post.at == [1.0, 5.0, 5.0, 5.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0]
    assert len(told) == 1
    assert told[0].startswith("stalled take for 3 s at batactors/actors/mailbox.py:")


def test_nothing_hurries_a_stall() -> None:
    """A task that is held hears of a cancellation only when it goes on."""
    points, ended = AwaitPoints(), []

    async def actor(*, task_status: Ready) -> None:
        task_status.started()
        try:
            await trio.sleep(2.0)
            await trio.sleep_forever()
        finally:
            ended.append(trio.current_time())

    points.stall("actor", 60.0)
    live(points, {"actor": actor})
    assert ended == [62.0]


def test_a_pause_holds_all_actors_and_those_that_keep_them() -> None:
    """From their next turns on all stand still, also an actor that waits to be restarted, until all go on at once."""
    points, post, at = AwaitPoints(), Post(), []

    async def crash(*, task_status: Ready) -> None:
        at.append(trio.current_time())
        task_status.started()
        await trio.sleep(3.45)
        raise ValueError

    events = live(points, {**post.actors, "crash": crash}, meanwhile=lambda: points.pause(4.0))
    assert post.at == pytest.approx([1.0, 2.0, 3.0, 7.5, 8.5, 9.5, 10.5][: len(post.at)])
    assert len(post.at) >= 6
    assert at == [0.0, 7.5]
    assert crashes(events) == ["crash"]


def test_who_is_held_can_be_released() -> None:
    """When a process is killed, neither a stall nor a pause keeps it from ending."""
    points, post = AwaitPoints(), Post()
    points.stall("take", 100.0, nth=2)

    def pause_and_release() -> None:
        points.pause(100.0)
        points.release()

    live(points, post.actors, meanwhile=pause_and_release)
    assert post.at == [1.0, 3.5, 3.5, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0]


def test_what_is_planned_can_be_forgotten() -> None:
    """A plan that has not struck can be taken back, and one account's plans are no other's."""
    points, others = AwaitPoints(), AwaitPoints(account="kraken")
    points.crash("take", nth=5)
    assert crashes(live(points, Post().actors, meanwhile=points.forget)) == []
    others.crash("take")
    assert crashes(live(others, Post().actors)) == []
    assert others.passed == Counter()


def test_a_task_is_seen_where_it_waits() -> None:
    """The tree of tasks that a hang is told with is the same as without."""
    trees: list[str] = []
    for points in (None, AwaitPoints()):
        live(points, {**Post().actors, "child": waits_in_a_child}, meanwhile=lambda: trees.append(task_tree()))
    assert trees[0] == trees[1]
    assert "in take" in trees[0]
    assert "in waits" in trees[0]
