"""The private topics: what is told on which, in which order, and how often."""

from decimal import Decimal

import pytest
import trio
from trio_websocket import ConnectionClosed

from batactors.testing import faults as f
from batactors.testing.bybit import BybitVenue
from tests.venue.bybit.client import ORDER, TOPICS, Client, Json, Socket

NAMED: Json = {"category": "linear", "symbol": "BTCUSDT", "orderLinkId": "a1"}


def rows(frames: list[Json], topic: str) -> list[Json]:
    return [row for frame in frames if frame.get("topic") == topic for row in frame["data"]]


async def test_topics_of_both_kinds_tell_twice(venue: BybitVenue, client: Client) -> None:
    """All-in-one and categorised do not go in one request; in two, each row comes by both."""
    async with client.listening("order", "order.linear") as socket:
        refused = await socket.ask("subscribe", "execution", "position.linear")
        assert refused["success"] is False
        assert (await socket.ask("subscribe", "nonsense"))["success"] is False
        assert (await socket.ask("subscribe", "order.spot"))["success"] is True
        await client.place(orderLinkId="a1")
        frames = await socket.quiet()
        assert sorted(frame["topic"] for frame in frames) == ["order", "order.linear"]
        assert frames[0]["data"] == frames[1]["data"]
        assert (await socket.ask("unsubscribe", "order"))["success"] is True
        venue.cancel("a1")
        assert [frame["topic"] for frame in await socket.quiet()] == ["order.linear"]


async def test_nothing_is_told_at_the_beginning_or_again(venue: BybitVenue, client: Client) -> None:
    """No snapshot, and what was missed stays missed."""
    await client.place(orderLinkId="a1")
    async with client.listening(*TOPICS) as socket:
        assert await socket.quiet() == []
    venue.fill("a1", Decimal("0.005"))
    async with client.listening(*TOPICS) as socket:
        assert await socket.quiet() == []


async def test_each_topic_has_its_own_time(venue: BybitVenue, client: Client) -> None:
    """A fill may be told before its order, or after its end; within a topic order stays."""
    venue.habits.topic_delay, venue.habits.executions_first = 0.5, 0.5
    orders, late = set(), set()
    async with client.listening("order.linear", "execution.linear") as socket:
        for number in range(30):
            await client.place(orderLinkId=f"a{number}")
            for _ in range(2):
                venue.fill(f"a{number}", Decimal("0.005"))
            told = await socket.quiet(1.0)
            states = [row["orderStatus"] for row in rows(told, "order.linear")]
            orders.add(tuple(states))
            topics = [frame["topic"] for frame in told for _ in frame["data"]]
            late.add(topics[0] == "execution.linear")
            late.add(topics[-1] == "execution.linear" and "last")
    assert orders == {("New", "PartiallyFilled", "Filled")}
    assert late >= {True, False, "last"}


async def test_a_cancel_that_a_fill_overtook_is_told_by_a_second_filled(venue: BybitVenue, client: Client) -> None:
    """It was acknowledged; the second row says CancelByUser, and that it found no order."""
    venue.habits.races_seen = 0
    venue.faults.add(f.FillBeforeCancel())
    async with client.listening("order.linear", "execution.linear") as socket:
        await client.place(orderLinkId="a1")
        await client.call("order/cancel", **NAMED)
        told = await socket.quiet()
    found = [(row["orderStatus"], row["cancelType"], row["rejectReason"]) for row in rows(told, "order.linear")]
    assert found == [
        ("New", "UNKNOWN", "EC_NoError"),
        ("Filled", "UNKNOWN", "EC_NoError"),
        ("Filled", "CancelByUser", "EC_OrigClOrdIDDoesNotExist"),
    ]
    assert len(rows(told, "execution.linear")) == 1


@pytest.mark.parametrize(("share", "code"), [("all", 110001), ("half", 0)])
async def test_a_fill_may_be_seen_before_the_cancel(venue: BybitVenue, client: Client, share: str, code: int) -> None:
    """Then it is refused at once, unless something is left."""
    venue.faults.add(f.FillBeforeCancel(share="all" if share == "all" else "half"))
    await client.place(orderLinkId="a1")
    answer = await client.post("order/cancel", **NAMED)
    assert answer.json()["retCode"] == code
    assert await client.status("a1") == ("Filled" if code else "Cancelled")


async def test_truth_comes_after_the_ack(venue: BybitVenue, client: Client) -> None:
    """An order that was acknowledged is not there for a while: it cannot be cancelled, and no list has it."""
    venue.habits.matching_delay = 0.5
    async with client.listening() as socket:
        lags = set()
        for number in range(10):
            name = f"a{number}"
            await client.place(orderLinkId=name)
            lags.add(await client.status(name) is None)
            if await client.status(name) is None:
                assert await client.refusal("order/cancel", **NAMED | {"orderLinkId": name}) == 110001
                assert await client.refusal("order/create", **ORDER, orderLinkId=name) == 110072
            await socket.order("New")
        assert True in lags


