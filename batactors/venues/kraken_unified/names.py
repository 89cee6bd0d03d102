"""The contracts by the several names that they may have on the Unified WebSocket, and over Spot's REST.

Which names these are is not documented for derivatives. So the venue's older symbol is what is sent, unless what was
learned says otherwise, and any name that was learned is understood, in whichever case it is written.
"""

from collections.abc import Iterable

from batactors.model.ids import Asset, InstrumentId
from batactors.model.instruments import Instrument
from batactors.venues.kraken_futures.names import INVERSE, instrument_id
from batactors.venues.kraken_futures.names import Names as Symbols
from batactors.venues.kraken_v2.assets import asset_of

KINDS = ("PF", "FF", *INVERSE)
_QUOTE = 3  # letters of the quote, which is a currency; the rest of a pair is its base


def parts_of(symbol: str) -> tuple[Asset, Asset] | None:
    """Base and quote in a symbol such as PF_XBTUSD; ``None`` for a name of another form."""
    kind, _, rest = symbol.upper().partition("_")
    pair = rest.partition("_")[0]
    if kind not in KINDS or len(pair) <= _QUOTE:
        return None
    return asset_of(pair[:-_QUOTE]), asset_of(pair[-_QUOTE:])


class UnifiedNames:
    """What was learned of the contracts' names."""

    def __init__(self) -> None:
        self._symbols = Symbols()
        self._ids: dict[str, InstrumentId] = {}
        self._first: dict[InstrumentId, str] = {}
        self._settle: dict[InstrumentId, Asset] = {}

    def learn(self, instruments: Iterable[Instrument]) -> None:
        """Add these; what was learned before stays. The first alias is the one that requests use."""
        for one in instruments:
            for name in (one.id, *one.aliases):
                self._ids[name.upper()] = one.id
            if one.aliases:
                self._first[one.id] = one.aliases[0]
            if one.settle is not None:
                self._settle[one.id] = one.settle

    def on_stream(self, symbol: str | None) -> InstrumentId | None:
        """The contract of a ``symbol``; before anything was learned, what its parts say."""
        if symbol is None:
            return None
        known = self._ids.get(symbol.upper())
        if known is not None:
            return known
        parts = parts_of(symbol)
        return InstrumentId(symbol) if parts is None else instrument_id(symbol, *parts)

    def over_rest(self, pair: str | None) -> InstrumentId | None:
        """The contract of a name that REST used; ``None`` if it was not learned, and does not say itself what it is."""
        if pair is None:
            return None
        return self._ids.get(pair.upper()) or (None if parts_of(pair) is None else self.on_stream(pair))

    def symbol(self, instrument: InstrumentId) -> str:
        """What requests call it, also before anything was learned."""
        return self._first.get(instrument) or self._symbols.symbol(instrument)

    def quote(self, instrument: InstrumentId | None) -> Asset | None:
        """The asset that fees are in where REST tells their amount alone: what the contract is settled in."""
        return None if instrument is None else self._settle.get(instrument)
