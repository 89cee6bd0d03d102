"""The one door into the engine, for both transports: the deadline is honoured and the command is written down here.

A command that was late on the road is refused at this door if its deadline has passed, and executed if it has not: that
is what makes a delayed command dangerous to a client that has given up on it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from attrs import frozen

from batactors.testing.kraken_v2 import refusals
from batactors.testing.kraken_v2.refusals import Refused, invalid
from batactors.testing.kraken_v2.wire import Json
from batactors.testing.venue.ledger import Ledger
from batactors.testing.venue.orders import CommandRecord, Happened

DEADLINE_LONGEST = timedelta(seconds=60)
DEADLINE_SHORTEST = {"websocket": timedelta(milliseconds=500), "rest": timedelta(seconds=2)}
DEADLINE_DEFAULT = {"websocket": timedelta(seconds=5), "rest": None}

Answer = Json | Refused


@frozen(kw_only=True)
class Command:
    """A command whose arguments were read; `run` does it and gives its answers, in its transport's words."""

    method: str
    transport: str
    account: str
    run: Callable[[], list[Answer]]
    deadline: datetime | None = None
    req_id: int | None = None
    client_order_ids: tuple[str, ...] = ()
    order_ids: tuple[str, ...] = ()


@frozen(kw_only=True)
class Executed:
    """The answers of a command, and what is to be told to everyone who listens."""

    answers: list[Answer]
    happened: list[Happened]


class Collects(Protocol):
    """Where commands leave what they did."""

    def take_happened(self) -> list[Happened]:
        """What the last command did, once."""
        ...


class Gateway:
    """Takes commands to the engine, one at a time, whole."""

    def __init__(self, *, trading: Collects, ledger: Ledger, now: Callable[[], datetime]) -> None:
        self._trading = trading
        self._ledger = ledger
        self._now = now

    def deadline(self, wanted: datetime | None, transport: str) -> datetime | None:
        """The deadline of a command that arrives now: its own if that is a legal one, or the transport's default."""
        now = self._now()
        if wanted is None:
            default = DEADLINE_DEFAULT[transport]
            return None if default is None else now + default
        # One that has passed is left to the door, which has the text for it.
        if wanted > now + DEADLINE_LONGEST or now < wanted < now + DEADLINE_SHORTEST[transport]:
            raise invalid("deadline")
        return wanted

    def execute(self, command: Command) -> Executed:
        """Let the engine have the command."""
        answers: list[Answer]
        if command.deadline is not None and self._now() > command.deadline:
            answers = [Refused(refusals.DEADLINE_ELAPSED)]
        else:
            try:
                answers = command.run()
            except Refused as refusal:
                answers = [refusal]
        happened = self._trading.take_happened()
        self._ledger.record_command(
            CommandRecord(
                at=self._now(),
                method=command.method,
                transport=command.transport,
                account=command.account,
                req_id=command.req_id,
                client_order_ids=command.client_order_ids,
                order_ids=command.order_ids,
                errors=tuple(_errors(answers)),
            )
        )
        return Executed(answers=answers, happened=happened)


def _errors(answers: list[Answer]) -> list[str]:
    """Every refusal among the answers, those of single rows too."""
    errors = []
    for answer in answers:
        rows = [answer] if isinstance(answer, Refused) else answer.get("orders", [answer])
        errors += [row.error if isinstance(row, Refused) else row["error"] for row in rows if _refused(row)]
    return errors


def _refused(row: Answer) -> bool:
    return isinstance(row, Refused) or "error" in row
