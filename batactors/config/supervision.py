"""How an engine keeps its parts alive."""

from attrs import field, frozen

from batactors.config.rules import DAY, number, seconds, whole
from batactors.model.errors import ConfigError


@frozen(kw_only=True)
class SupervisionConfig:
    """How parts of an engine are restarted, and when it gives up. All times are in seconds.

    Attributes:
        backoff_first: The pause before the first restart.
        backoff_most: The longest pause.
        backoff_factor: By what each pause is longer than the one before.
        jitter: The part of a pause, from 0 to 1, that chance takes away.
        stable_after: After living this long, a part that fails again starts from the first pause.
        failures: How many failures ``within`` so many seconds are survived; one more ends the engine.
        within: See ``failures``.
        start_within: How long a part may take to be ready, and an account to be so for the first time.
        stop_within: How long a stop waits for commands in flight; to close everything then takes three more at most.
        cancelled_within: The same for an engine that is cancelled, or whose block is left by an error: it is shielded
            for so long. With 0 it ends at once.
    """

    backoff_first: float = field(default=0.25, validator=seconds())
    backoff_most: float = field(default=30.0, validator=seconds())
    backoff_factor: float = field(default=2.0, validator=number(1, 100))
    jitter: float = field(default=0.2, validator=number(0, 1))
    stable_after: float = field(default=30.0, validator=seconds())
    failures: int = field(default=5, validator=whole(0, 1_000_000))
    within: float = field(default=60.0, validator=number(0, 7 * DAY, "seconds", above=True))
    start_within: float = field(default=30.0, validator=seconds())
    stop_within: float = field(default=5.0, validator=seconds(zero=True))
    cancelled_within: float = field(default=0.0, validator=seconds(zero=True))

    def __attrs_post_init__(self) -> None:
        if self.backoff_first > self.backoff_most:
            raise ConfigError(
                f"backoff_first is {self.backoff_first:g}: write at most backoff_most, {self.backoff_most:g} seconds"
            )
