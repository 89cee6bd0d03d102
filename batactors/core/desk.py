"""All commands of ours: found by id, by request and by order, with their deadlines."""

from collections import deque
from collections.abc import Iterable
from heapq import heappop, heappush
from math import inf

from batactors.core.commands import CommandRecord
from batactors.model.ids import ClientOrderId, CommandId, RequestId
from batactors.model.inputs import Sending
from batactors.model.terms import Transport


class Desk:
    """The commands of one account, open and lately ended."""

    def __init__(self, remembered: int) -> None:
        self.commands: dict[CommandId, CommandRecord] = {}
        self._open: dict[CommandId, CommandRecord] = {}
        self._of_order: dict[ClientOrderId, dict[CommandId, CommandRecord]] = {}
        self._by_request: dict[RequestId, tuple[CommandId, ...]] = {}
        self._deadlines: list[tuple[float, CommandId]] = []
        self._ended: deque[CommandId] = deque()
        self._remembered = remembered

    def add(self, record: CommandRecord) -> None:
        """Know a command from now on."""
        command_id = record.command.command_id
        self.commands[command_id] = record
        if record.verdict is None:
            self._open[command_id] = record
        for target in record.targets:
            self._of_order.setdefault(target, {})[command_id] = record

    def restore(self, record: CommandRecord) -> None:
        """Know a command again after a crash."""
        self.add(record)
        command_id = record.command.command_id
        if record.verdict is not None:
            self._ended.append(command_id)
        elif record.sent is not None:
            self._by_request[record.sent.request_id] = record.sent.command_ids
            self.remind(record.sent.answer_by, command_id)

    def send(self, sending: Sending) -> list[CommandRecord]:
        """These go out with one request; note it, and until when its answer may come."""
        self._by_request[sending.request_id] = sending.command_ids
        for command_id in sending.command_ids:
            self.remind(sending.answer_by, command_id)
        return [self.commands[command_id] for command_id in sending.command_ids]

    def of_request(self, request_id: RequestId | None) -> list[CommandRecord] | None:
        """The commands of a request, in the order of its legs; ``None`` if it is no request of ours."""
        command_ids = self._by_request.get(request_id) if request_id is not None else None
        if command_ids is None:
            return None
        return [self.commands[command_id] for command_id in command_ids if command_id in self.commands]

    def of_order(self, client_order_id: ClientOrderId) -> list[CommandRecord]:
        """The commands that concern an order and have no verdict."""
        known = self._of_order.get(client_order_id, {})
        return [record for record in known.values() if record.verdict is None]

    def creator(self, client_order_id: ClientOrderId, command_id: CommandId) -> CommandRecord | None:
        """The command that created an order."""
        return self._of_order.get(client_order_id, {}).get(command_id)

    def unresolved(self) -> list[CommandRecord]:
        """Those without a verdict, oldest first."""
        return list(self._open.values())

    def in_flight(self, transport: Transport) -> list[CommandId]:
        """Those that went out by this road, have no verdict, and are not yet known to be unknown."""
        return [
            command_id
            for command_id, record in self._open.items()
            if record.sent is not None and record.sent.transport is transport and not record.is_unknown
        ]

    def remind(self, at: float, command_id: CommandId) -> None:
        """Have ``due`` name this command at that time, on trio's clock."""
        heappush(self._deadlines, (at, command_id))

    def due(self, now: float) -> list[CommandRecord]:
        """The commands whose time has come and that still have no verdict."""
        due = []
        while self._deadlines and self._deadlines[0][0] <= now:
            record = self._open.get(heappop(self._deadlines)[1])
            if record is not None:
                due.append(record)
        return due

    @property
    def next_due(self) -> float:
        """When ``due`` will name one, on trio's clock."""
        while self._deadlines and self._deadlines[0][1] not in self._open:
            heappop(self._deadlines)
        return self._deadlines[0][0] if self._deadlines else inf

    def end(self, command_ids: Iterable[CommandId]) -> list[CommandId]:
        """Move those that have their verdict to the memory of ended ones; forget what exceeds it, and say which."""
        forgotten: list[CommandId] = []
        for command_id in command_ids:
            record = self._open.get(command_id)
            if record is not None and record.verdict is not None:
                del self._open[command_id]
                self._ended.append(command_id)
        while len(self._ended) > self._remembered:
            forgotten += self._forget(self._ended.popleft())
        return forgotten

    def forget_order(self, client_order_id: ClientOrderId) -> list[CommandId]:
        """An order is forgotten: its ended commands go with it."""
        forgotten: list[CommandId] = []
        for command_id in list(self._of_order.pop(client_order_id, {})):
            if command_id not in self._open:
                forgotten += self._forget(command_id)
        return forgotten

    def _forget(self, command_id: CommandId) -> list[CommandId]:
        record = self.commands.pop(command_id, None)
        if record is None:
            return []
        if record.sent is not None:
            self._by_request.pop(record.sent.request_id, None)
        for target in record.targets:
            self._of_order.get(target, {}).pop(command_id, None)
        return [command_id]
