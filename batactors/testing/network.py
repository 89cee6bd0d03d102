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
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

import trio
from attrs import Factory, define

from batactors.seams import SeededChance
from batactors.testing.link import Link, Road, fail
from batactors.testing.names import HOME, AddressBook
from batactors.testing.sockets import Address, SimulatedSocket

# Where the ports of clients begin. They tell connections apart in logs only.
EPHEMERAL = 20_000

Direction = Literal["both", "up", "down"]


@define(eq=False)
class Connection:
    """Two ends and the two links between them."""

    up: Link
    down: Link
    ends: int = 1  # that are open


@define(eq=False)
class Port:
    """A port number, listened to or not: the roads there and back, and who holds it."""

    up: Road
    down: Road
    holder: SimulatedSocket | None = None
    refused_until: float = 0.0
    dials: int = 0
    connections: dict[int, Connection] = Factory(dict)  # by the number of the client's socket

    def roads(self, direction: Direction) -> list[Road]:
        """The roads of this direction."""
        return [road for road, name in ((self.up, "up"), (self.down, "down")) if direction in (name, "both")]

    def links(self, road: Road) -> list[Link]:
        """Everything that runs over this road now."""
        pairs = list(self.connections.values())
        return [link for pair in pairs for link in (pair.up, pair.down) if link.road is road]


class _Factory(trio.abc.SocketFactory):
    def __init__(self, network: "SimulatedNetwork") -> None:
        self._network = network

    def socket(self, family: int = stdlib.AF_INET, type: int = stdlib.SOCK_STREAM, proto: int = 0) -> SimulatedSocket:
        if family != stdlib.AF_INET or type != stdlib.SOCK_STREAM:
            fail(errno.EAFNOSUPPORT)
        return SimulatedSocket(self._network)


