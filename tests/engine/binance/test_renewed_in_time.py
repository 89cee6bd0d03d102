"""What the venue lets run out is renewed as often as is configured: sockets, and the listen key."""

import trio

from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from tests.engine.binance.bench import open_bench


async def test_sockets_give_way_after_the_life_that_is_configured(network: SimulatedNetwork, seams: Seams) -> None:
    """Both sockets have had an heir after their time, and at rest there is one of each again."""
    seen: dict[int, None] = {}
    async with open_bench(seams, socket_life=5.0, ping_every=1.0, silence=4.0) as bench:
        bench.venue.watch = lambda number, what, text, order: seen.setdefault(number) if "frame" in what else None
        await trio.sleep(13.0)
        assert bench.venue.sessions == 2
    assert len(seen) == 6  # two sockets, each with two heirs


async def test_the_listen_key_is_kept_as_often_as_is_configured(network: SimulatedNetwork, seams: Seams) -> None:
    """A key that the venue has dropped without a word is missed by then, and another session begins with another."""
    async with open_bench(seams, keep_token_every=5.0) as bench:
        bench.venue.invalidate_tokens()
        await trio.sleep(4.0)
        assert len(bench.venue.tokens_given) == 1
        await trio.sleep(4.0)
        assert len(bench.venue.tokens_given) == 2
        assert bench.venue.sessions == 2
