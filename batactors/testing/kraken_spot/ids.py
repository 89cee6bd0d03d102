"""Ids in the venue's shapes, drawn from one seeded generator so that a run repeats."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
FIRST_BIG_CONNECTION_ID = 2**53 + 1  # the venue's connection ids do not fit a double; clients must bear that


class VenueIds:
    """The generator of every id of one venue."""

    def __init__(self, generator: "random.Random", seed: int) -> None:
        # The seed tells apart two venues that share their seams.
        generator.seed(f"{generator.getrandbits(64):016x}-{seed}")
        self._random = generator
        self._trades: dict[str, int] = {}
        self._events = 0

    def order(self) -> str:
        return self._txid("O")

    def fill(self, symbol: str) -> tuple[str, int]:
        """The id of a fill, and the number of its trade in this book, which is unique in the book only."""
        return self._txid("T"), self._trade(symbol)

    def amend(self) -> str:
        return self._txid("T")

    def ledger(self) -> str:
        return self._txid("L")

    def token(self) -> str:
        return "".join(self._random.choices(ALPHABET + ALPHABET.lower(), k=43))

    def connection(self) -> int:
        return self._random.randrange(FIRST_BIG_CONNECTION_ID, 2**64)

    def _trade(self, symbol: str) -> int:
        self._trades[symbol] = self._trades.get(symbol, 365_572) + 1
        return self._trades[symbol]

    def event(self) -> int:
        """The next number of a thing that moved the book."""
        self._events += 1
        return self._events

    def _txid(self, kind: str) -> str:
        return f"{kind}{self._letters(5)}-{self._letters(5)}-{self._letters(6)}"

    def _letters(self, count: int) -> str:
        return "".join(self._random.choices(ALPHABET, k=count))