async def test_executions_are_not_all_fills(venue: BybitVenue, client: Client) -> None:
    """Funding, deleveraging and liquidation are told there, with positions and wallet; a position may be 0."""
    venue.set_market("BTCUSDT", bid=Decimal(49_999), ask=Decimal(50_001))
    await client.place(orderType="Market", price=None)
    async with client.listening(*TOPICS) as socket:
        venue.fund("BTCUSDT", Decimal("1.5"))
        venue.deleverage("BTCUSDT", quantity=Decimal("0.004"))
        venue.liquidate("BTCUSDT")
        told = await socket.quiet()
    executions = rows(told, "execution.linear")
    assert [(row["execType"], row["execQty"], row["orderLinkId"]) for row in executions] == [
        ("Funding", "0.010", ""), ("AdlTrade", "0.004", ""), ("BustTrade", "0.006", ""),
    ]  # fmt: skip
    assert executions[0]["execFee"] == "1.5"
    assert [row["createType"] for row in rows(told, "order.linear")] == [
        "CreateByAdl_PassThrough", "CreateByAdl_PassThrough", "CreateByLiq", "CreateByLiq",
    ]  # fmt: skip
    assert [(row["size"], row["side"]) for row in rows(told, "position.linear")] == [("0.006", "Buy"), ("0.000", "")]
    listed = await client.rows("execution/list", symbol="BTCUSDT")
    assert sorted(row["execType"] for row in listed) == ["AdlTrade", "BustTrade", "Funding", "Trade"]
    assert [row["execType"] for row in await client.rows("execution/list", execType="Funding")] == ["Funding"]


async def test_a_liquidation_may_be_told_as_an_execution_only(venue: BybitVenue, client: Client) -> None:
    """By habit its order is not told."""
    venue.habits.liquidation_orders = 0
    venue.set_market("BTCUSDT", bid=Decimal(49_999), ask=Decimal(50_001))
    await client.place(orderType="Market", price=None)
    async with client.listening("order.linear", "execution.linear") as socket:
        venue.liquidate("BTCUSDT")
        assert [frame["topic"] for frame in await socket.quiet()] == ["execution.linear"]


async def test_habits_make_rows_odd_and_lose_none(venue: BybitVenue, client: Client) -> None:
    """Together in a frame, told twice, with extra fields, among frames of topics that nobody knows."""
    habits = venue.habits
    habits.rows_together = habits.repeats = habits.extras = habits.oddities = habits.idle_positions = 1.0
    habits.unknown_words = 1.0
    venue.set_market("BTCUSDT", bid=Decimal(49_999), ask=Decimal(50_000))
    async with client.listening(*TOPICS) as socket:
        await client.place(orderLinkId="a1")
        told = await socket.quiet()
    (frame,) = [frame for frame in told if frame["topic"] == "order.linear"]
    assert [row["orderStatus"] for row in frame["data"]] == ["New", "New", "Filled", "Filled"]
    assert {"novelty"} <= set(frame["data"][0])
    assert frame["data"][0]["smpType"] == "CancelNovelty"
    assert "novelty" in [frame["topic"] for frame in told]
    assert [row["size"] for row in rows(told, "position.linear")] == ["0.010", "0.010"]


@pytest.mark.parametrize(
    ("fault", "statuses"),
    [
        (f.LoseFrame(event="new"), ["Cancelled"]),
        (f.DuplicateFrame(event="new"), ["New", "New", "Cancelled"]),
        (f.DelayFrame(event="new", seconds=2.0), ["Cancelled", "New"]),
        (f.SwapFrames(event="new"), ["Cancelled", "New"]),
        (f.MalformedRow(event="new"), [None, "New", "Cancelled"]),
        (f.UnknownEvent(event="new"), ["Novated", "New", "Cancelled"]),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, f.FrameFault) else "",
)
async def test_frames_go_wrong(
    venue: BybitVenue, client: Client, fault: f.FrameFault, statuses: list[str | None]
) -> None:
    """The same faults as everywhere."""
    venue.faults.add(fault)
    async with client.listening() as socket:
        await client.place(orderLinkId="a1")
        venue.cancel("a1")
        told = rows(await socket.quiet(), "order.linear")
    assert [row.get("orderStatus") for row in told] == statuses


async def test_a_quiet_socket_is_cut(client: Client) -> None:
    """After ten minutes, or what its address says; a ping keeps it."""
    for path, least in (("/v5/private", 600), ("/v5/trade?max_active_time=1m", 60)):
        async with client.open(path) as socket:
            await trio.sleep(least - 5)
            await socket.say({"op": "ping"})
            began = trio.current_time()
            await ended(socket)
            assert least <= trio.current_time() - began <= least + 31


async def ended(socket: Socket) -> None:
    """Hear until the end."""
    with pytest.raises(ConnectionClosed):
        while True:
            await socket.next(1_000)
