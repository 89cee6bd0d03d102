"""Commands on the Unified WebSocket: what goes out for each, and what is never sent."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from batactors.model.account_facts import SwitchFact
from batactors.model.commands import CancelAll, Operation
from batactors.model.errors import Unsupported
from batactors.model.facts import Answer, AnswerFact
from batactors.model.ids import AccountName, ClientOrderId, CommandId
from batactors.model.positions import PositionSide
from batactors.model.questions import KeepSwitch
from batactors.model.terms import OrderType, TimeInForce, Transport, TransportPolicy, TriggerBy
from tests.venues.kraken_futures.samples import (
    BTC,
    ORDER,
    OTHER,
    OURS,
    REQUEST,
    STAMP,
    amend,
    cancel,
    cancel_all,
    create,
)
from tests.venues.kraken_unified.samples import TOKEN, answer, sent, session, taught, told

STOP: dict[str, Any] = {"order_type": OrderType.STOP_MARKET, "price": None, "trigger_price": Decimal("49000")}


def test_each_command_is_for_derivatives_and_bears_the_token() -> None:
    """Whatever it is; without ``asset_class`` it could be one of Spot's."""
    for commands in (
        [create()], [create(), create(client_order_id=ClientOrderId("b"))], [amend(price=Decimal(5))], [cancel()],
        [cancel(), cancel(client_order_id=ClientOrderId("b"))], [cancel_all()],
    ):  # fmt: skip
        frame = sent(*commands)
        assert (frame["params"]["asset_class"], frame["params"]["token"]) == ("derivatives", TOKEN)
        assert frame["req_id"] == REQUEST


def test_an_order_goes_by_the_venues_symbol() -> None:
    """With all its terms, digit by digit, and the time after which it is no longer good."""
    params = sent(create())["params"]
    assert sent(create())["method"] == "add_order"
    assert (params["symbol"], params["cl_ord_id"], params["side"]) == ("PF_XBTUSD", OURS, "buy")
    assert params["deadline"] == "2026-01-02T03:04:10.678Z"
    exact = create(quantity=Decimal("0.00000012345678901234"), price=Decimal("123456789.123456789"))
    frame = session().encode([exact], request_id=REQUEST, token=TOKEN, stamp=STAMP)
    assert '"order_qty":0.00000012345678901234' in frame
    assert '"limit_price":123456789.123456789' in frame


@pytest.mark.parametrize(
    ("terms", "written"),
    [
        ({"reduce_only": True}, {"reduce_only": True}),
        ({"post_only": True}, {"post_only": True}),
        ({"time_in_force": TimeInForce.IOC}, {"time_in_force": "ioc"}),
        ({"time_in_force": TimeInForce.FOK}, {"time_in_force": "fok"}),
        ({"order_type": OrderType.MARKET, "price": None}, {"order_type": "market"}),
        (STOP, {"order_type": "stop-loss", "triggers": {"reference": "last", "price": 49000}}),
        (
            STOP | {"order_type": OrderType.STOP_LIMIT, "price": Decimal(48900), "trigger_by": TriggerBy.INDEX},
            {"order_type": "stop-loss-limit", "limit_price": 48900, "triggers": {"reference": "index", "price": 49000}},
        ),
        (STOP | {"order_type": OrderType.TAKE_PROFIT_MARKET}, {"order_type": "take-profit"}),
        (
            STOP | {"order_type": OrderType.TAKE_PROFIT_LIMIT, "price": Decimal(51000)},
            {"order_type": "take-profit-limit", "limit_price": 51000},
        ),
    ],
)
def test_the_terms_of_an_order(terms: dict[str, Any], written: dict[str, Any]) -> None:
    """Each kind of order, and what it waits for: the last price or the index."""
    params = sent(create(**terms))["params"]
    assert {name: params[name] for name in written} == written


@pytest.mark.parametrize(
    ("terms", "named"),
    [
        ({"order_type": OrderType.ICEBERG}, "iceberg"),
        ({"order_type": OrderType.TRAILING_STOP, "price": None}, "trailing_stop"),
        ({"display_quantity": Decimal("0.1")}, "display_quantity"),
        ({"position_side": PositionSide.LONG}, "hedge mode"),
        ({"time_in_force": TimeInForce.GTD}, "GTD"),
        (STOP | {"trigger_by": TriggerBy.MARK}, "mark"),
        ({"transport": TransportPolicy.REST}, "transport"),
    ],
)
def test_terms_that_it_does_not_have(terms: dict[str, Any], named: str) -> None:
    """They are told before anything is sent, by name."""
    with pytest.raises(Unsupported, match=named):
        taught().check(create(**terms))
    if "transport" not in terms:
        with pytest.raises(Unsupported, match=named):
            sent(create(**terms))


def test_a_client_order_id_has_one_of_three_shapes() -> None:
    """As on Spot's socket: a longer one is shortened before it is sent, and refused if it was not."""
    codec = taught()
    long = ClientOrderId("a-strategy-with-a-long-name/0000000001")
    assert not codec.fits(long)
    assert codec.fits(codec.shorten(long, 0))
    with pytest.raises(Unsupported, match="client order id"):
        sent(create(client_order_id=long))


