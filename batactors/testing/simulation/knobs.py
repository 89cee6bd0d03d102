"""How a world is set up: what a production system fixes and a simulation draws anew for each seed."""

from typing import Any, Literal

from attrs import field, frozen

from batactors.model.modes import NewRisk
from batactors.testing.right_values import require
from batactors.testing.schedule import Strategy, Uniform
from batactors.testing.simulation.binance_knobs import BinanceKnobs
from batactors.testing.simulation.bybit_knobs import BybitKnobs
from batactors.testing.simulation.kraken_futures_knobs import KrakenFuturesKnobs

Remainder = Literal["canceled", "expired"]
Store = Literal["memory", "file"]


@frozen(kw_only=True)
class Knobs:
    """The settings of one run. All times are in virtual seconds.

    Attributes:
        strategy: In which order tasks that are ready together run.
        tick: Arrivals on the network fall on multiples of this, so that causes meet at one instant; 0 for any.
        latency: The least and the most that a packet travels, one way.
        split: How probable it is that a write travels as two packets, and that a read gets a part of what is there.
        rate_limits: Whether the venue counts and refuses; the engine then keeps to the venue's pace.
        unique_client_order_ids: Whether the venue refuses a second open order of the same client order id. Off, a
            resend is at its most dangerous, as it is at the real one.
        fill_in_parts: How many fills a trade with the market is told as.
        ioc_remainder: How the rest of an ioc order ends.
        disk: How long the journal takes to write.
        store: Whether the journal is in memory, or a file on a simulated disk, where a power cut takes what is not
            synced.
        slow_follower: How long a slow follower takes for one event.
        read_lag: How far the engine expects what REST says to trail. It covers the 30 s that `faults.ReadLag` has if
            nothing else is said; what lags further is a broken promise of the venue's.
        new_risk: What becomes of commands that add risk while the account recovers; see `AccountConfig`.
        reconcile_every, answer, margin, validity, silence, recovery_patience, tombstones, reads: See
            `AccountConfig`.
        backoff_first, backoff_most: See `SupervisionConfig`.
        binance, kraken_futures, bybit: What only the one venue has, for a world with it; `None` is as it is by default.
    """

    strategy: Strategy = field(factory=Uniform)
    tick: float = 0.01
    latency: tuple[float, float] = (0.001, 0.02)
    split: float = 0.0
    rate_limits: bool = False
    unique_client_order_ids: bool = False
    fill_in_parts: int = 1
    ioc_remainder: Remainder = "canceled"
    disk: float = 0.0
    store: Store = "file"
    slow_follower: float = 1.0
    new_risk: Literal["queue", "refuse", "allow"] = "queue"
    reconcile_every: float = 20.0
    answer: float = 4.0
    read_lag: float = 35.0
    margin: float = 1.0
    validity: float = 5.0
    silence: float = 10.0
    recovery_patience: float = 120.0
    tombstones: int = 10_000
    reads: int = 2
    backoff_first: float = 0.1
    backoff_most: float = 2.0
    binance: BinanceKnobs | None = None
    kraken_futures: KrakenFuturesKnobs | None = None
    bybit: BybitKnobs | None = None

    def __attrs_post_init__(self) -> None:
        require(self)

    def account(self) -> dict[str, Any]:
        """What of this an `AccountConfig` takes."""
        return {
            "reconcile_every": self.reconcile_every,
            "answer": self.answer,
            "read_lag": self.read_lag,
            "margin": self.margin,
            "validity": self.validity,
            "silence": self.silence,
            "ping_every": self.silence / 2.5,
            "recovery_patience": self.recovery_patience,
            "tombstones": self.tombstones,
            "reads": self.reads,
            "paced": self.rate_limits,
            "new_risk_while_recovering": NewRisk(self.new_risk),
        }
