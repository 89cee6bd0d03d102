"""A small simulation with everything in it, whose log two processes compare. Run it with a seed to see the log."""

import sys
from functools import partial

import httpx2
import trio
from trio_websocket import ConnectionClosed, wrap_client_stream

from batactors.testing.network import SimulatedNetwork
from batactors.testing.virtual_time import run_in_virtual_time
from tests.testing.servers import start_http, start_websocket_echo

WS, HTTP = 5001, 5002


def run_simulation(seed: str) -> list[str]:
    """Run four clients through two faults, and return what happened when."""
    log: list[str] = []
    run_in_virtual_time(_main, seed, log, seed=seed)
    return log


async def _main(seed: str, log: list[str]) -> None:
    network = SimulatedNetwork(seed=seed, latency=(0.005, 0.05), tick=0.01, split=0.3)
    with network.installed():
        async with trio.open_nursery() as nursery:
            await start_websocket_echo(nursery, WS)
            await start_http(nursery, HTTP)
            async with trio.open_nursery() as clients:
                for number in range(4):
                    clients.start_soon(_talk, f"ws {number}", log)
                    clients.start_soon(_ask, f"http {number}", log)
                await trio.sleep(0.3)
                network.cut(WS)
                network.partition(HTTP, 2, "down")
            nursery.cancel_scope.cancel()
        log.append(f"open {network.open_sockets}")


async def _talk(name: str, log: list[str]) -> None:
    say = partial(_say, name, log)
    for _ in range(2):
        async with await trio.open_tcp_stream("localhost", WS) as stream, trio.open_nursery() as nursery:
            ws = await wrap_client_stream(nursery, stream, "localhost", "/")
            try:
                for number in range(10):
                    await ws.send_message(str(number))
                    say(f"heard {await ws.get_message()!r}")
            except ConnectionClosed:
                say("closed")
            await ws.aclose()


async def _ask(name: str, log: list[str]) -> None:
    async with httpx2.AsyncClient() as client:
        for number in range(5):
            answer = await client.get(f"http://localhost:{HTTP}/{number}")
            _say(name, log, answer.text)


def _say(name: str, log: list[str], what: str) -> None:
    log.append(f"{trio.current_time():.6f} {name}: {what}")


if __name__ == "__main__":
    sys.stdout.write("\n".join(run_simulation(sys.argv[1])) + "\n")
