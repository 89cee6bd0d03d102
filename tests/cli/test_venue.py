"""``batactors venue serve``, from outside."""

import json
import signal
import socket
import ssl
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import httpx2
import pytest
import trio
from trio_websocket import open_websocket_url

from batactors.cli.main import run
from tests.cli.program import Running, batactors


@pytest.fixture
async def serving() -> AsyncIterator[list[Running]]:
    """Commands to stop when the test has ended."""
    running: list[Running] = []
    yield running
    for each in running:
        await each.end()


async def served(serving: list[Running], *options: str) -> tuple[Running, dict[str, Any]]:
    command = await Running.start("venue", "serve", "kraken-spot", "--json", *options)
    serving.append(command)
    return command, json.loads(await command.line(), parse_float=Decimal)


@pytest.mark.real_time
async def test_binance_is_served_too(serving: list[Running]) -> None:
    """The line has addresses that answer, by REST, by the WS API and by streams, and keys of both kinds."""
    command = await Running.start("venue", "serve", "binance", "--json", "--every", "0.05")
    serving.append(command)
    facts = json.loads(await command.line(), parse_float=Decimal)
    assert facts["venue"] == "binance"
    assert all(facts[name] for name in ("api_key", "api_secret", "ed25519_key", "ed25519_secret"))
    async with httpx2.AsyncClient() as client:
        info = (await client.get(f"{facts['rest']}/fapi/v1/exchangeInfo")).json()
        assert "BTCUSDT" in [row["symbol"] for row in info["symbols"]]
    with trio.fail_after(20):
        async with open_websocket_url(facts["websocket_api"]) as websocket:
            await websocket.send_message('{"id":1,"method":"session.status"}')
            assert '"status":200' in await websocket.get_message()
        async with open_websocket_url(f"{facts['websocket_streams']}/public/ws/btcusdt@bookTicker") as websocket:
            # The market moves; by habit an event of a kind that nobody knows may come before.
            while '"bookTicker"' not in await websocket.get_message():
                pass
    assert await command.stop(signal.SIGTERM) == (0, "")


@pytest.mark.real_time
async def test_kraken_futures_is_served_too(serving: list[Running]) -> None:
    """The line has addresses that answer, by REST, by WebSocket v1 and by the Unified one, and keys of both kinds."""
    command = await Running.start("venue", "serve", "kraken-futures", "--json", "--every", "0.05")
    serving.append(command)
    facts = json.loads(await command.line(), parse_float=Decimal)
    assert facts["venue"] == "kraken-futures"
    assert all(facts[name] for name in ("api_key", "api_secret", "spot_key", "spot_secret"))
    async with httpx2.AsyncClient() as client:
        rows = (await client.get(f"{facts['rest']}/derivatives/api/v3/instruments")).json()["instruments"]
        assert "PF_XBTUSD" in [row["symbol"] for row in rows]
    with trio.fail_after(20):
        async with open_websocket_url(facts["websocket"]) as websocket:
            assert await websocket.get_message() == '{"event":"info","version":1}'
            await websocket.send_message('{"event":"subscribe","feed":"ticker","product_ids":["PF_XBTUSD"]}')
            while '"markPrice"' not in await websocket.get_message():
                pass
            assert "markPrice" in await websocket.get_message()  # the market moves
        for name in ("unified", "unified_public"):
            async with open_websocket_url(facts[name]) as websocket:
                assert '"channel":"status"' in await websocket.get_message()
    assert await command.stop(signal.SIGTERM) == (0, "")


@pytest.mark.real_time
async def test_bybit_is_served_too(serving: list[Running]) -> None:
    """The line has addresses that answer, by REST and by all three sockets, and the key of the demo account."""
    command = await Running.start("venue", "serve", "bybit", "--json", "--every", "0.05")
    serving.append(command)
    facts = json.loads(await command.line(), parse_float=Decimal)
    assert facts["venue"] == "bybit"
    assert all(facts[name] for name in ("api_key", "api_secret"))
    async with httpx2.AsyncClient() as client:
        answer = (await client.get(f"{facts['rest']}/v5/market/instruments-info?category=linear")).json()
        assert "BTCUSDT" in [row["symbol"] for row in answer["result"]["list"]]
    with trio.fail_after(20):
        for path in ("/v5/private", "/v5/trade"):
            async with open_websocket_url(f"{facts['websocket']}{path}") as websocket:
                await websocket.send_message('{"op":"ping"}')
                assert '"op":"pong"' in await websocket.get_message()
        async with open_websocket_url(f"{facts['websocket']}/v5/public/linear") as websocket:
            await websocket.send_message('{"op":"subscribe","args":["tickers.BTCUSDT"]}')
            while '"delta"' not in await websocket.get_message():  # the market moves
                pass
    assert await command.stop(signal.SIGTERM) == (0, "")


