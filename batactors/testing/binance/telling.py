"""Tells what happens to the sockets that carry a good listen key of the account; nothing is told twice, or later."""

from collections.abc import Callable, Sequence
from datetime import datetime

from batactors.testing import faults as f
from batactors.testing.binance import events
from batactors.testing.binance.habits import Habits
from batactors.testing.binance.listen_keys import ListenKeys
from batactors.testing.binance.market import Markets
from batactors.testing.binance.matching import CALCULATED
from batactors.testing.binance.sessions import StreamSession
from batactors.testing.binance.wire import ms
from batactors.testing.fault_script import FaultScript
from batactors.testing.venue.dice import Dice
from batactors.testing.venue.market import Pair, Quote
from batactors.testing.venue.orders import Happened, LedgerEntry, Position
from batactors.testing.venue.text import Json

Tell = Callable[[], None]
CHANNELS = {"ORDER_TRADE_UPDATE": "executions", "TRADE_LITE": "executions", "ACCOUNT_UPDATE": "balances"}


class Telling:
    """Every open socket of streams, and who is told what.

    A fault of a frame may be narrowed to a channel (`executions` are ORDER_TRADE_UPDATE and TRADE_LITE, `balances` is
    ACCOUNT_UPDATE, all others go by the name of their event) and to an event: the bench's word for the step of an
    order, or `trade_lite`.
    """

    def __init__(
        self,
        *,
        markets: Markets,
        habits: Habits,
        dice: Dice,
        faults: FaultScript,
        now: Callable[[], datetime],
    ) -> None:
        self.sessions: list[StreamSession] = []
        self.besides: list[Tell] = []
        """What is to be told of other things than steps of orders, with whatever is told next."""
        self.followed: Callable[[Sequence[Happened]], None] = lambda happened: None
        """Is told what has happened once it is to be told."""
        self.keys: ListenKeys
        self._markets = markets
        self._habits = habits
        self._dice = dice
        self._faults = faults
        self._now = now

    # -- the account ---------------------------------------------------------------------------------------------------

    def publish(self, happened: Sequence[Happened]) -> None:
        """Tell all of it now."""
        for tell in self.frames(happened):
            tell()

    def frames(self, happened: Sequence[Happened]) -> list[Tell]:
        """What is to be told, frame by frame, in the order of this time."""
        before = self._take_besides()
        steps = [tell for step in happened for tell in self._of_step(step)]
        self.followed(happened)
        return [*before, *steps, *self._take_besides()]

    def _take_besides(self) -> list[Tell]:
        taken, self.besides = self.besides, []
        return taken

    def tell(self, account: str, frame: Json, *, event: str | None = None, client_order_id: str | None = None) -> None:
        """Tell one event of an account to everybody who listens to it."""
        kind = str(frame["e"])
        for session in self.sessions:
            if key := self._heard_by(session, account, kind):
                self._push(session, key, frame, event=event, client_order_id=client_order_id)

    def expired(self, account: str, text: str) -> None:
        """Tell the sockets with this key that it has run out; from now on they hear nothing of it."""
        del account
        now = ms(self._now())
        frame = {"e": "listenKeyExpired", "E": str(now) if self._as_text() else now, "listenKey": text}
        for session in self.sessions:
            listed = session.events.get(text)
            if text in session.streams and self._routed(session) and (listed is None or "listenKeyExpired" in listed):
                self._push(session, text, frame)

    def account_changed(
        self, account: str, why: str, entries: tuple[LedgerEntry, ...], positions: tuple[Position, ...] = ()
    ) -> None:
        """Tell a change of balances or positions that no order has made."""
        now = ms(self._now())
        self.tell(account, events.account_event(why, entries, positions, self._markets, at=now, now=now))

    def _of_step(self, step: Happened) -> list[Tell]:
        order, fill, now = step.order, step.fill, ms(self._now())
        account, name = order.account, order.client_order_id
        calculated = order.terms.native_type == CALCULATED

        def tell(frame: Json, event: str | None) -> Tell:
            return lambda: self.tell(account, frame, event=event, client_order_id=name)

        frame = events.order_event(step, now, calculated=self._habits.calculated)
        frame["o"]["er"] = str(frame["o"]["er"]) if self._as_text() else frame["o"]["er"]
        if calculated:
            frame["o"]["o"] = self._habits.liquidation
        told = [tell(frame, step.exec_type)]
        if fill is None:
            return told
        if self._habits.lite:
            lite = tell(events.lite_event(fill, now), "trade_lite")
            told.insert(0 if self._dice.falls(self._habits.lite_first) else 1, lite)
        at = ms(fill.at)
        changed = events.account_event("ORDER", step.entries, step.positions, self._markets, at=at, now=now)
        early = self._faults.take(
            f.BalancesFirst, channel="executions", frame_type="update", event=step.exec_type, client_order_id=name
        )
        first = early is not None or self._dice.falls(self._habits.balances_first)
        told.insert(0 if first else len(told), tell(changed, None))
        return told

    # -- the market ----------------------------------------------------------------------------------------------------

    def publish_quote(self, pair: Pair, before: Quote) -> None:
        """Tell the market's move: the best prices and the book's change, to who asks for them on the right route."""
        quote, now, symbol = self._markets.quote(pair), ms(self._now()), pair.symbol.lower()
        best = events.book_ticker(pair, quote, now)
        last, number = self._markets.next_update(pair)
        change = events.depth_update(pair, before, quote, last=last, number=number, now=now)
        lost = self._dice.falls(self._habits.depth_gap)
        for session in self.sessions:
            for name in session.streams if session.route == "public" else ():
                if name == f"{symbol}@bookTicker":
                    self._push(session, name, best)
                elif name in (f"{symbol}@depth", f"{symbol}@depth@100ms", f"{symbol}@depth@500ms") and not lost:
                    self._push(session, name, change)

    # -- helpers -------------------------------------------------------------------------------------------------------

    def _heard_by(self, session: StreamSession, account: str, kind: str) -> str | None:
        """The listen key by which a socket hears such an event of an account, if it does."""
        if not self._routed(session):
            return None
        for text in session.streams:
            if self.keys.is_good(text, account):
                listed = session.events.get(text)
                heard = self._habits.unlisted_events if listed is None else kind in listed
                return text if heard else None
        return None

    def _routed(self, session: StreamSession) -> bool:
        return session.route == "private" or (not session.route and self._habits.unrouted)

    def _push(
        self,
        session: StreamSession,
        stream: str,
        frame: Json,
        *,
        event: str | None = None,
        client_order_id: str | None = None,
    ) -> None:
        channel = CHANNELS.get(str(frame.get("e")), str(frame.get("e")))
        occasion = {"channel": channel, "frame_type": "update", "event": event, "client_order_id": client_order_id}
        now = ms(self._now())

        def wrapped(data: Json) -> Json:
            return {"stream": stream, "data": data} if session.wrapped else data

        if self._dice.falls(self._habits.oddities):
            session.send(wrapped({"e": "NOVELTY_UPDATE", "E": now, "n": [{"x": 1}]}))
        session.disturb(occasion)
        if odd := self._faults.take(f.MalformedRow, **occasion):
            session.send(wrapped({"e": "ORDER_TRADE_UPDATE", "E": now, "T": now, "o": {"s": 7, **odd.row}}))
        if strange := self._faults.take(f.UnknownEvent, **occasion):
            session.send(wrapped({"e": "NOVATION", "E": now, **strange.row}))
        if self._dice.falls(self._habits.extras):
            frame = frame | {"st": 1, "nw": {"a": ["new"]}}
        session.deliver(stream, occasion, lambda: wrapped(frame))

    def _as_text(self) -> bool:
        fixed = self._habits.er_as_text
        return self._dice.falls(0.5) if fixed is None else fixed
