"""A crash of any actor is survived, and what it had in hand is found out again."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import trio

from batactors import CommandStatus, HealthStatus, OrderFilled, SupervisionConfig, TemporaryUnavailable
from batactors.actors.http import Http
from batactors.actors.live_session import LiveSession
from batactors.actors.messages import Wake
from batactors.actors.reconciler import Reconciler
from batactors.core.dispatch import Dispatch
from batactors.model.facts import FillFact
from batactors.model.inputs import Heard
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from tests.engine.bench import Bench, open_bench
from tests.engine.test_unknown_outcomes import events_of, place

pytestmark = pytest.mark.usefixtures("network")


class Bug(Exception):
    """A mistake of ours."""


def crash_once(
    monkeypatch: pytest.MonkeyPatch, kind: type, method: str, when: Callable[..., bool] = lambda *args: True
) -> None:
    """Let one call of a method crash."""
    real = getattr(kind, method)
    left = [1]

    def crashing(self: Any, *args: Any, **kwargs: Any) -> Any:
        if left[0] and when(*args):
            left[0] -= 1
            raise Bug(method)
        return real(self, *args, **kwargs)

    monkeypatch.setattr(kind, method, crashing)


def fill(bench: Bench, client_order_id: object, quantity: str) -> None:
    bench.venue.fill(str(client_order_id), quantity=Decimal(quantity))


def has_fill(given: object) -> bool:
    return isinstance(given, Heard) and any(isinstance(fact, FillFact) for fact in given.facts)


async def test_the_dedup_actor_is_rebuilt(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash in the middle of a fill loses nothing and doubles nothing: the account is rebuilt, and the venue
    asked.
    """
    async with open_bench(seams) as bench:
        handle = await place(bench)
        await handle.resolved()
        fill(bench, handle.client_order_id, "0.1")
        await trio.sleep(0.5)
        crash_once(monkeypatch, Dispatch, "apply", has_fill)
        fill(bench, handle.client_order_id, "0.2")
        await trio.sleep(10.0)
        fill(bench, handle.client_order_id, "0.2")
        with trio.fail_after(20.0):
            events = await events_of(handle)
        assert [event.quantity for event in events if isinstance(event, OrderFilled)] == [
            Decimal("0.1"), Decimal("0.2"), Decimal("0.2"),
        ]  # fmt: skip
        assert [event.sequence for event in events] == list(range(1, len(events) + 1))
        assert bench.account.counters()["quarantined: crashed the dedup actor"] == 1
        assert [event.child for event in bench.engine.happenings if event.what == "crashed"] == ["dedup"]


async def test_commands_in_flight_survive_a_rebuild(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command whose answer crashed the dedup actor is unknown from then on, and resolved by asking."""
    async with open_bench(seams) as bench:
        crash_once(monkeypatch, Dispatch, "apply", lambda given: isinstance(given, Heard))
        handle = await place(bench)
        with trio.fail_after(60.0):
            assert (await handle.resolved()).status is CommandStatus.ACCEPTED
        cancel = await handle.cancel()
        assert (await cancel.resolved()).status is CommandStatus.ACCEPTED
        assert (await events_of(handle))[-1].is_terminal


@pytest.mark.parametrize(
    ("kind", "method"),
    [(Http, "exchange"), (Reconciler, "_whole_round"), (LiveSession, "_sort"), (Reconciler, "_pass")],
)
async def test_any_other_actor_is_restarted(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch, kind: type, method: str
) -> None:
    """After the crash of the rest client, the reconciler or a connection, orders are told and commands resolved
    as before.
    """
    async with open_bench(seams, reconcile_every=3.0) as bench:
        handle = await place(bench)
        await handle.resolved()
        crash_once(monkeypatch, kind, method)
        bench.account._wiring.reconciler.post(Wake(reason="a pass is to be made"))
        await trio.sleep(4.0)
        fill(bench, handle.client_order_id, "0.5")
        with trio.fail_after(30.0):
            events = await events_of(handle)
        assert events[-1].is_terminal
        await trio.sleep(5.0)
        assert bench.account.health().status is HealthStatus.HEALTHY
        assert any(event.what == "crashed" for event in bench.engine.happenings)


async def test_a_question_whose_actor_crashed_is_answered_with_an_error(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for ever for an actor that crashed on the question."""
    async with open_bench(seams) as bench:
        crash_once(monkeypatch, Http, "exchange")
        with trio.fail_after(5.0), pytest.raises(TemporaryUnavailable, match="rest actor"):
            await bench.account.fetch_balances()
        assert await bench.account.fetch_balances()


async def test_an_actor_that_crashes_again_and_again_ends_the_engine(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More crashes than the stated intensity are a bug: the engine ends with a typed error that names actor and
    cause.
    """

    async def always(self: Reconciler, *args: object) -> float:
        raise Bug("every time")

    with pytest.RaisesGroup(
        pytest.RaisesExc(TemporaryUnavailable.__mro__[1], match="reconciler crashed 4 times.*every time"),
        flatten_subgroups=True,
    ):
        async with open_bench(
            seams, supervision=SupervisionConfig(backoff_first=0.1, failures=3, within=60.0)
        ) as bench:
            monkeypatch.setattr(Reconciler, "_pass", always)
            bench.account._wiring.reconciler.post(Wake(reason="a test"))
            await trio.sleep(60.0)


async def test_handles_end_with_the_engine(network: SimulatedNetwork, seams: Seams) -> None:
    """Who waits on a handle when the engine ends is told so; nobody hangs."""
    ended = []

    async def wait(bench: Bench) -> None:
        bench.venue.faults.add(f.LoseCommand(method="add_order"))
        handle = await place(bench)
        try:
            await handle.resolved()
        except TemporaryUnavailable as error:
            ended.append(error)

    async with trio.open_nursery() as nursery:
        async with open_bench(seams, supervision=SupervisionConfig(stop_within=1.0)) as bench:
            nursery.start_soon(wait, bench)
            await trio.sleep(2.0)
        assert (await bench.engine.stop()).is_clean is False
    assert len(ended) == 1
