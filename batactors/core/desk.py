"""All commands of ours: found by id, by request and by order, with their deadlines."""

from collections import deque
from collections.abc import Iterable
from heapq import heapify, heappop, heappush
from math import inf

from batactors.core.commands import CommandRecord
from batactors.core.orders import OrderRecord
from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, CreateOrder
from batactors.model.ids import ClientOrderId, CommandId, RequestId
from batactors.model.inputs import Sending
from batactors.model.receipts import CommandStatus, Proof
from batactors.model.terms import Transport

SPARE_DEADLINES = 1000
"""Deadlines of commands that have their verdict, which may wait to be swept out together."""

_NO_LEG = CommandId("")
"""Stands for a leg that no answer can be tied to."""


class Desk:
    """The commands of one account, open and lately ended.

    A command that makes an order is kept as long as the order; of the others the oldest ended one is forgotten first.

    Args:
        remembered: How many ended commands are kept, those that make orders not counted.
    """

    def __init__(self, remembered: int) -> None:
        self.commands: dict[CommandId, CommandRecord] = {}
        self.unknown: dict[CommandId, None] = {}
        """Those of which it is not known what became of them, as of the last ``end``."""
        self._open: dict[CommandId, CommandRecord] = {}
        self._of_order: dict[ClientOrderId, dict[CommandId, CommandRecord]] = {}
        self._open_of: dict[ClientOrderId, dict[CommandId, CommandRecord]] = {}
        self._undone_of: dict[ClientOrderId, dict[CommandId, CommandRecord]] = {}
        self._by_request: dict[RequestId, tuple[CommandId, ...]] = {}
        self._deadlines: list[tuple[float, CommandId]] = []
        self._ended: deque[CommandId] = deque()
        self._remembered = remembered

    def add(self, record: CommandRecord) -> None:
        """Know a command from now on."""
        command_id = record.command.command_id
        assert command_id not in self.commands, f"{command_id} was registered before"
        self.commands[command_id] = record
        if not record.has_ended:
            self._open[command_id] = record
            if record.is_unknown:
                self.unknown[command_id] = None
        elif not isinstance(record.command, CreateOrder):
            self._ended.append(command_id)
        self._note_undone(record)
        order = record.order
        if order is not None:
            self._of_order.setdefault(order, {})[command_id] = record
            if not record.has_ended:
                self._open_of.setdefault(order, {})[command_id] = record

    def restore(self, record: CommandRecord, now: float, patience: float) -> None:
        """Know a command again after a crash; what is to be told of it in time is told again in time."""
        self.add(record)
        command_id = record.command.command_id
        if record.sent is not None:
            # Not the whole process may have ended: an answer can still come.
            legs = self._by_request.get(record.sent.request_id, ())
            if any(sent.on != record.sent.on for sent in self._sent(legs)):
                legs = ()  # of a process before, which counted its requests from the same number on
            self._by_request[record.sent.request_id] = (*legs, command_id)
            if legs:
                # In which order they were is not on record: one leg too many, and no position counts.
                self._by_request[record.sent.request_id] = (
                    *(leg for leg in legs if leg != _NO_LEG),
                    command_id,
                    _NO_LEG,
                )
        if record.has_ended or record.left_at is None:
            return
        if record.unknown_since is None:
            self.remind(now, command_id)
        elif not record.gave_up:
            self.remind(now + patience, command_id)

    def send(self, sending: Sending) -> list[CommandRecord]:
        """These go out with one request; note it, and until when its answer may come."""
        records = [self.commands[command_id] for command_id in sending.command_ids]
        for record in records:
            assert record.left_at is None, f"{record.command.command_id} may have left before"
            assert not record.has_ended, f"{record.command.command_id} has its verdict"
        self._by_request[sending.request_id] = sending.command_ids
        for record in records:
            self.remind(sending.answer_by, record.command.command_id)
        return records

    def legs_of(self, request_id: RequestId | None) -> list[CommandRecord | None]:
        """The commands of a request, in the order of its legs, without those forgotten; empty if it is not ours."""
        command_ids = self._by_request.get(request_id, ()) if request_id is not None else ()
        return [self.commands.get(command_id) for command_id in command_ids]

    def _sent(self, command_ids: Iterable[CommandId]) -> list[Sending]:
        known = [self.commands[one] for one in command_ids if one in self.commands]
        return [record.sent for record in known if record.sent is not None]

    def of_order(self, client_order_id: ClientOrderId) -> list[CommandRecord]:
        """The commands that concern this one order and have not ended."""
        known = self._open_of.get(client_order_id)
        return list(known.values()) if known else []

    def amends_of(self, client_order_id: ClientOrderId) -> list[CommandRecord]:
        """The amends of an order, ended ones too."""
        known = self._of_order.get(client_order_id, {})
        return [record for record in known.values() if isinstance(record.command, AmendOrder)]

    def cancels_of(self, client_order_id: ClientOrderId) -> list[CommandRecord]:
        """The cancels that concern an order, of all orders included, ended ones too."""
        known = self._of_order.get(client_order_id, {})
        one = [record for record in known.values() if isinstance(record.command, CancelOrder)]
        every = [record for record in self.commands.values() if isinstance(record.command, CancelAll)]
        return one + [record for record in every if client_order_id in record.targets]

    def undone_of(self, client_order_id: ClientOrderId) -> list[CommandRecord]:
        """The cancels and amends of an order that left, and were told as not executed for want of an effect."""
        known = self._undone_of.get(client_order_id)
        if not known:
            return []  # as of nearly every order, and every fact about one asks
        not_done = CommandStatus.NOT_EXECUTED
        return [one for one in known.values() if one.verdict is not None and one.verdict.status is not_done]

    def has_open(self, client_order_id: ClientOrderId) -> bool:
        """Whether a command about this order has not ended."""
        return client_order_id in self._open_of

    def unresolved(self) -> list[CommandRecord]:
        """Those that have not ended, oldest first."""
        return list(self._open.values())

    def in_flight(self, transport: Transport, before: float) -> list[CommandId]:
        """Those that went out by this road before that time, and are still expected to be answered."""
        return [
            command_id
            for command_id, record in self._open.items()
            if record.sent is not None
            and record.sent.transport is transport
            and record.sent.at <= before
            and record.unknown_since is None
            and not record.pending
        ]

    def remind(self, at: float, command_id: CommandId) -> None:
        """Have ``due`` name this command at that time, on trio's clock."""
        heappush(self._deadlines, (at, command_id))
        if len(self._deadlines) > 2 * len(self._open) + SPARE_DEADLINES:
            self._deadlines = [deadline for deadline in self._deadlines if deadline[1] in self._open]
            heapify(self._deadlines)

    def due(self, now: float) -> list[CommandRecord]:
        """The commands whose time has come and that have not ended."""
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
        """These were touched: move those that have ended to the memory of such; forget what exceeds it, and say so."""
        for command_id in command_ids:
            record = self._open.get(command_id)
            if record is not None and record.is_unknown:
                self.unknown[command_id] = None
            if record is None or not record.has_ended:
                continue
            self.unknown.pop(command_id, None)
            del self._open[command_id]
            if record.order is not None:
                _remove(self._open_of, record.order, command_id)
            self._note_undone(record)
            if not isinstance(record.command, CreateOrder):
                self._ended.append(command_id)
        forgotten: list[CommandId] = []
        while len(self._ended) > self._remembered:
            forgotten += self._forget(self._ended.popleft())
        return forgotten

    def sizes(self) -> dict[str, tuple[int, int]]:
        """How many entries each index has, and how many it may have."""
        creates = sum(isinstance(record.command, CreateOrder) for record in self.commands.values())
        return {
            "commands": (len(self.commands), self._remembered + creates + len(self._open)),
            "requests": (len(self._by_request), len(self.commands)),
        }

    def forget_order(self, order: OrderRecord) -> list[CommandId]:
        """An order is forgotten: its ended commands go with it."""
        known = self._of_order.get(order.client_order_id, {})
        ended = [command_id for command_id in known if command_id not in self._open]
        return [one for command_id in ended for one in self._forget(command_id)]

    def _forget(self, command_id: CommandId) -> list[CommandId]:
        record = self.commands.pop(command_id, None)
        if record is None:
            return []
        if record.sent is not None:
            request_id = record.sent.request_id
            legs = self._by_request.get(request_id, ())
            if command_id in legs and not any(leg in self.commands for leg in legs):
                del self._by_request[request_id]
        if record.order is not None:
            _remove(self._of_order, record.order, command_id)
            _remove(self._undone_of, record.order, command_id)
        return [command_id]

    def _note_undone(self, record: CommandRecord) -> None:
        """Only for want of an effect: what was proved otherwise, no later effect can be of."""
        verdict, order = record.verdict, record.order
        if verdict is None or order is None or verdict.status is not CommandStatus.NOT_EXECUTED:
            return
        if not isinstance(record.command, CreateOrder) and verdict.proof in (Proof.STILL_OPEN, Proof.OLD_TERMS):
            self._undone_of.setdefault(order, {})[record.command.command_id] = record


def _remove(table: dict[ClientOrderId, dict[CommandId, CommandRecord]], key: ClientOrderId, one: CommandId) -> None:
    known = table.get(key)
    if known is not None:
        known.pop(one, None)
        if not known:
            del table[key]
