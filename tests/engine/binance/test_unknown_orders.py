"""Orders that nobody knows: told as what they are, and nothing crashes on them."""

import pytest

from batactors import HealthStatus, Unsupported
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from tests.engine.binance.bench import BTC, open_bench

pytestmark = pytest.mark.usefixtures("network")


async def test_an_order_that_is_not_ours_needs_its_instrument(network: SimulatedNetwork, seams: Seams) -> None:
    """By client order id alone the venue cannot be asked; asked again and again, the engine lives on."""
    async with open_bench(seams) as bench:
        for _ in range(10):
            with pytest.raises(Unsupported, match="name its instrument"):
                await bench.account.fetch_order("nonesuch")
        assert await bench.account.fetch_order("nonesuch", instrument=BTC) is None
        assert bench.account.health().status is HealthStatus.HEALTHY
