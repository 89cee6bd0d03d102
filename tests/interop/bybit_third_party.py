"""Other people's Bybit clients against the simulated venue: if they are content, it speaks the protocol and not ours.

Not collected by pytest, because ccxt and pybit are no dependencies. Run it by hand, with both installed:
``python -m tests.interop.bybit_third_party``. The venue is served by ``batactors venue serve bybit`` in a process of
its own; the clients are as they come.
"""

import asyncio
import importlib
import json
import subprocess
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

# Imported by name, so that a type checker does not ask for them.
ccxt: Any = importlib.import_module("ccxt")
ccxt_pro: Any = importlib.import_module("ccxt.pro")
pybit: Any = importlib.import_module("pybit.unified_trading")
pybit_trading: Any = importlib.import_module("pybit._websocket_trading")

PATIENCE = 20.0
SYMBOL = "BTC/USDT:USDT"
Facts = dict[str, str]


def told(client: str, what: str) -> None:
    print(f"  {client:9} {what}")


def ccxt_client(module: Any, facts: Facts) -> Any:
    """A client of ccxt's, with the addresses of this venue."""
    keys = {"apiKey": facts["api_key"], "secret": facts["api_secret"], "enableRateLimit": False}
    exchange = module.bybit({**keys, "options": {"defaultType": "swap", "fetchMarkets": {"types": ["linear"]}}})
    exchange.has["fetchCurrencies"] = False
    exchange.options["enableUnifiedAccount"] = exchange.options["enableUnifiedMargin"] = True
    for name in exchange.urls["api"]:
        if name in ("public", "private", "spot", "futures", "v2"):
            exchange.urls["api"][name] = facts["rest"]
    if "ws" in exchange.urls["api"]:
        sockets = exchange.urls["api"]["ws"]
        sockets["public"]["linear"] = f"{facts['websocket']}/v5/public/linear"
        sockets["private"]["usdc"] = f"{facts['websocket']}/v5/private"
        sockets["private"]["contract"] = f"{facts['websocket']}/v5/private"
        sockets["private"]["unified"] = f"{facts['websocket']}/v5/private"
        sockets["private"]["trade"] = f"{facts['websocket']}/v5/trade"
    return exchange


def wait_for(what: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """What is true a little later: an acknowledgement is not the truth here."""
    until = time.monotonic() + patience
    while not (found := what()):
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.05)
    return found


def ccxt_rest(facts: Facts) -> None:
    """ccxt over REST: place, amend, look, trade, cancel."""
    exchange = ccxt_client(ccxt, facts)
    markets = exchange.load_markets()
    assert {SYMBOL, "ETH/USDT:USDT", "BTC/USDC:USDC"} <= set(markets)
    assert (markets[SYMBOL]["precision"]["amount"], markets[SYMBOL]["precision"]["price"]) == (0.001, 0.1)
    order = exchange.create_order(SYMBOL, "limit", "buy", 0.01, 50_000, {"clientOrderId": "ccxt-1", "postOnly": True})
    wait_for(lambda: exchange.fetch_open_orders(SYMBOL))
    exchange.edit_order(order["id"], SYMBOL, "limit", "buy", 0.02, 49_000)
    seen = wait_for(lambda: [one for one in exchange.fetch_open_orders(SYMBOL) if one["price"] == 49_000])[0]
    assert (seen["id"], seen["clientOrderId"], seen["amount"]) == (order["id"], "ccxt-1", 0.02)
    exchange.cancel_order(order["id"], SYMBOL)
    wait_for(lambda: not exchange.fetch_open_orders(SYMBOL))
    assert exchange.fetch_canceled_orders(SYMBOL)[0]["id"] == order["id"]
    told("ccxt", "placed, amended, saw and cancelled its order")
    try:
        exchange.cancel_order(order["id"], SYMBOL)
    except ccxt.BaseError as error:
        told("ccxt", f"calls a second cancel {type(error).__name__}")
    exchange.set_leverage(12, SYMBOL)
    exchange.create_order(SYMBOL, "market", "buy", 0.01)
    (trade,) = wait_for(lambda: exchange.fetch_my_trades(SYMBOL))
    assert (trade["amount"], trade["fee"]["currency"]) == (0.01, "USDT")
    (position,) = exchange.fetch_positions([SYMBOL])
    assert (position["contracts"], position["side"], position["leverage"]) == (0.01, "long", 12)
    exchange.create_order(SYMBOL, "market", "sell", 0.01, None, {"reduceOnly": True})
    batch = [{"symbol": SYMBOL, "type": "limit", "side": "buy", "amount": 0.01, "price": 50_000 + n} for n in (1, 2)]
    placed = exchange.create_orders(batch)
    assert len(placed) == 2
    wait_for(lambda: len(exchange.fetch_open_orders(SYMBOL)) == 2)
    exchange.cancel_orders([placed[0]["id"]], SYMBOL)
    stop = exchange.create_order(SYMBOL, "market", "sell", 0.01, None, {"triggerPrice": 40_000, "triggerDirection": 2})
    wait_for(lambda: stop["id"] in [one["id"] for one in exchange.fetch_open_orders(SYMBOL)])
    exchange.cancel_all_orders(SYMBOL)
    wait_for(lambda: not exchange.fetch_open_orders(SYMBOL))
    assert exchange.fetch_balance()["USDT"]["total"] > 0
    told("ccxt", "traded, and saw its trade, position, batch, stop order and balance")


