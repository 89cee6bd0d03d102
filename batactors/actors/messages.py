"""What actors say to each other beside the inputs of ``model.inputs``."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from attrs import field, frozen

from batactors.actors.mailbox import Mailbox
from batactors.actors.reply import Reply
from batactors.core.agenda import Agenda
from batactors.core.changes import Changes
from batactors.journal.store import SetAside
from batactors.model.commands import Command
from batactors.model.facts import Fact
from batactors.model.ids import ClientOrderId, CommandId, InstrumentId, RequestId, VenueOrderId
from batactors.model.inputs import Finding, Input, Inquiry
from batactors.model.lifecycle import LifecycleEvent
from batactors.model.modes import Exposure
from batactors.model.order_events import OrderEvent
from batactors.model.questions import Question, Target
from batactors.model.receipts import PassReport
from batactors.model.reports import Report

# To the lane.


@frozen(kw_only=True)
class Submit:
    """Commands to be sent: one, or the legs of a batch. The reply comes once they are registered.

    Attributes:
        given_at: When they were submitted, on trio's clock, for what is measured.
    """

    commands: tuple[Command, ...]
    reply: Reply[None]
    given_at: float | None = None


@frozen(kw_only=True)
class SlowDown:
    """The venue refused a command for too many requests."""

    instrument: InstrumentId | None


# To a connection or the rest client, from the lane.


@frozen(kw_only=True)
class Outgoing:
    """Commands for one frame or one HTTP request, with their client order ids as the venue will see them.

    Attributes:
        send_by: When it is too old to be sent, on trio's clock; it is then told as not sent.
        exposure: What each of them does to the risk.
        given_at: As for ``Submit``.
    """

    commands: tuple[Command, ...]
    request_id: RequestId
    send_by: float
    exposure: Exposure
    given_at: float | None = None


# To the rest client.


@frozen(kw_only=True)
class Ask:
    """A question about the whole account, answered whole: every page of it."""

    question: Question
    reply: Reply["Answered"]


@frozen(kw_only=True)
class LookUp:
    """An order to be looked up wherever it could be."""

    target: Target
    reply: Reply["Answered"]


@frozen(kw_only=True)
class Answered:
    """What the venue said.

    Attributes:
        asked_at: When the first of the requests was begun, on trio's clock.
        inquiries: The questions in the order in which they were asked, each with its whole answer.
        sent_at: When the last of them was begun: before its answer was made.
        received_at: When its answer was there.
        token: The answer to ``AskToken``.
    """

    asked_at: float
    inquiries: tuple[Inquiry, ...] = ()
    sent_at: float = 0.0
    received_at: float = 0.0
    token: str | None = field(default=None, repr=False)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """All that was said."""
        return tuple(fact for inquiry in self.inquiries for fact in inquiry.facts)


# To the reconciler.


@frozen(kw_only=True)
class Wake:
    """There may be something to ask."""

    reason: str


@frozen(kw_only=True)
class CatchUp:
    """A session must know what was missed before it releases what waits; the reply says that it does.

    Attributes:
        whole: It had no snapshot: ask for what is open, too.
        missed: Nobody heard what happened before it; not so of one that takes the place of another that lives.
    """

    epoch: int
    reply: Reply[None]
    whole: bool = False
    missed: bool = True


@frozen(kw_only=True)
class Reconcile:
    """Somebody asks for everything to be asked for now; the reply comes after the pass."""

    reply: Reply[PassReport]


# To the dedup actor, beside the inputs.


@frozen(kw_only=True)
class Register:
    """Make commands ours: journaled, their identities known, before anything is sent.

    The reply gives the client order id of each as the venue will see it.
    """

    commands: tuple[Command, ...]
    reply: Reply[tuple[ClientOrderId | None, ...]]


@frozen(kw_only=True)
class Adopt:
    """Follow this order from now on, by what the venue has just answered of it; the reply is the command that tells.

    Attributes:
        client_order_id: What the engine is to call it.
        found: The venue's answer.
    """

    venue_order_id: VenueOrderId
    command_id: CommandId
    client_order_id: ClientOrderId
    found: Finding
    reply: Reply[Command]


@frozen(kw_only=True)
class Tell:
    """An input whose sender waits until it has been applied, and hears what that changed."""

    given: Input
    reply: Reply[Changes]


@frozen(kw_only=True)
class AskAgenda:
    """What is there to ask the venue now?"""

    reply: Reply[Agenda]


@frozen(kw_only=True)
class Follow:
    """Tell this mailbox all of a command and its order after these sequence numbers, and what comes, as it comes.

    Attributes:
        number: Of this wish among the follower's own, so that it knows the answer to the latest.
    """

    command_id: CommandId
    mailbox: Mailbox["Told"]
    events_since: int
    steps_since: int
    number: int = 0


@frozen(kw_only=True)
class Unfollow:
    """Tell it no more."""

    command_id: CommandId
    mailbox: Mailbox["Told"]


class Watch(StrEnum):
    """What of a whole account there is to watch."""

    ORDERS = "orders"
    """Every event of our orders and every report of others', from now on."""
    HOLDINGS = "holdings"
    """That balances or positions have changed; how they stand is read off the account."""


@frozen(kw_only=True)
class FollowAccount:
    """The same for the reports of the account, after this one; or for what ``watch`` names."""

    mailbox: Mailbox["Told"]
    since: int = 0
    watch: Watch | None = None


@frozen(kw_only=True)
class UnfollowAccount:
    """Tell it no more reports."""

    mailbox: Mailbox["Told"]


@frozen(kw_only=True)
class ForgetUnsent:
    """The lane has restarted, or has ended: of these commands, those that were never handed on will never be sent."""

    command_ids: tuple[CommandId, ...]
    reason: str


@frozen(kw_only=True)
class CutOff:
    """Nobody sends any more: what has been sent and not answered is unknown from now on."""

    reason: str


@frozen(kw_only=True)
class Drain:
    """Answered when everything that was told before it has been dealt with."""

    reply: Reply[None]


# To a subscriber.


@frozen(kw_only=True)
class Told:
    """News for a follower.

    Attributes:
        answers: The number of the ``Follow`` that it answers, with all there was to tell then; 0 if it answers none.
        settled: The order has ended, with all its fills told.
        resolved: The command has its verdict, or never will.
        earliest: For reports: the sequence number of the oldest that is still kept.
        marks: For who watches all orders: the sequence number of the last event of each that was told by now.
        latest: And that of the last report; ``None`` where this says nothing of the kind.
    """

    events: Sequence[OrderEvent] = ()
    steps: Sequence[LifecycleEvent] = ()
    reports: Sequence[Report] = ()
    answers: int = 0
    settled: bool = False
    resolved: bool = False
    earliest: int = 0
    marks: Mapping[ClientOrderId, int] = field(factory=dict)
    latest: int | None = None


DedupMessage = (
    Input | Register | Tell | AskAgenda | Follow | Unfollow | FollowAccount | UnfollowAccount | ForgetUnsent | CutOff
    | Drain | Adopt | SetAside
)  # fmt: skip
LaneMessage = Submit | SlowDown | Wake
RestMessage = Ask | LookUp
ReconcilerMessage = Wake | CatchUp | Reconcile
