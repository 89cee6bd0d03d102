"""What can be made to go wrong with a request, on either transport."""

from decimal import Decimal

import httpx2
import pytest
import trio
from trio_websocket import ConnectionClosed, ConnectionRejected

from batactors.seams import Seams
from batactors.testing import KrakenSpotVenue, SimulatedNetwork, VenueAccount, VenueUrls
from batactors.testing import faults as f
from tests.venue.client import ORDER, Client


async def test_a_lost_ack_leaves_the_order(venue: KrakenSpotVenue, client: Client) -> None:
    """The command is executed and its events are told; only the answer is missing, and only for the one meant."""
    venue.faults.add(f.LoseAck(method="add_order", client_order_id="b"))
    async with client.listening() as socket:
        assert (await socket.place(cl_ord_id="a"))["success"]
        req_id = await socket.say("add_order", **ORDER, cl_ord_id="b")
        frames = await socket.quiet()
    assert not [frame for frame in frames if frame.get("req_id") == req_id]
    assert len([frame for frame in frames if frame.get("channel") == "executions"]) == 4
    assert venue.ledger.orders_by_client_id("b")[0].status == "new"
    assert venue.faults.fired == {"LoseAck": 1}


async def test_a_lost_command_leaves_nothing(venue: KrakenSpotVenue, client: Client) -> None:
    """A swallowed request has no answer and no effect, from the nth on and count times."""
    venue.faults.add(f.LoseCommand(method="add_order", nth=2, count=2))
    async with client.listening() as socket:
        answered = []
        for name in "abcd":
            req_id = await socket.say("add_order", **ORDER, cl_ord_id=name)
            answered += [name for frame in await socket.quiet(1) if frame.get("req_id") == req_id]
    assert [record.cl_ord_id for record in venue.ledger.commands] == answered == ["a", "d"]
    assert venue.faults.fired == {"LoseCommand": 2}
    assert not venue.faults.waiting


@pytest.mark.parametrize(
    "fault",
    [
        f.Refuse(method="add_order", error="EService:Busy"),
        f.RefuseRate(method="add_order"),
        f.RefuseToken(method="add_order", error="EAPI:Invalid token"),
    ],
)
async def test_refusals_never_reach_the_engine(venue: KrakenSpotVenue, client: Client, fault: f.RefusalFault) -> None:
    """Any text can be given, on both transports, and the ledger has not heard of the command."""
    venue.faults.add(fault, fault)
    async with client.listening() as socket:
        assert (await socket.place())["error"] == fault.error
        assert await client.refusal("AddOrder", pair="XBTUSD") == fault.error
        assert (await socket.place())["success"]
    assert len(venue.ledger.commands) == 1


async def test_a_bare_refusal_names_nothing(venue: KrakenSpotVenue, client: Client) -> None:
    """Too many messages are refused with a text alone: no method, no number."""
    venue.faults.add(f.RefuseBare(method="add_order"))
    async with client.listening() as socket:
        await socket.say("add_order", **ORDER)
        assert await socket.quiet() == [{"error": "Exceeded msg rate"}]
    assert not venue.ledger.commands


async def test_a_handshake_may_be_refused(venue: KrakenSpotVenue, client: Client) -> None:
    """Something in front of the venue answers the upgrade with an HTTP error; the next try succeeds."""
    venue.faults.add(f.RefuseUpgrade(path="/auth/v2", status=503))
    with pytest.raises(ConnectionRejected) as rejected:
        async with client.socket():
            pass
    assert rejected.value.status_code == 503
    async with client.listening():
        assert venue.sessions == 1


async def test_a_row_of_a_batch_is_refused(venue: KrakenSpotVenue, client: Client) -> None:
    """One row fails in the engine, its brothers live."""
    venue.faults.add(f.RefuseRow(nth=2, error="EOrder:Orders limit exceeded"))
    row = {"order_type": "limit", "side": "buy", "order_qty": 0.01, "limit_price": 1000.0}
    async with client.socket() as socket:
        answer = await socket.ask("batch_add", symbol="BTC/USD", orders=[row, row, row])
    assert ["error" in r for r in answer["result"]] == [False, True, False]
    assert len(venue.ledger.orders) == 2


@pytest.mark.parametrize(("seconds", "lands"), [(4.0, True), (6.0, False)])
async def test_a_late_command_is_fenced_by_its_deadline(
    venue: KrakenSpotVenue, client: Client, seconds: float, lands: bool
) -> None:
    """Before the five seconds of the default deadline it still lands; after them the engine refuses it."""
    venue.faults.add(f.DelayCommand(method="add_order", seconds=seconds))
    async with client.listening() as socket:
        answer = await socket.place(cl_ord_id="late")
    assert answer["success"] is lands
    assert lands or answer["error"] == "EService:Deadline elapsed"
    assert bool(venue.ledger.orders) is lands
    assert venue.ledger.commands[0].accepted is lands


