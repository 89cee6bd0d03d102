"""How often may be asked: a budget of costs in ten seconds for trading, and one in ten minutes for the history.

The documents do not say how a budget grows back: here it is what was spent in the last so many seconds that counts.
"""

from collections import deque

import trio

from batactors.testing.kraken_futures.refusals import Refused

LIMIT = "apiLimitExceeded"
BUDGETS = {"derivatives": (500, 10.0), "history": (100, 600.0)}


class Rates:
    """The budgets of every account. Switched off, they count and refuse nothing."""

    def __init__(self, *, enabled: bool) -> None:
        self.enabled = enabled
        self.limit_status = 200
        self._spent: dict[tuple[str, str], deque[tuple[float, int]]] = {}

    def spend(self, account: str, budget: str, cost: int) -> None:
        """Count this.

        Raises:
            Refused: It is too much: nothing is done, and nothing is counted.
        """
        if not self.enabled or not cost:
            return
        if self.level(account, budget) + cost > BUDGETS[budget][0]:
            raise Refused(LIMIT, status=self.limit_status)
        self._spent[account, budget].append((trio.current_time(), cost))

    def level(self, account: str, budget: str) -> int:
        """What is spent at present."""
        spent = self._spent.setdefault((account, budget), deque())
        while spent and spent[0][0] <= trio.current_time() - BUDGETS[budget][1]:
            spent.popleft()
        return sum(cost for _, cost in spent)
