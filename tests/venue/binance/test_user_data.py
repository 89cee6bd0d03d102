"""The user data stream: addresses, listen keys, the life of a socket, and what is told on it."""

import itertools
from decimal import Decimal

import pytest
import trio
from trio_websocket import ConnectionClosed

from batactors.testing.binance import BinanceVenue, Habits
from batactors.testing.fault_script import Fault
from batactors.testing.faults import CutInFrame, DuplicateFrame, LoseFrame, MalformedRow, SwapFrames, UnknownEvent
from tests.venue.binance.client import Client


@pytest.mark.parametrize(
    ("path", "wrapped"),
    [
        ("/private/ws?listenKey={key}", False),
        ("/private/ws?listenKey={key}&events=ORDER_TRADE_UPDATE", False),
        ("/private/ws/{key}", False),
        ("/private/stream?listenKey={key}&events=ORDER_TRADE_UPDATE/ACCOUNT_UPDATE", True),
        ("/private/stream?streams={key}", True),
    ],
)
async def test_the_private_addresses(client: Client, path: str, wrapped: bool) -> None:
    """Each form bears the events of the key; wrapping follows the path."""
    async with client.open(path.format(key=await client.key())) as socket:
        await client.place()
        frame = await socket.next()
        assert ("data" in frame) == wrapped
        assert (frame["data"] if wrapped else frame)["e"] == "ORDER_TRADE_UPDATE"


async def test_a_key_can_be_subscribed(client: Client) -> None:
    """As the venue's own library does it; every subscription is a success."""
    key = await client.key()
    async with client.open("/private/stream") as socket:
        await socket.websocket.send_message(f'{{"method":"SUBSCRIBE","params":["{key}"],"id":7}}')
        assert await socket.next() == {"result": None, "id": 7}
        await client.place()
        assert (await socket.next())["stream"] == key
        await socket.websocket.send_message('{"method":"LIST_SUBSCRIPTIONS","id":8}')
        assert await socket.next() == {"result": [key], "id": 8}
        await socket.websocket.send_message(f'{{"method":"UNSUBSCRIBE","params":["{key}"],"id":9}}')
        assert (await socket.next())["id"] == 9
        await client.place()
        assert await socket.quiet() == []


@pytest.mark.parametrize("path", ["/market/ws/{key}", "/public/ws?listenKey={key}", "/ws/{key}", "/odd/path/{key}"])
async def test_a_wrong_route_is_silent(venue: BinanceVenue, client: Client, path: str) -> None:
    """The handshake succeeds, and nothing comes; the old address can be let work."""
    async with client.open(path.format(key=await client.key())) as socket:
        await client.place()
        assert await socket.quiet() == []
        venue.habits.unrouted = True
        await client.place()
        assert len(await socket.quiet()) == (path == "/ws/{key}")


async def test_only_the_listed_events_come(venue: BinanceVenue, client: Client) -> None:
    """A name that there is not loses its event without a word."""
    async with client.listening("ORDER_TRADE_UPDAT", "TRADE_LITE") as socket:
        await client.place(newClientOrderId="a1")
        venue.fill("a1", Decimal("0.010"))
        assert [frame["e"] for frame in await socket.quiet()] == ["TRADE_LITE"]
    venue.habits.unlisted_events = False
    async with client.listening() as socket:
        await client.place()
        assert await socket.quiet() == []


async def test_an_unknown_key_is_silent(client: Client) -> None:
    """The socket opens and pings; no event ever comes."""
    async with client.open("/private/ws?listenKey=nobodysKey") as socket:
        await client.place()
        assert await socket.quiet(400) == []


async def test_a_delete_ends_the_key_for_all(venue: BinanceVenue, client: Client) -> None:
    """Both sockets that share it fall silent; that it is told is a knob."""
    async with client.listening() as one, client.listening() as other:
        await client.place()
        assert len(await one.quiet()) == len(await other.quiet()) == 1, "two sockets of one key both hear it"
        await client.call("DELETE", "v1/listenKey", signed=False)
        await client.place()
        assert await one.quiet() == await other.quiet() == []
    venue.habits.expiry_on_delete = True
    async with client.listening() as socket:
        await client.call("DELETE", "v1/listenKey", signed=False)
        assert [frame["e"] for frame in await socket.quiet()] == ["listenKeyExpired"]


