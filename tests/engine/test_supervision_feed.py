"""What supervision does is a numbered feed that users follow, and what it cannot help leaves as typed errors."""

from collections.abc import Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
import trio

from batactors import (
    AuthError,
    ChildEvent,
    Engine,
    EngineConfig,
    Happening,
    HealthStatus,
    Missed,
    StartTimeout,
    SupervisionConfig,
    SupervisorGaveUp,
    open_engine,
    run_engine,
)
from batactors import engine as engine_module
from batactors.actors.http import Http
from batactors.actors.reconciler import Reconciler
from batactors.actors.rest import Rest
from batactors.actors.subscriber import Subscriber
from batactors.journal.memory import MemoryJournal
from batactors.journal.store import Contents, Progress
from batactors.model.inputs import Input
from batactors.seams import Seams
from batactors.supervision import leaves
from batactors.testing import SimulatedNetwork, VenueAccount
from tests.engine.bench import SUPERVISION, Bench, open_bench, open_on, open_venue, venue_config
from tests.engine.test_crashes import Bug, crash_once
from tests.engine.test_unknown_outcomes import place

pytestmark = [pytest.mark.usefixtures("network"), pytest.mark.holds("D03")]

ACTORS = ["dedup", "journal", "rest", "metadata", "clock", "reconciler", "connection", "lane"]


async def follow(engine: Engine, into: list[ChildEvent | Missed], since: int = 0, slowly: float = 0.0) -> None:
    async for event in engine.supervision(since=since):
        into.append(event)
        await trio.sleep(slowly)


def told(events: Sequence[ChildEvent | Missed]) -> list[str]:
    return [f"{event.child} {event.what}" for event in events if isinstance(event, ChildEvent)]


