"""The several names of one pair (section 5)."""

from collections.abc import Iterable

from batactors.model.ids import Asset, InstrumentId
from batactors.model.instruments import Instrument


class Names:
    """What was learned of the pairs' names."""

    def __init__(self) -> None:
        self._ids: dict[str, InstrumentId] = {}
        self._quotes: dict[InstrumentId, Asset] = {}

    def learn(self, instruments: Iterable[Instrument]) -> None:
        """Add these; what was learned before stays."""
        for instrument in instruments:
            for name in (instrument.id, *instrument.aliases):
                self._ids[name] = instrument.id
            self._quotes[instrument.id] = instrument.quote

    def on_stream(self, symbol: str | None) -> InstrumentId | None:
        """The pair of a ``symbol`` of WebSocket v2, which is our id for it also before anything was learned."""
        return None if symbol is None else self._ids.get(symbol) or InstrumentId(symbol)

    def over_rest(self, pair: str | None) -> InstrumentId | None:
        """The pair of a name that REST used; ``None`` if it was not learned."""
        return None if pair is None else self._ids.get(pair)

    def symbol(self, instrument: InstrumentId) -> str:
        """What requests call it: our id for a pair is the venue's own symbol."""
        return instrument

    def quote(self, instrument: InstrumentId | None) -> Asset | None:
        """The asset that prices, and REST's fees, are in."""
        return None if instrument is None else self._quotes.get(instrument)
