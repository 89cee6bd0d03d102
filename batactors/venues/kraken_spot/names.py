"""The several names of one pair, and of one asset (section 5)."""

from collections.abc import Iterable

from batactors.model.ids import Asset, InstrumentId
from batactors.model.instruments import Instrument

# `wsname` is the name of WebSocket v1, which v2 refuses; these two assets are renamed.
_RENAMED = {"XBT": "BTC", "XDG": "DOGE"}

# The whole list of codes with a class letter. There are newer assets of four letters that begin with X or Z, so the
# letter cannot be cut off by rule.
_LEGACY = {
    code: code[1:]
    for code in (
        *("XETC", "XETH", "XLTC", "XMLN", "XREP", "XXBT", "XXDG", "XXLM", "XXMR", "XXRP", "XZEC"),
        *("ZAUD", "ZCAD", "ZEUR", "ZGBP", "ZJPY", "ZUSD"),
    )
}


def asset_of(code: str) -> Asset:
    """The streams' word for an asset code of REST: ``XXBT`` is ``BTC``, ``XBT.F`` is ``BTC.F``."""
    stem, dot, suffix = code.partition(".")
    stem = _LEGACY.get(stem, stem)
    return Asset(_RENAMED.get(stem, stem) + dot + suffix)


def symbol_of(wsname: str) -> InstrumentId:
    """The symbol of WebSocket v2 for a ``wsname``: ``XBT/USD`` is ``BTC/USD``."""
    base, slash, quote = wsname.partition("/")
    return InstrumentId(asset_of(base) + slash + asset_of(quote))


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

    def quote(self, instrument: InstrumentId | None) -> Asset | None:
        """The asset that prices, and REST's fees, are in."""
        return None if instrument is None else self._quotes.get(instrument)
