"""Tells what happens to the private sockets: topics of their own for orders, executions, positions and the wallet.

Between topics is no order: each is behind by a time of its own, and within one what happened first is told first.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import trio
from attrs import frozen

from batactors.testing import faults as f
from batactors.testing.bybit import reasons
from batactors.testing.bybit.account_rows import AccountRows
from batactors.testing.bybit.habits import Habits
from batactors.testing.bybit.ids import VenueIds
from batactors.testing.bybit.matching import BY_VENUE
from batactors.testing.bybit.rows import Payment, execution_row, fast_row, order_row, payment_row
from batactors.testing.bybit.sessions import PrivateSession
from batactors.testing.bybit.trading import NOTICE
from batactors.testing.bybit.wire import ms
from batactors.testing.fault_script import FaultScript
from batactors.testing.venue.agenda import Agenda
from batactors.testing.venue.dice import Dice
from batactors.testing.venue.orders import Happened, Position
from batactors.testing.venue.text import Json

ORDER, EXECUTION, FAST, POSITION, WALLET = "order", "execution", "execution.fast", "position", "wallet"
CHANNELS = {ORDER: "executions", EXECUTION: "executions", FAST: "executions", WALLET: "balances"}


@frozen(kw_only=True)
class Told:
    """One row of a topic: of whom, and what a fault may be narrowed to."""

    account: str
    topic: str
    row: Json
    event: str | None = None
    client_order_id: str | None = None


class Telling:
    """Every open private socket, and who is told what.

    A fault of a frame may be narrowed to a channel (`executions` are `order`, `execution` and `execution.fast`,
    `balances` is `wallet`, and `position`) and to an event. Of executions it is `trade`, or `calculated` for what the
    venue does by itself; of fast ones `trade_lite`; of orders the bench's word for the step, where a trade is
    `partial_fill` or `full_fill`.
    """

    def __init__(
        self,
        *,
        rows: AccountRows,
        ids: VenueIds,
        habits: Habits,
        dice: Dice,
        faults: FaultScript,
        agenda: Agenda,
        now: Callable[[], datetime],
    ) -> None:
        self.sessions: list[PrivateSession] = []
        self._rows = rows
        self._ids = ids
        self._habits = habits
        self._dice = dice
        self._faults = faults
        self._agenda = agenda
        self._now = now
        self._due: dict[str, float] = {}

    def publish(self, happened: Sequence[Happened]) -> None:
        """Tell all of it, each topic in its time."""
        topics: dict[str, list[Told]] = {}
        for told in (
            one for number, step in enumerate(happened) for one in self._of_step(step, happened[number + 1 :])
        ):
            topics.setdefault(told.topic, []).append(told)
        self._tell_in_time(topics)

    def pay(self, payment: Payment) -> None:
        """Tell of money that was paid for a position: an execution, and the wallet."""
        told = Told(account=payment.account, topic=EXECUTION, row=payment_row(payment), event="calculated")
        self._tell_in_time({EXECUTION: [told], WALLET: [self._wallet(payment.account)]})

    def account_changed(self, account: str, positions: Sequence[Position] = ()) -> None:
        """Tell a change of the wallet or of positions that no order has made."""
        self._tell_in_time({WALLET: [self._wallet(account)], POSITION: [self._position(one) for one in positions]})

    # -- rows ----------------------------------------------------------------------------------------------------------

    def _of_step(self, step: Happened, later: Sequence[Happened]) -> list[Told]:
        """The rows of one step, in no order but that of each topic."""
        order, fill = step.order, step.fill
        hidden = order.terms.native_type in BY_VENUE and not self._dice.falls(self._habits.liquidation_orders)
        moves_on = any(one.order.order_id == order.order_id for one in later)
        silent = step.exec_type == "new" and moves_on and not self._dice.falls(self._habits.news_shown)
        told = [] if hidden or silent else self._order_rows(step)
        if fill is not None:
            name = order.client_order_id
            kind = "calculated" if order.terms.native_type in BY_VENUE else "trade"
            told.append(Told(account=order.account, topic=EXECUTION, row=execution_row(fill), event=kind,
                             client_order_id=name))  # fmt: skip
            told.append(Told(account=order.account, topic=FAST, row=fast_row(fill), event="trade_lite",
                             client_order_id=name))  # fmt: skip
            told += [self._position(position) for position in step.positions]
            told.append(self._wallet(order.account))
        elif self._dice.falls(self._habits.idle_positions):
            held = self._rows.position_of(order)
            told.append(self._position(held))
        return told

    def _order_rows(self, step: Happened) -> list[Told]:
        order = step.order
        row, event = order_row(order, triggers_now=step.exec_type == "status"), step.exec_type
        if step.exec_type == NOTICE:
            row |= {"cancelType": reasons.BY_USER, "rejectReason": reasons.NO_ORIGINAL}
            event = "full_fill"
        elif step.fill is not None:
            event = "full_fill" if order.closed else "partial_fill"
        told = Told(account=order.account, topic=ORDER, row=row, event=event, client_order_id=order.client_order_id)
        return [told, told] if self._dice.falls(self._habits.repeats) else [told]

    def _position(self, position: Position) -> Told:
        row = self._rows.told_position(position, self._ids.event())
        return Told(account=position.account, topic=POSITION, row=row)

    def _wallet(self, account: str) -> Told:
        return Told(account=account, topic=WALLET, row=self._rows.wallet(account))

    # -- times and frames ----------------------------------------------------------------------------------------------

    def _tell_in_time(self, topics: dict[str, list[Told]]) -> None:
        names = [ORDER, EXECUTION] if not self._dice.falls(self._habits.executions_first) else [EXECUTION, ORDER]
        names.insert(names.index(EXECUTION) if self._dice.falls(self._habits.fast_first) else 2, FAST)
        names += [POSITION, WALLET]
        early = [one for one in topics.get(EXECUTION, ()) if self._balances_first(one)]
        for topic in sorted(names, key=lambda name: name != WALLET) if early else names:
            if told := topics.get(topic):
                self._at_its_time(topic, self._together(told))

    def _at_its_time(self, topic: str, frames: list[list[Told]]) -> None:
        now = trio.current_time()
        due = max(self._due.get(topic, 0.0), now + self._dice.within(self._habits.topic_delay))
        if due <= now:
            self._tell(topic, frames)
            return
        self._due[topic] = due
        self._agenda.after(due - now, lambda: self._tell(topic, frames))

    def _together(self, told: list[Told]) -> list[list[Told]]:
        """The rows of each frame: each has its own, or all of an account are in one."""
        if len(told) == 1 or not self._dice.falls(self._habits.rows_together):
            return [[one] for one in told]
        return [[one for one in told if one.account == account] for account in dict.fromkeys(t.account for t in told)]

    def _tell(self, topic: str, frames: list[list[Told]]) -> None:
        for rows in frames:
            for session in self.sessions:
                for name in (topic, f"{topic}.linear"):
                    if session.account == rows[0].account and name in session.topics:
                        self._push(session, topic, name, rows)

    def _push(self, session: PrivateSession, topic: str, name: str, told: list[Told]) -> None:
        named = {one.client_order_id for one in told}
        occasion = {
            "channel": CHANNELS.get(topic, topic),
            "frame_type": "update",
            "event": told[-1].event,
            "client_order_id": told[0].client_order_id if len(named) == 1 else None,
        }
        rows = [self._dressed(one) for one in told]
        if self._dice.falls(self._habits.oddities):
            session.send(self._frame("novelty", [{"x": "1"}]))
        session.disturb(occasion)
        if odd := self._faults.take(f.MalformedRow, **occasion):
            rows.insert(0, {"category": 7, **odd.row})
        if strange := self._faults.take(f.UnknownEvent, **occasion):
            rows.insert(0, {**self._strange(topic, rows[0]), **strange.row})
        session.deliver(topic, occasion, lambda: self._frame(name, rows))

    def _frame(self, topic: str, rows: list[Json]) -> Json:
        return {"id": self._ids.uuid(), "topic": topic, "creationTime": ms(self._now()), "data": rows}

    def _dressed(self, told: Told) -> Json:
        row = told.row
        if self._dice.falls(self._habits.extras):
            row = row | {"novelty": {"a": ["new"]}, "rpiMatchedQty": ""}
        if told.topic == ORDER and self._dice.falls(self._habits.unknown_words):
            row = row | {"smpType": "CancelNovelty", "stopOrderType": row["stopOrderType"] or "UNKNOWN"}
        return row

    def _strange(self, topic: str, beside: Json) -> Json:
        """A row about the same order as the one beside it, with a word that nobody has documented."""
        row: Json = {name: beside.get(name, "") for name in ("category", "symbol", "orderId", "orderLinkId")}
        return row | ({"orderStatus": "Novated"} if topic == ORDER else {"execId": self._ids.uuid(), "execType": "New"})

    def _balances_first(self, told: Told) -> bool:
        fault = self._faults.take(
            f.BalancesFirst, channel="executions", frame_type="update", event=told.event,
            client_order_id=told.client_order_id,
        )  # fmt: skip
        return fault is not None
