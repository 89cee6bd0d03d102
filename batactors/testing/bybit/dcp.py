"""Cancel on disconnect, which only institutions have: orders go when every socket that asked for it is dead."""

from collections.abc import Callable

from batactors.testing.bybit.accounts import BybitAccount
from batactors.testing.bybit.calls import Answered, Call
from batactors.testing.bybit.refusals import PERMISSION, Refused, bad
from batactors.testing.venue.agenda import Agenda
from batactors.testing.venue.switch import DeadMansSwitch

TOPIC = "dcp.future"
PRODUCTS = ("SPOT", "DERIVATIVES", "OPTIONS")
DEFAULT_WINDOW = 10
TAKES_EFFECT = 10.0
"""So many seconds after it was set a window is in force."""


class DisconnectCancel:
    """The timers of all accounts."""

    def __init__(self, *, accounts: dict[str, BybitAccount], agenda: Agenda, fire: Callable[[str], None]) -> None:
        self._accounts = accounts
        self._agenda = agenda
        self._switch = DeadMansSwitch(agenda=agenda, fire=fire)
        self._windows: dict[str, int] = {}
        self._alive: dict[str, int] = {}

    def set(self, call: Call) -> Answered:
        """Set for how long sockets may be dead; of options, unless the product is named."""
        if not self._accounts[call.account].institutional:
            raise Refused(PERMISSION, "DCP is not enabled for this account.")
        window, product = call.arguments.integer("timeWindow"), call.arguments.text("product") or "OPTIONS"
        if window is None or not 3 <= window <= 300 or product not in PRODUCTS:
            raise bad("params error: timeWindow or product invalid")
        if product == "DERIVATIVES":
            account, seconds = call.account, window
            self._agenda.after(TAKES_EFFECT, lambda: self._windows.__setitem__(account, seconds))
        return Answered({})

    def info(self, call: Call) -> Answered:
        """How it is set."""
        status = "ON" if self._accounts[call.account].institutional else "OFF"
        window = str(self._windows.get(call.account, DEFAULT_WINDOW))
        return Answered({"dcpInfos": [{"product": "DERIVATIVES", "dcpStatus": status, "timeWindow": window}]})

    def subscribed(self, account: str) -> None:
        """One more socket of this account asks for it."""
        if self._accounts[account].institutional:
            self._alive[account] = self._alive.get(account, 0) + 1
            self._switch.set(account, 0)

    def dead(self, account: str) -> None:
        """One that asked for it is dead."""
        if not self._accounts[account].institutional:
            return
        self._alive[account] -= 1
        if not self._alive[account]:
            self._switch.set(account, self._windows.get(account, DEFAULT_WINDOW))
