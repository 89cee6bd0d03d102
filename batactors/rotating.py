"""An account whose keys can be exchanged while it trades."""

import trio

from batactors.actors.connection import Connection
from batactors.model.errors import AuthError, BatactorsError
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
            AuthError: The venue refused the new keys; those before stay in use.
            BatactorsError: A session with the new keys did not come to live; the one before it goes on. Requests are
                signed with the new keys, which were not refused; call it again before the first key is revoked.
        """
        ring = self._wiring.ring
        before = ring.keys
        ring.exchange()
        given = ring.keys
        failures = await self._renew_all()
        refused = [error for error in failures if isinstance(error, AuthError)]
        if refused and ring.keys is given:  # and no others were taken meanwhile
            ring.keys = before
            await self._renew_all()  # a socket that did not look at the keys has a session with the refused ones
        if failures:
            raise (refused or failures)[0]

    async def _renew_all(self) -> list[BatactorsError]:
        """Put a new session in the place of each; why not, where that failed."""
        failures: list[BatactorsError] = []
        async with trio.open_nursery() as nursery:
            for connection in self._wiring.connections.values():
                nursery.start_soon(self._renew, connection, failures)
        return failures

    async def _renew(self, connection: Connection, failures: list[BatactorsError]) -> None:
        try:
            await connection.renew()
        except BatactorsError as error:
            failures.append(error)
