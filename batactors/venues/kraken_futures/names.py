"""The venue's symbols and our instruments (section 5)."""

from collections.abc import Iterable

from batactors.model.ids import Asset, InstrumentId
from batactors.model.instruments import Instrument
from batactors.venues.reading import Unsound

INVERSE = ("PI", "FI")
_SHORT = {"XBT": "BTC"}


def instrument_id(symbol: str, base: str, quote: str) -> InstrumentId:
    """``BTC/USD:USD`` for PF_XBTUSD, ``BTC/USD:BTC`` for PI_XBTUSD, ``BTC/USD:USD-261225`` for a dated one."""
    kind, _, rest = symbol.upper().partition("_")
    expiry = rest.partition("_")[2]
    settle = base if kind in INVERSE else quote
    return InstrumentId(f"{base}/{quote}:{settle}" + (f"-{expiry}" if expiry else ""))


def asset(word: str) -> Asset:
    """An asset by the name that it has everywhere else: symbols say XBT where instruments say BTC."""
    return Asset(_SHORT.get(word.upper(), word.upper()))


class Names:
    """What was learned of the instruments' names."""

    def __init__(self) -> None:
        self._ids: dict[str, InstrumentId] = {}
        self._symbols: dict[InstrumentId, str] = {}
        self._settle: dict[InstrumentId, Asset] = {}

    def learn(self, instruments: Iterable[Instrument]) -> None:
        """Add these; what was learned before stays."""
        for instrument in instruments:
            for alias in instrument.aliases:
                self._ids[alias] = instrument.id
                self._symbols[instrument.id] = alias
            if instrument.settle is not None:
                self._settle[instrument.id] = instrument.settle

    def find(self, symbol: str | None) -> InstrumentId | None:
        """The instrument of a symbol, in whichever case it is written; ``None`` if it was not learned."""
        return None if symbol is None else self._ids.get(symbol.upper())

    def of(self, symbol: str) -> InstrumentId:
        """The instrument of a symbol without which a row says nothing.

        Raises:
            Unsound: It was not learned.
        """
        found = self.find(symbol)
        if found is None:
            raise Unsound(f"{symbol} is none of the instruments that we know")
        return found

    def settle(self, instrument: InstrumentId | None) -> Asset | None:
        """What its fees are in, which the history does not say."""
        return None if instrument is None else self._settle.get(instrument)

    def symbol(self, instrument: InstrumentId) -> str:
        """The venue's name, which follows from ours also before anything was learned."""
        known = self._symbols.get(instrument)
        if known is not None:
            return known
        pair, _, rest = instrument.partition(":")
        base, _, quote = pair.partition("/")
        settle, _, expiry = rest.partition("-")
        kind = ("F" if expiry else "P") + ("I" if settle == base else "F")
        theirs = next((long for long, short in _SHORT.items() if short == base), base)
        return f"{kind}_{theirs}{quote}" + (f"_{expiry}" if expiry else "")
