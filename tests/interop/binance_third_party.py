"""Other people's Binance clients against the simulated venue: if they are content, it speaks the protocol and not ours.

Not collected by pytest, because ccxt and python-binance are no dependencies. Run it by hand, with both installed:
``python -m tests.interop.binance_third_party``. The venue is served by ``batactors venue serve binance`` in a process
of its own; the clients are as they come.
"""

import asyncio
import importlib
import json
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from typing import Any

# Imported by name, so that a type checker does not ask for them.
ccxt: Any = importlib.import_module("ccxt")
ccxt_pro: Any = importlib.import_module("ccxt.pro")
binance: Any = importlib.import_module("binance")

PATIENCE = 20.0
Facts = dict[str, str]


def told(client: str, what: str) -> None:
    print(f"  {client:16} {what}")


def ccxt_client(module: Any, facts: Facts) -> Any:
    """A client of ccxt's, with the addresses of this venue."""
    exchange = module.binanceusdm({"apiKey": facts["api_key"], "secret": facts["api_secret"], "enableRateLimit": False})
    exchange.options |= {"fetchCurrencies": False, "disableFuturesSandboxWarning": True}
    for name in exchange.urls["api"]:
        if name.startswith("fapi"):
            version = name[-2:].lower() if name[-2:] in ("V2", "V3") else "v1"
            exchange.urls["api"][name] = f"{facts['rest']}/fapi/{version}"
    if "ws" in exchange.urls["api"]:
        exchange.urls["api"]["ws"]["linear"] = f"{facts['websocket_streams']}/ws"
        exchange.urls["api"]["ws"]["ws-api"]["linear"] = facts["websocket_api"]
    return exchange


def ccxt_rest(facts: Facts) -> None:
    """ccxt over REST: place, amend, look, trade, cancel."""
    exchange = ccxt_client(ccxt, facts)
    markets = exchange.load_markets()
    assert {"BTC/USDT:USDT", "ETH/USDT:USDT", "DOGE/USDT:USDT"} <= set(markets)
    assert markets["BTC/USDT:USDT"]["precision"] == {"amount": 0.001, "price": 0.1, "base": 1e-08, "quote": 1e-08}
    symbol = "BTC/USDT:USDT"
    assert exchange.fetch_time() > 0
    order = exchange.create_order(symbol, "limit", "buy", 0.01, 50_000, {"clientOrderId": "ccxt-1", "postOnly": True})
    exchange.edit_order(order["id"], symbol, "limit", "buy", 0.02, 49_000)
    (seen,) = exchange.fetch_open_orders(symbol)
    assert (seen["id"], seen["clientOrderId"], seen["price"], seen["amount"]) == (order["id"], "ccxt-1", 49_000, 0.02)
    told("ccxt", "placed, amended and saw its order")
    exchange.cancel_order(order["id"], symbol)
    assert exchange.fetch_order(order["id"], symbol)["status"] == "canceled"
    try:
        exchange.cancel_order(order["id"], symbol)
    except ccxt.BaseError as error:
        told("ccxt", f"calls a second cancel {type(error).__name__}")
    exchange.set_leverage(10, symbol)
    exchange.create_order(symbol, "market", "buy", 0.01)
    (trade,) = exchange.fetch_my_trades(symbol)
    assert (trade["amount"], trade["fee"]["currency"]) == (0.01, "USDT")
    (position,) = exchange.fetch_positions([symbol])
    assert (position["contracts"], position["side"]) == (0.01, "long")
    exchange.create_order(symbol, "market", "sell", 0.01, None, {"reduceOnly": True})
    batch = [{"symbol": symbol, "type": "limit", "side": "buy", "amount": 0.01, "price": 50_000 + n} for n in (1, 2)]
    placed = exchange.create_orders(batch)
    assert len(placed) == 2
    assert exchange.cancel_orders([placed[0]["id"]], symbol)[0]["status"] == "canceled"
    exchange.cancel_all_orders(symbol)
    stop = exchange.create_order(symbol, "market", "sell", 0.01, None, {"stopLossPrice": 40_000})
    exchange.cancel_order(stop["id"], symbol, {"trigger": True})
    assert exchange.fetch_balance()["USDT"]["free"] > 0
    exchange.set_position_mode(True)
    exchange.set_position_mode(False)
    told("ccxt", "traded, and saw its trade, position, batch, stop order and balance")


async def ccxt_websocket(facts: Facts) -> None:
    """ccxt.pro: trade over the WS API, and watch orders, trades, positions and balance."""
    exchange = ccxt_client(ccxt_pro, facts)
    symbol = "BTC/USDT:USDT"
    try:
        watching = asyncio.create_task(exchange.watch_orders(symbol))
        await asyncio.sleep(2)
        order = await exchange.create_order_ws(symbol, "limit", "buy", 0.01, 50_000, {"clientOrderId": "pro-1"})
        (seen,) = await asyncio.wait_for(watching, PATIENCE)
        assert (seen["id"], seen["status"]) == (order["id"], "open"), seen
        amended = await exchange.edit_order_ws(order["id"], symbol, "limit", "buy", 0.02, 49_000)
        assert (amended["id"], amended["amount"]) == (order["id"], 0.02)
        assert (await exchange.fetch_order_ws(order["id"], symbol))["price"] == 49_000
        trades = asyncio.create_task(exchange.watch_my_trades(symbol))
        balance = asyncio.create_task(exchange.watch_balance())
        await asyncio.sleep(1)
        await exchange.create_order_ws(symbol, "market", "buy", 0.01)
        assert [trade["amount"] for trade in await asyncio.wait_for(trades, PATIENCE)][-1] == 0.01
        assert (await asyncio.wait_for(balance, PATIENCE))["USDT"]["total"] > 0
        canceled = await exchange.cancel_order_ws(order["id"], symbol)
        assert canceled["status"] == "canceled"
        assert await exchange.fetch_positions_ws([symbol])
        told("ccxt.pro", "traded by the WS API; watched orders, trades and balance")
    finally:
        await exchange.close()


