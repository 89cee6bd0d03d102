"""Nonsense in plans, faults and settings is refused when it is written, and the error says what would be right."""

import json
import math
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest
from attrs import frozen

from batactors.testing import ALL_CHECKS, Check, Fifo, Knobs, Pct, Plan, World, faults, moments, simulated, steps
from batactors.testing.fault_script import Fault, FaultScript
from batactors.testing.right_values import BadValue, complainers_of
from batactors.testing.right_words import METHODS
from batactors.testing.simulation.kinds import FAULTS, STEPS
from batactors.testing.simulation.text import PlanError, plan_from_json

ANY: Any = object()
Make: Any = Callable[..., Any]
TABLE: list[tuple[Any, dict[str, Any], str]] = [
    (Plan, {"seed": 1.5}, "Plan: seed is 1.5: write a whole number"),
    (Plan, {"seed": "7"}, "Plan: seed is '7': write a whole number"),
    (Plan, {"seed": True}, "Plan: seed is True: write a whole number"),
    (Plan, {"storm": 0}, "Plan: storm is 0: write a number of seconds above 0"),
    (Plan, {"storm": math.inf}, "Plan: storm is inf: write"),
    (Plan, {"storm": math.nan}, "Plan: storm is nan: write"),
    (Plan, {"storm": "long"}, "Plan: storm is 'long': write"),
    (
        Plan,
        {"venue": "kraken"},
        "Plan: venue is 'kraken': write kraken-spot, binance, kraken-futures, kraken-futures-unified or bybit; "
        "did you mean 'kraken-spot'?",
    ),
    (Plan, {"knobs": {}}, "Plan: knobs is a table: write Knobs(...)"),
    (Plan, {"knobs": Knobs}, "Plan: knobs is the class Knobs: write Knobs()"),
    (Plan, {"faults": [moments.Cut]}, "Plan: faults[0] is the class Cut: write Cut()"),
    (Plan, {"faults": ["Cut"]}, "Plan: faults[0] is 'Cut', which is none of the faults: write one, such"),
    (Plan, {"faults": moments.Cut()}, "write a list of them"),
    (Plan, {"faults": [steps.Reconcile(at=0)]}, "faults[0] is a step, Reconcile: it goes to the steps"),
    (Plan, {"steps": [steps.Reconcile]}, "Plan: steps[0] is the class Reconcile: write Reconcile()"),
    (Plan, {"steps": [moments.Cut()]}, "steps[0] is a fault, Cut: it goes to the faults"),
    (Plan, {"steps": "Place"}, "Plan: steps is 'Place': write a list"),
    (steps.Place, {"at": -1, "order": 1}, "Place: at is -1: write a number of seconds from 0 on"),
    (steps.Place, {"at": math.inf, "order": 1}, "Place: at is inf"),
    (steps.Place, {"at": "now", "order": 1}, "Place: at is 'now'"),
    (steps.Place, {"at": 0, "order": "1"}, "Place: order is '1': write a whole number"),
    (steps.Place, {"at": 0, "order": 1, "side": "long"}, "Place: side is 'long': write buy or sell"),
    (steps.Place, {"at": 0, "order": 1, "quantity": "x"}, "Place: quantity is 'x': write a positive decimal number"),
    (steps.Place, {"at": 0, "order": 1, "quantity": "-1"}, "Place: quantity is '-1'"),
    (steps.Place, {"at": 0, "order": 1, "quantity": 0.5}, "Place: quantity is 0.5: write a positive decimal"),
    (steps.Place, {"at": 0, "order": 1, "quantity": "inf"}, "Place: quantity is 'inf'"),
    (steps.Place, {"at": 0, "order": 1, "quantity": None}, "Place: quantity is nothing"),
    (steps.Place, {"at": 0, "order": 1, "price": "0"}, "Place: price is '0'"),
    (steps.Place, {"at": 0, "order": 1, "post_only": 1}, "Place: post_only is 1: write true or false"),
    (steps.Place, {"at": 0, "order": 1, "time_in_force": "fok"}, "Place: time_in_force is 'fok': write gtc or ioc"),
    (steps.Place, {"at": 0, "order": 1, "transport": "ws"}, "Place: transport is 'ws': write auto, websocket or rest"),
    (steps.Place, {"at": 0, "order": 1, "follower": "fast"}, "Place: follower is 'fast': write steady, slow, late"),
    (steps.PlaceBatch, {"at": 0, "order": 1, "count": 0}, "PlaceBatch: count is 0: write a whole number from 1"),
    (steps.CancelBatch, {"at": 0, "orders": 3}, "CancelBatch: orders is 3: write a tuple of whole numbers"),
    (steps.Trade, {"at": 0, "order": 1, "share": "most"}, "Trade: share is 'most': write half or all"),
    (steps.MoveMarket, {"at": 0, "bid": "1", "ask": "-2"}, "MoveMarket: ask is '-2'"),
    (moments.Cut, {"at": -0.1}, "Cut: at is -0.1"),
    (moments.Cut, {"nth": 0}, "Cut: nth is 0: write a whole number from 1"),
    (moments.Cut, {"nth": 1.5}, "Cut: nth is 1.5"),
    (moments.Cut, {"when": "evnt OrderFilled"}, "did you mean 'event'?"),
    (moments.Cut, {"when": "OrderFilled"}, "did you mean 'event OrderFilled'?"),
    (moments.Cut, {"when": "Sent"}, "did you mean 'step Sent'?"),
    (moments.Cut, {"when": "whenever"}, "which nothing begins with: write registered, step, event, report, frame up"),
    (moments.Cut, {"when": "event OrderFiled"}, "there is no such event: write 'event', or with it"),
    (moments.Cut, {"when": "registered add_order"}, "write 'registered', or with it create_order"),
    (moments.Cut, {"when": 3.0}, "Cut: when is a number: write how a line of the trace begins"),
    (moments.Partition, {"seconds": -1}, "Partition: seconds is -1"),
    (moments.Partition, {"seconds": math.inf}, "Partition: seconds is inf: write a number of seconds from 0 on"),
    (moments.Partition, {"direction": "left"}, "Partition: direction is 'left': write both, up or down"),
    (moments.Slow, {"by": -1}, "Slow: by is -1"),
    (moments.Narrow, {"bytes_per_second": 0}, "Narrow: bytes_per_second is 0: write a number above 0"),
    (moments.StepClock, {"by": math.nan}, "StepClock: by is nan"),
    (moments.SpoilHandshakes, {"how": "loud"}, "SpoilHandshakes: how is 'loud': write garbage, tls_alert, "),
    (moments.Maintenance, {"status": "online"}, "Maintenance: status is 'online': write maintenance"),
    (moments.Kill, {"down_for": "long"}, "Kill: down_for is 'long'"),
    (moments.Crash, {"actor": "dedupe"}, "did you mean 'dedup'?"),
    (moments.Crash, {"actor": "lane", "point": 0}, "Crash: point is 0"),
    (faults.LoseAck, {"nth": 0}, "LoseAck: nth is 0"),
    (faults.LoseAck, {"count": 0}, "LoseAck: count is 0: write a whole number from 1 on, or infinity"),
    (faults.LoseAck, {"count": 1.5}, "LoseAck: count is 1.5"),
    (faults.LoseAck, {"method": "create_order"}, "LoseAck: method is 'create_order': write add_order, "),
    (faults.LoseAck, {"method": "create_order"}, "did you mean 'add_order'?"),
    (faults.LoseAck, {"method": "AddOrder"}, "did you mean 'add_order'?"),
    (faults.LoseAck, {"method": "cancel_ordr"}, "did you mean 'cancel_order'?"),
    (faults.LoseAck, {"method": 3}, "LoseAck: method is 3: write add_order"),
    (faults.LoseAck, {"transport": "ws"}, "LoseAck: transport is 'ws': write websocket or rest"),
    (faults.DelayAck, {"seconds": -1}, "DelayAck: seconds is -1"),
    (faults.GoSilent, {"seconds": math.nan}, "GoSilent: seconds is nan"),
    (faults.FillBeforeCancel, {"share": "most"}, "FillBeforeCancel: share is 'most': write half or all"),
    (faults.ChangeStatus, {"status": "offline"}, "ChangeStatus: status is 'offline': write online, maintenance"),
    (faults.HttpError, {"status": 52}, "HttpError: status is 52"),
    (faults.HttpError, {"when": "during"}, "HttpError: when is 'during': write before or after"),
    (faults.LoseFrame, {"event": "fill"}, "LoseFrame: event is 'fill': write pending_new, new, trade, filled"),
    (faults.LoseFrame, {"channel": "orders"}, "LoseFrame: channel is 'orders': write executions, "),
    (faults.DuplicateFrame, {"extra": 0}, "DuplicateFrame: extra is 0"),
    (faults.MalformedRow, {"row": "x"}, "MalformedRow: row is 'x': write a dictionary"),
    (Knobs, {"latency": 0.1}, "Knobs: latency is 0.1: write two numbers of seconds, the least and the most"),
    (Knobs, {"latency": (0.2, 0.1)}, "Knobs: latency is ("),
    (Knobs, {"latency": (-1, 0.1)}, "Knobs: latency is ("),
    (Knobs, {"split": 2}, "Knobs: split is 2: write a number from 0 to 1"),
    (Knobs, {"ioc_remainder": "cancelled"}, "Knobs: ioc_remainder is 'cancelled': write canceled or expired; did"),
    (Knobs, {"answer": 0}, "Knobs: answer is 0"),
    (Knobs, {"disk": -1}, "Knobs: disk is -1"),
    (Knobs, {"answer": None}, "Knobs: answer is nothing: write a number of seconds"),
    (moments.Cut, {"at": -(10**400)}, "Cut: at is -1000"),
    (Knobs, {"reads": 0}, "Knobs: reads is 0: write a whole number from 1 to 1000"),
    (Knobs, {"tombstones": 0}, "Knobs: tombstones is 0"),
    (Knobs, {"rate_limits": "yes"}, "Knobs: rate_limits is 'yes': write true or false"),
    (Knobs, {"strategy": "fifo"}, "Knobs: strategy is 'fifo': write one of Fifo(), Lifo(), "),
    (Knobs, {"strategy": Fifo}, "Knobs: strategy is the class Fifo: write Fifo()"),
    (Pct, {"changes": -1}, "Pct: changes is -1"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "given", "words"), TABLE, ids=[words for _, _, words in TABLE])
