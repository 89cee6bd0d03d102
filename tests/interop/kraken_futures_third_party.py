"""Other people's Kraken Futures clients against the simulated venue: if they are content, it speaks the protocol.

Not collected by pytest, because ccxt and python-kraken-sdk are no dependencies. Run it by hand, with both installed:
``python -m tests.interop.kraken_futures_third_party``. The venue is served by ``batactors venue serve kraken-futures``
in a process of its own; the clients are as they come.
"""

import asyncio
import importlib
import json
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

# Imported by name, so that a type checker does not ask for them.
ccxt: Any = importlib.import_module("ccxt")
ccxt_pro: Any = importlib.import_module("ccxt.pro")
kraken: Any = importlib.import_module("kraken.futures")
spot: Any = importlib.import_module("kraken.spot")

PATIENCE = 20.0
SYMBOL = "BTC/USD:USD"
Facts = dict[str, str]


def told(client: str, what: str) -> None:
    print(f"  {client:18} {what}")


def ccxt_client(module: Any, facts: Facts) -> Any:
    """A client of ccxt's, with the addresses of this venue."""
    keys = {"apiKey": facts["api_key"], "secret": facts["api_secret"], "enableRateLimit": False}
    exchange = module.krakenfutures(keys)
    for name, url in exchange.urls["api"].items():
        exchange.urls["api"][name] = url.replace("https://futures.kraken.com", facts["rest"])
    if "ws" in exchange.urls["api"]:
        exchange.urls["api"]["ws"] = facts["websocket"]
    return exchange


def ccxt_rest(facts: Facts) -> None:
    """ccxt over REST: place, edit, look, trade, cancel."""
    exchange = ccxt_client(ccxt, facts)
    markets = exchange.load_markets()
    assert SYMBOL in markets, list(markets)
    order = exchange.create_order(SYMBOL, "limit", "buy", 0.01, 50_000, {"clientOrderId": "ccxt-1", "postOnly": True})
    edited = exchange.edit_order(order["id"], SYMBOL, "limit", "buy", 0.02, 49_000)
    assert edited["id"] == order["id"]
    (seen,) = exchange.fetch_open_orders(SYMBOL)
    assert (seen["id"], seen["clientOrderId"], seen["remaining"]) == (order["id"], "ccxt-1", 0.02)
    assert seen["info"]["limitPrice"] == 49_000  # ccxt does not make a price of it
    assert exchange.cancel_order(order["id"], SYMBOL)["status"] == "canceled"
    told("ccxt", "placed, edited, saw and cancelled its order")
    try:
        exchange.cancel_order(order["id"], SYMBOL)
    except ccxt.BaseError as error:
        told("ccxt", f"calls a second cancel {type(error).__name__}")
    exchange.create_order(SYMBOL, "market", "buy", 0.01)
    (trade,) = exchange.fetch_my_trades(SYMBOL)
    assert (trade["amount"], trade["side"]) == (0.01, "buy")
    (position,) = exchange.fetch_positions([SYMBOL])
    assert (position["contracts"], position["side"]) == (0.01, "long")
    exchange.create_order(SYMBOL, "market", "sell", 0.01, None, {"reduceOnly": True})
    batch = [{"symbol": SYMBOL, "type": "limit", "side": "buy", "amount": 0.01, "price": 50_000 + n} for n in (1, 2)]
    placed = exchange.create_orders(batch)
    assert len(placed) == 2
    exchange.cancel_orders([placed[0]["id"]], SYMBOL)
    exchange.cancel_all_orders(SYMBOL)
    assert exchange.fetch_open_orders(SYMBOL) == []
    exchange.cancel_all_orders_after(60_000)
    exchange.cancel_all_orders_after(0)
    assert exchange.fetch_closed_orders(SYMBOL)
    assert exchange.fetch_balance()["USD"]["free"] > 0
    told("ccxt", "traded, and saw its trade, position, batch, closed orders and balance")


async def ccxt_websocket(facts: Facts) -> None:
    """ccxt hears of its orders and trades."""
    exchange = ccxt_client(ccxt_pro, facts)
    try:
        await exchange.load_markets()
        async with asyncio.timeout(PATIENCE):
            orders = asyncio.ensure_future(exchange.watch_orders(SYMBOL))
            trades = asyncio.ensure_future(exchange.watch_my_trades(SYMBOL))
            await asyncio.sleep(1)
            placed = await exchange.create_order(SYMBOL, "limit", "buy", 0.01, 50_000)
            heard = await orders
            assert placed["id"] in [one["id"] for one in heard]
            await exchange.create_order(SYMBOL, "market", "buy", 0.01)
            assert await trades
        told("ccxt.pro", "signed the challenge, and heard of its order and of its trade")
    finally:
        await exchange.close()