async def test_the_end_of_a_socket_is_not_the_end_of_its_key(client: Client) -> None:
    """Nor is anything told again on the next one: what was missed is missed."""
    key = await client.key()
    async with client.listening():
        pass
    await client.place()
    async with client.listening() as socket:
        assert await client.key() == key
        assert await socket.quiet() == []


async def test_who_does_not_answer_a_ping_is_cut_off(venue: BinanceVenue, client: Client) -> None:
    """Three minutes to the first ping, and ten for its pong."""
    async with client.open("/private/ws") as socket:
        began = trio.current_time()
        venue.go_silent()
        with pytest.raises(ConnectionClosed):
            await socket.next(3_000)
        assert trio.current_time() - began == pytest.approx(13 * 60, abs=5)


@pytest.mark.parametrize(("pause", "lives"), [(0.11, True), (0.05, False)])
async def test_more_than_ten_messages_a_second_are_too_many(client: Client, pause: float, lives: bool) -> None:
    """Ten are borne."""
    async with client.open("/private/ws") as socket:
        try:
            for number in range(30):
                await socket.websocket.send_message(f'{{"method":"LIST_SUBSCRIPTIONS","id":{number}}}')
                await socket.next()
                await trio.sleep(pause)
        except ConnectionClosed:
            assert not lives
        else:
            assert lives


async def test_a_fill_is_told_three_times(venue: BinanceVenue, client: Client) -> None:
    """TRADE_LITE, ORDER_TRADE_UPDATE and ACCOUNT_UPDATE, the first two with one trade number, in any order."""
    orders = set()
    for lite, balances in itertools.product((0, 1), (0, 1)):
        venue.habits.lite_first, venue.habits.balances_first = lite, balances
        async with client.listening() as socket:
            name = f"a{lite}{balances}"
            await client.place(newClientOrderId=name)
            venue.fill(name, Decimal("0.010"))
            frames = (await socket.quiet())[1:]
        told = {frame["e"]: frame for frame in frames}
        orders.add(tuple(frame["e"] for frame in frames))
        assert told["TRADE_LITE"]["t"] == told["ORDER_TRADE_UPDATE"]["o"]["t"]
        assert set(told["TRADE_LITE"]) == set("eETsqpmcSLlti")
        change = told["ACCOUNT_UPDATE"]["a"]
        assert change["m"] == "ORDER"
        assert [row["bc"] for row in change["B"]] == ["0"]
    assert len(orders) == 4


async def test_positions_are_told_as_they_are(venue: BinanceVenue, client: Client) -> None:
    """A position grows at its average price, wins what its closing wins, and turns over."""
    async with client.listening("ACCOUNT_UPDATE", "ORDER_TRADE_UPDATE") as socket:
        before = venue.ledger.balance("DEMO-KEY", "USDT")
        terms = (("BUY", "0.010", "50000.0"), ("BUY", "0.010", "40000.0"), ("SELL", "0.030", "46000.0"))
        for side, quantity, price in terms:
            placed = await client.place(side=side, quantity=quantity, price=price)
            venue.fill(str(placed["orderId"]), Decimal(quantity))
        frames = [frame for frame in await socket.quiet() if frame["e"] == "ACCOUNT_UPDATE"]
        rows = [frame["a"]["P"][0] for frame in frames]
        assert [(row["pa"], row["ep"]) for row in rows] == [
            ("0.010", "50000.0"),
            ("0.020", "45000.0"),
            ("-0.010", "46000.0"),
        ]
        assert Decimal(rows[-1]["cr"]) == 20
        fees = (Decimal(500) + 400 + 1380) * Decimal("0.0002")
        assert Decimal(frames[-1]["a"]["B"][0]["wb"]) == before + 20 - fees
    (row,) = await client.call("GET", "v3/positionRisk", symbol="BTCUSDT")
    assert (row["positionAmt"], row["entryPrice"]) == ("-0.010", "46000.0")
    trades = await client.call("GET", "v1/userTrades", symbol="BTCUSDT")
    assert [Decimal(one["realizedPnl"]) for one in trades] == [0, 0, 20]


