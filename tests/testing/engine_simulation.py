"""The engine on a simulated venue, all of it told: for comparing runs, in this process and in others."""

import sys

import trio

from batactors import CommandHandle
from batactors.seams import Seams, SeededChance, SeededIds
from batactors.testing import SimulatedNetwork, VirtualClock, faults, run_in_virtual_time
from batactors.testing.trace import Trace
from tests.engine.bench import open_bench


async def trade(seed: int) -> Trace:
    """Eight orders at once, a lost answer, a road that is cut; and what each handle and each wire was told of it."""
    trace = Trace()
    network = SimulatedNetwork(seed=seed, latency=(0.005, 0.05), tick=0.01, split=0.2)
    network.watch = lambda number, what, text: trace.note(f"socket {number}", what, text)
    seams = Seams(clock=VirtualClock(), ids=SeededIds(seed), chance=SeededChance(seed))
    with network.installed():
        async with open_bench(seams) as bench, trio.open_nursery() as nursery:
            bench.venue.watch = lambda number, what, text, order: trace.note(f"socket {number}", what, text, order)
            bench.venue.faults.add(faults.LoseAck(method="add_order", nth=3))

            async def order(number: int) -> None:
                # Four are filled at once, four rest and are canceled.
                price = "52000" if number % 2 else "48000"
                handle = await bench.account.create_order(
                    instrument="BTC/USD", side="buy", order_type="limit", quantity="0.01", price=price
                )
                nursery.start_soon(follow, trace, handle, name=f"follow {number}")
                await handle.resolved()
                await trio.sleep(5)
                await handle.cancel()

            for number in range(8):
                nursery.start_soon(order, number, name=f"order {number}")
            await trio.sleep(0.5)
            network.cut(int(bench.urls.websocket_auth.partition("127.0.0.1:")[2].partition("/")[0]))
            await trio.sleep(60)
    return trace


async def follow(trace: Trace, handle: CommandHandle) -> None:
    """Note all that becomes of an order."""
    async for event in handle.events():
        trace.note("told", "event", f"{event}", handle.client_order_id)


def trade_and_digest(seed: int) -> str:
    """Run it, and give the digest of all that was told."""
    return run_in_virtual_time(trade, seed, seed=seed).digest()


if __name__ == "__main__":
    sys.stdout.write(trade_and_digest(int(sys.argv[1])) + "\n")