async def test_a_late_command_outlives_its_connection(venue: KrakenSpotVenue, client: Client) -> None:
    """What is on its way lands after the cut, on both transports; nobody is told."""
    venue.faults.add(f.DelayCommand(method="add_order", seconds=3, count=2))
    async with client.listening() as socket:
        await socket.say("add_order", **ORDER, cl_ord_id="ws")
        await socket.quiet(1)
        venue.cut()
    client.http.timeout = httpx2.Timeout(1)
    with pytest.raises(httpx2.ReadTimeout):
        await client.add(cl_ord_id="rest")
    assert venue.connections == 0 or not venue.ledger.orders_by_client_id("rest")
    await trio.sleep(5)
    assert [order.client_order_id for order in venue.ledger.open_orders()] == ["ws", "rest"]


async def test_acks_and_events_come_in_any_order(venue: KrakenSpotVenue, client: Client) -> None:
    """The answer first by default, the events first when asked, or the answer long after."""
    venue.faults.add(f.EventsBeforeAck(method="add_order", nth=2), f.DelayAck(method="add_order", nth=3, seconds=3))
    orders = []
    async with client.listening() as socket:
        for _ in range(3):
            await socket.say("add_order", **ORDER)
            orders.append(["ack" if "req_id" in frame else "event" for frame in await socket.quiet()])
    assert orders == [["ack", "event", "event"], ["event", "event", "ack"], ["event", "event", "ack"]]


@pytest.mark.parametrize(
    ("fault", "executed", "code"),
    [
        (f.CutBeforeCommand(method="add_order"), False, 1006),
        (f.CutAfterCommand(method="add_order"), True, 1006),
        (f.CloseAfterCommand(method="add_order", code=1001), True, 1001),
        (f.CloseAfterCommand(method="add_order", code=1008, reason="policy"), True, 1008),
        (f.RestartAfterCommand(method="add_order", down_for=3), True, 1006),
    ],
)
async def test_the_socket_ends_with_the_command(
    venue: KrakenSpotVenue, client: Client, fault: f.CommandFault, executed: bool, code: int
) -> None:
    """Before or after the engine, rudely or with a code: no answer comes, and the ledger knows what happened."""
    venue.faults.add(fault)
    async with client.listening() as socket:
        with pytest.raises(ConnectionClosed) as closed:
            await socket.place(cl_ord_id="a")
        assert not [frame for frame in socket.unheard if "req_id" in frame]
    assert closed.value.reason is not None
    assert closed.value.reason.code == code
    assert bool(venue.ledger.orders_by_client_id("a")) is executed


async def test_a_restart_keeps_the_ledger(venue: KrakenSpotVenue, client: Client) -> None:
    """Everyone is dropped and refused for a while; then orders are where they were, on the same port."""
    txid = await client.add()
    async with client.listening() as socket:
        venue.restart(down_for=10)
        with pytest.raises(ConnectionClosed):
            await socket.quiet()
    assert venue.connections == 0
    with pytest.raises(httpx2.ConnectError):
        await client.public("Time")
    await trio.sleep(10)
    assert list((await client.call("OpenOrders"))["open"]) == [txid]


async def test_silence_is_half_open(venue: KrakenSpotVenue, client: Client) -> None:
    """Nothing comes and nothing is done while it lasts; afterwards all of it is."""
    venue.faults.add(f.GoSilent(method="add_order", seconds=100))
    async with client.listening() as socket:
        await socket.say("add_order", **ORDER)
        heard = len(socket.raw)
        assert await socket.quiet(99) == []
        assert len(socket.raw) == heard
        assert venue.sessions == 1
        assert not venue.ledger.orders
        frames = await socket.quiet(3)
    assert [frame.get("channel", "ack") for frame in frames] == ["ack", "executions", "executions"]


async def test_silence_for_ever_ends_with_the_client(venue: KrakenSpotVenue, client: Client) -> None:
    """A line that stays dead is let go when the client lets go; new ones work meanwhile."""
    async with client.listening() as socket:
        venue.go_silent()
        await socket.say("ping")
        assert await socket.quiet(300) == []
        async with client.listening():
            assert venue.sessions == 2
        with trio.move_on_after(1):
            await socket.websocket.aclose()
    await trio.sleep(1)
    assert venue.sessions == 0


