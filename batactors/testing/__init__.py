"""The test bench: simulated networks and venues in virtual time, for our tests and for those of our users."""

from batactors.testing.guard import NondeterminismError, refuse_nondeterminism
from batactors.testing.kraken_spot import KrakenSpotVenue, VenueAccount, VenueUrls
from batactors.testing.network import SimulatedNetwork
from batactors.testing.repeats import check_repeats
from batactors.testing.schedule import (
    Fifo,
    Lifo,
    Pct,
    Replay,
    Strategy,
    Uniform,
    deterministic_entropy,
    deterministic_schedule,
)
from batactors.testing.virtual_time import (
    EPOCH,
    VirtualClock,
    require_virtual_time,
    run_in_virtual_time,
    virtual_keep_alive,
)
from batactors.testing.watchdog import SimulationDeadlock, SimulationError, SimulationLivelock, SimulationTimeout

__all__ = [
    "EPOCH",
    "Fifo",
    "KrakenSpotVenue",
    "Lifo",
    "NondeterminismError",
    "Pct",
    "Replay",
    "SimulatedNetwork",
    "SimulationDeadlock",
    "SimulationError",
    "SimulationLivelock",
    "SimulationTimeout",
    "Strategy",
    "Uniform",
    "VenueAccount",
    "VenueUrls",
    "VirtualClock",
    "check_repeats",
    "deterministic_entropy",
    "deterministic_schedule",
    "refuse_nondeterminism",
    "require_virtual_time",
    "run_in_virtual_time",
    "virtual_keep_alive",
]