async def test_odd_things_are_thrown_in(venue: BinanceVenue, client: Client) -> None:
    """Events that nobody has documented, fields that nobody has, and an expiry reason as text."""
    venue.habits.oddities = venue.habits.extras = 1
    venue.habits.er_as_text = True
    async with client.listening() as socket:
        await client.place()
        odd, frame = await socket.next(), await socket.next()
        assert odd["e"] == "NOVELTY_UPDATE"
        assert frame["st"] == 1
        assert frame["o"]["er"] == "0"


@pytest.mark.parametrize(
    ("fault", "kinds"),
    [
        (DuplicateFrame(event="trade"), ["NEW", "lite", "TRADE", "TRADE"]),
        (LoseFrame(event="trade"), ["NEW", "lite"]),
        (LoseFrame(event="trade_lite"), ["NEW", "TRADE"]),
        (SwapFrames(event="trade_lite"), ["NEW", "TRADE", "lite"]),
        (UnknownEvent(event="new"), ["NOVATION", "NEW", "lite", "TRADE"]),
        (MalformedRow(event="new"), ["odd", "NEW", "lite", "TRADE"]),
    ],
    ids=str,
)
async def test_faults_of_frames_strike_here_too(
    venue: BinanceVenue, client: Client, fault: Fault, kinds: list[str]
) -> None:
    """The same values as for every other venue, by the same words."""
    venue.faults.add(fault)
    async with client.listening("ORDER_TRADE_UPDATE", "TRADE_LITE") as socket:
        await client.place(newClientOrderId="a1")
        venue.fill("a1", Decimal("0.010"))
        heard = []
        for frame in await socket.quiet():
            row = frame.get("o")
            heard.append(row.get("x", "odd") if isinstance(row, dict) else frame["e"].replace("TRADE_LITE", "lite"))
        assert heard == kinds
    assert venue.faults.fired[type(fault).__name__] == 1


async def test_a_frame_can_be_cut_in_half(venue: BinanceVenue, client: Client) -> None:
    """Half of its bytes arrive, and the connection is reset."""
    venue.faults.add(CutInFrame(event="new"))
    async with client.listening() as socket:
        await client.place()
        with pytest.raises(ConnectionClosed):
            await socket.next()


async def test_the_best_prices_are_public(venue: BinanceVenue, client: Client) -> None:
    """bookTicker comes on the public route, and on no other."""
    name = "ws/btcusdt@bookTicker"
    async with client.open(f"/public/{name}") as right, client.open(f"/market/{name}") as wrong:
        venue.set_market("BTCUSDT", bid=Decimal(49_999), ask=Decimal(50_001))
        frame = await right.next()
        assert (frame["b"], frame["a"], frame["e"]) == ("49999.0", "50001.0", "bookTicker")
        assert await wrong.quiet() == []


async def test_the_public_book_is_a_chain(venue: BinanceVenue, client: Client) -> None:
    """Each update names the one before it; one that is lost shows; the first fits what REST has."""
    async with client.open("/public/ws/btcusdt@depth@100ms") as socket:
        start = (await client.call("GET", "v1/depth", signed=False, symbol="BTCUSDT"))["lastUpdateId"]
        for price in (50_000, 50_001, 50_002, 50_003):
            venue.habits.depth_gap = float(price == 50_002)
            venue.set_market("BTCUSDT", bid=Decimal(price - 1), ask=Decimal(price + 10))
        frames = await socket.quiet()
    assert [frame["a"] for frame in frames][1] == [["50010.0", "0"], ["50011.0", "1000.000"]]
    assert frames[0]["U"] <= start + 1 <= frames[0]["u"]
    assert [later["pu"] == frame["u"] for frame, later in itertools.pairwise(frames)] == [True, False]


def test_habits_are_documented() -> None:
    """Each knob has its sentence."""
    words = Habits.__doc__ or ""
    assert [name for name in Habits.__annotations__ if f"        {name}: " not in words] == []
