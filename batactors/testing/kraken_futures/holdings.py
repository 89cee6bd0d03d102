"""The channels of the Unified WebSocket that Spot does not have: `positions` and `margin`.

That they are there, how they are subscribed to, and how snapshots and updates differ is documented; the names of most
fields are not, and are those of the feeds of WebSocket v1.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from batactors.testing.kraken_futures import frames
from batactors.testing.kraken_futures.checks import Checks
from batactors.testing.kraken_futures.habits import Habits
from batactors.testing.kraken_futures.market import Markets
from batactors.testing.kraken_v2.refusals import Refused
from batactors.testing.kraken_v2.wire import Json, number, stamp
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.orders import ZERO, Position
from batactors.testing.venue.positions import Positions

SUMS = ("balance_value", "portfolio_value", "collateral_value", "initial_margin", "maintenance_margin", "pnl",
        "total_unrealized", "margin_equity", "available_margin")  # fmt: skip


class PositionsChannel:
    """What an account has open: all of it at first, and then what has changed, with a size of 0 for what was closed."""

    def __init__(self, *, positions: Positions, markets: Markets, habits: Habits, now: Callable[[], datetime]) -> None:
        self._positions = positions
        self._markets = markets
        self._habits = habits
        self._now = now

    def result(self, params: Json) -> Json:
        """The result of a subscription."""
        with_margin = params.get("with_margin", False) is True
        if with_margin and "snapshot" in params:
            raise Refused("'params.snapshot' is not valid with 'params.with_margin'")
        kept: Json = {"with_margin": True} if with_margin else {"snapshot": params.get("snapshot", True)}
        return {"channel": "positions", **kept}

    def snapshot(self, account: str, params: Json) -> list[tuple[str, Json | list[Json]]]:
        """All positions that are open."""
        if params.get("snapshot", True) is False:
            return []
        return [("snapshot", self.data(self._positions.open(account), params))]

    def data(self, rows: Sequence[Position], params: Json) -> Json:
        """The data of a frame; there are no options here."""
        futures = [self._row(one, params.get("with_margin") is True) for one in rows]
        return {"futures": futures, "options": [], "time": stamp(self._now())}

    def of(self, account: str, symbol: str) -> Position:
        """A position as it is now."""
        return self._positions.of(account, symbol)

    def _row(self, one: Position, with_margin: bool) -> Json:
        contract = self._markets.named(one.symbol)
        assert contract is not None
        row: Json = {"symbol": contract.unified, "size": number(one.amount), "entry_price": number(one.entry_price)}
        if self._habits.short_side:
            row |= {"size": number(abs(one.amount)), "side": "short" if one.amount < ZERO else "long"}
        mark = self._markets.mark(contract)
        if with_margin and mark is not None:
            won = contract.profit_of(one.amount, one.entry_price, mark)
            row |= {"mark_price": number(mark), "pnl": number(won)}
        return row


class MarginChannel:
    """The margin of the wallets, whole each time: the multi-collateral one, and those of single contracts."""

    def __init__(self, *, ledger: Ledger, checks: Checks, markets: Markets) -> None:
        self._ledger = ledger
        self._checks = checks
        self._markets = markets

    def result(self, params: Json) -> Json:
        """The result of a subscription, which has no choices."""
        if "snapshot" in params:
            raise Refused("'params.snapshot' is not valid for the margin channel")
        return {"channel": "margin"}

    def snapshot(self, account: str, params: Json) -> list[tuple[str, Json | list[Json]]]:
        """The present state, as at any other time."""
        del params
        blocks = frames.balances(account, self._ledger, self._checks, self._markets)
        flex = {name: blocks["flex_futures"][name] for name in SUMS}
        return [("multi_collateral", flex), ("single_collateral", list(blocks["futures"].values()))]