def test_nonsense_is_refused(kind: Any, given: dict[str, Any], words: str) -> None:
    """The error has the class, the field, what is there, and what would be right."""
    with pytest.raises(BadValue) as caught:
        kind(**given)
    assert words in str(caught.value)


def test_each_mistake_of_one_value_is_told() -> None:
    """A line for each field."""
    with pytest.raises(ValueError, match="nth is 0") as caught:
        moments.Crash(actor="lane", nth=0, at=-1)
    assert [line.partition(" is ")[0] for line in str(caught.value).splitlines()] == ["Crash: at", "Crash: nth"]


def test_json_is_refused_alike_with_the_place() -> None:
    """What Python refuses cannot come in by JSON, and the error has its place there."""
    plan = {
        "steps": [{"kind": "Place", "at": 0, "order": 1, "quantity": "-1"}],
        "faults": [{"kind": "LoseAck", "method": "create_order"}, {"kind": "Cut", "nth": 0, "at": -1}],
        "knobs": {"split": 2},
    }
    with pytest.raises(PlanError) as caught:
        plan_from_json(json.dumps(plan))
    assert [line.partition(":")[2].partition(" is ")[0].strip() for line in str(caught.value).splitlines()] == [
        "steps[0].quantity",
        "faults[0].method",
        "faults[1].at",
        "faults[1].nth",
        "knobs.split",
    ]
    with pytest.raises(PlanError, match=r"^the plan: storm is -1: write a number of seconds above 0$"):
        plan_from_json('{"storm": -1}')


