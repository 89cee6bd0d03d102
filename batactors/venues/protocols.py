"""Venues that can be spoken to in more than one way, which of them an account uses, and until when."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from attrs import field, frozen

from batactors.model.errors import ConfigError
from batactors.venues.codec import Codec
from batactors.venues.kraken_futures.codec import KrakenFutures
from batactors.venues.kraken_unified.codec import KrakenUnified
from batactors.venues.registry import CODECS

WARN_BEFORE = timedelta(days=90)


@frozen(kw_only=True)
class Protocols:
    """The protocols of one venue, the older first.

    Attributes:
        ends: When the venue takes one out of service (UTC), as it has announced.
    """

    codecs: Mapping[str, Callable[..., Codec]]
    ends: Mapping[str, datetime] = field(factory=dict)

    def usual(self, on: datetime) -> str:
        """The oldest that is in service then; it is the one that is known best."""
        living = [name for name in self.codecs if name not in self.ends or on < self.ends[name]]
        return living[0] if living else list(self.codecs)[-1]


PROTOCOLS: Mapping[str, Protocols] = {
    "kraken-futures": Protocols(
        codecs={"v1": KrakenFutures, "unified": KrakenUnified},
        ends={"v1": datetime(2027, 3, 1, tzinfo=UTC)},
    ),
}


def codec_of(venue: str, *, tier: str | None, protocol: str | None, on: datetime) -> Codec:
    """The codec of an account, by the wall clock that is given (UTC).

    Raises:
        ConfigError: The venue has no such protocol, or the codec no such option.
    """
    known = PROTOCOLS.get(venue)
    if known is None:
        if protocol is not None:
            raise ConfigError(f"protocol is {protocol!r}: leave it out, this venue has one for all", venue=venue)
        return CODECS[venue](tier=tier)
    name = protocol or known.usual(on)
    if name not in known.codecs:
        raise ConfigError(f"protocol is {name!r}: write {' or '.join(known.codecs)}", venue=venue)
    return known.codecs[name](tier=tier)


def in_use(venue: str, protocol: str | None, on: datetime) -> str | None:
    """The protocol of an account that started then; ``None`` where its venue has one for all."""
    known = PROTOCOLS.get(venue)
    return None if known is None else protocol or known.usual(on)


def warning_of(venue: str, protocol: str | None, on: datetime) -> str | None:
    """What the owner of an account should know of its protocol's end, if that is near or over."""
    known, name = PROTOCOLS.get(venue), in_use(venue, protocol, on)
    if known is None or name is None or name not in known.ends or on < known.ends[name] - WARN_BEFORE:
        return None
    ends = known.ends[name]
    others = " or ".join(repr(one) for one in known.codecs if one != name)
    when = f"ended on {ends:%Y-%m-%d}" if on >= ends else f"ends on {ends:%Y-%m-%d}, {(ends - on).days} days from now"
    return f"{venue}: its protocol {name!r} {when}; write protocol = {others}"
