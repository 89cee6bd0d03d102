"""What can go wrong with a request and its answer, by WebSocket or by REST."""

import math
from typing import ClassVar, Literal

from attrs import frozen

from batactors.testing.fault_script import Fault

FOREVER = math.inf
BANNED = "<html><head><title>error code: 1015</title></head></html>"
"""What the proxy in front of the venue says to an address that it has banned."""


@frozen(kw_only=True)
class CommandFault(Fault):
    """A fault of one request.

    `method` is the WebSocket word for it ("add_order"), on both transports; a query that has no such word goes by its
    own name ("OpenOrders"). `transport` is "websocket" or "rest".
    """

    narrows: ClassVar[tuple[str, ...]] = ("method", "transport", "client_order_id")
    method: str | None = None
    transport: Literal["websocket", "rest"] | None = None
    client_order_id: str | None = None


@frozen(kw_only=True)
class LoseAck(CommandFault):
    """The command is executed; its answer is never sent."""


@frozen(kw_only=True)
class LoseCommand(CommandFault):
    """The request is swallowed before the engine; there is no answer."""


@frozen(kw_only=True)
class RefusalFault(CommandFault):
    """What the refusals have in common: their text."""

    error: str


@frozen(kw_only=True)
class LateAnswerFault(CommandFault):
    """What late answers have in common: how late."""

    seconds: float


@frozen(kw_only=True)
class Refuse(RefusalFault):
    """The request is refused with this text; the engine does not see it."""

    error: str = "EGeneral:Internal error"


@frozen(kw_only=True)
class RefuseRate(RefusalFault):
    """The request is refused for its rate."""

    error: str = "EOrder:Rate limit exceeded"


@frozen(kw_only=True)
class RefuseToken(RefusalFault):
    """The token of the request is taken for stale, whatever its age. `EAPI:Invalid token` is the venue's other text."""

    error: str = "ESession:Invalid session"


@frozen(kw_only=True)
class RefuseRow(RefusalFault):
    """One row of a batch is refused by the engine; `nth` counts rows, over all batches."""

    error: str = "EOrder:Insufficient funds"


@frozen(kw_only=True)
class RefuseLater(RefusalFault):
    """A command about one order is acknowledged, and the matching engine refuses it then; at venues that do so."""

    error: str = "EC_Others"


@frozen(kw_only=True)
class RefuseBare(CommandFault):
    """A WebSocket request is refused with a frame that names neither the method nor the request."""

    error: str = "Exceeded msg rate"


@frozen(kw_only=True)
class RefuseUpgrade(Fault):
    """A WebSocket handshake is answered with an HTTP error, by something in front of the venue."""

    narrows: ClassVar[tuple[str, ...]] = ("path",)
    path: str | None = None
    status: int = 429
    body: str = BANNED


@frozen(kw_only=True)
class DelayCommand(CommandFault):
    """The request waits this long before the engine takes it, even if its connection is gone by then."""

    seconds: float


@frozen(kw_only=True)
class DelayAck(LateAnswerFault):
    """The command is executed and its events are told at once; the answer follows this much later."""


@frozen(kw_only=True)
class EventsBeforeAck(CommandFault):
    """The events of the command are told before its answer, instead of after it."""


@frozen(kw_only=True)
class CutBeforeCommand(CommandFault):
    """The connection is reset when the request arrives; the engine does not see it."""


@frozen(kw_only=True)
class CutAfterCommand(CommandFault):
    """The command is executed, and the connection is reset before the answer or any event is written."""


@frozen(kw_only=True)
class CloseAfterCommand(CommandFault):
    """The command is executed, and the socket is closed politely, with a code, instead of answering."""

    code: int = 1001
    reason: str = "CloudFlare WebSocket proxy restarting"


@frozen(kw_only=True)
class GoSilent(CommandFault):
    """From this request on the connection is half open: nothing is processed, nothing is sent."""

    seconds: float = FOREVER


@frozen(kw_only=True)
class RestartAfterCommand(CommandFault):
    """The command is executed; then the whole venue goes down, and comes back with its ledger."""

    down_for: float = 1.0


@frozen(kw_only=True)
class BanAfterCommand(CommandFault):
    """The command is executed, and the client's address is banned for so long; see `KrakenSpotVenue.ban`.

    It is answered, unless its own WebSocket is closed too.
    """

    seconds: float = 600.0
    close_sessions: bool = False


@frozen(kw_only=True)
class ChangeStatus(CommandFault):
    """The venue changes its system status just before this request."""

    status: str = "maintenance"


@frozen(kw_only=True)
class PendingCancel(CommandFault):
    """A cancel is accepted with `pending: true`, and done this much later."""

    seconds: float = 1.0


@frozen(kw_only=True)
class RaceFault(CommandFault):
    """What lost races have in common: the share of what was left of the order that trades first."""

    share: Literal["half", "all"] = "all"


@frozen(kw_only=True)
class FillBeforeCancel(RaceFault):
    """A counterparty is quicker than the cancel: the order trades first."""


@frozen(kw_only=True)
class FillBeforeAmend(RaceFault):
    """A counterparty is quicker than the amend: the order trades first, on its old terms."""


@frozen(kw_only=True)
class HttpError(CommandFault):
    """A REST request is answered by something in front of the venue, before or after the engine had it."""

    narrows: ClassVar[tuple[str, ...]] = (*CommandFault.narrows, "when")
    status: int = 520
    body: str = "<html><head><title>520: Web server is returning an unknown error</title></head></html>"
    when: Literal["before", "after"] = "before"


@frozen(kw_only=True)
class Stall(LateAnswerFault):
    """A REST request is executed; its answer waits this long, and is dropped if the client hangs up meanwhile."""

    seconds: float = FOREVER


@frozen(kw_only=True)
class CutReply(CommandFault):
    """A REST request is executed; the connection is reset in the middle of the answer."""


@frozen(kw_only=True)
class ReadLag(CommandFault):
    """A REST read shows the account as it was this many seconds ago."""

    seconds: float = 30.0