async def ticker(facts: dict[str, Any], client: httpx2.AsyncClient) -> str:
    answer = (await client.get(f"{facts['rest']}/0/public/Ticker?pair=XBTUSD")).json()
    assert answer["error"] == []
    return str(answer["result"]["XXBTZUSD"]["a"][0])


@pytest.mark.real_time
async def test_a_client_needs_only_the_first_line(serving: list[Running]) -> None:
    """The line has addresses that answer, by REST and by WebSocket, and the demo account's key; the market moves."""
    command, facts = await served(serving, "--every", "0.05")
    assert facts["venue"] == "kraken-spot"
    assert facts["api_key"]
    assert facts["api_secret"]
    async with httpx2.AsyncClient() as client:
        first = await ticker(facts, client)
        with trio.fail_after(20):
            while await ticker(facts, client) == first:  # noqa: ASYNC110 - another process tells it by no event
                await trio.sleep(0.05)
    with trio.fail_after(20):
        for name in ("websocket", "websocket_public", "websocket_auth"):
            async with open_websocket_url(facts[name]) as websocket:
                assert '"channel"' in await websocket.get_message()
    assert await command.stop(signal.SIGTERM) == (0, "")


@pytest.mark.real_time
async def test_the_market_can_stand_still(serving: list[Running]) -> None:
    """With --no-market prices stay where they begin, and Ctrl-C ends it quietly."""
    command, facts = await served(serving, "--no-market", "--every", "0.01")
    async with httpx2.AsyncClient() as client:
        first = await ticker(facts, client)
        await trio.sleep(0.3)
        assert await ticker(facts, client) == first
    assert await command.stop(signal.SIGINT) == (130, "")


@pytest.mark.real_time
async def test_tls_can_be_verified(serving: list[Running]) -> None:
    """With --tls both roads are encrypted, under an authority that the line names; strangers are refused."""
    command, facts = await served(serving, "--tls")
    assert facts["rest"].startswith("https://")
    trusted = ssl.create_default_context(cafile=facts["authority"])
    async with httpx2.AsyncClient(verify=trusted) as client:
        assert await ticker(facts, client)
    async with httpx2.AsyncClient() as client:
        with pytest.raises(httpx2.ConnectError):
            await ticker(facts, client)
    with trio.fail_after(20):
        async with open_websocket_url(facts["websocket_auth"], ssl_context=trusted) as websocket:
            assert '"status"' in await websocket.get_message()
    async with httpx2.AsyncClient(verify=trusted) as client:
        assert await ticker(facts, client), "a client that failed takes nobody else down"
    assert await command.stop(signal.SIGTERM) == (0, "")


@pytest.mark.real_time
async def test_people_get_text(serving: list[Running]) -> None:
    """Without --json each fact is a line, none broken in two."""
    command = await Running.start("venue", "serve", "kraken-spot")
    serving.append(command)
    lines = [await command.line() for _ in range(8)]
    facts = dict(line.split(maxsplit=1) for line in lines[:7])
    assert facts["rest"].startswith("http://127.0.0.1:")
    assert len(facts["api_secret"]) == 88
    assert lines[7] == "Serving until Ctrl-C."
    assert (await command.stop(signal.SIGINT))[0] == 130


@pytest.mark.parametrize("options", [[], ["--tls"]], ids=["plain", "tls"])
def test_a_port_in_use_is_named(options: list[str]) -> None:
    """Two servers on one port: the second says which port, and what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        found = batactors("venue", "serve", "kraken-spot", "--port", str(port), *options)
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr == (
        f"error: port {port} on 127.0.0.1 is in use: give another with --port, or 0 for any that is free\n"
    )


@pytest.mark.parametrize(
    ("tokens", "line"),
    [
        (
            ["krakn-spot"],
            "there is no simulated venue 'krakn-spot'; did you mean 'kraken-spot'? "
            "There is binance, bybit, kraken-futures or kraken-spot",
        ),
        (["nyse"], "there is no simulated venue 'nyse'. There is binance, bybit, kraken-futures or kraken-spot"),
        (
            ["kraken-spot", "--host", "192.0.2.1"],
            "cannot listen on port 0 of 192.0.2.1: Cannot assign requested address",
        ),
        (["kraken-spot", "--port", "70000"], 'Invalid value "70000" for --port. Must be <= 65535.'),
    ],
    ids=["misspelt", "unknown", "host", "port"],
)
def test_what_cannot_be_served_is_refused(tokens: list[str], line: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A venue that there is not, or a place where none can listen, is one line and status 2."""
    assert run(["venue", "serve", *tokens]) == 2
    assert capsys.readouterr().err == f"error: {line}\n"