class SimulatedNetwork:
    """Every host and every connection of one simulation.

    Args:
        seed: What all latencies, splits and merges follow from.
        latency: The least and the most seconds that a packet takes, one way. Packets of one direction stay in order.
        tick: If not 0, packets arrive at multiples of this only, so that different causes meet at one instant.
        split: How probable it is that a write travels as two packets, and that a read gets only a part of what is
            there.
    """

    def __init__(
        self,
        *,
        seed: int | str = 0,
        latency: tuple[float, float] = (0.01, 0.03),
        tick: float = 0.0,
        split: float = 0.0,
    ) -> None:
        self._chance = SeededChance(f"network-{seed}")
        self._latency, self._tick, self._split = latency, tick, split
        self._names = AddressBook()
        self._ports: dict[int, Port] = {}
        self._sockets: dict[int, SimulatedSocket] = {}
        self._dialled: dict[int, tuple[Port, int]] = {}  # both ends of each connection, and where it is listed
        self._opened = 0
        self._next_port = 49_152

    @contextmanager
    def installed(self) -> Iterator["SimulatedNetwork"]:
        """Let all sockets of the current trio run be on this network."""
        resolver = trio.socket.set_custom_hostname_resolver(self._names)
        factory = trio.socket.set_custom_socket_factory(_Factory(self))
        try:
            yield self
        finally:
            trio.socket.set_custom_socket_factory(factory)
            trio.socket.set_custom_hostname_resolver(resolver)

    @property
    def open_sockets(self) -> int:
        """How many sockets exist that nobody has closed, listeners included."""
        return len(self._sockets)

    def dials(self, port: int) -> int:
        """How many connections to this port were tried, those refused included."""
        return self._port(port).dials

    def register(self, name: str, ports: Mapping[int, int] | None = None) -> None:
        """Let a host name be found, e.g. `register("venue.example", {443: 5001})`."""
        self._names.register(name, ports or {})

    def forget(self, name: str) -> None:
        """Let a host name not be found any more."""
        self._names.forget(name)

    # Faults. All begin at once, and name a port that somebody listens to, or will.

    def cut(self, port: int) -> None:
        """Reset all connections to this port at both ends, now. What is under way is lost."""
        for connection in list(self._port(port).connections.values()):
            connection.up.cut(trio.current_time())

    def cut_after(self, port: int, count: int, direction: Literal["up", "down"]) -> None:
        """Reset the connection that carries the last of the next so many bytes, behind that byte. Once."""
        for road in self._port(port).roads(direction):
            road.bytes_until_cut = count

    def partition(self, port: int, seconds: float, direction: Direction = "both") -> None:
        """Let nothing through for so long, and say nothing about it; dials wait too. Nothing is lost."""
        until = trio.current_time() + seconds
        for road in self._port(port).roads(direction):
            road.closed_until = max(road.closed_until, until)
            for link in self._port(port).links(road):
                link.hold(until)

    def delay(self, port: int, seconds: float, for_seconds: float, direction: Direction = "both") -> None:
        """Let everything that is sent during this time take so much longer."""
        for road in self._port(port).roads(direction):
            road.slow_by, road.slow_until = seconds, trio.current_time() + for_seconds

    def refuse(self, port: int, seconds: float) -> None:
        """Refuse new connections for so long; those that stand are not touched."""
        self._port(port).refused_until = trio.current_time() + seconds

    def heal(self, port: int) -> None:
        """End every fault of this port now. What waits for an open road, or is slow, sets out anew."""
        here = self._port(port)
        here.refused_until = now = trio.current_time()
        for road in here.roads("both"):
            was_bad = max(road.closed_until, road.slow_until) > now
            road.closed_until = road.slow_until = now
            road.bytes_until_cut = None
            for link in here.links(road) if was_bad else ():
                link.release()

    # What sockets ask.

    def opened(self, socket: SimulatedSocket) -> int:
        self._opened += 1
        self._sockets[self._opened] = socket
        return self._opened

    def closed(self, socket: SimulatedSocket) -> None:
        del self._sockets[socket.number]
        for port in self._ports.values():
            if port.holder is socket:
                port.holder = None
        if (dialled := self._dialled.pop(socket.number, None)) is not None:
            port, number = dialled
            port.connections[number].ends -= 1
            if not port.connections[number].ends:
                del port.connections[number]

    def claim(self, socket: SimulatedSocket, port: int) -> int:
        if port == 0:
            self._next_port += 1
            port = self._next_port
        if self._port(port).holder is not None:
            fail(errno.EADDRINUSE)
        self._port(port).holder = socket
        return port

    async def dial(self, client: SimulatedSocket, address: Address) -> None:
        if address[0] not in (HOME, "0.0.0.0"):
            fail(errno.ENETUNREACH)
        remote = (HOME, address[1])
        local = (HOME, EPHEMERAL + client.number % EPHEMERAL)
        port = self._port(remote[1])
        connection = self._connect(port, remote[1])
        up, down = connection.up, connection.down
        port.connections[client.number] = connection
        self._dialled[client.number] = (port, client.number)
        client.join(local, remote, inbound=down, outbound=up)

        up.put(b"")
        await up.packet()  # the SYN
        listener = port.holder
        if listener is None or not listener.listening or trio.current_time() < port.refused_until:
            down.put(b"")
            await down.packet()
            client.join(("0.0.0.0", 0), None, None, None)
            fail(errno.ECONNREFUSED)
        server = SimulatedSocket(self)
        server.join(remote, local, inbound=up, outbound=down)
        connection.ends += 1
        self._dialled[server.number] = (port, client.number)
        down.put(b"")
        listener.welcome(server)
        await down.packet()

    def _connect(self, port: Port, number: int) -> Connection:
        port.dials += 1
        links = [
            Link(road=road, chance=self._chance.generator(f"{number}-{port.dials}-{name}"), split=self._split)
            for road, name in ((port.up, "up"), (port.down, "down"))
        ]
        up, down = links
        up.reverse, down.reverse = down, up
        return Connection(up, down)

    def _port(self, number: int) -> Port:
        if number not in self._ports:
            up, down = (Road(latency=self._latency, tick=self._tick) for _ in range(2))
            self._ports[number] = Port(up, down)
        return self._ports[number]
