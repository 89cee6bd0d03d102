"""The listen key: whoever lets it run out or takes it away, nothing that happens on the account is lost."""

from collections.abc import Callable
from decimal import Decimal

import pytest
import trio

from batactors import ComponentState, HealthStatus
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from batactors.testing.binance.listen_keys import LIFETIME
from batactors.venues.binance.limits import KEEP_TOKEN_EVERY
from tests.engine.binance.bench import Bench, open_bench, open_on, open_venue
from tests.engine.binance.story import (
    EVENTS,
    events_of,
    fill,
    fills_in,
    healthy,
    name_of,
    rest,
    streams,
    told_so_far,
    until,
)

pytestmark = pytest.mark.usefixtures("network")


def account_of(bench: Bench) -> str:
    return next(iter(bench.venue.accounts))


def expire(bench: Bench) -> None:
    """The venue lets the key run out, and says so on the socket."""
    bench.venue._keys.expire(account_of(bench))


def drop(bench: Bench) -> None:
    """The venue forgets the key, and says nothing."""
    bench.venue.invalidate_tokens()


def close(bench: Bench) -> None:
    """Another process of the same account closes it, as one does that leaves; whether that is told is not known."""
    bench.venue._keys.close(account_of(bench))


def replace(bench: Bench) -> None:
    """Another process closes it and makes another, which is good, and not ours."""
    bench.venue._keys.close(account_of(bench))
    bench.venue._keys.start(account_of(bench))


@pytest.mark.holds("X53")
async def test_a_key_that_expires_is_replaced_at_once(network: SimulatedNetwork, seams: Seams) -> None:
    """The venue's word that the key has expired begins another session with another key; what happened between is
    told, once.
    """
    async with open_bench(seams) as bench:
        order = await rest(bench)
        fill(bench, order, "0.1")
        await trio.sleep(1.0)
        expire(bench)
        fill(bench, order, "0.2")  # told to nobody
        await trio.sleep(5.0)
        assert len(set(bench.venue.tokens_given)) == 2
        health = bench.account.health()
        assert (health.status, health.reconnects) == (HealthStatus.HEALTHY, 1)
        fill(bench, order, "0.2")
        assert fills_in(await events_of(order)) == [Decimal("0.1"), Decimal("0.2"), Decimal("0.2")]


@pytest.mark.holds("X53")
@pytest.mark.parametrize("loss", [drop, close, replace], ids=lambda one: one.__name__)
async def test_a_key_that_is_lost_without_a_word_is_noticed(
    network: SimulatedNetwork, seams: Seams, loss: Callable[[Bench], None]
) -> None:
    """A socket whose key is gone lives on and is silent: that the venue gives another key shows it, within the time of
    two probes, and what happened meanwhile is told, once.
    """
    async with open_bench(seams) as bench:
        order = await rest(bench)
        closed = await rest(bench, price="47000")
        fill(bench, order, "0.1")
        await trio.sleep(1.0)
        loss(bench)
        fill(bench, order, "0.2")
        bench.venue.cancel(name_of(closed))
        with trio.fail_after(KEEP_TOKEN_EVERY + 10.0):
            await until(lambda: bench.account.health().reconnects == 1, within=KEEP_TOKEN_EVERY + 10.0)
        assert fills_in(await told_so_far(order)) == [Decimal("0.1"), Decimal("0.2")]
        assert (await events_of(closed))[-1].is_terminal
        fill(bench, order, "0.2")
        assert fills_in(await events_of(order)) == [Decimal("0.1"), Decimal("0.2"), Decimal("0.2")]
        await healthy(bench, within=90.0)


@pytest.mark.holds("X53")
async def test_a_key_lives_as_long_as_the_engine(
    network: SimulatedNetwork, seams: Seams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kept alive, the key is never lost: for many of its lives no session ends, and there is no other key."""
    monkeypatch.setattr("batactors.testing.binance.listen_keys.LIFETIME", LIFETIME / 6)  # so that the test is short
    assert KEEP_TOKEN_EVERY < LIFETIME / 6
    async with open_bench(seams) as bench:
        order = await rest(bench)
        await trio.sleep(3_000.0)
        assert len(bench.venue.tokens_given) == 1
        assert bench.account.health().reconnects == 0
        fill(bench, order, "0.5")
        assert fills_in(await events_of(order)) == [Decimal("0.5")]


@pytest.mark.holds("X53")
async def test_a_key_that_cannot_be_kept_for_a_while_is_kept_later(network: SimulatedNetwork, seams: Seams) -> None:
    """While REST answers nothing for twenty minutes the socket is left alone, for the key lives for an hour."""
    async with open_bench(seams) as bench:
        order = await rest(bench)
        bench.venue.faults.add(f.HttpError(method="userDataStream.start", count=40, status=502))
        await trio.sleep(1_200.0)
        assert bench.venue.faults.fired["HttpError"] > 10
        assert (bench.account.health().reconnects, streams(bench)) == (0, 1)
        token = bench.account.health().components["token"]
        assert (token.state, "502" in str(token.cause)) == (ComponentState.DEGRADED, True)
        assert bench.account.health().status is not HealthStatus.HEALTHY
        bench.venue.faults.clear()
        await trio.sleep(1_800.0)
        assert bench.account.health().components["token"].state is ComponentState.UP
        assert bench.account.health().reconnects == 0
        fill(bench, order, "0.5")
        assert fills_in(await events_of(order)) == [Decimal("0.5")]


@pytest.mark.holds("X53")
async def test_a_new_session_that_gets_no_key_says_so(network: SimulatedNetwork, seams: Seams) -> None:
    """Where no key can be had there is no session: health says disconnected and why, until there is one."""
    async with open_bench(seams) as bench:
        bench.venue.faults.add(f.HttpError(method="userDataStream.start", count=6, status=502))
        expire(bench)
        await trio.sleep(1.0)
        health = bench.account.health()
        assert health.status is HealthStatus.DISCONNECTED
        assert "502" in str(health.components[EVENTS].cause)
        await healthy(bench)
        assert bench.venue.faults.fired["HttpError"] == 6


@pytest.mark.holds("X53")
@pytest.mark.parametrize("drops", [True, False], ids=["given back", "left"])
async def test_the_key_is_given_back_at_the_end_if_that_is_wanted(
    network: SimulatedNetwork, seams: Seams, drops: bool
) -> None:
    """It would live on for an hour; by itself the engine leaves it, since another program may use the same one."""
    async with open_venue(seams) as (venue, urls):
        async with open_on(venue, urls, seams, drop_token_on_stop=drops) as bench:
            assert account_of(bench) in venue._keys._keys
            before = trio.current_time()
        assert (account_of(bench) not in venue._keys._keys) is drops
        assert trio.current_time() - before < 3.0
        assert bench.engine.report is not None
        assert bench.engine.report.graceful


@pytest.mark.holds("X53")
async def test_a_key_that_cannot_be_given_back_holds_up_no_stop(network: SimulatedNetwork, seams: Seams) -> None:
    """A venue that does not answer is waited for a second, and the engine stops in good order."""
    async with open_venue(seams) as (venue, urls):
        async with open_on(venue, urls, seams, drop_token_on_stop=True) as bench:
            venue.faults.add(f.Stall(method="userDataStream.stop", seconds=30.0))
            before = trio.current_time()
        assert trio.current_time() - before < 4.0
        assert bench.engine.report is not None
        assert bench.engine.report.graceful
