"""The demo on the simulated Binance: what is that venue's own in it, and in its verdict."""

from collections.abc import Callable
from decimal import Decimal
from functools import cache

import pytest
from attrs import evolve

from batactors import CommandStatus
from batactors.cli.demo.config import Settings
from batactors.cli.demo.scenes import SCENES
from batactors.cli.demo.seen import Seen, SeenCommand
from batactors.cli.demo.stage import Stage
from batactors.model.commands import Operation
from batactors.testing.binance import BinanceUrls, BinanceVenue
from tests.cli.test_demo import perform, say, wrong

URLS = BinanceUrls(rest="http://h:1", websocket_api="ws://h:1/ws-fapi/v1", websocket_streams="ws://h:1")


@cache
def quiet() -> Stage:
    """A run in which nothing went wrong; what was seen of it may be doctored, if it is put back."""
    return perform(Settings(seed=1, orders=60, faults=0, venue="binance"))


def command(seen: Seen, operation: Operation) -> SeenCommand:
    return next(one for one in seen.commands.values() if one.operation is operation)


def test_a_quiet_run_has_something_of_everything() -> None:
    """Leverage set, an order that waited for its trigger, a position opened and closed; and all of it is checked."""
    stage = quiet()
    verdict = stage.judge()
    assert wrong(verdict) == {}
    assert len(verdict.checks) == 14
    venue = stage.venue
    assert isinstance(venue, BinanceVenue)
    assert venue.conditional_orders()
    (closed,) = stage.seen.closed
    assert closed.was
    assert venue.position(closed.instrument.partition("/")[0] + "USDT").amount == 0
    set_to = {one.leverage for one in stage.seen.commands.values() if one.operation is Operation.SET_LEVERAGE}
    assert len(set_to - {None, 20}) > 1
    assert {one.verdicts[-1] for one in stage.seen.commands.values()} >= {CommandStatus.ACCEPTED}


def misread(seen: Seen) -> None:
    name = next(iter(seen.positions))
    seen.positions[name] += 1


def forget(seen: Seen) -> None:
    del seen.positions[next(iter(seen.positions))]


def leave_open(seen: Seen) -> None:
    seen.closed.clear()


def say_that_it_was_flat(seen: Seen) -> None:
    seen.closed[0] = evolve(seen.closed[0], was=Decimal(0), command=None)


def deny_a_leverage(seen: Seen) -> None:
    say(command(seen, Operation.SET_LEVERAGE), CommandStatus.REJECTED)


def set_another_leverage(seen: Seen) -> None:
    command(seen, Operation.SET_LEVERAGE).leverage = 99


@pytest.mark.parametrize(
    ("doctor", "name"),
    [
        (misread, "positions told as they are, one closed"),
        (forget, "positions told as they are, one closed"),
        (leave_open, "positions told as they are, one closed"),
        (say_that_it_was_flat, "positions told as they are, one closed"),
        (deny_a_leverage, "what was denied was never done"),
        (set_another_leverage, "what was accepted was done"),
    ],
)
def test_a_doctored_run_fails(doctor: Callable[[Seen], None], name: str) -> None:
    """A position told wrongly, one that was not closed, a setting that is not what was said: each is found."""
    stage, seen = quiet(), quiet().seen
    stage.seen = Seen(
        orders=seen.orders,
        commands={key: evolve(one, steps=list(one.steps)) for key, one in seen.commands.items()},
        reports=seen.reports,
        closed=list(seen.closed),
        positions=dict(seen.positions),
    )
    try:
        doctor(stage.seen)
        assert set(wrong(stage.judge())) == {name}
    finally:
        stage.seen = seen


def test_an_order_that_waits_is_the_ledgers_too() -> None:
    """A conditional order that never came into the book is found by its client order id, as it ended."""
    stage = quiet()
    truth = stage.scene.truth(stage.venue)
    assert isinstance(stage.venue, BinanceVenue)
    for algo in stage.venue.conditional_orders():
        (order,) = truth.orders_of(algo.client_algo_id)
        assert order.client_order_id == algo.client_algo_id
        assert order.closed


def test_the_seed_says_which_key() -> None:
    """Odd seeds log their session on; even ones sign each request."""
    keys = [str(SCENES["binance"].account(URLS, seed).api_key.reveal()) for seed in (1, 2, 3)]
    assert keys == ["DEMO-ED25519-KEY", "DEMO-KEY", "DEMO-ED25519-KEY"]
