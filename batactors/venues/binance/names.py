"""The venue's symbols and our instruments (section 3)."""

from collections.abc import Iterable

from batactors.model.ids import InstrumentId
from batactors.model.instruments import Instrument
from batactors.venues.reading import Unsound


def instrument_id(symbol: str, base: str, quote: str, settle: str) -> InstrumentId:
    """``BTC/USDT:USDT``; with the day of delivery behind it, if the symbol has one: ``BTC/USDT:USDT-260327``."""
    delivery = symbol.partition("_")[2]
    return InstrumentId(f"{base}/{quote}:{settle}" + (f"-{delivery}" if delivery else ""))


class Names:
    """What was learned of the instruments' names."""

    def __init__(self) -> None:
        self._ids: dict[str, InstrumentId] = {}
        self._symbols: dict[InstrumentId, str] = {}

    def learn(self, instruments: Iterable[Instrument]) -> None:
        """Add these; what was learned before stays."""
        for instrument in instruments:
            for alias in instrument.aliases:
                self._ids[alias] = instrument.id
                self._symbols[instrument.id] = alias

    def find(self, symbol: str | None) -> InstrumentId | None:
        """The instrument of a symbol; ``None`` if it was not learned: where its base ends cannot be seen."""
        return None if symbol is None else self._ids.get(symbol)

    def of(self, symbol: str) -> InstrumentId:
        """The instrument of a symbol without which a row says nothing.

        Raises:
            Unsound: It was not learned.
        """
        found = self._ids.get(symbol)
        if found is None:
            raise Unsound(f"{symbol} is none of the instruments that we know")
        return found

    def symbol(self, instrument: InstrumentId) -> str:
        """The venue's name, which follows from ours also before anything was learned."""
        known = self._symbols.get(instrument)
        if known is not None:
            return known
        pair, _, settle = instrument.partition(":")
        delivery = settle.partition("-")[2]
        return pair.replace("/", "") + (f"_{delivery}" if delivery else "")
