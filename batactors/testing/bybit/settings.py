"""What each account has set: leverage by contract, margin mode for all, and one position or two by coin."""

from typing import Literal

from batactors.testing.bybit.market import Contract
from batactors.testing.venue.positions import Positions

MarginMode = Literal["REGULAR_MARGIN", "ISOLATED_MARGIN", "PORTFOLIO_MARGIN"]
INDEXES = {"BOTH": 0, "LONG": 1, "SHORT": 2}
SIDES = {index: side for side, index in INDEXES.items()}


class Settings:
    """The settings of every account, and its positions."""

    def __init__(self, positions: Positions) -> None:
        self.positions = positions
        self._margin: dict[str, MarginMode] = {}
        self._hedged: set[tuple[str, str]] = set()

    def margin_mode(self, account: str) -> MarginMode:
        """How margin is kept; the same for all contracts."""
        return self._margin.get(account, "REGULAR_MARGIN")

    def set_margin_mode(self, account: str, mode: MarginMode) -> None:
        """Keep it this way from now on."""
        self._margin[account] = mode

    def hedged(self, account: str, coin: str) -> bool:
        """Whether the contracts of this coin have a position of each side."""
        return (account, coin) in self._hedged

    def set_hedged(self, account: str, coin: str, hedged: bool) -> None:
        """One position for each of them, or two."""
        if hedged:
            self._hedged.add((account, coin))
        else:
            self._hedged.discard((account, coin))

    def sides(self, account: str, contract: Contract) -> tuple[str, ...]:
        """The positions that a contract has for this account."""
        return ("LONG", "SHORT") if self.hedged(account, contract.settle) else ("BOTH",)
