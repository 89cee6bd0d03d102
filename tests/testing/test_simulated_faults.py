"""What a test with `@simulated` asks for: seeds, and faults that end."""

import pytest
import trio

from batactors.testing import World, faults, moments, simulated
from batactors.testing.simulated_run import SEEDS


def test_a_range_without_seeds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that runs no seed passes whatever it says: the environment cannot ask for that."""
    monkeypatch.setenv(SEEDS, "3-1")

    @simulated
    async def test(world: World) -> None:
        raise AssertionError("it ran")

    with pytest.raises(ValueError, match="3-1 has no seeds"):
        test()


def test_what_is_added_before_the_world_heals_ends_with_it() -> None:
    """A fault whose time had not come when the world healed does not strike; one that struck is in the trace."""

    @simulated
    async def test(world: World) -> None:
        world.add(moments.Cut(at=200.0), faults.LoseAck(method="add_order"))
        order = await world.account.create_order(
            instrument="BTC/USD", side="buy", order_type="limit", quantity="1", price="48000"
        )
        await order.resolved()
        world.heal()
        world.add(moments.CloseSessions(at=210.0))
        await trio.sleep(300.0)
        assert dict(world.struck) == {"LoseAck": 1, "CloseSessions": 1}
        told = [event.text.partition("(")[0] for event in world.trace.events if event.kind == "fault"]
        assert told == ["LoseAck", "CloseSessions"]

    test()
