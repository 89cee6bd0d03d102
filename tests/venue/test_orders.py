"""The life of orders at the simulated venue, as the wire tells it."""

from decimal import Decimal

import pytest

from batactors.testing import KrakenSpotVenue
from tests.venue.client import Client, Json


def told(rows: list[Json]) -> list[tuple[str, str]]:
    return [(row["exec_type"], row["order_status"]) for row in rows]


async def test_an_order_lives_as_documented(venue: KrakenSpotVenue, client: Client) -> None:
    """A two-fill buy is told with a sparse `new`, a last trade that is still partial, and a separate `filled`."""
    async with client.listening() as socket:
        ack = await socket.place(cl_ord_id="sim-1", post_only=True)
        assert ack["success"]
        assert ack["result"]["cl_ord_id"] == "sim-1"
        venue.fill("sim-1", Decimal("0.004"))
        venue.fill("sim-1", Decimal("0.006"))
        rows = await socket.events(5)
    assert told(rows) == [
        ("pending_new", "pending_new"),
        ("new", "new"),
        ("trade", "partially_filled"),
        ("trade", "partially_filled"),
        ("filled", "filled"),
    ]
    assert rows[1].keys() == {"exec_type", "order_status", "order_id", "cl_ord_id", "timestamp"}
    assert rows[3]["cum_qty"] == rows[3]["order_qty"] == Decimal("0.01")
    assert "exec_id" not in rows[4]
    assert "symbol" not in rows[4]
    assert [row["liquidity_ind"] for row in rows[2:4]] == ["m", "m"]
    assert rows[2]["fees"] == [{"asset": "USD", "qty": Decimal("0.32")}]


async def test_a_marketable_order_trades_as_taker_in_parts(venue: KrakenSpotVenue, client: Client) -> None:
    """What crosses the synthetic market trades at its price, in as many fills as the test asked for."""
    venue.set_market("BTC/USD", bid=Decimal("49999"), ask=Decimal("50000"))
    venue.fill_in_parts = 3
    async with client.listening() as socket:
        await socket.place(order_type="market", order_qty=0.1, limit_price=50000.0)
        assert not venue.ledger.orders, "a market order has no limit price"
        order = await socket.ask("add_order", order_type="market", side="sell", symbol="BTC/USD", order_qty=0.1)
        rows = await socket.events(6)
    assert [row["last_price"] for row in rows if row["exec_type"] == "trade"] == [Decimal("49999.0")] * 3
    assert sum(fill.quantity for fill in venue.ledger.fills_of(order["result"]["order_id"])) == Decimal("0.1")


async def test_the_market_crosses_resting_orders(venue: KrakenSpotVenue, client: Client) -> None:
    """A move of the market through a resting order trades it as maker at its own price."""
    async with client.listening() as socket:
        await socket.place(cl_ord_id="rests")
        venue.set_market("BTC/USD", bid=Decimal("49000"), ask=Decimal("49000.1"))
        trade = (await socket.events(3))[2]
    assert (trade["last_price"], trade["liquidity_ind"]) == (Decimal("50000.0"), "m")


async def test_a_stop_waits_fires_and_trades(venue: KrakenSpotVenue, client: Client) -> None:
    """A stop order is live but untriggered, tells when it fires, and then trades like its kind."""
    venue.set_market("BTC/USD", bid=Decimal("50000"), ask=Decimal("50001"))
    async with client.listening() as socket:
        triggers = {"price": 49000.0, "reference": "last"}
        await socket.ask(
            "add_order", order_type="stop-loss", side="sell", symbol="BTC/USD", order_qty=0.1, triggers=triggers
        )
        assert told(await socket.events(2))[1] == ("new", "new")
        venue.set_market("BTC/USD", bid=Decimal("48900"), ask=Decimal("48901"))
        rows = await socket.events(3)
    assert [row["exec_type"] for row in rows] == ["status", "trade", "filled"]
    assert rows[0]["triggers"]["status"] == "triggered"


async def test_post_only_is_accepted_then_canceled(venue: KrakenSpotVenue, client: Client) -> None:
    """A post-only order that would take gets an id first and its reason afterwards."""
    venue.set_market("BTC/USD", bid=Decimal("49000"), ask=Decimal("49001"))
    async with client.listening() as socket:
        ack = await socket.place(post_only=True)
        rows = await socket.events(2)
    assert ack["success"]
    assert (rows[1]["exec_type"], rows[1]["reason"]) == ("canceled", "Post only order")


@pytest.mark.parametrize(("time_in_force", "filled"), [("ioc", "0.004"), ("fok", "0")])
async def test_what_does_not_rest_is_closed(
    venue: KrakenSpotVenue, client: Client, time_in_force: str, filled: str
) -> None:
    """An ioc order loses what the market does not give at once; a fok order loses all of it."""
    venue.set_market("BTC/USD", bid=Decimal("49000"), ask=Decimal("49001"), ask_quantity=Decimal("0.004"))
    async with client.listening() as socket:
        await socket.place(cl_ord_id="now", time_in_force=time_in_force)
        while (await socket.events(1))[0]["exec_type"] != "canceled":
            pass
    (order,) = venue.ledger.orders_by_client_id("now")
    assert (order.status, order.filled) == ("canceled", Decimal(filled))


