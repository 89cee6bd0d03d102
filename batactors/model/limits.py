"""A venue's rules of pace and patience, as data that its codec lists and the actors follow."""

from collections.abc import Mapping
from enum import StrEnum

from attrs import field, frozen

from batactors.model.commands import Operation


class Counts(StrEnum):
    """What a venue counts in an interval."""

    WEIGHT = "weight"
    """Requests of an address, each by its weight."""
    ORDERS = "orders"
    """Orders of an account, placed or changed."""
    REQUESTS = "requests"
    """Requests of an address, each as one."""
    CREATES = "creates"
    """Orders of an account, placed."""
    AMENDS = "amends"
    """Orders of an account, changed."""
    CANCELS = "cancels"
    """Orders of an account, taken off the book."""
    READS = "reads"
    """Questions about an account."""
    SETTINGS = "settings"
    """Settings of an account, changed."""


@frozen(kw_only=True)
class RateLimit:
    """A counter that begins anew with each interval.

    Attributes:
        interval: In seconds.
        limit: The count above which the venue refuses.
        reserve: What only cancels may use.
        rolling: It never begins anew: what counts is what came in the last interval, at any moment.
    """

    counts: Counts
    interval: int
    limit: int
    reserve: int = 0
    rolling: bool = False


@frozen(kw_only=True)
class Charge:
    """What one request adds to a counter; to those of every interval, if none is given."""

    counts: Counts
    amount: int
    interval: int | None = None


@frozen(kw_only=True)
class Cost:
    """What one command adds to a counter.

    Attributes:
        fixed: Always.
        by_age: In addition, by the age of the order it addresses: pairs of (younger than so many seconds, so much),
            youngest first.
    """

    fixed: float = 0.0
    by_age: tuple[tuple[float, float], ...] = ()

    def at(self, age: float | None) -> float:
        """The cost for an order of this age in seconds; an unknown age costs as much as the youngest."""
        for younger_than, surcharge in self.by_age:
            if age is None or age < younger_than:
                return self.fixed + surcharge
        return self.fixed


@frozen(kw_only=True)
class Pace:
    """A counter per instrument that commands fill and time empties.

    Attributes:
        limit: The count above which the venue refuses.
        decay: How much it sinks per second.
        reserve: What only cancels may use, so that a burst of creates never delays one.
    """

    limit: float
    decay: float
    reserve: float = 0.0
    costs: Mapping[Operation, Cost] = field(factory=dict)


@frozen(kw_only=True)
class Budget:
    """A counter that questions fill and time empties.

    Attributes:
        limit: The count above which the venue refuses.
        decay: How much it sinks per second.
        reserve: What only the token of a new session may use.
        costs: What a question of a type adds, by the name of the type; 1 where it is not listed.
    """

    limit: float
    decay: float
    reserve: float = 0.0
    costs: Mapping[str, float] = field(factory=dict)


@frozen(kw_only=True)
class Patience:
    """How long things may take at a venue, in seconds.

    Attributes:
        validity: After the write, within which the venue may still carry out a command that has no validity of
            its own.
        margin: For clocks that differ and for the answer's way back: a command counts as unanswered at
            validity + margin after its write, and a question proves nothing if asked earlier.
        read_lag: How far what HTTP reads say may trail what happened.
        silence: Without any frame on a socket, after which it counts as dead.
        ping_every: How often we ask a quiet socket for a sign of life.
        answer: For an HTTP answer, and for a subscription's confirmation and first snapshot.
        writes: How many commands may be under way by HTTP at once, each about another order: more than one where none
            goes by a socket.
    """

    validity: float
    margin: float
    read_lag: float
    silence: float
    ping_every: float
    answer: float
    writes: int = 1
