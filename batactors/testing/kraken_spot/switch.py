"""The dead man's switch: an account's orders are canceled when it has not asked for a delay in time."""

from collections.abc import Callable

from batactors.testing.kraken_spot import refusals
from batactors.testing.kraken_spot.agenda import Agenda, Entry
from batactors.testing.kraken_spot.refusals import Refused

SWITCH_MAXIMUM = 86_400


class DeadMansSwitch:
    """The switches of all accounts, by elapsed time: no clock that is set makes them fire sooner or later."""

    def __init__(self, *, agenda: Agenda, fire: Callable[[str], None]) -> None:
        self._agenda = agenda
        self._fire = fire
        self._armed: dict[str, Entry] = {}

    def set(self, account: str, seconds: int) -> bool:
        """Arm, replace or (with 0) disarm it; whether it is armed now."""
        if seconds >= SWITCH_MAXIMUM:
            raise Refused(refusals.TIMEOUT_TOO_LONG)
        if seconds < 0:
            raise refusals.invalid("timeout")
        if account in self._armed:
            self._armed.pop(account).drop()
        if seconds:
            self._armed[account] = self._agenda.after(seconds, lambda: self._go_off(account))
        return seconds > 0

    def _go_off(self, account: str) -> None:
        del self._armed[account]
        self._fire(account)
