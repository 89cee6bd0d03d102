"""The several names of one asset, and what the streams call a pair (section 5 of Spot's sheet)."""

from batactors.model.ids import Asset, InstrumentId

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
