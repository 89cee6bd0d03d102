"""How much a journal keeps, and how much of it a restart reads: every part has a bound."""

from typing import Literal

from attrs import field, frozen, validators

Sync = Literal["full", "normal"]
"""When the disk is asked to have written: ``full``, before every commit counts, so that neither a crash of the process
nor a loss of power takes anything that was told; ``normal``, now and then, so that a loss of power can take the last
commits, and with them commands of which nobody knows then that they were sent."""

_COUNT = validators.and_(validators.instance_of(int), validators.ge(1))


@frozen(kw_only=True)
class Retention:
    """What is kept of what has ended. What is open is always kept.

    Attributes:
        settled: How many ended orders, and ended commands that belong to no order of ours, are kept whole for the
            audit; of older ones only the ids.
        days: The same by age: how many days after an order's last event it may be dropped; ``None`` for any.
        recent: How many of them, the last that ended, a restart reads; of the others it is given only the ids.
        ids: How many ids of orders that it does not read a restart is given, the youngest.
        reports: How many reports about others' orders are kept.
        set_aside: How many frames are kept that could not be taken in.
    """

    settled: int = field(default=100_000, validator=_COUNT)
    days: int | None = field(default=None, validator=validators.optional(_COUNT))
    recent: int = field(default=1_000, validator=_COUNT)
    ids: int = field(default=100_000, validator=_COUNT)
    reports: int = field(default=10_000, validator=_COUNT)
    set_aside: int = field(default=1_000, validator=_COUNT)
