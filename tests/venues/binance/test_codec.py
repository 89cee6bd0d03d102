"""Binance USD-M's codec as a whole."""

from decimal import Decimal
from typing import Any

import pytest

from batactors.model.errors import Unsupported
from batactors.model.ids import VenueOrderId
from batactors.model.terms import OrderType
from batactors.venues.binance.hosts import HOSTS
from tests.venues.binance.samples import amend, cancel, cancel_all, create, stop, taught


@pytest.mark.parametrize("command", [create(), stop(), amend(), cancel(), cancel_all()], ids=lambda c: c.operation)
def test_what_can_be_carried(command: Any) -> None:
    """It passes the check, and there is a request for it."""
    taught().check(command)
    assert taught().request_command(command).path.startswith("/fapi/v1/")


@pytest.mark.parametrize(
    "command",
    [
        create(order_type=OrderType.ICEBERG), create(display_quantity=Decimal(1)), amend(price=None),
        amend(venue_order_id=None, instrument=None), cancel(instrument=None), cancel_all(instrument=None),
    ],
    ids=lambda c: c.operation,
)  # fmt: skip
def test_what_cannot_be_carried(command: Any) -> None:
    """It is told before anything is written down or sent, and every road refuses it."""
    for refuse in (taught().check, taught().request_command):
        with pytest.raises(Unsupported) as caught:
            refuse(command)
        assert caught.value.venue == taught().venue == "binance-usdm"


def test_a_number_of_another_venue() -> None:
    """An address that only looks like one is refused where it is written out."""
    with pytest.raises(Unsupported, match="BTCUSDT:111"):
        taught().request_command(cancel(venue_order_id=VenueOrderId("OAAAAA-BBBBB-CCCCCC")))


def test_codecs_share_nothing() -> None:
    """What one has learned another has not."""
    assert taught().request_command(create()) == taught().request_command(create())
    assert taught().user_data() is not taught().user_data()


@pytest.mark.parametrize("name", ["production", "demo"])
def test_where_it_is(name: str) -> None:
    """Encrypted, on every road, and nowhere the same (section 1)."""
    hosts = HOSTS[name]
    assert hosts.rest.startswith("https://")
    assert hosts.stream.startswith("wss://")
    assert hosts.commands.startswith("wss://")
    assert hosts.commands.endswith("/ws-fapi/v1")
    others = [other for key, other in HOSTS.items() if key != name]
    assert all(hosts.rest != other.rest and hosts.stream != other.stream for other in others)
