"""An entry in one line, for people and for programs."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from batactors.journal.listing import Listed
from batactors.journal.store import Entry, SetAside
from batactors.model.commands import CreateOrder, order_of
from batactors.model.inputs import Registered
from batactors.model.lifecycle import LifecycleEvent, Receipt, Resolved
from batactors.model.order_events import OrderEvent, OrderFilled
from batactors.model.reports import FillReport, Report


def as_json(listed: Listed) -> str:
    """One line of JSON: where the entry is, and the entry as it was written."""
    row = listed.row
    head = {"position": row.position, "table": row.table, "kind": row.kind}
    if row.wrong is not None:
        return json.dumps({**head, "damaged": row.wrong})
    return f'{json.dumps(head)[:-1]}, "entry": {listed.text}}}'


def plain(value: Any) -> str:
    """A number without an exponent, and whatever else as it is."""
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def when_of(entry: Entry) -> datetime:
    """When it was told, UTC."""
    match entry:
        case Registered() | SetAside():
            return entry.on
        case LifecycleEvent():
            return entry.at
        case OrderEvent() | Report():
            return entry.received_at


def subject_of(entry: Entry) -> str:
    """What it is about: an order's id, or a command's."""
    match entry:
        case Registered():
            return order_of(entry.command) or entry.command.command_id
        case LifecycleEvent():
            return entry.command_id
        case OrderEvent():
            return entry.client_order_id
        case Report():
            return entry.venue_order_id
        case SetAside():
            return "-"


def words_of(entry: Entry) -> str:
    """What it says."""
    match entry:
        case Registered(command=CreateOrder() as create):
            price = f" @ {plain(create.price)}" if create.price is not None else ""
            return f"{create.side} {plain(create.quantity)} {create.instrument} {create.order_type}{price}"
        case Registered():
            return "command registered"
        case OrderFilled() | FillReport():
            return f"{plain(entry.quantity)} @ {plain(entry.price)}, fill {entry.fill_id}"
        case OrderEvent():
            return f"{entry.state}, by {entry.origin}"
        case Resolved():
            return str(entry.verdict.status)
        case Receipt():
            return str(entry.receipt.status)
        case LifecycleEvent():
            return f"step {entry.sequence}"
        case Report():
            return f"report {entry.sequence}"
        case SetAside():
            return entry.reason
