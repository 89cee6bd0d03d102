"""What is bad is set aside alone and whole, with the order that it may concern (P8)."""

import re
from collections.abc import Iterator
from itertools import islice

from batactors.model.ids import ClientOrderId, VenueOrderId
from batactors.venues.binance.ids import algo_id, forced_by, order_id
from batactors.venues.setting_aside import MOST, SettingAside

# An order's number says nothing without its symbol, which stands before it in every row that the venue writes on its
# streams, and behind it in some over REST.
_SYMBOL = re.compile(r'"(?:s|symbol)"\s*:\s*"([^"\\]{1,40})"')
_NUMBER = re.compile(r'"(?:i|orderId)"\s*:\s*(\d{1,19})\b')
_ALGO = re.compile(r'"(?:aid|algoId)"\s*:\s*(\d{1,19})\b')
_CLIENT_ORDER_ID = re.compile(r'"(?:c|clientOrderId|caid|clientAlgoId)"\s*:\s*"([^"\\]{1,64})"')


def _orders(text: str) -> Iterator[VenueOrderId]:
    yield from (algo_id(int(match[1])) for match in islice(_ALGO.finditer(text), MOST))
    symbols = list(_SYMBOL.finditer(text))
    for match in islice(_NUMBER.finditer(text), MOST):
        before = [symbol for symbol in symbols if symbol.start() < match.start()]
        nearest = before[-1:] or symbols[:1]
        if nearest and int(match[1]):
            yield order_id(nearest[0][1], int(match[1]))


def _names(text: str) -> Iterator[ClientOrderId]:
    yield from (ClientOrderId(name) for name in _CLIENT_ORDER_ID.findall(text) if forced_by(name) is None)


_ASIDE = SettingAside(
    orders=_orders,
    names=_names,
    # A wrapped frame of the private stream bears the listen key as the name of its stream.
    secret=re.compile(r'("(?:listenKey|stream|apiKey)"\s*:\s*")[^"]*'),
)
each, alone, aside = _ASIDE.each, _ASIDE.alone, _ASIDE.aside
