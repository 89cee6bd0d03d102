"""Whatever befalls a connection, its reader gets the beginning of what was written, and all of it if nothing cut it."""

import trio
from hypothesis import given
from hypothesis import strategies as st

from batactors.testing.network import SimulatedNetwork
from batactors.testing.virtual_time import run_in_virtual_time

PORT = 5001
SECONDS = st.sampled_from([0, 0.01, 0.5, 3])
DIRECTIONS = st.sampled_from(["up", "down", "both"])
STEPS = st.one_of(
    st.tuples(st.just("write"), st.integers(1, 70_000)),
    st.tuples(st.just("sleep"), SECONDS),
    st.tuples(st.just("partition"), st.just(PORT), SECONDS, DIRECTIONS),
    st.tuples(st.just("delay"), st.just(PORT), SECONDS, SECONDS, DIRECTIONS),
    st.tuples(st.just("heal"), st.just(PORT)),
    st.tuples(st.just("refuse"), st.just(PORT), SECONDS),
)
CUTS = st.one_of(
    st.tuples(st.just("cut"), st.just(PORT)),
    st.tuples(st.just("cut_after"), st.just(PORT), st.integers(0, 1000), st.sampled_from(["up", "down"])),
)
SETTINGS = {"seed": st.integers(0, 99), "tick": st.sampled_from([0, 0.01]), "split": st.sampled_from([0, 0.5])}


@given(steps=st.lists(STEPS, max_size=12), **SETTINGS)
def test_only_a_cut_loses_anything(steps: list[tuple], seed: int, tick: float, split: float) -> None:
    """Partitions, delays, splits and healing lose nothing, reorder nothing, and leave no socket behind."""
    sent, got, ended = _run(steps, seed=seed, tick=tick, split=split)
    assert got == sent
    assert ended


@given(steps=st.lists(STEPS | CUTS, max_size=12), **SETTINGS)
def test_a_reader_gets_a_beginning(steps: list[tuple], seed: int, tick: float, split: float) -> None:
    """Even when the connection is cut, what arrives is the beginning of what was written; and it ends or breaks."""
    sent, got, ended = _run(steps, seed=seed, tick=tick, split=split)
    assert sent.startswith(got)
    assert not ended or got == sent


def _run(steps: list[tuple], *, seed: int, tick: float, split: float) -> tuple[bytes, bytes, bool]:
    """What was written, what was read, and whether the reader saw the end."""
    return run_in_virtual_time(_main, steps, SimulatedNetwork(seed=seed, tick=tick, split=split), seed=seed)


async def _main(steps: list[tuple], network: SimulatedNetwork) -> tuple[bytes, bytes, bool]:
    sent, got, ended = bytearray(), bytearray(), False

    async def write(stream: trio.SocketStream) -> None:
        async with stream:
            try:
                for name, *arguments in steps:
                    if name == "write":
                        data = bytes(number % 251 for number in range(len(sent), len(sent) + arguments[0]))
                        sent.extend(data)
                        await stream.send_all(data)
                    elif name == "sleep":
                        await trio.sleep(arguments[0])
                    else:
                        getattr(network, name)(*arguments)
            except trio.BrokenResourceError:
                pass

    with network.installed():
        listener = (await trio.open_tcp_listeners(PORT))[0]
        client = await trio.open_tcp_stream("localhost", PORT)
        server = await listener.accept()
        async with trio.open_nursery() as nursery, server:
            nursery.start_soon(write, client)
            try:
                async for data in server:
                    got.extend(data)
                ended = True
            except trio.BrokenResourceError:
                pass
        await listener.aclose()
        assert network.open_sockets == 0
    return bytes(sent), bytes(got), ended