def sdk_rest(facts: Facts) -> None:
    """python-kraken-sdk over REST."""
    keys = {"key": facts["api_key"], "secret": facts["api_secret"], "url": facts["rest"]}
    trade, user = kraken.Trade(**keys), kraken.User(**keys)
    placed = trade.create_order(
        orderType="lmt", side="buy", size=0.01, symbol="PF_XBTUSD", limitPrice=50_000, cliOrdId="sdk-1"
    )
    assert placed["sendStatus"]["status"] == "placed"
    status = trade.get_orders_status(cliOrdIds=["sdk-1"])
    assert [row["status"] for row in status["orders"]] == ["ENTERED_BOOK"]
    assert "sdk-1" in [row.get("cliOrdId") for row in user.get_open_orders()["openOrders"]]
    assert trade.edit_order(cliOrdId="sdk-1", limitPrice=50_100, size=0.02)["editStatus"]["status"] == "edited"
    batch = [
        {"order": "send", "order_tag": "1", "orderType": "lmt", "symbol": "PF_XBTUSD", "side": "buy", "size": 0.01,
         "limitPrice": 49_000, "cliOrdId": "sdk-2"},
        {"order": "cancel", "cliOrdId": "sdk-1"},
    ]  # fmt: skip
    rows = trade.create_batch_order(batchorder_list=batch)["batchStatus"]
    assert sorted(row["status"] for row in rows) == ["cancelled", "placed"]
    trade.dead_mans_switch(timeout=60)
    trade.dead_mans_switch(timeout=0)
    assert trade.cancel_all_orders()["cancelStatus"]["status"] == "cancelled"
    assert user.get_order_events()["elements"]
    told("python-kraken-sdk", "placed, edited, batched, armed its switch and read the history")


async def sdk_unified(facts: Facts) -> None:
    """python-kraken-sdk's client of Spot's WebSocket v2: it knows no ``asset_class``, and sends ours."""
    heard: list[dict[str, Any]] = []

    async def hear(message: dict[str, Any]) -> None:
        heard.append(message)

    async def until(true: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not true():  # noqa: ASYNC110  # the client only knows call-backs
                await asyncio.sleep(0.05)

    def answered(number: int) -> bool:
        return any(m.get("req_id") == number and m["success"] for m in heard)

    # It puts "/v2" behind its addresses.
    address = facts["unified"] + "?path="
    client = spot.SpotWSClient(
        key=facts["spot_key"], secret=facts["spot_secret"], callback=hear, no_public=True,
        rest_url=facts["rest"], auth_ws_url=address,
    )  # fmt: skip
    ours = {"asset_class": "derivatives"}
    async with client:
        await client.subscribe(params={"channel": "executions", "snap_trades": True, **ours})
        await until(lambda: any(m.get("type") == "snapshot" and m["channel"] == "executions" for m in heard))
        order = {
            "order_type": "limit",
            "side": "buy",
            "symbol": "PF_XBTUSD",
            "order_qty": 0.01,
            "limit_price": 50_000.0,
        }
        requests: list[tuple[str, dict[str, Any]]] = [
            ("add_order", {**order, "cl_ord_id": "sdk-ws"}),
            ("amend_order", {"cl_ord_id": "sdk-ws", "order_qty": 0.02}),
            ("cancel_all_orders_after", {"timeout": 60}),
            ("cancel_all_orders_after", {"timeout": 0}),
            ("cancel_order", {"cl_ord_id": ["sdk-ws"]}),
            ("batch_add", {"symbol": "PF_XBTUSD", "orders": [{k: order[k] for k in order if k != "symbol"}] * 2}),
            ("cancel_all", {}),
        ]
        for number, (method, params) in enumerate(requests, 7):
            await client.send_message({"method": method, "req_id": number, "params": {**params, **ours}})
            await until(partial(answered, number))
        rows = [m["data"][0]["exec_type"] for m in heard if m.get("channel") == "executions" and m["type"] == "update"]
        assert rows == ["new", "amended", "canceled", "new", "new", "canceled", "canceled"], rows
    told("python-kraken-sdk", "traded by the Unified WebSocket and heard every event in order")


def main() -> None:
    """Run everyone against one venue."""
    command = [sys.executable, "-m", "batactors", "venue", "serve", "kraken-futures", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as served:
        try:
            assert served.stdout is not None
            facts: Facts = json.loads(served.stdout.readline(), parse_float=Decimal)
            ccxt_rest(facts)
            asyncio.run(ccxt_websocket(facts))
            sdk_rest(facts)
            asyncio.run(sdk_unified(facts))
        finally:
            served.terminate()


if __name__ == "__main__":
    main()
