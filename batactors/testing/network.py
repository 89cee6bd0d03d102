"""A TCP network without a kernel: latency, faults and order all follow from a seed.

`SimulatedNetwork.installed()` plugs it into trio through trio's public socket hooks, for the current run. trio's own
streams and listeners, trio-websocket and httpx2 then run on it unmodified, TLS included.

Ports stand for hosts: a registered name may lead `venue.example:443` to a port of its own, and faults name that port.
"up" is from the client to the port's listener, "down" the way back.

What differs from a kernel: there are no retransmissions and no patience. Through a closed road (`partition`) nothing is
lost, it arrives once the road is open; and no connection times out by itself. So a wait without a deadline shows.
"""

import errno
import socket as stdlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

import trio

from batactors.seams import SeededChance
from batactors.testing.link import Road, fail
from batactors.testing.names import AddressBook
from batactors.testing.nonsense import Nonsense
from batactors.testing.ports import Direction, PortTable
from batactors.testing.sockets import SimulatedSocket


class _Factory(trio.abc.SocketFactory):
    def __init__(self, table: PortTable) -> None:
        self._table = table

    def socket(self, family: int = stdlib.AF_INET, type: int = stdlib.SOCK_STREAM, proto: int = 0) -> SimulatedSocket:
        if family != stdlib.AF_INET or type != stdlib.SOCK_STREAM:
            fail(errno.EAFNOSUPPORT)
        return SimulatedSocket(self._table)


