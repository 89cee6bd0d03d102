"""The protocol's end is announced: health says so in time, and no more than that."""

from datetime import timedelta

import pytest

from batactors import HealthStatus
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork, VirtualClock
from batactors.venues.protocols import PROTOCOLS
from tests.engine.kraken_futures.bench import open_bench
from tests.engine.stories import healthy

pytestmark = pytest.mark.usefixtures("network")
END = PROTOCOLS["kraken-futures"].ends["v1"]


async def test_health_warns_before_the_end_and_stays_healthy(network: SimulatedNetwork, seams: Seams) -> None:
    """From three months before, by the clock of now: the account does well all the same."""
    clock = seams.clock
    assert isinstance(clock, VirtualClock)
    async with open_bench(seams) as bench:
        await healthy(bench)
        assert bench.account.health().warnings == ()
        clock.skew += (END - clock.now()).total_seconds() - timedelta(days=10).total_seconds()
        report = bench.account.health()
        (warning,) = report.warnings
        assert "protocol 'v1' ends on 2027-03-01" in warning
        assert "write protocol = 'unified'" in warning
        assert report.to_dict()["warnings"] == [warning]
        assert report.status is HealthStatus.HEALTHY
        clock.skew += timedelta(days=20).total_seconds()
        (warning,) = bench.account.health().warnings
        assert "ended on 2027-03-01" in warning, "it is what the account uses since its start that has ended"
