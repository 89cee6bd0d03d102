"""The public socket: books, tickers and trades of the synthetic market."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import trio

from batactors.testing.bybit.habits import Habits
from batactors.testing.bybit.market import Contract, Markets, contract_of
from batactors.testing.bybit.private import answer_frame, named, read
from batactors.testing.bybit.public import ticker_row
from batactors.testing.bybit.sessions import PublicSession
from batactors.testing.bybit.terms import SIDE_WORDS
from batactors.testing.bybit.wire import levels, ms, price, quantity
from batactors.testing.venue.agenda import Agenda
from batactors.testing.venue.dice import Dice
from batactors.testing.venue.market import Pair, Quote
from batactors.testing.venue.orders import Happened
from batactors.testing.venue.text import Json

Level = tuple[Decimal | None, Decimal | None]
DEPTHS = ("1", "50", "200", "1000", "rpi")
REPEATED_AFTER = 3.0
"""So many seconds after the last change a book of depth 1 is told again."""


class PublicSide:
    """Where the messages of every public socket go, and who tells them of the market."""

    def __init__(
        self, *, markets: Markets, habits: Habits, dice: Dice, agenda: Agenda, now: Callable[[], datetime]
    ) -> None:
        self.sessions: list[PublicSession] = []
        self._markets = markets
        self._habits = habits
        self._dice = dice
        self._agenda = agenda
        self._now = now
        self._moved: dict[str, float] = {}

    def enter(self, session: PublicSession) -> None:
        """A socket is open."""
        self.sessions.append(session)

    def leave(self, session: PublicSession) -> None:
        """A socket is gone."""
        self.sessions.remove(session)

    def handle_message(self, session: PublicSession, text: str | bytes) -> None:
        """Deal with one message of a client."""
        message = read(text)
        op, args = message.get("op"), message.get("args")
        topics = [topic for topic in args if isinstance(topic, str)] if isinstance(args, list) else []
        match op:
            case "ping":
                session.send({"success": True, "ret_msg": "pong", "conn_id": session.name, **named(message), "op": op})
            case "subscribe":
                strange = [topic for topic in topics if self._contract(topic) is None]
                text = f"error:handler not found,topic:{strange[0]}" if strange else ""
                session.send({"req_id": "", **answer_frame(session, message, success=not strange, text=text)})
                for topic in topics if not strange else ():
                    session.topics[topic] = None
                    self._begin(session, topic)
            case "unsubscribe":
                for topic in topics:
                    session.topics.pop(topic, None)
                session.send({"req_id": "", **answer_frame(session, message, success=True)})
            case _:
                session.send(answer_frame(session, message, success=False, text=f"error:handler not found, op: {op}"))

    def publish_quote(self, pair: Pair, before: Quote) -> None:
        """Tell the market's move."""
        contract, quote = contract_of(pair), self._markets.quote(pair)
        number, lost = self._markets.next_update(pair), self._dice.falls(self._habits.book_gap)
        change = {
            "b": _changes(pair, (before.bid, before.bid_quantity), (quote.bid, quote.bid_quantity)),
            "a": _changes(pair, (before.ask, before.ask_quantity), (quote.ask, quote.ask_quantity)),
        }
        for session in self.sessions:
            for topic in session.topics:
                if self._contract(topic) != contract:
                    continue
                if topic.startswith("tickers."):
                    session.send(self._ticker(topic, contract, "delta"))
                elif topic.startswith("orderbook.1."):
                    session.send(self._book(topic, contract, number))
                elif topic.startswith("orderbook.") and not lost:
                    data = {"s": contract.symbol, **_three(topic, change), "u": number, "seq": number}
                    session.send(self._frame(topic, "delta", data) | {"cts": ms(self._now())})
        self._moved[pair.symbol] = trio.current_time()
        self._agenda.after(REPEATED_AFTER, lambda: self._repeat(contract))

    def publish_trades(self, happened: list[Happened]) -> None:
        """Tell the trades, by the side of who took."""
        for step in happened:
            if (fill := step.fill) is None:
                continue
            pair, takes = fill.order.pair, fill.liquidity == "t"
            word = SIDE_WORDS[fill.order.side] if takes else {"buy": "Sell", "sell": "Buy"}[fill.order.side]
            row = {"T": ms(fill.at), "s": pair.symbol, "S": word, "v": quantity(pair, fill.quantity),
                   "p": price(pair, fill.price), "L": "ZeroPlusTick", "i": fill.exec_id, "BT": False,
                   "RPI": False, "seq": fill.event}  # fmt: skip
            topic = f"publicTrade.{pair.symbol}"
            for session in self.sessions:
                if topic in session.topics:
                    session.send(self._frame(topic, "snapshot", [row]))

    def _begin(self, session: PublicSession, topic: str) -> None:
        """What a topic begins with: a book and a ticker as they are."""
        contract = self._contract(topic)
        assert contract is not None
        if topic.startswith("orderbook."):
            session.send(self._book(topic, contract, 1 if self._fresh(contract) else None))
        elif topic.startswith("tickers."):
            session.send(self._ticker(topic, contract, "snapshot"))

    def _repeat(self, contract: Contract) -> None:
        if trio.current_time() - self._moved[contract.symbol] < REPEATED_AFTER:
            return
        for session in self.sessions:
            if (topic := f"orderbook.1.{contract.symbol}") in session.topics:
                session.send(self._book(topic, contract, None))

    def _book(self, topic: str, contract: Contract, number: int | None) -> Json:
        quote = self._markets.quote(contract)
        number = self._markets.last_update(contract) if number is None else number
        sides = {
            "b": levels(contract, quote.bid, quote.bid_quantity),
            "a": levels(contract, quote.ask, quote.ask_quantity),
        }
        data = {"s": contract.symbol, **_three(topic, sides), "u": number, "seq": number}
        return self._frame(topic, "snapshot", data) | {"cts": ms(self._now())}

    def _ticker(self, topic: str, contract: Contract, kind: str) -> Json:
        row = ticker_row(contract, self._markets)
        if kind == "delta":
            row = {name: row[name] for name in ("symbol", "lastPrice", "markPrice", "bid1Price", "ask1Price")}
        return self._frame(topic, kind, row) | {"cs": self._markets.last_update(contract)}

    def _frame(self, topic: str, kind: str, data: object) -> Json:
        return {"topic": topic, "type": kind, "ts": ms(self._now()), "data": data}

    def _contract(self, topic: str) -> Contract | None:
        """The contract of a topic that there is."""
        parts = topic.split(".")
        known = (len(parts) == 2 and parts[0] in ("tickers", "publicTrade")) or (
            len(parts) == 3 and parts[0] == "orderbook" and parts[1] in DEPTHS
        )
        return self._markets.named(parts[-1]) if known else None

    def _fresh(self, contract: Contract) -> bool:
        return contract.symbol not in self._moved


def _changes(pair: Pair, old: Level, new: Level) -> list[list[str]]:
    """The level that is gone with a quantity of 0, and the one that is there."""
    gone = [[level[0], "0"] for level in levels(pair, *old) if old[0] != new[0]]
    return [*gone, *(levels(pair, *new) if old != new else [])]


def _three(topic: str, sides: dict[str, list[list[str]]]) -> dict[str, list[list[str]]]:
    """The book with retail orders has three columns."""
    if not topic.startswith("orderbook.rpi."):
        return sides
    return {side: [[*level, "0"] for level in rows] for side, rows in sides.items()}
