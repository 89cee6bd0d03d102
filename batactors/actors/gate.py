"""What may go out of an account now: its modes, and whether it recovers.

Those who send look here: the lane when it is given a command and when it hands it on, and the two roads at the moment
of writing. It outlives the restarts of all of them.
"""

from collections.abc import Callable

from batactors.actors.board import Board
from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import LaneMessage, Outgoing, Wake
from batactors.core.limiter import Limiter
from batactors.core.modes import Known, Modes, exposure_of
from batactors.model.commands import Command
from batactors.model.errors import AccountRecovering, ModeForbids, Unsupported
from batactors.model.facts import VenueStatusFact
from batactors.model.health import ComponentState
from batactors.model.ids import AccountName
from batactors.model.modes import Exposure, ModeSetting, NewRisk, Risk


class NotNow(Unsupported):
    """It may not be written now, by whatever road."""


class Gate:
    """The gate of one account.

    Args:
        new_risk: What becomes of commands that add risk while the account recovers.
        known_of: What is known of the order that a command is about.
        limiter: Of what goes out; a venue that wants to be left alone is sent nothing that was on its way.
        lane: Is woken when more may go out than before, or less.
    """

    def __init__(
        self,
        *,
        account: AccountName,
        modes: Modes,
        new_risk: NewRisk,
        known_of: Callable[[Command], Known],
        board: Board,
        limiter: Limiter,
        lane: Mailbox[LaneMessage],
    ) -> None:
        self._account = account
        self.modes = modes
        self._new_risk = new_risk
        self._known_of = known_of
        self._board = board
        self.limiter = limiter
        self._lane = lane
        self._venue_says: str | None = None
        """Why the venue takes no new orders, by its own word."""

    # What changes it.

    def set_mode(self, setting: ModeSetting) -> None:
        """From now on this mode holds."""
        self.modes.set(setting)
        self._board.touch()
        self._lane.post(Wake(reason="the mode has changed"))

    def session_begins(self) -> None:
        """A new session: what the venue said of itself in the last one is old, and it will say it again."""
        self._venue_says = None

    def session_is_ready(self) -> None:
        """A session takes commands now."""
        self._lane.post(Wake(reason="a session is ready"))

    def hear_status(self, fact: VenueStatusFact) -> None:
        """The venue's word on itself."""
        self._venue_says = None if fact.accepts_orders else f"the venue is {fact.word}"
        state = ComponentState.UP if fact.accepts_orders else ComponentState.DEGRADED
        self._board.set("venue", state, self._venue_says)
        self._lane.post(Wake(reason="the venue's status has changed"))

    # What it says.

    @property
    def recovering(self) -> str | None:
        """Why the account is not wholly there: it has no session that is ready, or the venue takes no new orders."""
        return "there is no session" if self._board.epoch is None else self._venue_says

    def enter(self, command: Command) -> Exposure:
        """What a command that is to be registered does to the risk.

        Raises:
            ModeForbids: A mode lets no such command out.
            AccountRecovering: It adds risk, the account recovers, and such commands are to be refused then.
        """
        exposure = exposure_of(command, self._known_of(command))
        forbidden = self.modes.why_not(exposure)
        if forbidden is not None:
            raise ModeForbids(f"{command.operation} is not sent: {forbidden}", retriable=True)
        if self._new_risk is NewRisk.REFUSE and exposure.risk is Risk.ADDS and self.recovering is not None:
            raise AccountRecovering(
                f"{command.operation} is not sent: account {self._account!r} recovers ({self.recovering}), and its "
                "new_risk_while_recovering is 'refuse'; try again when account.health() shows it up",
                retriable=True,
            )
        return exposure

    def holds(self, exposure: Exposure) -> bool:
        """Whether such a command has to wait until the account has recovered."""
        adds = exposure.risk is Risk.ADDS and self._new_risk is not NewRisk.ALLOW
        return adds and self.recovering is not None

    def leave(self, outgoing: Outgoing, now: float) -> None:
        """Let this be written now.

        Raises:
            NotNow: It is too late, a mode or the venue forbids it, or it adds risk and the account recovers.
        """
        if now > outgoing.send_by:
            raise NotNow("it waited too long for its turn")
        forbidden = self.modes.why_not(outgoing.exposure)
        forbidden = forbidden or self.limiter.why_not(outgoing.commands[0].operation, now)
        if forbidden is not None:
            raise NotNow(forbidden)
        if self.holds(outgoing.exposure):
            raise NotNow(f"it adds risk, and the account recovers: {self.recovering}")
