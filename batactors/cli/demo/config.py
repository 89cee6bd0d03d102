"""How the demo is set: what the user chooses, and the patience that lets a day's trouble pass in seconds."""

from attrs import evolve, frozen

from batactors import AccountConfig, EngineConfig, SupervisionConfig
from batactors.model.errors import ConfigError

ACCOUNT = "demo"
FAULTS = {"none": 0, "few": 15, "many": 60}
MOST_FAULTS = 1000
MOST_ORDERS = 2000
PER_SECOND = 32
"""Orders. Forty pairs bear that for long without the engine's throttle; 300 orders take nine seconds and a half."""
LEAST_SECONDS = 3.0
"""Of trading, so that a few orders still meet a few faults."""
PATIENCE = 30.0
"""Seconds after the trading for everything to end. Proofs of absence take about five; what takes this long hangs."""


@frozen(kw_only=True)
class Settings:
    """What the user chooses.

    Attributes:
        seed: Decides what is traded, and what goes wrong when.
        orders: How many the strategy sends.
        faults: How many the script holds.
        venue: Where it trades.
        pace: Orders in a second.
    """

    seed: int = 0
    orders: int = 300
    faults: int = FAULTS["many"]
    venue: str = "kraken-spot"
    pace: float = PER_SECOND

    @property
    def trading_seconds(self) -> float:
        """How long the strategy goes on sending."""
        return max(LEAST_SECONDS, self.orders / self.pace)


def read_faults(text: str) -> int:
    """How many faults are meant.

    Raises:
        ConfigError: It is neither a word for it nor a number.
    """
    if text in FAULTS:
        return FAULTS[text]
    if text.isascii() and text.isdecimal() and int(text) <= MOST_FAULTS:
        return int(text)
    raise ConfigError(f"--faults is {text!r}: give {', '.join(FAULTS)}, or a number up to {MOST_FAULTS}")


def engine_config(account: AccountConfig) -> EngineConfig:
    """An engine's configuration whose every patience is as short as loopback allows."""
    return EngineConfig(
        accounts={
            ACCOUNT: evolve(
                account,
                send_within=3.0,  # longer than any outage in the script lasts: orders wait it out rather than fail
                validity=2.0,  # venues take 0.5 at least; two leave room for the script's late commands
                margin=0.5,  # one clock, and answers that travel microseconds: this is for a busy machine
                paced=False,  # the demo's venue counts nothing, and a run has no minutes to wait
                read_lag=0.5,  # what the script's reads lag behind is less
                silence=1.2,  # longer than from one heartbeat of a venue to the next; all sent meanwhile is lost
                ping_every=0.4,  # three times within the silence
                answer=2.0,  # a REST answer that stalls holds up the questions behind it, so not for long
                reads=2,
                recovery_patience=15.0,  # validity, margin, read lag and two reads make five; the rest is for outages
                reconcile_every=5.0,  # finds within the run what was lost without a trace
            )
        },
        supervision=SupervisionConfig(
            backoff_first=0.1,  # loopback is back at once, or after the venue's restart
            backoff_most=1.0,
            stable_after=0.5,  # the script cuts every second or so: each cut is news, not the same trouble again
            start_within=15.0,
            stop_within=1.0,  # everything has its verdict by then
        ),
    )