async def python_binance(facts: Facts) -> None:
    """python-binance: REST, the WS API, and the user data stream."""
    client = binance.AsyncClient(api_key=facts["api_key"], api_secret=facts["api_secret"])
    client.FUTURES_URL = f"{facts['rest']}/fapi"
    client.ws_future._url = facts["websocket_api"]
    manager = binance.BinanceSocketManager(client)
    manager.FSTREAM_URL = f"{facts['websocket_streams']}/"
    heard: list[dict[str, Any]] = []
    terms = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.010"}
    try:
        assert "BTCUSDT" in {row["symbol"] for row in (await client.futures_exchange_info())["symbols"]}
        async with manager.futures_user_socket() as stream:
            await asyncio.sleep(1)
            order = await client.futures_create_order(**terms, price="50000.0", newClientOrderId="pb-1")
            await client.futures_modify_order(
                symbol="BTCUSDT", side="BUY", orderId=order["orderId"], quantity="0.020", price="49000.0"
            )
            (seen,) = await client.futures_get_open_orders(symbol="BTCUSDT")
            assert (seen["clientOrderId"], seen["origQty"]) == ("pb-1", "0.020")
            await client.futures_cancel_order(symbol="BTCUSDT", orderId=order["orderId"])
            await hear(stream, heard, lambda: "CANCELED" in steps(heard))
            assert steps(heard) == ["NEW", "AMENDMENT", "CANCELED"], steps(heard)
            told("python-binance", "placed, changed and canceled by REST, and heard every step")
            order = await client.ws_futures_create_order(**terms, price="50000.0")
            assert (await client.ws_futures_get_order(symbol="BTCUSDT", orderId=order["orderId"]))["status"] == "NEW"
            await client.ws_futures_cancel_order(symbol="BTCUSDT", orderId=order["orderId"])
            await client.ws_futures_create_order(symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.010")
            kinds = {"TRADE_LITE", "ORDER_TRADE_UPDATE", "ACCOUNT_UPDATE"}
            await hear(stream, heard, lambda: "TRADE" in steps(heard) and kinds <= {one["e"] for one in heard})
        assert (await client.futures_account_trades(symbol="BTCUSDT"))[-1]["qty"] == "0.010"
        assert await client.futures_position_information(symbol="BTCUSDT")
        assert (await client.futures_change_leverage(symbol="BTCUSDT", leverage=20))["leverage"] == 20
        assert await client.futures_account_balance()
        told("python-binance", "traded by the WS API and read its account")
    finally:
        await client.close_connection()


async def python_binance_by_ed25519(facts: Facts) -> None:
    """python-binance with the account's other key: by REST. By the WS API it encodes that signature as for a URL."""
    lines = "-----BEGIN PRIVATE KEY-----", facts["ed25519_secret"], "-----END PRIVATE KEY-----"
    client = binance.AsyncClient(api_key=facts["ed25519_key"], private_key="\n".join(lines))
    client.FUTURES_URL = f"{facts['rest']}/fapi"
    client.ws_future._url = facts["websocket_api"]
    order = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "price": "50000.0"}
    try:
        placed = await client.futures_create_order(**order, quantity="0.010")
        await client.futures_cancel_order(symbol="BTCUSDT", orderId=placed["orderId"])
        try:
            await client.ws_futures_create_order(**order, quantity="0.010")
        except binance.BinanceAPIException as error:
            told("python-binance", f"signed REST by Ed25519; its signature on the WS API is refused: {error.code}")
    finally:
        await client.close_connection()


def steps(heard: list[dict[str, Any]]) -> list[str]:
    """What happened to orders, as it was heard."""
    return [frame["o"]["x"] for frame in heard if frame["e"] == "ORDER_TRADE_UPDATE"]


async def hear(stream: Any, heard: list[dict[str, Any]], enough: Callable[[], bool]) -> None:
    """Hear events until it is enough."""
    async with asyncio.timeout(PATIENCE):
        while not enough():
            heard.append(await stream.recv())


def main() -> None:
    """Run everyone against one venue."""
    command = [sys.executable, "-m", "batactors", "venue", "serve", "binance", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as served:
        try:
            assert served.stdout is not None
            facts: Facts = json.loads(served.stdout.readline(), parse_float=Decimal)
            ccxt_rest(facts)
            asyncio.run(ccxt_websocket(facts))
            asyncio.run(python_binance(facts))
            asyncio.run(python_binance_by_ed25519(facts))
        finally:
            served.terminate()


if __name__ == "__main__":
    main()
