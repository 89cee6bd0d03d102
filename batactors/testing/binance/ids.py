"""Ids in the venue's shapes, drawn from one seeded generator so that a run repeats."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
FIRST_TRADE = 900


class VenueIds:
    """The generator of every id of one venue.

    The venue's order ids are unique in their market only. Here they are unique in the whole venue, because the ledger
    goes by them; the ids of trades begin at the same number in every market, so that they do collide.
    """

    def __init__(self, generator: "random.Random", seed: int) -> None:
        # The seed tells apart two venues that share their seams.
        generator.seed(f"{generator.getrandbits(64):016x}-{seed}")
        self._random = generator
        self._orders = 8_389_765_000_000_000 + generator.randrange(10**9)
        self._trades: dict[str, int] = {}
        self._events = 0
        self._amends = 0
        self._algos = 2_000_000_000_000

    def order(self) -> str:
        self._orders += self._random.randint(1, 9)
        return str(self._orders)

    def fill(self, symbol: str) -> tuple[str, int]:
        """The number of a trade in this book, as text and as number."""
        number = self._trades[symbol] = self._trades.get(symbol, FIRST_TRADE - 1) + 1
        return str(number), number

    def amend(self) -> str:
        self._amends += 1
        return str(5_000 + self._amends)

    def event(self) -> int:
        """The next number of a thing that moved the book."""
        self._events += 1
        return self._events

    def algo(self) -> int:
        self._algos += self._random.randint(1, 9)
        return self._algos

    def client_order(self) -> str:
        """What an order without a client order id is called."""
        return "".join(self._random.choices(LETTERS, k=22))

    def listen_key(self) -> str:
        return "".join(self._random.choices(LETTERS, k=64))
