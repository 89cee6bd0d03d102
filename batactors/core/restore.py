"""Rebuilding the account of everything from what was told of it.

What had been heard and not yet told is gone with the crash, so everything that had not ended is asked for again.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain
from math import inf

from attrs import evolve

from batactors.core.before import Before
from batactors.core.cancel_scope import is_in, list_of
from batactors.core.commands import CommandRecord
from batactors.core.dispatch import Dispatch, targets_of
from batactors.core.doubts import Why
from batactors.core.news import News
from batactors.core.orders import OrderRecord
from batactors.core.verdicts import Terms
from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, CreateOrder
from batactors.model.errors import ErrorKind
from batactors.model.ids import ClientOrderId, CommandId
from batactors.model.inputs import Registered, Sending
from batactors.model.lifecycle import (
    Ack,
    LifecycleEvent,
    Receipt,
    RecoveryAttempt,
    RecoveryCompleted,
    RecoveryScheduled,
    Resolved,
    Sent,
)
from batactors.model.order_events import (
    OrderAccepted,
    OrderEvent,
    OrderFilled,
    OrderFillsMissing,
    OrderRejected,
    OrderTriggered,
    OrderUpdated,
)
from batactors.model.receipts import CommandStatus, Proof, RecoveryOutcome
from batactors.model.reports import Report
from batactors.model.terms import OrderState, Origin

LEAST_VALIDITY = 2.5
"""Seconds. One that goes by REST may have been given more than it asked for: venues take no deadline that is nearer."""
HEARD = (Origin.ACK, Origin.STREAM, Origin.SNAPSHOT, Origin.QUERY)


def restore(  # noqa: PLR0917
    dispatch: Dispatch,
    registered: Sequence[Registered],
    events: Mapping[ClientOrderId, Sequence[OrderEvent]],
    steps: Mapping[CommandId, Sequence[LifecycleEvent]],
    reports: Sequence[Report],
    now: News,
    *,
    bygone: Collection[str] = (),
    process_ended: bool = False,
    may_have_left: Collection[CommandId] = (),
) -> None:
    """Fill an empty dispatch from what a journal holds.

    Commands that were sent, and have no verdict, are unknown from the next ``Elapsed`` on, which is due at once.
    ``process_ended`` says that the whole process had ended, not the dedup actor alone, so that nobody holds commands
    that are still to be sent: one of which the journal does not say that it was sent may have left all the same, in the
    moment before that was written, and is unknown too. So are those that ``may_have_left``. ``bygone`` are the ids of
    orders that were forgotten.
    """
    dispatch.book.remember(bygone)
    creates: dict[ClientOrderId, CreateOrder] = {}
    for entry in registered:
        if isinstance(entry.command, CreateOrder):
            creates[entry.command.client_order_id] = entry.command
            _order(dispatch, entry, entry.command, events.get(entry.command.client_order_id, ()), now)
    for entry in registered:
        command_id = entry.command.command_id
        left = process_ended or command_id in may_have_left
        _command(dispatch, entry, creates, steps.get(command_id, ()), now, may_have_left=left)
    for report in reports:
        dispatch.strangers.restore(report, now.at)
    for order in dispatch.book.orders.values():
        for venue_order_id in order.venue_order_ids:
            dispatch.strangers.adopt(venue_order_id)
    dispatch.ledger.fills_since = dispatch.ledger.touches.since = _fills_since(dispatch, events, reports)
    dispatch.ledger.closed_since = dispatch.ledger.fills_since
    told: Iterable[OrderEvent | Report] = chain(*events.values(), reports)
    dispatch.ledger.touches.restore(told, dispatch.ledger.fills_since)
    dispatch.doubt_all("rebuilt after a crash", now.at)


def _order(dispatch: Dispatch, entry: Registered, command: CreateOrder, told: Sequence[OrderEvent], now: News) -> None:
    """Rebuild the account of an order from what was told of it; one that had not ended is in doubt until asked for."""
    order = OrderRecord(command, entry.on)
    for event in told:
        order.state = event.state
        if event.venue_order_id not in (None, *order.venue_order_ids):
            order.waited_as, order.venue_order_id = order.venue_order_id, event.venue_order_id
            order.goes_on = order.waited_as is not None
        match event:
            case OrderAccepted():
                order.accepted = True
            case OrderTriggered():
                order.triggered = True
                order.goes_on |= event.synthesized  # concluded from the id under which it goes on
            case OrderUpdated():
                order.quantity, order.price, order.trigger_price = event.quantity, event.price, event.trigger_price
                order.version.know(event.occurred_at)
            case OrderFilled():
                order.fills.told[event.fill_id] = (event.quantity, event.price)
                order.fills.sum = event.filled
                order.fills.count(event.filled)
            case OrderFillsMissing():
                order.fills.count(event.counted)
                order.fills.told_missing = event.missing
            case OrderRejected():
                order.never_rested = event.origin is not Origin.ACK
    order.heard = any(event.origin in HEARD for event in told) and order.state is not OrderState.NOT_EXECUTED
    order.keeps_total = False
    order.changed_at = now.at  # what was told may be as young as that, and a read that trails must not undo it
    order.events.extend(told)
    dispatch.book.add(order, entry.wire_id)
    if not order.state.is_closed:
        order.doubt(Why.REBUILT, "rebuilt after a crash", now.at)
    if order.fills.missing:
        order.doubt(Why.MISSING_FILLS, "it was told that fills are missing", now.at)
    for venue_order_id in order.venue_order_ids:
        dispatch.book.learn(order, venue_order_id)
    dispatch.book.review(order)


def _command(
    dispatch: Dispatch,
    entry: Registered,
    creates: Mapping[ClientOrderId, CreateOrder],
    told: Sequence[LifecycleEvent],
    now: News,
    *,
    may_have_left: bool,
) -> None:
    command = entry.command
    record = CommandRecord(command, dispatch.venue, targets_of(command, dispatch))
    record.steps = list(told)
    for step in told:
        _retell(record, step, now)
    # One that an earlier rebuilding took for unknown, though nothing says that it was sent, may have left as well.
    may_have_left = may_have_left or record.unknown_since is not None
    if may_have_left and record.sent is None and record.verdict is None:
        record.left_at = -inf
        # Since an earlier life found it so, the one that may have sent it was dead: that time counts.
        waited = (now.on - record.unknown_on).total_seconds() if record.unknown_on is not None else 0.0
        validity = max(command.validity or dispatch.rules.validity, LEAST_VALIDITY)
        record.expires = now.at + validity - max(0.0, waited)
    sent_on = record.sent.on if record.sent is not None else entry.on
    if isinstance(command, CancelAll):
        mine = list_of(command, apart=dispatch.rules.keeps_conditional_apart)
        orders = [
            order
            for order in dispatch.book.orders.values()
            if order.submitted_on <= sent_on and is_in(mine, order.instrument, _waited(order, sent_on))
        ]
        working = [order for order in orders if not _state_at(order.events, sent_on).is_closed]
        record.targets = tuple(order.client_order_id for order in working)
        surely = tuple(order.client_order_id for order in working if _was_accepted(order.events, sent_on))
        record.before = Before(open=surely)
    elif isinstance(command, AmendOrder | CancelOrder) and record.order is not None and record.order in creates:
        order = dispatch.book.orders[record.order]
        closed = _state_at(order.events, sent_on).is_closed
        record.before = Before(terms=_terms_at(creates[record.order], order.events, sent_on), closed=closed)
    dispatch.desk.restore(record, now.at, dispatch.rules.patience)


def _retell(record: CommandRecord, step: LifecycleEvent, now: News) -> None:
    """Know again what a step told."""
    match step:
        case Sent():
            record.expires = now.at + (step.valid_until - now.on).total_seconds()
            record.receipt = evolve(record.receipt, request_id=step.request_id)
            record.left_at = -inf  # before anything that is still to be heard; how long before, no clock says for sure
            record.sent = Sending(
                at=now.at, on=step.at, request_id=step.request_id, command_ids=(step.command_id,),
                transport=step.transport, valid_until=step.valid_until, expires=record.expires, answer_by=now.at,
            )  # fmt: skip
        case Ack():
            record.acked = True
        case Receipt():
            record.receipt = step.receipt
            accepted = step.receipt.status is CommandStatus.ACCEPTED
            record.confirmed = record.confirmed or (accepted and step.origin is Origin.ACK)
            unknown = step.receipt.status is CommandStatus.UNKNOWN_EXECUTION
            # Told unknown with a refusal's kind: the order that it addresses was said not to be open.
            record.refused_as_not_open = unknown and step.receipt.error is ErrorKind.EXCHANGE_REJECT
        case RecoveryScheduled():
            record.unknown_since, record.unknown_on = now.at, step.at
            record.left_at = -inf  # an earlier life did not know whether it had, though nothing says that it was sent
        case RecoveryAttempt():
            record.attempts = step.attempt
        case RecoveryCompleted():
            record.gave_up = step.report.outcome is not RecoveryOutcome.SYNCHRONIZED
            record.outcome = step.report.outcome if record.gave_up else None
            record.evidence.restore(step.report.verdict.evidence)
        case Resolved():
            record.verdict, record.verdict_at, record.unknown_since = step.verdict, now.at, None
            if step.verdict.proof is Proof.NEVER_WRITTEN:
                record.left_at = None
            record.evidence.restore(step.verdict.evidence)


def _told_before(events: Sequence[OrderEvent], on: datetime) -> list[OrderEvent]:
    """What is told at the very same moment may be an effect, and is not counted as before."""
    return [event for event in events if event.received_at < on]


def _terms_at(create: CreateOrder, events: Sequence[OrderEvent], on: datetime) -> Terms:
    updates = [event for event in _told_before(events, on) if isinstance(event, OrderUpdated)]
    last: CreateOrder | OrderUpdated = updates[-1] if updates else create
    return (last.quantity, last.price, last.trigger_price)


def _state_at(events: Sequence[OrderEvent], on: datetime) -> OrderState:
    told = _told_before(events, on)
    return told[-1].state if told else OrderState.SUBMITTED


def _waited(order: OrderRecord, on: datetime) -> bool:
    triggered = any(isinstance(event, OrderTriggered) for event in _told_before(order.events, on))
    return order.order_type.has_trigger and not triggered


def _was_accepted(events: Sequence[OrderEvent], on: datetime) -> bool:
    return any(isinstance(event, OrderAccepted) for event in _told_before(events, on))


def _fills_since(
    dispatch: Dispatch, events: Mapping[ClientOrderId, Sequence[OrderEvent]], reports: Sequence[Report]
) -> datetime:
    """From when on fills may be unknown: since the venue was last heard, and since any order that has not ended."""
    trail = timedelta(seconds=dispatch.rules.read_lag + dispatch.rules.margin)
    heard = [event.received_at for told in events.values() for event in told if event.origin in HEARD]
    heard += [report.received_at for report in reports]
    open_since = [order.submitted_on for order in dispatch.book.orders.values() if not order.settled]
    since = [dispatch.fills_since, *open_since]
    if heard:
        since.append(max(heard))
    return min(since) - trail if len(since) > 1 else dispatch.fills_since