def test_what_has_no_end_stays_legal() -> None:
    """A venue's fault may strike always, and last for ever."""
    faults.LoseAck(count=math.inf)
    faults.GoSilent(seconds=math.inf)
    faults.DelayAck(seconds=math.inf)


def test_every_default_is_right() -> None:
    """Defaults are not looked at when something is made, so they are looked at here."""
    ours = [
        kind for family in (STEPS, FAULTS) for kind in family.kinds().values() if kind.__module__.startswith("batact")
    ]
    for kind in [*ours, Knobs, Pct]:
        for name, default, complain in complainers_of(kind):
            if default is not attrs.NOTHING and not isinstance(default, attrs.Factory):  # type: ignore[arg-type]
                assert complain(default) is None, (kind, name)


@pytest.mark.parametrize("method", METHODS)
def test_every_word_of_the_venue_is_taken(method: str) -> None:
    """None of them is taken for a mistake."""
    assert faults.LoseAck(method=method).method == method


@frozen(kw_only=True)
class Mine(moments.TimedFault):
    """A fault of somebody's own, whose fields mean what he says."""

    seconds: str = "long"
    share: float = 0.5
    method: str = "anything"
    made: bool = False

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "made", True)


@frozen(kw_only=True)
class Also(Fault):
    """Another, which has no more to say when it is made."""

    method: str | None = None
    quantity: int = -1


