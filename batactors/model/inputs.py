"""Everything that can change what the engine believes, as values: what the dedup actor's one queue holds."""

from datetime import datetime
from math import inf

from attrs import frozen

from batactors.model.commands import Command
from batactors.model.facts import Fact
from batactors.model.ids import ClientOrderId, CommandId, RequestId
from batactors.model.questions import AskSettings, Question, Target
from batactors.model.receipts import Trigger
from batactors.model.terms import Origin, Transport


@frozen(kw_only=True)
class Input:
    """Something that happened. ``at`` is trio's clock, in seconds; ``on`` the wall clock, UTC."""

    at: float
    on: datetime


@frozen(kw_only=True)
class Registered(Input):
    """A command is ours from now on. ``wire_id`` is its client order id as the venue will see it."""

    command: Command
    wire_id: ClientOrderId | None = None


@frozen(kw_only=True)
class Sending(Input):
    """The first byte of a request is about to leave.

    Attributes:
        command_ids: In the order of the request's legs.
        valid_until: After this the venue no longer carries it out (UTC).
        expires: The same moment on trio's clock.
        answer_by: When we stop expecting an answer, on trio's clock.
    """

    request_id: RequestId
    command_ids: tuple[CommandId, ...]
    transport: Transport
    valid_until: datetime
    expires: float
    answer_by: float


@frozen(kw_only=True)
class Written(Input):
    """The last byte of a request was handed to the network."""

    request_id: RequestId


@frozen(kw_only=True)
class NotSent(Input):
    """These never left us, and never will.

    Attributes:
        in_spite: Though they were told as being sent: no byte of them got further than to us, and that is sure.
    """

    command_ids: tuple[CommandId, ...]
    reason: str
    in_spite: bool = False


@frozen(kw_only=True)
class Unanswered(Input):
    """These may have left, and no answer can come any more: their session has ended, or their HTTP request failed."""

    command_ids: tuple[CommandId, ...]
    reason: str


@frozen(kw_only=True)
class Heard(Input):
    """What one frame, or one HTTP response to a command, said.

    Attributes:
        read_at: When the frame was taken off its socket, on trio's clock; ``None`` if it waited since for a reason.
    """

    facts: tuple[Fact, ...]
    origin: Origin
    transport: Transport = Transport.WEBSOCKET
    read_at: float | None = None


@frozen(kw_only=True)
class SessionReady(Input):
    """A socket that tells what happens is authenticated, subscribed and caught up."""

    epoch: int


@frozen(kw_only=True)
class StreamBroke(Input):
    """A session that takes the place of another finds that nobody was told anything any more.

    Attributes:
        since: What was told before that, on trio's clock, may have changed unheard.
    """

    since: float


@frozen(kw_only=True)
class SessionEnded(Input):
    """A socket is gone.

    Attributes:
        events: It told what happens on the account.
        commands: It took commands: what went out by it and is not answered never will be.
        sent_before: Another socket took the commands from then on, on trio's clock; ``-inf`` if it never took any.
    """

    epoch: int
    reason: str
    events: bool = True
    commands: bool = True
    sent_before: float = inf


@frozen(kw_only=True)
class Finding(Input):
    """What the venue answered to a question.

    Attributes:
        asked_at: When it was asked, on trio's clock: what it says is no newer than that, and may be older.
        parts: What the venue was asked in place of it, each with its whole answer.
        missed: Nobody told what had happened before: whatever was heard last, however lately, may be out of date.
    """

    question: Question
    asked_at: float
    facts: tuple[Fact, ...]
    parts: "tuple[Inquiry, ...]" = ()
    missed: bool = False


@frozen(kw_only=True)
class Inquiry:
    """One question, and what its whole answer says of one order.

    Attributes:
        asked_on: When it was asked (UTC, our clock).
        pages: How many requests the answer took.
    """

    question: Question
    asked_on: datetime
    facts: tuple[Fact, ...] = ()
    pages: int = 1


@frozen(kw_only=True)
class LookedUp(Input):
    """The reconciler has put all the questions that could not overlook an order, and this is what they gave.

    Attributes:
        target: The order that was looked up; without ids, all that are open.
        command_ids: The commands whose fate was asked for.
        asked_at: When the first of the questions was asked, on trio's clock.
        facts: What the answers said.
        inquiries: The same, question by question.
        failure: Why some question has no answer; what was not answered proves nothing.
    """

    target: Target
    command_ids: tuple[CommandId, ...]
    asked_at: float
    facts: tuple[Fact, ...]
    inquiries: tuple[Inquiry, ...] = ()
    failure: str | None = None


@frozen(kw_only=True)
class ReadBack(Input):
    """The reconciler has asked how something is set, and this is what that gave; fields as in ``LookedUp``."""

    question: AskSettings
    command_ids: tuple[CommandId, ...]
    asked_at: float
    inquiries: tuple[Inquiry, ...] = ()
    failure: str | None = None

    @property
    def facts(self) -> tuple[Fact, ...]:
        """All that was said."""
        return tuple(fact for inquiry in self.inquiries for fact in inquiry.facts)


@frozen(kw_only=True)
class PassBegan(Input):
    """The reconciler begins to ask. A pass that was begun before and has not ended never will."""

    triggers: tuple[Trigger, ...]


@frozen(kw_only=True)
class PassEnded(Input):
    """It has asked for all that it wanted to, or could not."""

    failure: str | None = None


@frozen(kw_only=True)
class Elapsed(Input):
    """Time has passed, and a deadline may have with it."""
