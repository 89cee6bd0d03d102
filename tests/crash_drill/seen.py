"""What the followers of all lives were told, as they wrote it down: a file to which each event is added as it is told.

A line is written at once and is the follower's cursor: what a killed process had written is there for the next.
"""

import json
import os
from pathlib import Path
from typing import Any

from attrs import define, field

from batactors import OrderEvent, OrderFilled, Report


@define
class Seen:
    """The file, read as far as it goes; the next life goes on from there.

    Attributes:
        orders: What was told of each order, in the order of telling.
        done: The orders whose stream of events has come to its end.
        reports: What was told of others' orders.
    """

    path: Path
    orders: dict[str, list[dict[str, Any]]] = field(factory=dict)
    done: dict[str, None] = field(factory=dict)
    reports: list[dict[str, Any]] = field(factory=list)
    _read: int = 0

    def read(self) -> None:
        """Take in what was added since."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            file.seek(self._read)
            new = file.read()
        self._read += len(new)
        for line in new.splitlines():
            told = json.loads(line)
            if "report" in told:
                self.reports.append(told)
            elif "done" in told:
                self.done[told["order"]] = None
            else:
                self.orders.setdefault(told["order"], []).append(told)

    def cursor(self, order: str) -> int:
        """The number of the last event of this order that a follower has dealt with."""
        told = self.orders.get(order)
        return told[-1]["number"] if told else 0


class Notebook:
    """Where the followers of one life write down what they are told."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def event(self, event: OrderEvent) -> None:
        """An event of an order of ours."""
        told: dict[str, Any] = {
            "order": event.client_order_id, "number": event.sequence, "kind": type(event).__name__, "state": event.state
        }  # fmt: skip
        if isinstance(event, OrderFilled):
            told |= {"fill": event.fill_id, "quantity": str(event.quantity)}
        self._write(told)

    def done(self, order: str) -> None:
        """The stream of its events has come to its end."""
        self._write({"order": order, "done": True})

    def report(self, report: Report) -> None:
        """News of somebody else's order."""
        self._write({"report": report.sequence, "order": report.client_order_id, "venue": report.venue_order_id})

    def _write(self, told: dict[str, Any]) -> None:
        os.write(self._file, json.dumps(told).encode() + b"\n")
