"""The ports of a simulated network: who holds them, what runs over them, and how a dial comes to a connection."""

import errno
from collections.abc import Callable
from typing import Literal

import trio
from attrs import Factory, define

from batactors.seams import SeededChance
from batactors.testing.link import Link, Road, fail
from batactors.testing.names import HOME
from batactors.testing.nonsense import Nonsense, talk
from batactors.testing.sockets import Address, SimulatedSocket

# Where the ports of clients begin. They tell connections apart in logs only.
EPHEMERAL = 20_000

Direction = Literal["both", "up", "down"]
Tell = Callable[[int, str, str], None]


@define(eq=False)
class Connection:
    """Two ends and the two links between them."""

    number: int
    port: "Port"
    client: SimulatedSocket
    up: Link
    down: Link
    ends: list[SimulatedSocket] = Factory(list)  # that are open
    state: Literal["dialled", "open", "over"] = "dialled"


@define(eq=False)
class Port:
    """A port number, listened to or not: the roads there and back, and who holds it."""

    number: int
    up: Road
    down: Road
    holder: SimulatedSocket | None = None
    refused_until: float = 0.0
    nonsense: Nonsense = "silence"
    nonsense_until: float = 0.0
    dials: int = 0
    connections: dict[int, Connection] = Factory(dict)  # by their numbers

    def roads(self, direction: Direction) -> list[Road]:
        """The roads of this direction."""
        return [road for road, name in ((self.up, "up"), (self.down, "down")) if direction in (name, "both")]

    def links(self, road: Road) -> list[Link]:
        """Everything that runs over this road now."""
        pairs = list(self.connections.values())
        return [link for pair in pairs for link in (pair.up, pair.down) if link.road is road]


class PortTable:
    """What sockets are plugged into.

    Args:
        chance: What the latencies, splits and merges of each connection follow from.
        road: Makes a road.
        split: See the network.
        tell: Is told what becomes of each connection.
    """

    def __init__(self, *, chance: SeededChance, road: Callable[[], Road], split: float, tell: Tell) -> None:
        self.sockets: dict[int, SimulatedSocket] = {}  # that nobody has closed
        self._chance, self._road, self._split, self._tell = chance, road, split, tell
        self._ports: dict[int, Port] = {}
        self._connections: dict[int, Connection] = {}  # by the number of either end
        self._numbered = 0
        self._dialled = 0
        self._next_port = 49_152

    def port(self, number: int) -> Port:
        """The port with this number, whether anybody has asked for it before or not."""
        if number not in self._ports:
            self._ports[number] = Port(number, self._road(), self._road())
        return self._ports[number]

    def reset(self, connection: Connection) -> None:
        """Break a connection at both ends, now."""
        self._over(connection, "reset", "by network")
        connection.up.cut(trio.current_time())

    # What sockets ask.

    def opened(self, socket: SimulatedSocket) -> int:
        self._numbered += 1
        self.sockets[self._numbered] = socket
        return self._numbered

    def closed(self, socket: SimulatedSocket, *, rudely: bool) -> None:
        del self.sockets[socket.number]
        for port in self._ports.values():
            if port.holder is socket:
                port.holder = None
        if (connection := self._connections.pop(socket.number, None)) is None:
            return
        if connection.state == "dialled":
            self._over(connection, "given up", f"port {connection.port.number}")
        by = "client" if socket is connection.client else "venue"
        self._over(connection, "reset" if rudely else "closed", f"by {by}")
        connection.ends.remove(socket)
        if not connection.ends:
            del connection.port.connections[connection.number]

    def claim(self, socket: SimulatedSocket, port: int) -> int:
        if port == 0:
            self._next_port += 1
            port = self._next_port
        if self.port(port).holder is not None:
            fail(errno.EADDRINUSE)
        self.port(port).holder = socket
        return port

    async def dial(self, client: SimulatedSocket, address: Address) -> None:
        if address[0] not in (HOME, "0.0.0.0"):
            fail(errno.ENETUNREACH)
        remote = (HOME, address[1])
        local = (HOME, EPHEMERAL + client.number % EPHEMERAL)
        port = self.port(remote[1])
        connection = self._connect(port, client)
        up, down = connection.up, connection.down
        client.join(local, remote, inbound=down, outbound=up, connection=connection.number)

        up.put(b"")
        await up.packet(dialler=down)  # the SYN
        down.put(b"")  # the answer
        listener, now = port.holder, trio.current_time()
        if now >= port.refused_until and now < port.nonsense_until:
            self._open(connection, f" ({port.nonsense})")
            if (end := talk(port.nonsense, up, down)) is not None:
                self._over(connection, end, "by proxy")
        elif now < port.refused_until or listener is None or not listener.listening:
            self._over(connection, "refused", f"port {port.number}")
            await down.packet(dialler=down)
            client.join(("0.0.0.0", 0), None, None, None)
            fail(errno.ECONNREFUSED)
        else:
            server = SimulatedSocket(self)
            server.join(remote, local, inbound=up, outbound=down, connection=connection.number)
            connection.ends.append(server)
            self._connections[server.number] = connection
            self._open(connection)
            listener.welcome(server)
        await down.packet(dialler=down)

    def _open(self, connection: Connection, to: str = "") -> None:
        connection.state = "open"
        self._tell(connection.number, "opened", f"port {connection.port.number}{to}")

    def _connect(self, port: Port, client: SimulatedSocket) -> Connection:
        port.dials += 1
        self._dialled += 1
        links = [
            Link(road=road, chance=self._chance.generator(f"{port.number}-{port.dials}-{name}"), split=self._split)
            for road, name in ((port.up, "up"), (port.down, "down"))
        ]
        up, down = links
        up.reverse, down.reverse = down, up
        connection = Connection(self._dialled, port, client, up, down, [client])
        up.when_cut = down.when_cut = lambda: self._over(connection, "reset", "by network")
        port.connections[connection.number] = connection
        self._connections[client.number] = connection
        return connection

    def _over(self, connection: Connection, what: str, text: str) -> None:
        """Tell how a connection ended. It ends once: what follows from that is no news."""
        if connection.state != "over":
            connection.state = "over"
            self._tell(connection.number, what, text)
