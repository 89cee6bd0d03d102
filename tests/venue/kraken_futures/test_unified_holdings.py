"""The channels that Spot does not have: positions and margin."""

from decimal import Decimal

import pytest

from batactors.testing.kraken_futures import KrakenFuturesVenue
from tests.venue.kraken_futures.client import Client, Json
from tests.venue.kraken_futures.unified import LIMIT, unified

D = Decimal


async def test_positions_are_told_whole_and_then_as_they_change(venue: KrakenFuturesVenue, client: Client) -> None:
    """A snapshot of what is open, in an object; an update of what has changed, with 0 for what was closed."""
    await client.place(cliOrdId="a1")
    venue.fill("a1", D("0.4"))
    async with unified(client) as socket:
        assert await socket.result("subscribe", channel="positions") == {"channel": "positions", "snapshot": True}
        whole = await socket.hear(channel="positions", type="snapshot")
        assert "sequence" not in whole
        assert whole["data"]["futures"] == [{"symbol": "PF_XBTUSD", "size": D("0.4"), "entry_price": D("50000.0")}]
        assert whole["data"]["options"] == []
        venue.set_market("PF_XBTUSD", bid=D("50500"), ask=D("50500.5"))
        await socket.result("add_order", **(LIMIT | {"side": "sell", "order_qty": 0.4, "limit_price": 50500}))
        (row,) = (await socket.hear(channel="positions", type="update"))["data"]["futures"]
        assert (row["symbol"], row["size"]) == ("PF_XBTUSD", 0)


async def test_a_short_position(venue: KrakenFuturesVenue, client: Client) -> None:
    """By its sign, or by its side: which of them it is is not documented."""
    await client.place(cliOrdId="a1", side="sell")
    venue.fill("a1", D("0.4"))
    for venue.habits.short_side, expected in (
        (False, {"size": D("-0.4")}),
        (True, {"size": D("0.4"), "side": "short"}),
    ):
        async with unified(client) as socket:
            await socket.result("subscribe", channel="positions")
            (row,) = (await socket.hear(channel="positions"))["data"]["futures"]
            assert {name: row.get(name) for name in expected} == expected


async def test_what_a_subscription_may_not_say(client: Client) -> None:
    """Twice is refused, with a text of its own; so are options that exclude each other."""
    async with unified(client) as socket:
        for params, error in (
            ({"channel": "margin", "snapshot": True}, "'params.snapshot' is not valid for the margin channel"),
            ({"channel": "positions", "snapshot": True, "with_margin": True}, "'params.snapshot' is not valid"),
        ):
            answer = await socket.ask("subscribe", **params)
            assert answer["success"] is False
            assert answer["error"].startswith(error)
        await socket.result("subscribe", channel="positions", snapshot=False)
        assert (await socket.ask("subscribe", channel="positions"))[
            "error"
        ] == "Already subscribed to positions channel"
        assert not [frame for frame in await socket.quiet() if frame.get("channel") == "positions"]


async def test_margin_is_whole_each_time(venue: KrakenFuturesVenue, client: Client) -> None:
    """One frame for the multi-collateral wallet and one for the others, at first and whenever something has changed."""
    async with unified(client) as socket:
        await socket.result("subscribe", channel="margin")
        first = (await socket.hear(channel="margin", type="multi_collateral"))["data"]
        assert (await socket.hear(channel="margin", type="single_collateral"))["data"]
        await socket.result("add_order", **LIMIT)
        second = (await socket.hear(channel="margin", type="multi_collateral"))["data"]
        assert set(first) == set(second)
        assert (first["initial_margin"], second["initial_margin"]) == (0, 1000)
        assert second["available_margin"] == first["available_margin"] - 1000
        venue.deposit(D(7))
        assert await socket.hear(channel="margin", type="single_collateral")
        assert (await socket.hear(channel="margin", type="multi_collateral"))["data"]["balance_value"] == first[
            "balance_value"
        ] + 7


async def test_a_contract_that_ends_ends_its_position(venue: KrakenFuturesVenue, client: Client) -> None:
    """It is told as 0, and its orders as expired."""
    await client.place(cliOrdId="a1")
    venue.fill("a1", D("0.4"))
    async with unified(client, "executions") as socket:
        await socket.result("subscribe", channel="positions", snapshot=False)
        venue.expire_contract("PF_XBTUSD")
        (row,) = (await socket.hear(channel="positions"))["data"]["futures"]
        assert row["size"] == 0
        assert (await socket.event())["exec_type"] == "expired"


@pytest.mark.parametrize(
    "extra",
    [
        {"display_qty": 0.1},
        {"margin": True},
        {"fee_preference": "base"},
        {"order_userref": 7},
        {"expire_time": "2030-01-01T00:00:00Z", "time_in_force": "gtd"},
    ],
)
async def test_what_is_not_available_for_derivatives(client: Client, extra: Json) -> None:
    """Documented: such fields are Spot's alone."""
    async with unified(client) as socket:
        answer = await socket.ask("add_order", **(LIMIT | extra))
        assert (answer["success"], answer["error"]) == (False, "EGeneral:Invalid arguments")


async def test_a_trigger_goes_by_the_last_or_the_index_price(venue: KrakenFuturesVenue, client: Client) -> None:
    """The mark price is none of the two."""
    venue.set_market("PF_XBTUSD", bid=D("60000"), ask=D("60000.5"))
    stop = {"order_type": "stop-loss", "symbol": "PF_XBTUSD", "side": "sell", "order_qty": 1}
    async with unified(client, "executions") as socket:
        for reference in ("last", "index"):
            await socket.result("add_order", **stop, triggers={"price": 55000, "reference": reference})
            assert (await socket.event())["triggers"]["reference"] == reference
        answer = await socket.ask("add_order", **stop, triggers={"price": 55000, "reference": "mark"})
        assert answer["error"] == "EGeneral:Invalid arguments:triggers"


async def test_the_last_trade_may_be_the_end(venue: KrakenFuturesVenue, client: Client) -> None:
    """As is documented for derivatives: it says `filled` itself, and nothing follows."""
    venue.habits.last_trade_fills = 1
    async with unified(client, "executions") as socket:
        await socket.result("add_order", **LIMIT, cl_ord_id="a1")
        venue.fill("a1", D("0.4"))
        venue.fill("a1", D("0.6"))
        rows = [await socket.event() for _ in range(3)]
        assert [(row["exec_type"], row["order_status"]) for row in rows] == [
            ("new", "new"), ("trade", "partially_filled"), ("trade", "filled"),
        ]  # fmt: skip
        assert not [frame for frame in await socket.quiet() if frame.get("channel") == "executions"]


async def test_a_batch_of_cancels(venue: KrakenFuturesVenue, client: Client) -> None:
    """By ids of both kinds at once; the answer counts, and names nobody."""
    async with unified(client, "executions") as socket:
        for name in ("a1", "a2", "a3"):
            await socket.result("add_order", **LIMIT, cl_ord_id=name)
        ids = [venue.ledger.resolve("a1").order_id, "33333333-3333-4333-8333-333333333333"]
        assert await socket.result("batch_cancel", orders=ids, cl_ord_id=["a2"]) == {"count": 2}
        kinds = [(await socket.event())["exec_type"] for _ in range(5)]
        assert kinds == ["new", "new", "new", "canceled", "canceled"]
    assert [one.client_order_id for one in venue.ledger.open_orders()] == ["a3"]
