"""Where Binance USD-M is (section 1)."""

from collections.abc import Mapping

from attrs import frozen


@frozen(kw_only=True)
class Hosts:
    """The three roads to one environment; the paths behind them are the codec's."""

    rest: str
    stream: str
    commands: str


HOSTS: Mapping[str, Hosts] = {
    "production": Hosts(
        rest="https://fapi.binance.com",
        stream="wss://fstream.binance.com",
        commands="wss://ws-fapi.binance.com/ws-fapi/v1",
    ),
    "demo": Hosts(
        rest="https://demo-fapi.binance.com",
        stream="wss://demo-fstream.binance.com",
        commands="wss://testnet.binancefuture.com/ws-fapi/v1",
    ),
}
