"""The test bench: simulated networks and venues in virtual time, for our tests and for those of our users."""

from batactors.testing import faults
from batactors.testing.await_points import AwaitPoints, InjectedCrash
from batactors.testing.binance import BinanceAccount, BinanceUrls, BinanceVenue
from batactors.testing.bybit import BybitAccount, BybitUrls, BybitVenue
from batactors.testing.fault_script import Fault, FaultScript
from batactors.testing.guard import NondeterminismError, refuse_nondeterminism
from batactors.testing.kraken_futures import FuturesAccount, KrakenFuturesUrls, KrakenFuturesVenue
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
from batactors.testing.simulated import simulated
from batactors.testing.simulation import InvariantViolation, Plan, RunReport, World, draw_plan, moments, run_plan, steps
from batactors.testing.simulation.binance_knobs import BinanceKnobs
from batactors.testing.simulation.bybit_knobs import BybitKnobs
from batactors.testing.simulation.checks import ALL_CHECKS, Check, Violation
from batactors.testing.simulation.knobs import Knobs
from batactors.testing.simulation.kraken_futures_knobs import KrakenFuturesKnobs
from batactors.testing.simulation.moments import TimedFault
from batactors.testing.simulation.plan import AnyFault
from batactors.testing.trace import Trace, TraceEvent
from batactors.testing.virtual_time import (
    EPOCH,
    VirtualClock,
    require_virtual_time,
    run_in_virtual_time,
    virtual_keep_alive,
)
from batactors.testing.watchdog import SimulationDeadlock, SimulationError, SimulationLivelock, SimulationTimeout

__all__ = [
    "ALL_CHECKS",
    "EPOCH",
    "AnyFault",
    "AwaitPoints",
    "BinanceAccount",
    "BinanceKnobs",
    "BinanceUrls",
    "BinanceVenue",
    "BybitAccount",
    "BybitKnobs",
    "BybitUrls",
    "BybitVenue",
    "Check",
    "Fault",
    "FaultScript",
    "Fifo",
    "FuturesAccount",
    "InjectedCrash",
    "InvariantViolation",
    "Knobs",
    "KrakenFuturesKnobs",
    "KrakenFuturesUrls",
    "KrakenFuturesVenue",
    "KrakenSpotVenue",
    "Lifo",
    "NondeterminismError",
    "Pct",
    "Plan",
    "Replay",
    "RunReport",
    "SimulatedNetwork",
    "SimulationDeadlock",
    "SimulationError",
    "SimulationLivelock",
    "SimulationTimeout",
    "Strategy",
    "TimedFault",
    "Trace",
    "TraceEvent",
    "Uniform",
    "VenueAccount",
    "VenueUrls",
    "Violation",
    "VirtualClock",
    "World",
    "check_repeats",
    "deterministic_entropy",
    "deterministic_schedule",
    "draw_plan",
    "faults",
    "moments",
    "refuse_nondeterminism",
    "require_virtual_time",
    "run_in_virtual_time",
    "run_plan",
    "simulated",
    "steps",
    "virtual_keep_alive",
]