async def test_a_dated_order_expires(venue: KrakenSpotVenue, client: Client) -> None:
    """A gtd order is told as expired when its time is over, and no sooner."""
    until = venue.now().replace(microsecond=0).isoformat().replace(":05+", ":15+")
    async with client.listening() as socket:
        await socket.place(cl_ord_id="dated", time_in_force="gtd", expire_time=until)
        await socket.events(2)
        assert await socket.quiet(5) == []
        assert told(await socket.events(1)) == [("expired", "expired")]


async def test_an_amend_is_in_place(venue: KrakenSpotVenue, client: Client) -> None:
    """An amend keeps both ids; below what is filled it takes the rest off the book."""
    async with client.listening() as socket:
        ack = await socket.place(cl_ord_id="a")
        amend = await socket.ask("amend_order", cl_ord_id="a", order_qty=0.02, limit_price=49999.9)
        assert amend["result"].keys() == {"amend_id", "cl_ord_id"}
        row = (await socket.events(3))[2]
        assert (row["exec_type"], row["order_qty"], row["limit_price"]) == (
            "amended",
            Decimal("0.02"),
            Decimal("49999.9"),
        )
        assert row["order_id"] == ack["result"]["order_id"]
        venue.fill("a", Decimal("0.015"))
        await socket.ask("amend_order", order_id=row["order_id"], order_qty=0.01)
        assert told(await socket.events(2))[1] == ("canceled", "canceled")
        refused = await socket.ask("amend_order", cl_ord_id="a", order_qty=1)
    assert refused["error"] == "EOrder:Unknown order"
    assert [a.kind for a in venue.ledger.amendments(row["order_id"])] == ["original", "user"]


async def test_an_edit_is_a_new_order(venue: KrakenSpotVenue, client: Client) -> None:
    """edit_order cancels and places anew, under a new id and without the client order id."""
    async with client.listening() as socket:
        old = (await socket.place(cl_ord_id="old"))["result"]["order_id"]
        edit = await socket.ask("edit_order", order_id=old, symbol="BTC/USD", limit_price=49000.0)
        assert edit["result"]["original_order_id"] == old
        new = venue.ledger.orders[edit["result"]["order_id"]]
    assert (new.parent_id, new.client_order_id, new.limit_price) == (old, None, Decimal("49000.0"))
    assert venue.ledger.orders[old].status == "canceled"


async def test_each_cancel_has_its_answer(client: Client) -> None:
    """cancel_order answers once per order, all with the number of the request; a closed order is no open order."""
    async with client.listening() as socket:
        await socket.place(cl_ord_id="a")
        await socket.place(cl_ord_id="b")
        req_id = await socket.say("cancel_order", cl_ord_id=["a", "none", "b"])
        answers = [await socket.hear(req_id=req_id) for _ in range(3)]
        again = await socket.ask("cancel_order", cl_ord_id=["a"])
    assert [answer.get("result") for answer in answers] == [{"cl_ord_id": "a"}, None, {"cl_ord_id": "b"}]
    assert answers[1]["error"] == again["error"] == "EOrder:Invalid order"


async def test_a_batch_answers_row_by_row(client: Client) -> None:
    """batch_add answers with an array in the order of the request, and a refused row undoes no other."""
    row = {"order_type": "limit", "side": "buy", "order_qty": 0.01, "limit_price": 50000.0}
    async with client.listening() as socket:
        orders = [row | {"cl_ord_id": "a"}, row | {"cl_ord_id": "b", "order_qty": 1e6}, row | {"cl_ord_id": "c"}]
        answer = await socket.ask("batch_add", symbol="BTC/USD", orders=orders)
        assert [r.get("error") for r in answer["result"]] == [None, "EOrder:Insufficient funds", None]
        assert [r["cl_ord_id"] for r in answer["result"]] == ["a", "b", "c"]
        canceled = await socket.ask("batch_cancel", orders=[answer["result"][0]["order_id"]], cl_ord_id=["c", "x"])
        assert canceled["result"] == {"count": 2}
        await socket.place()
        assert (await socket.ask("cancel_all"))["result"] == {"count": 1}


