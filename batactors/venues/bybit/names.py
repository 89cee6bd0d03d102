"""The venue's symbols and our instruments (section 4)."""

from collections.abc import Iterable

from batactors.model.ids import InstrumentId
from batactors.model.instruments import Instrument
from batactors.venues.bybit.checks import unsupported
from batactors.venues.reading import Unsound


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
        """The instrument of a symbol; ``None`` if it was not learned."""
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
        """The venue's name. That of a perpetual follows from ours also before anything was learned.

        Raises:
            Unsupported: It does not follow.
        """
        known = self._symbols.get(instrument)
        if known is not None:
            return known
        pair, _, settle = instrument.partition(":")
        base, _, quote = pair.partition("/")
        if base and quote and settle == quote == "USDT":
            return f"{base}{quote}"
        if base and settle == quote == "USDC":
            return f"{base}PERP"
        raise unsupported(f"{instrument} is not of the form BTC/USDT:USDT, or not in the venue's list")
