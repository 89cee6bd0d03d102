"""Binance USD-M's codec as a whole."""

from decimal import Decimal
from typing import Any

import pytest

from batactors.model.errors import Unsupported
from batactors.model.ids import VenueOrderId
from batactors.model.terms import OrderType
from batactors.venues.binance.hosts import HOSTS
from batactors.venues.sockets import Hosts
from tests.venues.binance.samples import (
    SECRET_KEYS,
    STAMP,
    amend,
    cancel,
    cancel_all,
    commands,
    create,
    encoded,
    stop,
    taught,
)


@pytest.mark.parametrize("command", [create(), stop(), amend(), cancel(), cancel_all()], ids=lambda c: c.operation)
def test_what_can_be_carried(command: Any) -> None:
    """It passes the check, and there is a request for it."""
    taught().check(command)
    assert taught().request_command([command], STAMP).path.startswith("/fapi/v1/")


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
    for refuse in (
        lambda: taught().check(command),
        lambda: taught().request_command([command], STAMP),
        lambda: encoded(commands(), command),
    ):
        with pytest.raises(Unsupported) as caught:
            refuse()
        assert caught.value.venue == taught().venue == "binance"


def test_a_number_of_another_venue() -> None:
    """An address that only looks like one is refused where it is written out."""
    with pytest.raises(Unsupported, match="BTCUSDT:111"):
        taught().request_command([cancel(venue_order_id=VenueOrderId("OAAAAA-BBBBB-CCCCCC"))], STAMP)


def test_codecs_share_nothing() -> None:
    """What one has learned another has not."""
    assert taught().request_command([create()], STAMP) == taught().request_command([create()], STAMP)
    codec = taught()
    for socket in codec.sockets:
        assert codec.session(socket.name, SECRET_KEYS) is not codec.session(socket.name, SECRET_KEYS)


def roads(hosts: Hosts) -> tuple[str | None, ...]:
    """Every address."""
    return hosts.rest, hosts.websocket, hosts.commands


@pytest.mark.parametrize("name", ["production", "demo"])
def test_where_it_is(name: str) -> None:
    """Encrypted, on every road, and nowhere the same (section 1)."""
    hosts = taught().hosts(name)
    assert hosts == HOSTS[name]
    assert hosts.rest.startswith("https://")
    assert hosts.websocket.startswith("wss://")
    assert hosts.commands is not None
    assert hosts.commands.startswith("wss://")
    assert hosts.commands.endswith("/ws-fapi/v1")
    others = [other for key, other in HOSTS.items() if key != name]
    assert all(mine != yours for other in others for mine, yours in zip(roads(hosts), roads(other), strict=True))
