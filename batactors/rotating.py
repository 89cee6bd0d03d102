"""An account whose keys can be exchanged while it trades."""

import trio

from batactors.actors.connection import Connection
from batactors.model.errors import BatactorsError
from batactors.watches import WatchingAccount


class RotatingAccount(WatchingAccount):
    """Takes new keys without a gap."""

    async def rotate_keys(self) -> None:
        """Read the keys anew from where the configuration says that they are, and use them from now on.

        Requests are signed with them at once. Each socket gets a session with them beside the one that it has, which is
        put away when the new one is ready and the answers to what it had sent are there. So the order is: make a second
        key at the venue, put it in the place of the first, call this, and only then revoke the first.

        Raises:
            ConfigError: There are no keys at that place, or they cannot be used; those before stay in use.
            BatactorsError: A session with the new keys did not come to live; the one before it goes on.
        """
        wiring = self._wiring
        wiring.ring.exchange()
        failures: list[Exception] = []
        async with trio.open_nursery() as nursery:
            for connection in wiring.connections.values():
                nursery.start_soon(self._renew, connection, failures)
        if failures:
            raise failures[0]

    async def _renew(self, connection: Connection, failures: list[Exception]) -> None:
        try:
            await connection.renew()
        except BatactorsError as error:
            failures.append(error)
