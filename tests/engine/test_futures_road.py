"""The engine where the one socket takes no commands: the road of Kraken Futures, with a peer that plays by rote."""

from typing import Any
from urllib.parse import parse_qs

import msgspec
import trio
from trio_websocket import ConnectionClosed, WebSocketConnection

from batactors import (
    AccountConfig,
    CommandStatus,
    EngineConfig,
    OrderAccepted,
    OrderCanceled,
    OrderFilled,
    OrderSubmitted,
    Secret,
    open_engine,
)
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing.connection import Connection
from batactors.testing.http_server import HttpReply, HttpRequest, serve_connection
from tests.engine.bench import SUPERVISION
from tests.venues.kraken_futures.samples import (
    CHALLENGE,
    EVENT_ORDER,
    FILL,
    INSTRUMENT,
    ORDER,
    PLACE,
    SECRET,
    WORKS,
    history,
    success,
    text,
)

PORT = 443


class Peer:
    """Answers as the sheet says that the venue does, from one order's point of view."""

    def __init__(self) -> None:
        self.sockets: list[WebSocketConnection] = []
        self.subscribed: list[dict[str, Any]] = []
        self.calls: list[str] = []
        self.placed: dict[str, list[str]] = {}

    def hear_http(self, request: HttpRequest, connection: Connection) -> None: ...

    def note_reply(self, reply: HttpReply, connection: Connection) -> None: ...

    def refuse_websocket(self, request: HttpRequest) -> HttpReply | None:
        return None

    async def handle_http(self, request: HttpRequest, connection: Connection) -> HttpReply:
        call = request.path.rpartition("/")[2]
        self.calls.append(call)
        if request.path.startswith("/api/history/"):
            return HttpReply(body=history())
        lists = ("openOrders", "orders", "fills", "openPositions")
        body: dict[str, Any] = {name: [] for name in lists} | {"instruments": [INSTRUMENT], "accounts": {}}
        if call == "sendorder":
            self.placed = parse_qs(request.body.decode())
            order = EVENT_ORDER | {"cliOrdId": self.placed["cliOrdId"][0]}
            body = {"sendStatus": {"status": "placed", "order_id": ORDER, "orderEvents": [PLACE | {"order": order}]}}
        if call == "cancelorder":
            row = {"type": "CANCEL", "uid": ORDER, "order": EVENT_ORDER | {"quantity": 0.86, "filled": 0.14}}
            body = {"cancelStatus": {"status": "cancelled", "order_id": ORDER, "orderEvents": [row]}}
        return HttpReply(body=success(**body))

    async def handle_websocket(
        self, websocket: WebSocketConnection, request: HttpRequest, connection: Connection
    ) -> None:
        self.sockets.append(websocket)
        try:
            await self.say(event="info", version=1)
            while True:
                frame = msgspec.json.decode(await websocket.get_message())
                if frame["event"] == "challenge":
                    await self.say(event="challenge", message=CHALLENGE)
                    continue
                self.subscribed.append(frame)
                await self.say(event="subscribed", feed=frame["feed"])
                if frame["feed"] == "open_orders":
                    await self.say(feed="open_orders_snapshot", account="A", orders=[])
                if frame["feed"] == "fills":
                    await self.say(feed="fills_snapshot", account="A", fills=[])
        except ConnectionClosed:
            pass

    async def say(self, **frame: Any) -> None:
        await self.sockets[-1].send_message(text(frame).decode())


async def test_a_venue_whose_socket_takes_no_commands(network: SimulatedNetwork, seams: Seams) -> None:
    """Two steps to its feeds; commands by REST under auto; a ping of the protocol keeps a quiet socket."""
    peer = Peer()
    config = AccountConfig(
        venue="kraken-futures", api_key=Secret.value("K"), api_secret=Secret.value(SECRET),
        rest_url=f"http://127.0.0.1:{PORT}", websocket_url=f"ws://127.0.0.1:{PORT}/ws/v1", protocol="v1",
    )  # fmt: skip

    async def serve(stream: trio.SocketStream) -> None:
        await serve_connection(Connection(stream), peer)

    async with trio.open_nursery() as nursery:
        listeners = await trio.open_tcp_listeners(PORT, host="127.0.0.1")
        await nursery.start(trio.serve_listeners, serve, listeners)
        whole = EngineConfig(accounts={"futures": config}, supervision=SUPERVISION)
        async with open_engine(whole, seams=seams) as engine:
            account = engine.account("futures")
            handle = await account.create_order(
                instrument="BTC/USD:USD", side="buy", order_type="limit", quantity="1", price="50000"
            )
            with trio.fail_after(30.0):
                assert (await handle.resolved()).status is CommandStatus.ACCEPTED
            assert {frame["feed"] for frame in peer.subscribed} == {
                "heartbeat", "fills", "open_orders", "balances", "open_positions",
            }  # fmt: skip
            mine = {"cli_ord_id": peer.placed["cliOrdId"][0]}
            order = WORKS | mine | {"qty": 0.86, "filled": 0.14}
            await peer.say(feed="open_orders", order=order, is_cancel=False, reason="partial_fill")
            await peer.say(feed="fills", username="A", fills=[FILL | mine])
            await trio.sleep(120.0)  # without a heartbeat: pongs are its only signs of life
            assert len(peer.sockets) == 1
            cancel = await handle.cancel()
            with trio.fail_after(30.0):
                assert (await cancel.resolved()).status is CommandStatus.ACCEPTED
                kinds = [type(event) async for event in handle.events()]
            assert kinds == [OrderSubmitted, OrderAccepted, OrderFilled, OrderCanceled]
            assert peer.calls.count("sendorder") == peer.calls.count("cancelorder") == 1
            assert "cliOrdId" in peer.placed
            assert "processBefore" in peer.placed
        nursery.cancel_scope.cancel()
