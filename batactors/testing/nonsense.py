"""Peers that are not the venue: what a broken proxy, or a TLS end that will not have us, says to whoever connects."""

from typing import Literal

import trio

from batactors.testing.link import Link

Nonsense = Literal["garbage", "tls_alert", "silence", "reset"]

# Neither the beginning of an HTTP response nor of a TLS record, and long enough for either reader to see that.
GARBAGE = b"\x00\xff nothing that you know\r\n\r\n" * 4
# A record of TLS 1.2, as 1.3 writes it too, with the fatal alert `handshake_failure`.
TLS_ALERT = bytes([21, 3, 3, 0, 2, 2, 40])


def talk(how: Nonsense, up: Link, down: Link) -> str | None:
    """Say this to the client, and hear nothing; how the connection is over with that, `closed` or `reset`, if it is."""
    if how == "silence":
        return None
    if how == "garbage":
        down.write(GARBAGE)
        return None
    if how == "tls_alert":
        down.write(TLS_ALERT)
        up.abandon()
        return "closed"
    up.abandoned = True
    down.reset(down.arrival(trio.current_time()))
    return "reset"
