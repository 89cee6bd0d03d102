"""Plans drawn from a seed: what is done, which faults there are at all, and how the world is set up.

The means are drawn too, not only the outcomes (a swarm): runs with few kinds of faults reach states that runs with all
of them never do. Times fall on a grid, so that causes meet at one instant.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal

from attrs import evolve

from batactors.seams import SeededChance
from batactors.testing.faults import LoseFrame, ReadLag
from batactors.testing.schedule import Fifo, Lifo, Pct, Strategy, Uniform
from batactors.testing.simulation import steps as s
from batactors.testing.simulation.draw_adoption import draw_adoption
from batactors.testing.simulation.draw_binance import of_binance
from batactors.testing.simulation.draw_binance_scenes import with_scene
from batactors.testing.simulation.draw_bybit import of_bybit
from batactors.testing.simulation.draw_conditional import with_conditional
from batactors.testing.simulation.draw_faults import draw_faults, draw_of_the_disk
from batactors.testing.simulation.draw_kraken_futures import of_kraken_futures, of_unified
from batactors.testing.simulation.fault_words import FAULT_WORDS
from batactors.testing.simulation.knobs import Knobs
from batactors.testing.simulation.plan import Plan

if TYPE_CHECKING:
    from random import Random

KRAKEN_SPOT = "kraken-spot"
GRID = 0.05
"""Virtual seconds: steps and faults fall on multiples of this."""
STORM = 20.0
LONG_LAG = 35.0
"""Virtual seconds that REST may trail where it trails for long; its faults then do so, too."""
OFTEN, NEVER = 60.0, 3600.0
"""Virtual seconds between rounds of the reconciler: in nearly every run there is one, or in none. Where there is none,
what was missed has to be noticed."""
RESTING = ("48000.1", "51999.9")
"""Prices at which an order to buy, and one to sell, stays in the book."""
OFTEN_TRADED = 16
"""Trades of an order that is eaten up bit by bit: whatever breaks meanwhile has fills before it, in it and after it."""
ADOPTED = 0.25
"""How many of the plans have an order that is adopted."""
NewRisk = Literal["queue", "refuse", "allow"]
Mode = Literal["reduce_only", "halted"]
OWN: Mapping[str, Callable[[Plan, "Random"], Plan]] = {
    "binance": of_binance,
    "kraken-futures": of_kraken_futures,
    "kraken-futures-unified": of_unified,
    "bybit": of_bybit,
}
"""What a venue adds to a plan."""
WAITS: Mapping[str, Callable[[Plan, "Random"], Plan]] = {"binance": with_conditional}
"""And of orders that wait for a trigger, of a second instrument, of two positions in one."""
SCENES: Mapping[str, Callable[[Plan, "Random"], Plan]] = {"binance": with_scene}
"""And of moments that what is drawn apart seldom comes to."""
FOLLOWERS: tuple[s.Follower, ...] = ("steady", "steady", "steady", "slow", "late", "leaves", "crashes")


def draw_plan(
    seed: int, *, venue: str = KRAKEN_SPOT, storm: float = STORM, most_orders: int = 8, most_faults: int = 8
) -> Plan:
    """The plan of this seed: always the same one.

    Args:
        seed: Any whole number.
        venue: Which simulated venue it is for.
        storm: Virtual seconds in which things are done and go wrong.
        most_orders: Orders that the strategy places at most; there are two at least.
        most_faults: Faults at most; there may be none.
    """
    chance, words = SeededChance(seed).generator, FAULT_WORDS[venue]
    knobs = _knobs(chance("plan-knobs"))
    steps = _steps(chance("plan-steps"), storm, most_orders)
    faults = draw_faults(chance("plan-faults"), storm, most_faults, steps, words)
    # A stream of its own: what other plans draw stays as it was before there was a disk.
    faults += draw_of_the_disk(chance("plan-disk"), storm, most_faults - len(faults), words)
    adopting = chance("plan-adoptions")
    if adopting.random() < ADOPTED:
        begins = moment(adopting, storm * 0.7)
        more, aimed = draw_adoption(adopting, begins, storm, words)
        steps, faults = (*steps, *more), (*faults, *aimed)[:most_faults]
    if any(isinstance(fault, LoseFrame) for fault in faults):
        # What is lost without a trace shows only where everything is asked for from time to time.
        knobs = evolve(knobs, reconcile_every=min(knobs.reconcile_every, OFTEN))
    if knobs.read_lag == LONG_LAG:
        faults = tuple(evolve(fault, seconds=30.0) if isinstance(fault, ReadLag) else fault for fault in faults)
    knobs, steps = _with_modes(chance("plan-modes"), knobs, steps, storm)
    plan = Plan(seed=seed, knobs=knobs, steps=steps, faults=faults, storm=storm, venue=venue)
    own, waits = OWN.get(venue), WAITS.get(venue)
    plan = plan if own is None else own(plan, chance(f"plan-{venue}"))
    plan = plan if waits is None else waits(plan, chance("plan-conditional"))
    scene = SCENES.get(venue)
    return plan if scene is None else scene(plan, chance("plan-scenes"))


def _knobs(draw: "Random") -> Knobs:
    strategies: list[Strategy] = [Uniform(), Uniform(), Fifo(), Lifo(), Pct()]
    limits = draw.random() < 0.2
    first, most = draw.choice([(0.1, 0.5), (0.1, 2.0), (0.1, 8.0), (1.5, 8.0)])
    knobs = Knobs(
        strategy=draw.choice(strategies),
        tick=draw.choice([0.01, 0.01, 0.05, 0.0]),
        latency=draw.choice([(0.0, 0.0), (0.001, 0.02), (0.001, 0.02), (0.05, 0.3)]),
        split=draw.choice([0.0, 0.0, 0.3]),
        rate_limits=limits,
        unique_client_order_ids=draw.random() < 0.3,
        fill_in_parts=draw.choice([1, 1, 3]),
        ioc_remainder=draw.choice(["canceled", "expired"]),
        disk=draw.choice([0.0, 0.0, 0.002, 0.05]),
        slow_follower=draw.choice([0.1, 2.0]),
        reconcile_every=draw.choice([2.0, 5.0, 20.0, OFTEN, NEVER, NEVER]),
        answer=draw.choice([2.0, 4.0]),
        read_lag=draw.choice([1.0, 1.0, 1.0, LONG_LAG]),
        silence=draw.choice([4.0, 10.0]),
        recovery_patience=draw.choice([8.0, 120.0, 120.0]),
        tombstones=draw.choice([3, 10_000, 10_000, 10_000]),
        reads=draw.choice([1, 2, 3]),
        backoff_first=first,
        backoff_most=most,
    )
    # At the venue's own pace a question a second would leave no room for anything else.
    return evolve(knobs, reconcile_every=max(knobs.reconcile_every, 20.0), recovery_patience=900.0) if limits else knobs


def _with_modes(
    draw: "Random", knobs: Knobs, steps: tuple[s.Step, ...], storm: float
) -> tuple[Knobs, tuple[s.Step, ...]]:
    """With what an account does while it recovers, and now and then with modes and cancels of a part.

    Drawn by a generator of its own, so that the rest of a plan is as it was before there were any.
    """
    new_risk: NewRisk = draw.choice(["queue", "queue", "allow", "allow", "refuse"])
    more: list[s.Step] = []
    if draw.random() < 0.3:
        begins = moment(draw, storm * 0.8)
        mode: Mode = draw.choice(["halted", "reduce_only"])
        of_instrument = draw.random() < 0.5
        ends = round(min(storm, begins + draw.choice([0.05, 0.5, 3.0, 8.0])), 6)
        more.append(s.SetMode(at=begins, mode=mode, of_instrument=of_instrument))
        more.append(s.SetMode(at=ends, mode="active", of_instrument=of_instrument))
    if draw.random() < 0.2:
        more.append(s.CancelOpenOrders(at=moment(draw, storm), side=draw.choice([None, "buy", "sell"])))
    if draw.random() < 0.1:
        more.append(s.ByHand(at=moment(draw, storm), order=101, side=draw.choice(["buy", "sell"]), price="50000"))
    return evolve(knobs, new_risk=new_risk), tuple(sorted([*steps, *more], key=lambda step: step.at))


def moment(draw: "Random", storm: float) -> float:
    """A moment of the storm, on the grid; now and then the very beginning."""
    return 0.0 if draw.random() < 0.1 else round(draw.randrange(int(storm / GRID)) * GRID, 6)


def _steps(draw: "Random", storm: float, most_orders: int) -> tuple[s.Step, ...]:
    steps: list[s.Step] = []
    orders = draw.randint(2, most_orders)
    number = 1
    while number <= orders:
        at = moment(draw, storm * 0.8)
        placed = _place(draw, at, number)
        steps.append(placed)
        count = placed.count if isinstance(placed, s.PlaceBatch) else 1
        for one in range(number, number + count):
            steps += _later(draw, at, one, storm, rests=_rests(placed))
        number += count
    extras: list[s.Step] = [
        s.CancelEverything(at=moment(draw, storm)),
        s.Reconcile(at=moment(draw, storm)),
        s.MoveMarket(at=moment(draw, storm), bid="47500", ask="48000"),
        s.MoveMarket(at=moment(draw, storm), bid="52000", ask="52500"),
        s.ByHand(at=moment(draw, storm), order=100),
        s.CancelBatch(at=moment(draw, storm), orders=tuple(draw.sample(range(1, orders + 1), 2))),
    ]
    chosen = [extra for extra in extras if draw.random() < 0.25]
    if any(isinstance(step, s.ByHand) for step in chosen):
        chosen.append(s.Trade(at=moment(draw, storm), order=100, share="half"))
    return tuple(sorted(steps + chosen, key=lambda step: step.at))


def _place(draw: "Random", at: float, number: int) -> s.Place | s.PlaceBatch:
    side: s.Side = draw.choice(["buy", "sell"])
    resting = RESTING[0] if side == "buy" else RESTING[1]
    crossing = "51500.3" if side == "buy" else "48499.7"
    quantity = f"0.{draw.randint(1, 9)}"
    if draw.random() < 0.1:
        return s.PlaceBatch(at=at, order=number, count=draw.randint(2, 3), side=side, quantity=quantity, price=resting)
    kind = draw.choice(["rests", "rests", "rests", "crosses", "ioc", "market", "post_only", "post_only_crosses"])
    return s.Place(
        at=at,
        order=number,
        side=side,
        quantity=quantity,
        price={"market": None, "crosses": crossing, "ioc": crossing, "post_only_crosses": crossing}.get(kind, resting),
        post_only=kind.startswith("post_only"),
        time_in_force="ioc" if kind == "ioc" else "gtc",
        transport=draw.choice(["auto", "auto", "auto", "rest", "websocket"]),
        follower=draw.choice(FOLLOWERS),
        client_order_id=f"order-{number}-of-a-strategy-with-long-names" if draw.random() < 0.1 else None,
        caller_leaves=draw.random() < 0.1,
    )


def _rests(placed: s.Place | s.PlaceBatch) -> bool:
    """Whether it stays in the book if nothing happens: with what does not, little can be done."""
    return isinstance(placed, s.PlaceBatch) or placed.price in RESTING


def _later(draw: "Random", at: float, number: int, storm: float, *, rests: bool) -> list[s.Step]:
    """What is done to an order after it was placed: sometimes at the very same instant, most often soon."""
    steps: list[s.Step] = []
    for _ in range(draw.randint(1, 4) if rests else draw.randint(0, 2)):
        after = round(min(at + draw.choice([0.0, 0.05, 0.1, 0.5, 1.0, 3.0, 6.0]), storm), 6)
        share: s.Share = draw.choice(["half", "all"])
        kinds: list[s.Step] = [
            s.Trade(at=after, order=number, share=share),
            s.Trade(at=after, order=number, share="half"),
            s.Amend(at=after, order=number, quantity=draw.choice([f"0.{draw.randint(1, 9)}", "1.5"])),
            s.Amend(at=after, order=number, price=draw.choice(["48100.3", "51899.7"])),
            s.Cancel(at=after, order=number),
            s.Cancel(at=after, order=number),
            s.VenueCancels(at=after, order=number),
            s.VenueExpires(at=after, order=number),
        ]
        chosen = draw.choice(kinds)
        steps.append(chosen)
        if isinstance(chosen, s.Amend) and draw.random() < 0.5:
            # Told apart from it, or not: an amend that asks for the same, and a trade that shows which terms hold.
            again = evolve(chosen, at=after + draw.choice([0.0, 0.05]))
            steps.append(draw.choice([again, s.Trade(at=after + draw.choice([0.05, 0.1, 0.5]), order=number)]))
    if rests and draw.random() < 0.25:
        pause = draw.choice([0.3, 0.6])
        steps += [s.Trade(at=at + pause * count, order=number, share="half") for count in range(1, OFTEN_TRADED)]
    return steps
