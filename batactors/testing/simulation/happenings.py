"""How what happens is written into the trace: short texts that lead with what one looks for."""

from batactors import ChildEvent, Happening
from batactors.journal.store import Entry
from batactors.model.commands import AdoptOrder, AmendOrder, Command, CreateOrder, order_of
from batactors.model.inputs import Registered
from batactors.model.lifecycle import (
    Ack,
    LateAck,
    LifecycleEvent,
    Receipt,
    RecoveryAttempt,
    RecoveryScheduled,
    Resolved,
)
from batactors.model.order_events import (
    OrderAdopted,
    OrderCanceled,
    OrderEvent,
    OrderExpired,
    OrderFilled,
    OrderFillsMissing,
    OrderRejected,
    OrderUpdated,
)
from batactors.model.reports import FillReport, OrderStatusReport
from batactors.testing.actor_names import actor_of
from batactors.testing.simulation.record import Frame, Record
from batactors.testing.simulation.stages.words import Words
from batactors.testing.trace import Trace


def note_frame(trace: Trace, frame: Frame, words: Words) -> None:
    """A frame or request, by the word for what it is about."""
    subject = words.subject(frame.text)
    text = f"{subject} {frame.text}" if subject is not None else frame.text
    trace.note(f"socket {frame.connection}", frame.kind, text, frame.order)


def note_entry(trace: Trace, record: Record, entry: Entry) -> None:
    """What has just become durable."""
    match entry:
        case Registered():
            command = entry.command
            trace.note("told", "registered", _command(command), order_of(command))
        case OrderEvent():
            trace.note("told", "event", _event(entry), entry.client_order_id)
        case LifecycleEvent():
            command_or_none = record.commands.get(entry.command_id)
            order = order_of(command_or_none) if command_or_none is not None else None
            operation = f" of {command_or_none.operation}" if command_or_none is not None else ""
            trace.note("told", "step", f"{_step(entry)}{operation}", order)
        case OrderStatusReport():
            trace.note("told", "report", f"{entry.venue_order_id} {entry.state} filled {entry.filled}")
        case FillReport():
            trace.note("told", "report", f"{entry.venue_order_id} fill {entry.quantity} @ {entry.price}")


def note_supervision(trace: Trace, event: ChildEvent) -> None:
    """What supervision did with an actor."""
    actor = actor_of(event.child)
    kind = {Happening.GAVE_UP: "gave up"}.get(event.what, str(event.what))
    trace.note(f"engine/{actor}", kind, f"{actor}: {event.cause}" if event.cause else actor)


def _command(command: Command) -> str:
    match command:
        case AdoptOrder():
            return f"adopt_order {command.venue_order_id}, {len(command.told)} fills reported"
        case CreateOrder():
            price = f" @ {command.price}" if command.price is not None else ""
            return f"create_order {command.side} {command.quantity} {command.instrument}{price}"
        case AmendOrder():
            terms = {"quantity": command.quantity, "price": command.price, "trigger": command.trigger_price}
            return "amend_order " + ", ".join(f"{name} {term}" for name, term in terms.items() if term is not None)
        case _:
            return str(command.operation)


def _event(event: OrderEvent) -> str:
    match event:
        case OrderFilled():
            more = f"{event.quantity} @ {event.price}, {event.filled} so far"
        case OrderAdopted():
            more = f"{event.quantity} @ {event.price} with {event.filled} of {event.counted} filled"
        case OrderFillsMissing():
            more = f"{event.missing} of {event.counted}"
        case OrderUpdated():
            more = f"{event.quantity} @ {event.price}"
        case OrderCanceled() | OrderExpired():
            more = f"with {event.filled} filled{f': {event.reason}' if event.reason else ''}"
        case OrderRejected():
            more = event.reason
        case _:
            more = ""
    marks = [
        word
        for word, on in (("late", event.late), ("replayed", event.replayed), ("synthesized", event.synthesized))
        if on
    ]
    parts = [f"{type(event).__name__} {event.sequence}", more, f"from {event.origin}", *marks]
    return ", ".join(part for part in parts if part)


def _step(step: LifecycleEvent) -> str:
    name = type(step).__name__
    match step:
        case Resolved():
            return f"{name} {step.verdict.status}"
        case Ack() | LateAck():
            return f"{name} {step.ack.receipt.status}"
        case Receipt():
            return f"{name} {step.receipt.status}"
        case RecoveryScheduled():
            return f"{name} because {step.reason}"
        case RecoveryAttempt():
            return f"{name} {step.attempt}, {step.note}"
        case _:
            return name
