"""Which protocol an account at Kraken Futures uses: the setting, the date, and the warning before the end."""

from datetime import UTC, datetime, timedelta

import pytest

from batactors.model.errors import ConfigError
from batactors.venues.kraken_futures.codec import KrakenFutures
from batactors.venues.kraken_unified.codec import KrakenUnified
from batactors.venues.protocols import codec_of, warning_of

END = datetime(2027, 3, 1, tzinfo=UTC)


def test_the_protocol_is_the_older_one_until_its_end() -> None:
    """Unless the account says otherwise; the clock is the one that is given."""
    for protocol, on, expected in (
        (None, END - timedelta(seconds=1), KrakenFutures), (None, END, KrakenUnified),
        ("unified", END - timedelta(days=400), KrakenUnified), ("v1", END + timedelta(days=1), KrakenFutures),
    ):  # fmt: skip
        codec = codec_of("kraken-futures", tier=None, protocol=protocol, on=on)
        assert type(codec) is expected
        assert codec.venue == "kraken-futures"


def test_it_is_at_the_addresses_of_its_own() -> None:
    """Questions go to Spot's REST, everything else to one socket."""
    hosts = KrakenUnified().hosts("production")
    assert (hosts.rest, hosts.websocket) == ("https://api.kraken.com", "wss://uws.kraken.com/v2/private")
    with pytest.raises(ConfigError, match="production"):
        KrakenUnified().hosts("demo")


def test_its_end_is_told_beforehand() -> None:
    """From three months before; not of the successor, nor of venues that have one protocol."""
    assert warning_of("kraken-futures", None, END - timedelta(days=91)) is None
    soon = warning_of("kraken-futures", None, END - timedelta(days=10))
    assert soon is not None
    assert "'v1' ends on 2027-03-01, 10 days from now" in soon
    assert "ended on 2027-03-01" in str(warning_of("kraken-futures", "v1", END))
    assert warning_of("kraken-futures", None, END) is None
    assert warning_of("kraken-futures", "unified", END - timedelta(days=10)) is None
    assert warning_of("binance", None, END) is None


def test_a_protocol_that_there_is_not() -> None:
    """The error names those that there are."""
    with pytest.raises(ConfigError, match="v1 or unified"):
        codec_of("kraken-futures", tier=None, protocol="v3", on=END)
    with pytest.raises(ConfigError, match="leave it out"):
        codec_of("kraken-spot", tier=None, protocol="v1", on=END)