class SimulatedNetwork:
    """Every host and every connection of one simulation.

    Args:
        seed: What all latencies, splits and merges follow from.
        latency: The least and the most seconds that a packet takes, one way. Packets of one direction stay in order.
        tick: If not 0, packets arrive at multiples of this only, so that different causes meet at one instant.
        split: How probable it is that a write travels as two packets, and that a read gets only a part of what is
            there.

    Attributes:
        watch: If set, it is called with what becomes of each connection: its number (they count from 1), a word and the
            particulars. It is `opened` or `refused`, or `given up` before that was known; and once it is open, either
            `closed` or `reset` in the end, at the moment when an end does it (`by client`, `by venue`, or `by proxy`
            where the handshake is spoiled) or the network (`by network`); the others learn it later. The call may not
            wait.
    """

    def __init__(
        self,
        *,
        seed: int | str = 0,
        latency: tuple[float, float] = (0.01, 0.03),
        tick: float = 0.0,
        split: float = 0.0,
    ) -> None:
        self.watch: Callable[[int, str, str], None] | None = None
        self._names = AddressBook()
        self._table = PortTable(
            chance=SeededChance(f"network-{seed}"),
            road=lambda: Road(latency=latency, tick=tick),
            split=split,
            tell=lambda number, what, text: self.watch(number, what, text) if self.watch is not None else None,
        )

    @contextmanager
    def installed(self) -> Iterator["SimulatedNetwork"]:
        """Let all sockets of the current trio run be on this network."""
        resolver = trio.socket.set_custom_hostname_resolver(self._names)
        factory = trio.socket.set_custom_socket_factory(_Factory(self._table))
        try:
            yield self
        finally:
            trio.socket.set_custom_socket_factory(factory)
            trio.socket.set_custom_hostname_resolver(resolver)

    @property
    def open_sockets(self) -> int:
        """How many sockets exist that nobody has closed, listeners included."""
        return len(self._table.sockets)

    def open_ends(self, port: int, side: Literal["client", "venue", "both"] = "both") -> int:
        """How many ends of connections to this port nobody has closed; the listener is none of them."""
        pairs = self._table.port(port).connections.values()
        ends = [end is pair.client for pair in pairs for end in pair.ends]
        return len(ends) if side == "both" else ends.count(side == "client")

    def dials(self, port: int) -> int:
        """How many connections to this port were tried, those refused included."""
        return self._table.port(port).dials

    def register(self, name: str, ports: Mapping[int, int] | None = None) -> None:
        """Let a host name be found, e.g. `register("venue.example", {443: 5001})`."""
        self._names.register(name, ports or {})

    def forget(self, name: str) -> None:
        """Let a host name not be found any more."""
        self._names.forget(name)

    # Faults. All begin at once, and name a port that somebody listens to, or will.

    def cut(self, port: int) -> None:
        """Reset all connections to this port at both ends, now. What is under way is lost."""
        for connection in list(self._table.port(port).connections.values()):
            self._table.reset(connection)

    def drop_clients(self, port: int) -> None:
        """Let the process at the client's end of all connections to this port be dead, now.

        Its kernel closes for it: what was written still travels and arrives, then comes the end, or a reset if
        something was left unread. Dials under way are given up. Nothing more can be written or read there.
        """
        for connection in list(self._table.port(port).connections.values()):
            connection.client.close()

    def cut_after(self, port: int, count: int, direction: Literal["up", "down"]) -> None:
        """Reset the connection that carries the last of the next so many bytes, behind that byte. Once."""
        for road in self._table.port(port).roads(direction):
            road.bytes_until_cut = count

    def partition(self, port: int, seconds: float, direction: Direction = "both") -> None:
        """Let nothing through for so long, and say nothing about it; dials wait too. Nothing is lost."""
        until = trio.current_time() + seconds
        for road in self._table.port(port).roads(direction):
            road.closed_until = max(road.closed_until, until)
            for link in self._table.port(port).links(road):
                link.hold(until)

    def delay(self, port: int, seconds: float, for_seconds: float, direction: Direction = "both") -> None:
        """Let everything that is sent during this time take so much longer."""
        for road in self._table.port(port).roads(direction):
            road.slow_by, road.slow_until = seconds, trio.current_time() + for_seconds

    def narrow(self, port: int, bytes_per_second: float, for_seconds: float, direction: Direction = "both") -> None:
        """Let no more than so much through in each direction during this time, all connections together.

        A writer does not notice, until 64 KiB of its connection are under way or unread: then it waits. What a
        partition held back besides arrives at once when that ends.
        """
        for road in self._table.port(port).roads(direction):
            road.narrow_to, road.narrow_until = bytes_per_second, trio.current_time() + for_seconds

    def corrupt_after(self, port: int, count: int, direction: Literal["up", "down"]) -> None:
        """Flip one bit of the byte behind the next so many bytes, on whichever connection that is. Once.

        On a real road TCP's checksums find most of this and TLS finds the rest: a bad record ends the connection, at
        once, or when the rest has come of one that now seems longer. Without TLS a price may change and nobody could
        know; so let it strike under TLS, or in a handshake.
        """
        for road in self._table.port(port).roads(direction):
            road.bytes_until_flip = count

    def refuse(self, port: int, seconds: float) -> None:
        """Refuse new connections for so long; those that stand are not touched."""
        self._table.port(port).refused_until = trio.current_time() + seconds

    def spoil_handshakes(self, port: int, seconds: float, how: Nonsense) -> None:
        """Let connections that are dialled in this time lead to a broken proxy; those that stand are not touched.

        It accepts them, whether the venue is there or not. Then it says what is neither HTTP nor TLS (`garbage`), says
        that the TLS handshake failed and hangs up (`tls_alert`), says nothing at all (`silence`), or resets (`reset`).
        """
        here = self._table.port(port)
        here.nonsense, here.nonsense_until = how, trio.current_time() + seconds

    def heal(self, port: int) -> None:
        """End every fault of this port now. What waits for an open road, or is slow, sets out anew."""
        here = self._table.port(port)
        here.refused_until = here.nonsense_until = now = trio.current_time()
        for road in here.roads("both"):
            was_bad = max(road.closed_until, road.slow_until, road.narrow_until) > now
            road.closed_until = road.slow_until = road.narrow_until = now
            road.bytes_until_cut = road.bytes_until_flip = None
            for link in here.links(road) if was_bad else ():
                link.release()