async def test_the_dead_mans_switch_fires_once(venue: KrakenSpotVenue, client: Client) -> None:
    """The switch cancels everything of the account once; it survives the socket, and 0 disarms it."""
    async with client.listening() as socket:
        await socket.place(cl_ord_id="a")
        assert (await socket.ask("cancel_all_orders_after", timeout=10))["result"]["triggerTime"] != "0"
        row = (await socket.events(3))[2]
        assert row["reason"] == "CancelAllOrdersAfter Timeout"
        await socket.place(cl_ord_id="b")
        await socket.events(2)
        assert await socket.quiet(30) == []
        await socket.ask("cancel_all_orders_after", timeout=10)
        assert (await socket.ask("cancel_all_orders_after", timeout=0))["result"]["triggerTime"] == "0"
        assert await socket.quiet(30) == []
        assert (await socket.ask("cancel_all_orders_after", timeout=90000))["error"].startswith("EGeneral:Invalid")
    assert venue.ledger.orders_by_client_id("b")[0].status == "new"


@pytest.mark.parametrize(
    ("name", "legal"),
    [
        ("6d1b345e-2821-40e2-ad83-4ecb18a06876", True),
        ("6d1b345e282140e2ad834ecb18a06876", True),
        ("short-text-of-18-c", True),
        ("text-of-nineteen-ch", False),
        ("", False),
    ],
)
async def test_client_order_ids_have_three_shapes(client: Client, name: str, legal: bool) -> None:
    """A UUID, its hexadecimal digits, or short text; nothing else."""
    async with client.listening() as socket:
        answer = await socket.place(cl_ord_id=name)
    assert answer["success"] is legal
    assert legal or answer["error"] == "EGeneral:Invalid arguments"


async def test_a_client_order_id_is_unique_among_open_orders_only(venue: KrakenSpotVenue, client: Client) -> None:
    """It is refused while an order with it is open, and makes a second order after that."""
    async with client.listening() as socket:
        await socket.place(cl_ord_id="twice")
        assert (await socket.place(cl_ord_id="twice"))["success"] is False
        await socket.ask("cancel_order", cl_ord_id=["twice"])
        assert (await socket.place(cl_ord_id="twice"))["success"] is True
        assert (await socket.place(cl_ord_id="x", order_userref=7))["success"] is False
        venue.unique_client_order_ids = False
        assert (await socket.place(cl_ord_id="twice"))["success"] is True
    assert len(venue.ledger.orders_by_client_id("twice")) == 3


@pytest.mark.parametrize(
    ("terms", "error"),
    [
        ({"order_qty": 0.00001}, "EOrder:Order minimum not met"),
        ({"order_qty": 0.0001, "limit_price": 100.0}, "EOrder:Cost minimum not met"),
        ({"limit_price": 50000.05}, "EOrder:Tick size check failed"),
        ({"limit_price": -1}, "EOrder:Invalid price"),
        ({"order_qty": 1e6}, "EOrder:Insufficient funds"),
        ({"side": "sell", "order_qty": 1e6}, "EOrder:Insufficient funds"),
        ({"reduce_only": True}, "EOrder:Reduce only:No position exists"),
        ({"order_qty": "0.01"}, "EGeneral:Invalid arguments:order_qty"),
        ({"symbol": "XBT/USD"}, "Currency pair not supported XBT/USD"),
        ({"token": "stale"}, "ESession:Invalid session"),
    ],
)
async def test_bad_terms_are_refused_in_the_venues_words(
    venue: KrakenSpotVenue, client: Client, terms: Json, error: str
) -> None:
    """Sizes, prices, money and types are checked, and a refused order leaves no trace."""
    async with client.socket(token=terms.get("token")) as socket:
        answer = await socket.place(**terms)
    assert (answer["success"], answer["error"]) == (False, error)
    assert not venue.ledger.orders


async def test_validate_places_nothing(venue: KrakenSpotVenue, client: Client) -> None:
    """A validated order has no id and is nowhere."""
    async with client.socket() as socket:
        answer = await socket.place(validate=True)
    assert answer["success"]
    assert "order_id" not in answer["result"]
    assert not venue.ledger.orders
    assert "txid" not in await client.call(
        "AddOrder", pair="XBTUSD", type="buy", ordertype="limit", volume=1, price=50000, validate="true"
    )


async def test_the_world_may_touch_orders_too(venue: KrakenSpotVenue, client: Client) -> None:
    """Orders placed by hand, restated, canceled or expired from outside are told like any other."""
    async with client.listening() as socket:
        venue.place_external(symbol="BTC/USD", side="sell", quantity=Decimal(1), price=Decimal(60000), cl_ord_id="hand")
        venue.restate("hand", quantity=Decimal("0.5"), reason="Reduce only")
        venue.cancel("hand", reason="Self trade prevention")
        venue.expire(venue.place_external(symbol="BTC/USD", side="buy", quantity=Decimal(1), price=Decimal(1)))
        rows = await socket.events(7)
    assert [row["exec_type"] for row in rows] == [
        "pending_new",
        "new",
        "restated",
        "canceled",
        "pending_new",
        "new",
        "expired",
    ]
    assert (rows[2]["order_qty"], rows[3]["reason"]) == (Decimal("0.5"), "Self trade prevention")
    assert venue.ledger.commands == []
