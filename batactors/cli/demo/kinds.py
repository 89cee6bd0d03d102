"""The kinds of trouble that a script of the demo is drawn from: those that every venue has, and how one is written."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

from attrs import frozen

from batactors.testing import faults as f
from batactors.testing.fault_script import Fault
from batactors.testing.venue.venue import SimulatedVenue

if TYPE_CHECKING:
    from random import Random

Make = Callable[["Random"], Fault]
Road = Literal["websocket", "rest"]
UNLIMITED = 1000


@frozen
class Deed:
    """What is done to the venue at once, waiting for no request and no frame.

    Attributes:
        name: What it is called in the count of faults.
    """

    name: str
    do: Callable[[SimulatedVenue], None]


CUT_AMONG_FILLS = Deed("cut among fills", lambda venue: venue.cut())
"""The script lets something trade before the cut, and while nobody listens."""


@frozen
class Kind:
    """One kind of trouble.

    Attributes:
        weight: How often it is drawn, beside the others.
        make: The fault for the venue's own script, or what is done to the venue at once.
        ends_session: It costs a connection, so there is a limit to it.
        most: How often one script may have it.
    """

    weight: int
    make: Make | Deed
    ends_session: bool = False
    most: int = UNLIMITED


def kinds(methods: Sequence[str], refusals: Sequence[str], *own: Kind, road: Road = "websocket") -> tuple[Kind, ...]:
    """What can go wrong at every venue, of commands that go by these words, and with refusals that it gives.

    Args:
        methods: The words, each as often as its share.
        refusals: Texts of refusals.
        own: What else can go wrong at one of them.
        road: By which most commands go there.
    """

    def command(kind: Callable[..., Fault], **more: object) -> Make:
        """A fault of a command on the road that most go by."""
        return lambda chance: kind(method=chance.choice(methods), transport=road, nth=chance.randint(1, 3), **more)

    return (
        Kind(6, command(f.LoseAck)),
        Kind(5, command(f.LoseCommand)),
        Kind(3, lambda chance: f.Refuse(method=chance.choice(methods), error=chance.choice(refusals))),
        Kind(2, lambda chance: f.RefuseRow()),
        # Some arrive while they are valid, some are too late by then.
        *(Kind(1, command(f.DelayCommand, seconds=seconds)) for seconds in (0.4, 1.2, 2.3)),
        *(Kind(1, command(f.DelayAck, seconds=seconds)) for seconds in (0.2, 0.8, 3.0)),
        Kind(2, command(f.EventsBeforeAck)),
        Kind(3, lambda chance: f.FillBeforeCancel(share=chance.choice(("half", "all")))),
        Kind(1, lambda chance: f.PendingCancel(seconds=0.4)),
        Kind(5, lambda chance: f.DuplicateFrame(extra=chance.randint(1, 3), count=3)),
        Kind(5, _frame(f.SwapFrames)),
        Kind(4, _frame(f.SkipSequence)),
        Kind(2, _frame(f.LoseFrame)),
        Kind(3, _frame(f.DelayFrame, seconds=0.5)),
        Kind(2, _frame(f.MalformedRow)),
        Kind(2, _frame(f.UnknownEvent)),
        Kind(1, _frame(f.UnknownChannel)),
        Kind(2, _frame(f.CutInFrame), ends_session=True),
        Kind(3, CUT_AMONG_FILLS, ends_session=True),
        Kind(1, command(f.CutBeforeCommand), ends_session=True),
        Kind(3, command(f.CutAfterCommand), ends_session=True),
        Kind(1, command(f.CloseAfterCommand), ends_session=True),
        # All that is sent into the silence is lost, and it lasts until the engine gives the socket up.
        Kind(1, command(f.GoSilent), ends_session=True, most=1),
        Kind(1, command(f.RestartAfterCommand, down_for=0.7), ends_session=True, most=1),
        Kind(2, lambda chance: f.HttpError(transport="rest", when="before", status=chance.choice((502, 520)))),
        Kind(2, lambda chance: f.HttpError(transport="rest", when="after", status=chance.choice((504, 520)))),
        Kind(1, lambda chance: f.CutReply(transport="rest")),
        Kind(1, lambda chance: f.Stall(transport="rest", seconds=0.8), most=2),
        # Less than the engine is told to expect: beyond that, a proof of absence would be none.
        Kind(2, lambda chance: f.ReadLag(transport="rest", seconds=0.4, count=4)),
        *own,
    )


def _frame(kind: Callable[..., Fault], **more: object) -> Make:
    """A fault of a frame that the venue pushes."""
    return lambda chance: kind(nth=chance.randint(1, 4), **more)