async def ccxt_websocket(facts: Facts) -> None:
    """ccxt.pro: trade over the trade socket, and watch orders, trades and positions."""
    exchange = ccxt_client(ccxt_pro, facts)
    try:
        await exchange.load_markets()
        watching = asyncio.create_task(exchange.watch_orders(SYMBOL))
        trades = asyncio.create_task(exchange.watch_my_trades(SYMBOL))
        await asyncio.sleep(2)
        order = await exchange.create_order_ws(SYMBOL, "limit", "buy", 0.01, 50_000, {"clientOrderId": "pro-1"})
        seen = await asyncio.wait_for(watching, PATIENCE)
        assert order["id"] in [one["id"] for one in seen], seen
        await exchange.edit_order_ws(order["id"], SYMBOL, "limit", "buy", 0.02, 49_000)
        await exchange.create_order_ws(SYMBOL, "market", "buy", 0.01)
        assert [trade["amount"] for trade in await asyncio.wait_for(trades, PATIENCE)][-1] == 0.01
        await exchange.cancel_order_ws(order["id"], SYMBOL)
        told("ccxt.pro", "traded by the trade socket, and watched orders and trades")
    finally:
        await exchange.close()


def pybit_rest(facts: Facts) -> None:
    """pybit over REST."""
    client = pybit.HTTP(api_key=facts["api_key"], api_secret=facts["api_secret"])
    client.endpoint = facts["rest"]
    both = {"category": "linear", "symbol": "BTCUSDT"}
    assert client.get_instruments_info(category="linear")["result"]["list"]
    terms = {"side": "Buy", "orderType": "Limit", "qty": "0.010", "price": "50000", "timeInForce": "PostOnly"}
    order = client.place_order(**both, **terms, orderLinkId="pb-1")["result"]["orderId"]
    wait_for(lambda: client.get_open_orders(**both, orderId=order)["result"]["list"])
    client.amend_order(**both, orderId=order, qty="0.020")
    wait_for(lambda: client.get_open_orders(**both, orderId=order)["result"]["list"][0]["qty"] == "0.020")
    client.cancel_order(**both, orderLinkId="pb-1")
    (row,) = wait_for(lambda: client.get_order_history(**both, orderId=order)["result"]["list"])
    assert (row["orderStatus"], row["cancelType"]) == ("Cancelled", "CancelByUser")
    batch = [{"symbol": "BTCUSDT", **terms, "orderLinkId": f"pb-{n}"} for n in (2, 3)] + [{"symbol": "BTCUSDT"}]
    found = client.place_batch_order(category="linear", request=batch)
    assert [row["code"] for row in found["retExtInfo"]["list"]] == [0, 0, 10001]
    wait_for(lambda: len(client.get_open_orders(**both)["result"]["list"]) == 2)
    assert len(client.cancel_all_orders(**both)["result"]["list"]) == 2
    client.place_order(**both, side="Buy", orderType="Market", qty="0.010")
    wait_for(lambda: client.get_executions(**both)["result"]["list"])
    (position,) = client.get_positions(**both)["result"]["list"]
    assert position["side"] == "Buy"
    client.set_leverage(**both, buyLeverage="7", sellLeverage="7")
    assert client.get_wallet_balance(accountType="UNIFIED")["result"]["list"][0]["totalEquity"]
    told("pybit", "placed, amended, cancelled, batched and traded; read its history, executions and position")


def pybit_websocket(facts: Facts) -> None:
    """pybit by the private socket and the trade socket."""
    pybit.PRIVATE_WSS = f"{facts['websocket']}/v5/private"
    pybit_trading.TRADE_WSS = f"{facts['websocket']}/v5/trade"
    heard: list[dict[str, Any]] = []
    answers: list[dict[str, Any]] = []
    keys = {"api_key": facts["api_key"], "api_secret": facts["api_secret"], "testnet": False}
    stream = pybit.WebSocket(channel_type="private", **keys, private_auth_expire=10)
    stream.order_stream(lambda message: heard.extend(message["data"]))
    executions: list[dict[str, Any]] = []
    stream.execution_stream(lambda message: executions.extend(message["data"]))
    trading = pybit.WebSocketTrading(**keys, private_auth_expire=10)
    time.sleep(1)
    terms = {"category": "linear", "symbol": "BTCUSDT", "side": "Buy", "qty": "0.010"}
    trading.place_order(answers.append, **terms, orderType="Limit", price="50000", orderLinkId="pw-1")
    wait_for(lambda: [row for row in heard if row["orderLinkId"] == "pw-1" and row["orderStatus"] == "New"])
    assert answers[0]["retCode"] == 0
    trading.cancel_order(answers.append, category="linear", symbol="BTCUSDT", orderLinkId="pw-1")
    wait_for(lambda: [row for row in heard if row["orderLinkId"] == "pw-1" and row["orderStatus"] == "Cancelled"])
    trading.place_order(answers.append, **terms, orderType="Market")
    wait_for(lambda: [row for row in executions if row["execType"] == "Trade"])
    stream.exit()
    trading.exit()
    told("pybit", "traded by the trade socket, and heard of its orders and executions")


def main() -> None:
    """Run everyone against one venue."""
    command = [sys.executable, "-m", "batactors", "venue", "serve", "bybit", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as served:
        try:
            assert served.stdout is not None
            facts: Facts = json.loads(served.stdout.readline(), parse_float=Decimal)
            ccxt_rest(facts)
            asyncio.run(ccxt_websocket(facts))
            pybit_rest(facts)
            pybit_websocket(facts)
        finally:
            served.terminate()


if __name__ == "__main__":
    main()