def test_an_amend_is_absolute() -> None:
    """By either id; what it leaves out stays. Its answer has an empty ``amend_id``, and is an answer all the same."""
    params = sent(amend(quantity=Decimal(2), price=Decimal(48000)))["params"]
    assert (params["order_qty"], params["limit_price"]) == (2, 48000)
    assert params["deadline"] == "2026-01-02T03:04:10.678Z"
    (fact,) = told(answer("amend_order", success=True, result={"amend_id": "", "order_id": ORDER, "cl_ord_id": OURS}))
    assert isinstance(fact, AnswerFact)
    assert (fact.answer, fact.venue_order_id) == (Answer.ACCEPTED, ORDER)
    (bare,) = told(answer("amend_order", success=True, result={"amend_id": ""}))
    assert isinstance(bare, AnswerFact)
    assert bare.answer is Answer.UNCLEAR


def test_a_batch_is_of_one_contract() -> None:
    """Up to fifteen orders in one frame, up to fifty cancels; there is no batch of amends, and none over REST."""
    codec = taught()
    limits = [codec.batch_limit(one, Transport.WEBSOCKET) for one in Operation]
    assert dict(zip(Operation, limits, strict=True)) | {} == {
        one: {Operation.CREATE_ORDER: 15, Operation.CANCEL_ORDER: 50}.get(one, 1) for one in Operation
    }
    frame = sent(create(), create(client_order_id=ClientOrderId("b"), reduce_only=True))
    assert (frame["method"], frame["params"]["symbol"]) == ("batch_add", "PF_XBTUSD")
    first, second = frame["params"]["orders"]
    assert not {"symbol", "token"} & set(first)
    assert (second["cl_ord_id"], second["reduce_only"]) == ("b", True)
    with pytest.raises(Unsupported, match="one instrument"):
        sent(create(), create(client_order_id=ClientOrderId("b"), instrument="BTC/USD:BTC"))


def test_each_row_of_a_batch_is_answered_for_itself() -> None:
    """By position; one that was refused leaves the others, whatever ``success`` says of the whole."""
    rows = [{"order_id": ORDER, "cl_ord_id": OURS}, {"cl_ord_id": "b", "error": "EOrder:Insufficient margin"}]
    for success in (True, False):
        facts = [
            fact for fact in told(answer("batch_add", success=success, result=rows)) if isinstance(fact, AnswerFact)
        ]
        assert [(fact.leg, fact.legs, fact.answer) for fact in facts] == [
            (0, 2, Answer.ACCEPTED), (1, 2, Answer.REFUSED),
        ]  # fmt: skip


def test_cancels_go_alone_or_together() -> None:
    """By the venue's ids where all are known, else by ours; a lower count does not say which were not open."""
    assert sent(cancel())["params"]["order_id"] == [ORDER]
    assert sent(cancel(venue_order_id=None))["params"]["cl_ord_id"] == [OURS]
    both = (cancel(), cancel(client_order_id=ClientOrderId("b"), venue_order_id=OTHER))
    frame = sent(*both)
    assert (frame["method"], frame["params"]["orders"]) == ("batch_cancel", [ORDER, OTHER])
    one = session()
    one.encode(both, request_id=REQUEST, token=TOKEN, stamp=STAMP)
    for count, expected in ((2, Answer.ACCEPTED), (1, Answer.UNCLEAR)):
        (fact,) = one.decode(answer("batch_cancel", success=True, result={"count": count}))
        assert isinstance(fact, AnswerFact)
        assert fact.answer is expected


def test_all_orders_are_cancelled_at_once_or_one_by_one() -> None:
    """``cancel_all`` is for all contracts and both kinds; a part of them would be all of them."""
    taught().check(cancel_all())
    assert sent(cancel_all())["method"] == "cancel_all"
    for scope in ({"instrument": BTC}, {"conditional": True}):
        some = CancelAll(command_id=CommandId("c"), account=AccountName("a"), **scope)
        with pytest.raises(Unsupported, match="cancel_open_orders"):
            taught().check(some)
        with pytest.raises(Unsupported, match="cancel_open_orders"):
            sent(some)


def test_nothing_is_commanded_over_rest() -> None:
    """There it could be Spot's: neither an order nor the dead man's switch."""
    codec = taught()
    assert codec.carries(create())
    with pytest.raises(Unsupported, match="websocket"):
        codec.request_command([create()], STAMP)
    with pytest.raises(Unsupported, match="switch"):
        codec.request(KeepSwitch(seconds=60))


def test_the_switch_is_set_by_the_socket() -> None:
    """For derivatives, by a frame of its own; the answer says how it stands, and for which request."""
    switch = taught().switch
    assert switch.longest == 86_399
    assert switch.frame is not None
    frame = msgspec.json.decode(switch.frame(KeepSwitch(seconds=60), REQUEST, TOKEN))
    assert frame == {
        "method": "cancel_all_orders_after", "req_id": REQUEST,
        "params": {"timeout": 60, "token": TOKEN, "asset_class": "derivatives"},
    }  # fmt: skip
    with pytest.raises(Unsupported, match="token"):
        switch.frame(KeepSwitch(seconds=60), REQUEST, None)
    method = "cancel_all_orders_after"
    for trigger, armed in (("2026-01-02T03:04:05Z", True), ("0", False), (0, False)):
        result = {"currentTime": "2026-01-02T03:03:05Z", "triggerTime": trigger}
        assert told(answer(method, success=True, result=result)) == [SwitchFact(is_armed=armed, request_id=REQUEST)]
    for fields, why in (
        ({"success": False, "error": "EGeneral:Invalid timeout argument:above max"}, "above max"),
        ({"success": True, "result": {}}, "cannot be read"),
        ({"success": True}, "cannot be read"),
        ({"success": False}, "no success"),
    ):
        (fact,) = told(answer(method, **fields))
        assert isinstance(fact, SwitchFact)
        assert not fact.is_armed
        assert why in str(fact.refused)
