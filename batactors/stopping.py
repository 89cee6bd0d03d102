"""How an engine stops: intake closed, what is in flight settled, actors ended in order, and a report of what is left.

Each step has a deadline of its own, so that the whole has one, whatever hangs.
"""

from collections.abc import Iterable
from typing import Any

import trio

from batactors.core.commands import CommandRecord
from batactors.core.dispatch import Dispatch
from batactors.life import CLOSE_WITHIN, GONE_WITHIN
from batactors.model.ids import AccountName, CommandId
from batactors.model.stop_report import AccountStop, LeftCommand, OpenOrder, SettledCommand, StopReport
from batactors.seams import WallClock
from batactors.wiring import Wiring

SETTLING = 0.05
"""Seconds between looks at what is still in flight."""


class Stop:
    """One stop of an engine, from its first moment to its report."""

    def __init__(self, wirings: Iterable[Wiring], clock: WallClock, settle_within: float) -> None:
        self._wirings = tuple(wirings)
        self._within = settle_within
        self._began_at = trio.current_time()
        self._began = clock.now()
        self._watched: dict[AccountName, dict[CommandId, None]] = {wiring.name: {} for wiring in self._wirings}
        for wiring in self._wirings:
            wiring.board.close()
        self._look()

    async def run(self) -> StopReport:
        """Settle what can be settled in time, end the actors, and report."""
        with trio.move_on_after(self._within):
            # Looked at, not waited for: it is a state of several accounts, and the engine is on its way out.
            while self._look():  # noqa: ASYNC110
                await trio.sleep(SETTLING)
        self._look()
        async with trio.open_nursery() as nursery:
            for wiring in self._wirings:
                nursery.start_soon(wiring.stop)
        return self.report(graceful=True)

    def report(self, *, graceful: bool) -> StopReport:
        """What is known at this moment."""
        return StopReport(
            accounts={wiring.name: self._account(wiring) for wiring in self._wirings},
            graceful=graceful,
            began=self._began,
            took=trio.current_time() - self._began_at,
            within=self._within + CLOSE_WITHIN + GONE_WITHIN if graceful else 0.0,
        )

    def _look(self) -> bool:
        """Note what is in flight; whether anything is that may still be settled."""
        in_flight = False
        for wiring in self._wirings:
            unresolved = wiring.dedup_actor.dispatch.desk.unresolved()
            self._watched[wiring.name].update((record.command.command_id, None) for record in unresolved)
            in_flight |= wiring.is_running and wiring.is_busy
        return in_flight

    def _account(self, wiring: Wiring) -> AccountStop:
        dispatch = wiring.dedup_actor.dispatch
        known = [dispatch.desk.commands.get(command_id) for command_id in self._watched[wiring.name]]
        return AccountStop(
            venue=wiring.codec.venue,
            settled=tuple(_settled(record) for record in known if record is not None and record.verdict is not None),
            left=tuple(_left(record) for record in known if record is not None and record.verdict is None),
            open_orders=_open_orders(dispatch),
            forced=wiring.forced,
        )


def _settled(record: CommandRecord) -> SettledCommand:
    assert record.verdict is not None
    return SettledCommand(status=record.verdict.status, message=record.receipt.message, **_names(record))


def _left(record: CommandRecord) -> LeftCommand:
    sent = record.sent
    if record.unknown_since is not None:
        why = record.receipt.message or "it was sent, and no answer came"
    elif sent is not None:
        why = "it was sent, and no answer had come when the engine ended"
    else:
        why = "it was registered, and nothing says whether it was sent"
    return LeftCommand(
        sent_at=sent.on if sent is not None else None,
        transport=sent.transport if sent is not None else None,
        unknown_since=record.unknown_on,
        why=why,
        **_names(record),
    )


def _names(record: CommandRecord) -> dict[str, Any]:
    receipt = record.receipt
    names = ("command_id", "operation", "client_order_id", "instrument")
    return {name: getattr(receipt, name) for name in names}


def _open_orders(dispatch: Dispatch) -> tuple[OpenOrder, ...]:
    """Ours of which the venue has spoken, and others' as far as they are known. What is only unknown is a command."""
    ours = [
        OpenOrder(
            client_order_id=order.client_order_id, venue_order_id=order.venue_order_id, instrument=order.instrument,
            side=order.side, state=order.state, quantity=order.quantity, filled=order.fills.sum, price=order.price,
            ours=True,
        )
        for order in dispatch.book.working()
        if order.heard
    ]  # fmt: skip
    strangers = [dispatch.strangers.get(venue_order_id) for venue_order_id in dispatch.strangers.open_ids()]
    others = [
        OpenOrder(
            client_order_id=one.client_order_id, venue_order_id=one.venue_order_id, instrument=one.instrument,
            side=one.side, state=one.state, quantity=one.quantity, filled=one.filled, price=one.price, ours=False,
        )
        for one in strangers
        if one is not None
    ]  # fmt: skip
    return (*ours, *others)