async def test_each_event_is_told_once_in_order_until_the_end(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Starts, a crash, the restart, the stop of each actor and the end of the engine, numbered from 1."""
    events: list[ChildEvent | Missed] = []
    async with trio.open_nursery() as nursery, open_bench(seams) as bench:
        nursery.start_soon(follow, bench.engine, events)
        crash_once(monkeypatch, Http, "exchange")
        with pytest.raises(Exception, match="rest actor"):
            await bench.account.fetch_balances()
        await trio.sleep(1.0)
    assert told(events) == [
        *(f"{name} started" for name in ACTORS), "rest crashed", "rest started",
        *(f"{name} stopped" for name in reversed(ACTORS)), "engine ended",
    ]  # fmt: skip
    assert [event.sequence for event in events if isinstance(event, ChildEvent)] == list(range(1, len(events) + 1))
    crash = next(event for event in events if isinstance(event, ChildEvent) and event.what is Happening.CRASHED)
    assert (crash.supervisor, crash.cause) == ("kraken", "Bug: exchange")
    assert crash.pause is not None


async def test_each_follower_has_its_own_place(network: SimulatedNetwork, seams: Seams) -> None:
    """One begins late with all that is kept, one behind what it knows, and one after the end; none misses anything."""
    first, second, third = [], [], []  # type: ignore[var-annotated]
    async with trio.open_nursery() as nursery, open_bench(seams) as bench:
        nursery.start_soon(follow, bench.engine, first)
        await trio.sleep(1.0)
        nursery.start_soon(follow, bench.engine, second, 4)
    await follow(bench.engine, third)
    assert first == third == bench.engine.happenings
    assert second == first[4:]


async def test_a_slow_follower_is_told_what_it_missed(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only so many events are kept; what a follower is too late for is one item with their number."""
    monkeypatch.setattr(engine_module, "EVENTS", 5)
    async with open_bench(seams) as bench:
        late: list[ChildEvent | Missed] = []
    await follow(bench.engine, late)
    assert late[0] == Missed(count=12)
    assert told(late) == [
        "metadata stopped",
        "rest stopped",
        "journal stopped",
        "dedup stopped",
        "engine ended",
    ]
    assert [event.sequence for event in late if isinstance(event, ChildEvent)] == [13, 14, 15, 16, 17]
    assert len(bench.engine.happenings) == 5


async def test_a_follower_that_crashes_hurts_nobody(network: SimulatedNetwork, seams: Seams) -> None:
    """Its error is its own; the engine and the other followers go on, and it can begin again where it was."""
    events: list[ChildEvent | Missed] = []
    again: list[ChildEvent | Missed] = []

    async def crash(engine: Engine) -> None:
        async for event in engine.supervision():
            assert isinstance(event, ChildEvent)
            if event.sequence == 3:
                raise Bug("mine")

    async with trio.open_nursery() as nursery, open_bench(seams) as bench:
        nursery.start_soon(follow, bench.engine, events)
        with pytest.raises(Bug):
            await crash(bench.engine)
        nursery.start_soon(follow, bench.engine, again, 3)
        assert bench.account.health().status is HealthStatus.HEALTHY
    assert events[3:] == again
    assert told(events)[-1] == "engine ended"


async def test_a_subscriber_that_crashes_is_seen(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Temporary children come and go unseen, but their crashes do not."""
    async with open_bench(seams) as bench:
        handle = await place(bench)
        await handle.resolved()
        crash_once(monkeypatch, Subscriber, "_take")
        other = await place(bench, price="40000")
        with pytest.raises(Exception, match="crashed"):
            await other.resolved()
        await trio.sleep(1.0)
        of_subscribers = [event for event in bench.engine.happenings if event.child.startswith("subscriber")]
        assert [(event.child, event.what, event.pause) for event in of_subscribers] == [
            (f"subscriber {other.command_id}", Happening.CRASHED, None)
        ]


@asynccontextmanager
async def opened(bench_config: EngineConfig, seams: Seams, journal: MemoryJournal, how: str) -> Any:
    """By either door."""
    if how == "open_engine":
        async with open_engine(bench_config, seams=seams, journals=lambda name: journal) as engine:
            yield engine
    else:
        async with trio.open_nursery() as nursery:
            yield await nursery.start(partial(run_engine, bench_config, seams=seams, journals=lambda name: journal))


DOORS = ["open_engine", "run_engine"]


@pytest.mark.parametrize("door", DOORS)
async def test_a_give_up_leaves_as_a_typed_leaf(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch, door: str
) -> None:
    """``except* SupervisorGaveUp`` catches it; it names who gave up on whom, and why, and is the end of the feed."""
    caught: list[SupervisorGaveUp] = []
    events: list[ChildEvent | Missed] = []

    async def always(self: Reconciler, *args: object) -> float:
        raise Bug("every time")

    async with open_venue(seams) as (venue, urls), trio.open_nursery() as nursery:
        config = EngineConfig(
            accounts={"kraken": venue_config(urls, VenueAccount.demo())},
            supervision=SupervisionConfig(backoff_first=0.1, failures=3, within=60.0),
        )
        try:
            async with opened(config, seams, MemoryJournal(), door) as engine:
                nursery.start_soon(follow, engine, events)
                monkeypatch.setattr(Reconciler, "_pass", always)
                venue.cut()
                await trio.sleep(60.0)
        except* SupervisorGaveUp as group:
            caught += [leaf for leaf in leaves(group) if isinstance(leaf, SupervisorGaveUp)]
    (leaf,) = caught
    assert (leaf.supervisor, leaf.child, leaf.cause) == ("kraken", "reconciler", "Bug: every time")
    assert "kraken/reconciler crashed 4 times in 60 s: Bug: every time" in str(leaf)
    assert told(events)[-1] == "engine crashed"
    assert "reconciler gave up" in told(events)
    last = events[-1]
    assert isinstance(last, ChildEvent)
    assert last.cause == f"SupervisorGaveUp: {leaf}"
    assert engine.report is not None
    assert not engine.report.graceful


@pytest.mark.parametrize("door", DOORS)
async def test_a_refused_key_leaves_as_what_it_is(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch, door: str
) -> None:
    """``except* AuthError`` catches a key that the venue takes back while the engine runs; a note says who met it."""
    caught: list[BaseException] = []

    async def refused(self: Rest, *args: Any, **kwargs: Any) -> Any:
        raise AuthError("the key is refused", venue="kraken-spot")

    async with open_venue(seams) as (venue, urls):
        config = EngineConfig(accounts={"kraken": venue_config(urls, VenueAccount.demo())}, supervision=SUPERVISION)
        try:
            async with opened(config, seams, MemoryJournal(), door):
                monkeypatch.setattr(Rest, "_ask", refused)
                venue.cut()
                await trio.sleep(30.0)
        except* AuthError as group:
            caught += leaves(group)
    (leaf,) = caught
    assert isinstance(leaf, AuthError)
    assert "account 'kraken'" in str(leaf)
    assert "raised by kraken/connection" in leaf.__notes__


async def test_what_keeps_an_engine_from_starting_is_one_plain_error(network: SimulatedNetwork, seams: Seams) -> None:
    """A wrong key is an ``AuthError`` out of ``open_engine``, not a group, and the engine's feed has its end."""
    seen: list[ChildEvent] = []
    async with open_venue(seams) as (_, urls):
        nobody = VenueAccount(api_key="NOBODY", api_secret=VenueAccount.demo().api_secret)
        config = EngineConfig(accounts={"kraken": venue_config(urls, nobody)}, supervision=SUPERVISION)
        with pytest.raises(AuthError, match="Invalid key") as caught:
            async with open_engine(config, seams=seams, watch=seen.append):
                raise AssertionError("the engine started")
    assert caught.value.__notes__ == ["raised by kraken/connection"]
    assert told(seen)[-2:] == ["connection gave up", "engine crashed"]
    assert seen[-1].cause == f"AuthError: {caught.value}"


class SlowToRead(MemoryJournal):
    """Its second reading, which is that of a dedup actor that crashed, takes longer than anybody waits."""

    reads = 0

    async def read(self, progress: Progress | None = None) -> Contents:
        self.reads += 1
        if self.reads == 2:
            await trio.sleep_forever()
        return await super().read(progress)


@pytest.mark.holds("D02")
async def test_an_actor_that_hangs_while_it_starts_is_started_again(network: SimulatedNetwork, seams: Seams) -> None:
    """A dedup actor that does not come back after a crash is cancelled after ``start_within``; the next one does."""
    journal = SlowToRead()
    supervision = SupervisionConfig(backoff_first=0.1, backoff_most=2.0, start_within=20.0)
    async with (
        open_venue(seams) as (venue, urls),
        open_on(venue, urls, seams, journals=lambda name: journal, supervision=supervision) as bench,
    ):
        crash(bench)
        await trio.sleep(30.0)
        causes = [event.cause for event in bench.engine.happenings if event.child == "dedup" and event.cause]
        assert [cause.partition(":")[0] for cause in causes] == ["AssertionError", StartTimeout.__name__]
        assert causes[-1] == "StartTimeout: kraken/dedup was not ready within 20 s"
        handle = await place(bench)
        assert (await handle.resolved()).status.value == "Accepted"
        assert bench.account.health().status is HealthStatus.HEALTHY


def crash(bench: Bench) -> None:
    """Give the dedup actor what no rule knows."""
    bench.account._wiring.dedup.post(Input(at=trio.current_time(), on=bench.account._wiring.seams.clock.now()))


@pytest.mark.holds("D02")
async def test_a_venue_that_is_down_for_long_is_no_reason_to_give_up(network: SimulatedNetwork, seams: Seams) -> None:
    """A connection may take longer than ``start_within`` to be ready again, and fail as often as it must."""
    async with open_bench(
        seams, supervision=SupervisionConfig(backoff_first=0.1, failures=2, start_within=5.0)
    ) as bench:
        bench.venue.restart(down_for=300.0)
        await trio.sleep(400.0)
        assert bench.account.health().status is HealthStatus.HEALTHY
        network.partition(int(bench.urls.rest.rpartition(":")[2]), 60.0)
        await trio.sleep(200.0)
        assert bench.account.health().status is HealthStatus.HEALTHY
        assert not [event for event in bench.engine.happenings if "StartTimeout" in (event.cause or "")]
