"""What can go wrong with a frame that the venue pushes."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from attrs import field, frozen

from batactors.testing.fault_script import Fault


@frozen(kw_only=True)
class FrameFault(Fault):
    """A fault of one frame that the venue pushes. `event` narrows it to frames that begin with this exec_type."""

    narrows: ClassVar[tuple[str, ...]] = ("channel", "frame_type", "event", "client_order_id")
    channel: str | None = "executions"
    frame_type: Literal["update", "snapshot"] | None = "update"
    event: str | None = None
    client_order_id: str | None = None


@frozen(kw_only=True)
class DuplicateFrame(FrameFault):
    """The frame is sent so many times more, byte for byte."""

    extra: int = 1


@frozen(kw_only=True)
class SwapFrames(FrameFault):
    """The frame is sent after the next one of its channel."""


@frozen(kw_only=True)
class SkipSequence(FrameFault):
    """The frame is lost; its sequence number is used up, so the loss can be seen."""


@frozen(kw_only=True)
class LoseFrame(FrameFault):
    """The frame is lost without a trace: the next one gets its number."""


@frozen(kw_only=True)
class DelayFrame(FrameFault):
    """The frame is sent this much later; those after it overtake it."""

    seconds: float


@frozen(kw_only=True)
class CutInFrame(FrameFault):
    """Half of the frame's bytes are written, and the connection is reset."""


@frozen(kw_only=True)
class BalancesFirst(FrameFault):
    """The ledger entries of a fill are told before the fill itself, instead of after it."""

    event: str | None = "trade"


@frozen(kw_only=True)
class OddRowFault(FrameFault):
    """What odd rows have in common: the row."""

    row: Mapping[str, Any]


@frozen(kw_only=True)
class MalformedRow(OddRowFault):
    """A row that cannot be read stands beside the good ones, before them."""

    row: Mapping[str, Any] = field(factory=lambda: {"exec_type": "trade", "order_id": 7, "last_qty": "much"})


@frozen(kw_only=True)
class UnknownEvent(OddRowFault):
    """A row of a kind that nobody has documented stands beside the good ones, before them."""

    row: Mapping[str, Any] = field(factory=lambda: {"exec_type": "novation", "order_status": "novated"})


@frozen(kw_only=True)
class Garbage(FrameFault):
    """A frame that is no JSON comes before this one."""

    text: str = '{"channel":"executions","type":"update","data":[{'


@frozen(kw_only=True)
class UnknownChannel(FrameFault):
    """A frame of a channel that nobody has documented comes before this one."""

    frame: Mapping[str, Any] = field(factory=lambda: {"channel": "novelty", "type": "update", "data": [{"x": 1}]})
