"""The keys of one account, as they are now: they may be exchanged while the engine runs."""

from collections.abc import Callable

from batactors.venues.signers import Keys


class KeyRing:
    """Holds the keys that requests and new sessions are signed with.

    Args:
        look_up: Reads the keys where they are kept; raises ``ConfigError`` if there are none.
    """

    def __init__(self, look_up: Callable[[], Keys]) -> None:
        self._look_up = look_up
        self.keys = look_up()

    def exchange(self) -> None:
        """Take the keys that are kept now.

        Raises:
            ConfigError: There are none, or they cannot be used; those before stay.
        """
        self.keys = self._look_up()
