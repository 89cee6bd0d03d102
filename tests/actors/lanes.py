"""A lane between mailboxes, with a dedup actor that only registers."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import trio
from attrs import evolve

from batactors.actors.board import Board
from batactors.actors.gate import Gate
from batactors.actors.heeding import Heeding
from batactors.actors.lane import Lane
from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import DedupMessage, ForgetUnsent, LaneMessage, Outgoing, Register, Submit
from batactors.actors.reply import Reply
from batactors.actors.supervisor import Backoff, ChildEvent, ChildSpec, Happening, Supervisor
from batactors.core.clock import VenueClock
from batactors.core.limiter import Limiter
from batactors.core.modes import Known, Modes
from batactors.model.commands import Command, Operation
from batactors.model.errors import BatactorsError
from batactors.model.ids import ClientOrderId, CommandId
from batactors.model.inputs import NotSent
from batactors.model.limits import Cost, Pace, RateLimit
from batactors.model.modes import ModeSetting, NewRisk, TradingMode
from batactors.model.terms import Transport
from batactors.testing import VirtualClock
from tests.actors.words import ACCOUNT, BTC, INSTRUMENTS
from tests.core.limiting import Charges, Counting, charges

FREELY = Pace(limit=1000.0, decay=1000.0)
SLOWLY = Pace(
    limit=10.0,
    decay=1.0,
    reserve=5.0,
    costs={
        Operation.CREATE_ORDER: Cost(fixed=1.0),
        Operation.AMEND_ORDER: Cost(fixed=1.0),
        Operation.CANCEL_ORDER: Cost(by_age=((5.0, 2.0),)),
    },
)
BATCHES = {Operation.CREATE_ORDER: 3, Operation.CANCEL_ORDER: 5}
BY_REST = {Operation.AMEND_ORDER: 2}


class Bench:
    """A lane, what it hands on, and what it tells."""

    def __init__(
        self,
        *,
        pace: Pace | None = FREELY,
        limits: tuple[RateLimit, ...] = (),
        charging: Charges = charges,
        send_within: float = 5.0,
        outbox: int = 100,
        new_risk: NewRisk = NewRisk.ALLOW,
        mode: TradingMode = TradingMode.ACTIVE,
        carries: Callable[[Command], bool] = lambda command: True,
    ) -> None:
        self.mailbox = Mailbox[LaneMessage]("lane", 1000)
        self.outbox = Mailbox[Outgoing]("outbox", outbox)
        self.rest = Mailbox[Outgoing]("rest", 1000)
        self.dedup = Mailbox[DedupMessage]("dedup", 1000)
        self.board = Board(VirtualClock())
        self.session(1)
        self.limiter = Limiter(Counting(limits, charging, pace), clock=VenueClock())
        self.heeding = Heeding(limiter=self.limiter, board=self.board, clock=VirtualClock(), lane=self.mailbox)
        self.known = Known(instrument=BTC)
        """Of the order of any command."""
        self.gate = Gate(
            account=ACCOUNT, modes=Modes(ACCOUNT, ModeSetting(mode=mode, since=VirtualClock().now())),
            new_risk=new_risk, board=self.board, lane=self.mailbox, limiter=self.limiter,
            known_of=lambda command: evolve(
                self.known, instrument=getattr(command, "instrument", None) or self.known.instrument
            ),
        )  # fmt: skip
        self.lane = Lane(
            mailbox=self.mailbox, outbox=self.outbox, rest=self.rest, dedup=self.dedup, board=self.board,
            gate=self.gate, clock=VirtualClock(), heeding=self.heeding, instruments=INSTRUMENTS,
            send_within=send_within,
            batch_limit=lambda operation, road: (BATCHES if road is Transport.WEBSOCKET else BY_REST).get(operation, 1),
            carries=carries,
            supports=lambda command: None,
        )  # fmt: skip
        self.unsent: dict[CommandId, str] = {}
        self.registered: list[CommandId] = []
        self.refusal: BatactorsError | None = None
        self.wire_id: Callable[[Command], ClientOrderId | None] = lambda command: getattr(
            command, "client_order_id", None
        )
        self.happenings: list[ChildEvent] = []

    def session(self, epoch: int | None) -> None:
        """From now on there is this session, which tells what happens and takes commands; or none."""
        self.board.epoch, self.board.takes_commands = epoch, epoch is not None

    async def register(self) -> None:
        """The dedup actor's part."""
        while True:
            message = await self.dedup.take()
            match message:
                case Register() if self.refusal is not None:
                    message.reply.fail(self.refusal)
                case Register():
                    self.registered += [command.command_id for command in message.commands]
                    message.reply.give(tuple(self.wire_id(command) for command in message.commands))
                case (
                    NotSent(command_ids=command_ids, reason=reason)
                    | ForgetUnsent(command_ids=command_ids, reason=reason)
                ):
                    self.unsent |= dict.fromkeys(command_ids, reason)
                case _:
                    raise AssertionError(f"the lane tells no {message}")

    async def submit(self, *commands: Command) -> None:
        """Give the lane commands, and wait until it has registered them."""
        reply: Reply[None] = Reply()
        await self.mailbox.put(Submit(commands=commands, reply=reply))
        with trio.fail_after(60.0):
            await reply.get()

    def sent(self) -> list[Command]:
        """What has come to the socket's writer since the last look, in order."""
        return [command for outgoing in self.outbox.clear() for command in outgoing.commands]

    def by_rest(self) -> list[Command]:
        """What has come to the rest client since the last look, in order."""
        return [command for outgoing in self.rest.clear() for command in outgoing.commands]

    @property
    def crashes(self) -> int:
        """How often the lane has crashed."""
        return sum(event.what is Happening.CRASHED for event in self.happenings)


def ids(commands: Sequence[Command]) -> list[CommandId]:
    """The ids of commands, in order."""
    return [command.command_id for command in commands]


@asynccontextmanager
async def open_lane(**options: Any) -> AsyncIterator[Bench]:
    """A lane that runs, supervised as in an engine."""
    bench = Bench(**options)
    supervisor = Supervisor(
        "bench", [ChildSpec(name="lane", run=bench.lane.run)], backoff=Backoff(), chance=Random(0),
        watch=bench.happenings.append,
    )  # fmt: skip
    async with trio.open_nursery() as nursery:
        nursery.start_soon(bench.register)
        await nursery.start(supervisor.run)
        yield bench
        nursery.cancel_scope.cancel()


async def settle() -> None:
    """Let everybody have done what they can do now."""
    await trio.sleep(0.001)
