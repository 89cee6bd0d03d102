"""The dead man's switch: orders are canceled when nobody has asked for a delay in time."""

from collections.abc import Callable

from batactors.testing.venue.agenda import Agenda, Entry


class DeadMansSwitch:
    """The switches of all accounts, by elapsed time: no clock that is set makes them fire sooner or later.

    A switch goes by a key: the account, or whatever else its venue has one for.
    """

    def __init__(self, *, agenda: Agenda, fire: Callable[[str], None]) -> None:
        self._agenda = agenda
        self._fire = fire
        self._armed: dict[str, Entry] = {}

    def set(self, key: str, seconds: float) -> bool:
        """Arm, replace or (with 0) disarm it; whether it is armed now."""
        if key in self._armed:
            self._armed.pop(key).drop()
        if seconds:
            self._armed[key] = self._agenda.after(seconds, lambda: self._go_off(key))
        return seconds > 0

    def _go_off(self, key: str) -> None:
        del self._armed[key]
        self._fire(key)