async def test_a_cancel_may_take_its_time(venue: KrakenSpotVenue, client: Client) -> None:
    """`pending: true` is acceptance, not the end: the order may still trade."""
    venue.faults.add(f.PendingCancel(seconds=2, count=2))
    async with client.listening() as socket:
        await socket.place(cl_ord_id="a")
        assert (await socket.ask("cancel_order", cl_ord_id=["a"]))["result"] == {"cl_ord_id": "a", "pending": True}
        venue.fill("a", Decimal("0.004"))
        rows = await socket.events(4)
    assert [row["exec_type"] for row in rows][2:] == ["trade", "canceled"]
    await client.add(cl_ord_id="b")
    assert await client.call("CancelOrder", cl_ord_id="b") == {"count": 1, "pending": True}


async def test_the_status_changes_under_a_command(venue: KrakenSpotVenue, client: Client) -> None:
    """Maintenance refuses everything, cancel_only what is new, post_only what may take; each is announced."""
    venue.faults.add(f.ChangeStatus(method="add_order", status="cancel_only"))
    async with client.listening() as socket:
        assert (await socket.place())["error"] == "EService:Market in cancel_only mode"
        assert (await socket.hear(channel="status"))["data"][0]["system"] == "cancel_only"
        venue.set_status("post_only")
        assert (await socket.place())["error"] == "EService:Market in post_only mode"
        assert (await socket.place(post_only=True, cl_ord_id="a"))["success"]
        await socket.ask("cancel_all_orders_after", timeout=5)
        venue.set_status("maintenance")
        assert (await socket.ask("cancel_order", cl_ord_id=["a"]))["error"] == "EService:Unavailable"
        await trio.sleep(10)
        assert venue.ledger.open_orders(), "the switch waits for the engine"
        venue.set_status("online")
        assert not venue.ledger.open_orders()


@pytest.mark.parametrize("when", ["before", "after"])
async def test_http_errors_say_nothing_about_the_order(venue: KrakenSpotVenue, client: Client, when: str) -> None:
    """A 520 with its page of HTML comes before the engine or after it, and looks the same."""
    venue.faults.add(f.HttpError(method="add_order", status=520, when="before" if when == "before" else "after"))
    answer = await client.post("AddOrder", pair="XBTUSD", type="buy", ordertype="limit", volume="0.01", price="50000")
    assert (answer.status_code, answer.headers["content-type"]) == (520, "text/html")
    assert bool(venue.ledger.orders) is (when == "after")
    assert list((await client.call("OpenOrders"))["open"]) == list(venue.ledger.orders)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (f.Stall(method="add_order"), httpx2.ReadTimeout),
        (f.LoseAck(method="add_order"), httpx2.ReadTimeout),
        (f.CutReply(method="add_order"), httpx2.TransportError),
        (f.CutAfterCommand(method="add_order"), httpx2.TransportError),
    ],
)
async def test_rest_answers_get_lost_too(
    venue: KrakenSpotVenue, client: Client, fault: f.CommandFault, error: type[Exception]
) -> None:
    """A stalled, dropped or broken answer leaves the order in the book, and frees its connection."""
    venue.faults.add(fault)
    with pytest.raises(error):
        await client.add(cl_ord_id="a")
    await trio.sleep(1)
    assert venue.connections == 0
    assert venue.ledger.orders_by_client_id("a")[0].status == "new"


async def test_a_stalled_answer_may_still_come(venue: KrakenSpotVenue, client: Client) -> None:
    """Within the client's patience it is only slow."""
    venue.faults.add(f.Stall(method="GetWebSocketsToken", seconds=15))
    before = trio.current_time()
    assert (await client.call("GetWebSocketsToken"))["expires"] == 900
    assert trio.current_time() - before >= 15


async def test_latency_lets_commands_travel(seams: Seams, network: SimulatedNetwork, nursery: trio.Nursery) -> None:
    """With latency every request takes its time, in order, without waiting for those before it."""
    venue = KrakenSpotVenue(seams=seams, latency=2.0)
    urls: VenueUrls = await nursery.start(venue.serve)
    async with httpx2.AsyncClient(timeout=20) as http:
        client = Client(http, urls, VenueAccount.demo())
        async with client.listening() as socket:
            start = trio.current_time()
            ids = [await socket.say("ping") for _ in range(5)]
            assert [(await socket.hear(method="pong"))["req_id"] for _ in ids] == ids
            assert 2.0 <= trio.current_time() - start < 2.2