def test_a_class_of_somebodys_own_has_its_own_rules() -> None:
    """Its fields are his; what he does when one is made is done; what it has from ours is held to ours."""
    assert Mine(seconds="short", method="dance", share=-2.0).made
    assert Also(method="dance", quantity=-3).quantity == -3
    with pytest.raises(BadValue, match="Also: nth is 0"):
        Also(nth=0)


@simulated
async def test_a_world_takes_faults_only(world: World) -> None:
    """A class, a word and a list of them are refused in plain words."""
    for given, words in (
        (moments.Cut, r"is the class Cut: write Cut\(\)"),
        ("Cut", "'Cut', which is none of the faults"),
        ([moments.Cut()], "is a list of faults: write each by itself"),
        (steps.Reconcile(at=0), "is a step, Reconcile"),
    ):
        with pytest.raises(TypeError, match=words):
            world.add(given)  # type: ignore[arg-type]


def test_a_script_of_faults_takes_those_of_requests_and_frames() -> None:
    """What strikes at a moment would never strike there."""
    with pytest.raises(TypeError, match="waits for no request"):
        FaultScript().add(moments.Cut())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"knobs": {"latency": (0, 1)}}, r"the knobs are a dictionary: write Knobs\(latency=...\)"),
        ({"knobs": Knobs}, "the knobs are <class"),
        ({"checks": [ANY]}, "write classes that are derived from Check"),
        ({"checks": [Knobs]}, "write classes that are derived from Check"),
        ({"checks": 3}, "the checks are 3: write a list of classes"),
        ({"seeds": 1.5}, "seeds has 1.5: write how many, such as 20, or which"),
        ({"seeds": "7"}, "seeds has '7'"),
        ({"seeds": [1, "2"]}, "seeds has '2'"),
        ({"options": 3}, "options is 3: write a dictionary"),
        ({"timeout": "long"}, "timeout is 'long': write a number"),
        ({"trusted": "mine"}, "trusted is 'mine': write a list"),
    ],
)
def test_settings_of_a_test_are_refused_where_they_stand(given: dict[str, Any], words: str) -> None:
    """When the test is defined, and not when it runs."""
    with pytest.raises(TypeError, match=words):
        simulated(**given)


class GivesText(Check):
    """A check that returns where it should yield."""

    def saw(self, frame: object) -> Any:
        return "something is wrong"


class GivesNothing(Check):
    """A check that returns nothing."""

    def settled(self) -> Any:
        return None


class YieldsNumbers(Check):
    """A check that yields what is no sentence."""

    def closed(self) -> Iterator[Any]:
        yield 3


@pytest.mark.parametrize(
    ("check", "words"),
    [
        (GivesText, "GivesText.saw gave 'something is wrong': yield a sentence"),
        (GivesNothing, "GivesNothing.settled gave None: yield a sentence"),
        (YieldsNumbers, "YieldsNumbers.closed yielded 3: yield a sentence"),
    ],
)
def test_a_check_that_gives_no_sentences(check: type[Check], words: str) -> None:
    """The error has the check and its method."""

    @simulated(checks=[*ALL_CHECKS, check])
    async def body(world: World) -> None:
        await world.settled()

    with pytest.raises(TypeError, match=words):
        body()
