"""A socket is renewed for who wishes it: with the keys of the moment of the wish, and never for nothing."""

from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
import trio

from batactors.actors.connection import Connection
from batactors.model.errors import TransportError

DIALLING = 1.0


class FakeSession:
    """It takes a while to come to live, and remembers the keys that it was made with."""

    living: ClassVar[list["FakeSession"]] = []

    def __init__(self, wires: Any, *_: object, before: object) -> None:
        self.keys = wires.ring.keys
        self.breaks = trio.Event()
        self.closed = False

    async def run(self, *, task_status: Any) -> None:
        await trio.sleep(DIALLING)
        self.living.append(self)
        task_status.started()
        await self.breaks.wait()
        self.living.remove(self)
        if not self.closed:
            raise TransportError("it broke")

    async def hand_over(self) -> None:
        self.close()

    def close(self) -> None:
        self.closed = True
        self.breaks.set()


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The keys of now."""
    monkeypatch.setattr("batactors.actors.connection.LiveSession", FakeSession)
    monkeypatch.setattr(FakeSession, "living", [])
    return SimpleNamespace(keys="first")


def connection_with(ring: SimpleNamespace) -> Connection:
    wires: Any = SimpleNamespace(ring=ring, spec=SimpleNamespace(life=None))
    return Connection(wires)


@pytest.mark.holds("X05")
async def test_a_wish_during_another_renewal_has_one_of_its_own(ring: SimpleNamespace) -> None:
    """The heir that is on its way has the keys of before; who then revoked them would cut it."""
    connection = connection_with(ring)
    async with trio.open_nursery() as nursery:
        await nursery.start(connection.run)
        nursery.start_soon(connection.renew)
        await trio.sleep(DIALLING / 2)
        ring.keys = "second"
        await connection.renew()
        await trio.sleep(0.1)
        assert [session.keys for session in FakeSession.living] == ["second"]
        nursery.cancel_scope.cancel()


@pytest.mark.holds("X05")
async def test_without_a_session_there_is_nothing_to_wait_for(ring: SimpleNamespace) -> None:
    """The one that comes next has the keys of now: until then, nobody waits, however long that takes."""
    connection = connection_with(ring)
    with pytest.raises(ExceptionGroup):
        async with trio.open_nursery() as nursery:
            await nursery.start(connection.run)
            FakeSession.living[0].breaks.set()
    with trio.fail_after(1.0):
        await connection.renew()
