"""Other people's Kraken clients against the simulated venue: if they are content, it speaks the protocol and not ours.

Not collected by pytest, because ccxt and python-kraken-sdk are no dependencies. Run it by hand, with both installed:
``python tests/interop/third_party.py``. The venue runs on trio in a thread of its own; the clients are as they come.
"""

import asyncio
import importlib
import threading
from collections.abc import Callable
from decimal import Decimal
from queue import Queue
from typing import Any

import trio

from batactors.testing import KrakenSpotVenue, VenueAccount, VenueUrls

# Imported by name, so that a type checker does not ask for them.
ccxt: Any = importlib.import_module("ccxt")
ccxt_pro: Any = importlib.import_module("ccxt.pro")
kraken: Any = importlib.import_module("kraken.spot")

PATIENCE = 20.0
ACCOUNT = VenueAccount.demo()


class VenueThread:
    """A venue by the real clock on a real port."""

    def __init__(self) -> None:
        self.venue = KrakenSpotVenue(rate_limits=False)
        started: Queue[VenueUrls] = Queue()
        self._thread = threading.Thread(target=trio.run, args=(self._main, started))
        self._thread.start()
        self.urls = started.get(timeout=PATIENCE)

    async def _main(self, started: "Queue[VenueUrls]") -> None:
        self._token = trio.lowlevel.current_trio_token()
        async with trio.open_nursery() as nursery:
            self._scope = nursery.cancel_scope
            started.put(await nursery.start(self.venue.serve))

    def do(self, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call something of the venue in its own thread."""
        return trio.from_thread.run_sync(lambda: call(*args, **kwargs), trio_token=self._token)

    def close(self) -> None:
        self.do(self._scope.cancel)
        self._thread.join(PATIENCE)


def told(client: str, what: str) -> None:
    print(f"  {client:18} {what}")


def ccxt_rest(host: VenueThread) -> None:
    """ccxt over REST: place, amend, look, trade, cancel."""
    exchange = ccxt.kraken({"apiKey": ACCOUNT.api_key, "secret": ACCOUNT.api_secret, "enableRateLimit": False})
    exchange.urls["api"] |= {"public": host.urls.rest, "private": host.urls.rest}
    assert set(exchange.load_markets()) == {"BTC/USD", "ETH/USD", "DOGE/USD"}
    order = exchange.create_order("BTC/USD", "limit", "buy", 0.01, 50000, {"clientOrderId": "ccxt-1", "postOnly": True})
    exchange.edit_order(order["id"], "BTC/USD", "limit", "buy", 0.02, 49000)
    (seen,) = exchange.fetch_open_orders("BTC/USD")
    assert (seen["id"], seen["clientOrderId"], seen["price"], seen["amount"]) == (order["id"], "ccxt-1", 49000, 0.02)
    told("ccxt", "placed, amended and saw its order")
    host.do(host.venue.fill, "ccxt-1", Decimal("0.004"))
    assert exchange.fetch_order(order["id"])["filled"] == 0.004
    assert exchange.fetch_my_trades("BTC/USD")[-1]["order"] == order["id"]
    exchange.cancel_order(order["id"])
    (closed,) = exchange.fetch_closed_orders("BTC/USD")
    assert (closed["status"], closed["filled"]) == ("canceled", 0.004)
    try:
        exchange.cancel_order(order["id"])
    except ccxt.BaseError as error:
        told("ccxt", f"calls a second cancel {type(error).__name__}")
    batch = [{"symbol": "BTC/USD", "type": "limit", "side": "buy", "amount": 0.01, "price": p} for p in (100, 101)]
    exchange.create_orders(batch)
    exchange.cancel_all_orders()
    assert exchange.fetch_balance()["BTC"]["free"] > 0
    assert exchange.fetch_status()["status"] == "ok"
    exchange.cancel_all_orders_after(0)
    told("ccxt", "saw the fill, its closed order, batch and balance")


async def ccxt_websocket(host: VenueThread) -> None:
    """ccxt.pro over WebSocket v2: trade, and watch orders, trades, balance and ticker."""
    exchange = ccxt_pro.kraken({"apiKey": ACCOUNT.api_key, "secret": ACCOUNT.api_secret, "enableRateLimit": False})
    exchange.urls["api"] |= {"public": host.urls.rest, "private": host.urls.rest}
    exchange.urls["api"]["ws"] |= {
        "private": host.urls.websocket_auth,
        "privateV2": host.urls.websocket_auth,
        "publicV2": host.urls.websocket_public,
    }
    try:
        watching = asyncio.create_task(exchange.watch_orders("BTC/USD"))
        await asyncio.sleep(1)
        order = await exchange.create_order_ws("BTC/USD", "limit", "buy", 0.01, 50000, {"clientOrderId": "pro-1"})
        (seen,) = await asyncio.wait_for(watching, PATIENCE)
        assert (seen["id"], seen["status"]) == (order["id"], "open"), seen
        amended = await exchange.edit_order_ws(order["id"], "BTC/USD", "limit", "buy", 0.02, 49000)
        assert amended["id"] == order["id"]
        trades = asyncio.create_task(exchange.watch_my_trades("BTC/USD"))
        balance = asyncio.create_task(exchange.watch_balance())
        await asyncio.sleep(1)
        host.do(host.venue.fill, "pro-1", Decimal("0.004"))
        assert [trade["amount"] for trade in await asyncio.wait_for(trades, PATIENCE)][-1] == 0.004
        await asyncio.wait_for(balance, PATIENCE)
        canceled = await exchange.cancel_order_ws(order["id"])
        assert canceled["result"] == {"order_id": order["id"]}
        host.do(host.venue.set_market, "BTC/USD", bid=Decimal(49999), ask=Decimal(50001))
        ticker = await asyncio.wait_for(exchange.watch_ticker("BTC/USD"), PATIENCE)
        assert (ticker["bid"], ticker["ask"]) == (49999, 50001)
        book = await asyncio.wait_for(exchange.watch_order_book("BTC/USD"), PATIENCE)
        assert book["bids"][0][0] == 49999
        told("ccxt.pro", "traded by WebSocket; watched orders, trades, balance, ticker and book")
    finally:
        await exchange.close()


def kraken_sdk_rest(host: VenueThread) -> None:
    """python-kraken-sdk over REST."""
    trade = kraken.Trade(key=ACCOUNT.api_key, secret=ACCOUNT.api_secret, url=host.urls.rest)
    user = kraken.User(key=ACCOUNT.api_key, secret=ACCOUNT.api_secret, url=host.urls.rest)
    market = kraken.Market(url=host.urls.rest)
    assert market.get_asset_pairs("XBTUSD")["XXBTZUSD"]["wsname"] == "XBT/USD"
    assert market.get_system_status()["status"] == "online"
    host.do(host.venue.set_market, "BTC/USD")
    placed = trade.create_order(
        ordertype="limit",
        side="buy",
        pair="BTC/USD",
        volume=0.01,
        price=50000,
        oflags=["post"],
        extra_params={"cl_ord_id": "sdk-1"},
    )
    (txid,) = placed["txid"]
    trade.amend_order(extra_params={"cl_ord_id": "sdk-1", "order_qty": "0.02"})
    assert user.get_open_orders()["open"][txid]["vol"] == "0.02000000"
    host.do(host.venue.fill, txid, Decimal("0.004"))
    assert user.get_trades_history()["trades"]
    edited = trade.edit_order(txid=txid, pair="BTC/USD", volume=0.03, price=48000)
    assert trade.cancel_order(edited["txid"]) == {"count": 1}
    assert txid in user.get_closed_orders()["closed"]
    assert user.get_orders_info(txid=txid)[txid]["status"] == "canceled"
    rows = [{"ordertype": "limit", "type": "buy", "volume": 1, "price": 100 + n, "cl_ord_id": f"b{n}"} for n in (1, 2)]
    batch = trade.create_order_batch(orders=rows, pair="BTC/USD")
    assert trade.cancel_order_batch(orders=[row["txid"] for row in batch["orders"]]) == {"count": 2}
    assert trade.cancel_all_orders() == {"count": 0}
    assert "currentTime" in trade.cancel_all_orders_after_x(timeout=0)
    assert "ZUSD" in user.get_account_balance()
    told("python-kraken-sdk", "traded by REST and read its account")


async def kraken_sdk_websocket(host: VenueThread) -> None:
    """python-kraken-sdk over WebSocket v2."""
    heard: list[dict[str, Any]] = []

    async def hear(message: dict[str, Any]) -> None:
        heard.append(message)

    base = host.urls.websocket.removesuffix("/v2")
    client = kraken.SpotWSClient(
        key=ACCOUNT.api_key,
        secret=ACCOUNT.api_secret,
        callback=hear,
        rest_url=host.urls.rest,
        ws_url=base,
        auth_ws_url=base,
    )
    async with client:
        await client.subscribe(params={"channel": "executions", "snap_trades": True})
        await client.subscribe(params={"channel": "ticker", "symbol": ["BTC/USD"]})
        await until(lambda: any(m.get("type") == "snapshot" and m["channel"] == "executions" for m in heard))
        order = {"order_type": "limit", "side": "buy", "symbol": "BTC/USD", "order_qty": 0.01, "limit_price": 40000.0}
        await client.send_message({"method": "add_order", "req_id": 7, "params": order | {"cl_ord_id": "sdk-ws"}})
        await until(lambda: any(m.get("req_id") == 7 and m["success"] for m in heard))
        await client.send_message(
            {"method": "amend_order", "req_id": 8, "params": {"cl_ord_id": "sdk-ws", "order_qty": 0.02}}
        )
        await until(lambda: any(m.get("req_id") == 8 and m["success"] for m in heard))
        host.do(host.venue.fill, "sdk-ws", Decimal("0.02"))
        events = ["pending_new", "new", "amended", "trade", "filled"]
        await until(lambda: [m["data"][0]["exec_type"] for m in heard if m.get("sequence", 1) > 1] == events)
        await client.send_message({"method": "cancel_all", "req_id": 9})
        await until(lambda: any(m.get("req_id") == 9 and m["success"] for m in heard))
    told("python-kraken-sdk", "traded by WebSocket and heard every event in order")


async def until(true: Callable[[], bool]) -> None:
    """Wait until the venue has told it."""
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110  # the client only knows call-backs
            await asyncio.sleep(0.05)


def main() -> None:
    """Run everyone against one venue."""
    host = VenueThread()
    try:
        ccxt_rest(host)
        asyncio.run(ccxt_websocket(host))
        kraken_sdk_rest(host)
        asyncio.run(kraken_sdk_websocket(host))
    finally:
        host.close()
    errors = [record.errors for record in host.venue.ledger.commands if record.errors]
    print(f"  {len(host.venue.ledger.commands)} commands, refused: {errors}")


if __name__ == "__main__":
    main()
