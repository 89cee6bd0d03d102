"""Where Bybit is (section 1), and which sockets an account keeps open there (sections 6 and 8).

The venue's demo environment is left out: it has no socket for commands.
"""

from collections.abc import Mapping

from batactors.venues.sockets import Hosts, Role, SocketSpec

HOSTS: Mapping[str, Hosts] = {
    "production": Hosts(rest="https://api.bybit.com", websocket="wss://stream.bybit.com"),
    "testnet": Hosts(rest="https://api-testnet.bybit.com", websocket="wss://stream-testnet.bybit.com"),
}

PRIVATE = "private"
TRADE = "trade"
SOCKETS = (SocketSpec(name=PRIVATE, roles=(Role.EVENTS,)), SocketSpec(name=TRADE, roles=(Role.COMMANDS,)))
PRIVATE_PATH = "/v5/private"
TRADE_PATH = "/v5/trade"
