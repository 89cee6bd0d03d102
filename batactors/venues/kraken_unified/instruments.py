"""The contracts, by the names that they have on the other protocol, so that a change of protocol changes no name.

Over REST they come as Spot's pairs do (AssetPairs), on the socket as those of the ``instrument`` channel. A pair that
is none of the contracts is left out: an order in it would be one of Spot's.
"""

from collections.abc import Iterator, Sequence

from attrs import evolve

from batactors.model.facts import Fact, InstrumentFact
from batactors.model.instruments import Instrument
from batactors.venues.kraken_futures.names import INVERSE, instrument_id
from batactors.venues.kraken_unified.names import KINDS, parts_of
from batactors.venues.kraken_v2.instruments import read_channel
from batactors.venues.kraken_v2.rows import Frame


def read_instruments(frame: Frame) -> list[Fact]:
    """A frame of the ``instrument`` channel."""
    return contracts(read_channel(frame.data))


def contracts(facts: Sequence[Fact]) -> list[Fact]:
    """Of these facts, those about contracts by the contracts' own names, and all that are about nothing listed."""
    return list(_contracts(facts))


def _contracts(facts: Sequence[Fact]) -> Iterator[Fact]:
    for fact in facts:
        if not isinstance(fact, InstrumentFact):
            yield fact
        elif (found := contract_of(fact.instrument)) is not None:
            yield InstrumentFact(instrument=found)


def contract_of(pair: Instrument) -> Instrument | None:
    """The contract that a pair is; ``None`` if it is none. The venue's symbol is the first of its aliases."""
    names = (*pair.aliases, pair.id)
    symbol = next((name.upper() for name in names if name.upper().partition("_")[0] in KINDS), None)
    parts = None if symbol is None else parts_of(symbol)
    if symbol is None or parts is None:
        return None
    base, quote = parts
    return evolve(
        pair,
        id=instrument_id(symbol, base, quote),
        base=base,
        quote=quote,
        settle=base if symbol.startswith(INVERSE) else quote,
        aliases=tuple(dict.fromkeys([symbol, *names])),
    )
