"""Where Binance USD-M is (section 1), and which sockets an account keeps open there (sections 1, 6 and 8)."""

from collections.abc import Mapping

from batactors.venues.binance.limits import LIFE
from batactors.venues.sockets import Hosts, Role, SocketSpec

HOSTS: Mapping[str, Hosts] = {
    "production": Hosts(
        rest="https://fapi.binance.com",
        websocket="wss://fstream.binance.com",
        commands="wss://ws-fapi.binance.com/ws-fapi/v1",
    ),
    "demo": Hosts(
        rest="https://demo-fapi.binance.com",
        websocket="wss://demo-fstream.binance.com",
        commands="wss://testnet.binancefuture.com/ws-fapi/v1",
    ),
}

USER_DATA = "user data"
COMMANDS = "commands"
SOCKETS = (
    SocketSpec(name=USER_DATA, roles=(Role.EVENTS,), token=True, life=LIFE),
    SocketSpec(name=COMMANDS, roles=(Role.COMMANDS,), life=LIFE),
)
