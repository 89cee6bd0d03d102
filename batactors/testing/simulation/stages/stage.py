"""What a world is built on: one simulated venue, an account at it, and the words of its wire."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar, Protocol

from batactors.model.terms import TransportPolicy
from batactors.testing.simulation.stages.words import Words
from batactors.testing.venue.venue import SimulatedVenue


class Stage(Protocol):
    """One venue, for one run.

    Attributes:
        account: What the configuration calls the account.
        instrument: What is traded, as the engine calls it; `symbol` is what the venue does.
        others: Other instruments that plans may name, and what the venue calls each.
        cancels_all_of: The instrument that a cancel of everything has to name; `None` where it names none.
        sockets: The actors that keep its sockets. The first hears what happens on the account.
        batches_by: The road that batches of commands are given to.
        ids_are_reused: Whether a client order id may be given again once the order that had it has ended.
        most_connections: How many the engine keeps at rest; `None` where it is as many as it begins with.
    """

    account: ClassVar[str]
    instrument: ClassVar[str]
    symbol: ClassVar[str]
    others: ClassVar[Mapping[str, str]]
    cancels_all_of: ClassVar[str | None]
    sockets: ClassVar[tuple[str, ...]]
    most_connections: ClassVar[int | None]
    ids_are_reused: ClassVar[bool]
    batches_by: ClassVar[TransportPolicy]

    @property
    def venue(self) -> SimulatedVenue:
        """The venue itself; nobody has started it yet."""
        ...

    @property
    def words(self) -> Words:
        """What its wire says."""
        ...

    def account_config(self, urls: Any) -> dict[str, Any]:
        """What an `AccountConfig` says of the venue at these addresses, and of how to get in."""
        ...

    def positions(self) -> Mapping[tuple[str, str], Decimal]:
        """What is open at the venue, by instrument and side; a short position is negative."""
        ...

    def balances(self) -> Mapping[str, Decimal] | None:
        """What the account has at the venue, by asset; `None` where the engine is not judged by it."""
        ...

    @property
    def secrets(self) -> Sequence[str]:
        """What nobody may read."""
        ...
