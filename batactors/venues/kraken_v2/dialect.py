"""What one venue says otherwise than the others that speak the same, as data and a few functions."""

from collections.abc import Callable, Mapping
from typing import Protocol

from attrs import field, frozen

from batactors.model.commands import CancelAll, CreateOrder
from batactors.model.errors import Unsupported
from batactors.model.facts import Fact
from batactors.model.ids import Asset, InstrumentId
from batactors.model.terms import TriggerBy
from batactors.venues.kraken_v2.rows import Frame

Reader = Callable[[Frame], list[Fact]]
"""What reads the frames of one channel."""


class Naming(Protocol):
    """The instruments by the several names that the venue has for them."""

    def on_stream(self, symbol: str | None) -> InstrumentId | None:
        """The instrument of a ``symbol`` of the socket, also before anything was learned."""
        ...

    def over_rest(self, pair: str | None) -> InstrumentId | None:
        """The instrument of a name that REST used; ``None`` if it was not learned."""
        ...

    def symbol(self, instrument: InstrumentId) -> str:
        """What requests on the socket call it, also before anything was learned."""
        ...

    def quote(self, instrument: InstrumentId | None) -> Asset | None:
        """The asset that fees are in where REST tells their amount alone."""
        ...


@frozen(kw_only=True)
class Dialect:
    """One venue.

    Attributes:
        name: What messages call it.
        channels: The private channels, in the order of subscribing, each with its options.
        params: What each request on the socket has beside its own parameters.
        fields: What each question over REST has beside its own fields.
        readers: What reads the channels that not every venue has, or has in other words.
        wallets: Whose balances are told, of the wallets that the ``balances`` channel tells apart.
        references: What a trigger goes by, in the venue's words; the first is the usual one.
        check: Raises ``Unsupported`` for an order that cannot be carried as it is.
        check_scope: Raises ``Unsupported`` for a cancel of all that would cancel something else.
    """

    venue: str
    name: str
    names: Naming
    channels: Mapping[str, Mapping[str, object]]
    references: Mapping[TriggerBy | None, str]
    check: Callable[[CreateOrder], None]
    check_scope: Callable[[CancelAll], None]
    params: Mapping[str, object] = field(factory=dict)
    fields: tuple[tuple[str, object], ...] = ()
    readers: Mapping[str, Reader] = field(factory=dict)
    wallets: tuple[str | None, ...] = (None, "spot")

    def unsupported(self, message: str) -> Unsupported:
        """The error for something that cannot be carried."""
        return Unsupported(message, venue=self.venue)
