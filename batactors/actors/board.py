"""What the actors of one account let each other and the outside see: how each does, and whether there is a session.

Each line is written by who knows: an actor its own, the supervisor that of an actor which crashed. Whoever follows the
board is woken when something on it has changed, and by nothing else.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from math import inf

import trio
from attrs import frozen

from batactors.actors.child_events import ChildEvent, Happening
from batactors.actors.meter import Meter
from batactors.actors.tap import Tap
from batactors.core.counters import Counters
from batactors.model.errors import BatactorsError, ExchangeReject, PermissionDenied
from batactors.model.facts import IgnoredFact
from batactors.model.health import (
    ComponentHealth,
    ComponentState,
    Divergence,
    MarginCall,
    PositionDivergence,
    SessionPhase,
)
from batactors.model.receipts import PassReport
from batactors.seams import WallClock

MOST_TOKENS = 8
"""Tokens that are kept out of what is told; a session has one, and an older one is worth nothing to anybody."""

STATE_IN: dict[SessionPhase, ComponentState] = {
    SessionPhase.AUTHENTICATING: ComponentState.STARTING,
    SessionPhase.DIALLING: ComponentState.STARTING,
    SessionPhase.SUBSCRIBING: ComponentState.STARTING,
    SessionPhase.CATCHING_UP: ComponentState.STARTING,
    SessionPhase.READY: ComponentState.UP,
    SessionPhase.ENDED: ComponentState.DOWN,
}


@frozen(kw_only=True)
class Figures:
    """What the dedup actor counts, as it stands after the message dealt with last.

    Attributes:
        everything_doubtful: Why everything must be asked for; ``None`` if nothing was missed.
    """

    unknown_commands: int = 0
    orders_in_doubt: int = 0
    everything_doubtful: str | None = None
    divergences: tuple[Divergence, ...] = ()
    position_divergences: tuple[PositionDivergence, ...] = ()
    margin_calls: tuple[MarginCall, ...] = ()


class Board:
    """The health of one account's components.

    Args:
        actors: The names of those whose crashes the supervisor tells.
        secrets: What must not stand in any cause, whoever wrote it.
    """

    def __init__(self, clock: WallClock, actors: Iterable[str] = (), secrets: Iterable[str] = ()) -> None:
        self._clock = clock
        self._secrets = tuple(secrets)
        self._tokens: list[str] = []
        now = clock.now()
        self.components: dict[str, ComponentHealth] = {
            actor: ComponentHealth(state=ComponentState.STARTING, cause="it has not started yet", since=now)
            for actor in actors
        }
        self._crashed: dict[str, None] = dict.fromkeys(self.components)
        """Whose line is the supervisor's, until the actor is there."""
        self._ended: dict[str, str | None] = {}
        """Why the last session of a socket ended."""
        self.figures = Figures()
        self.listed_at = -inf
        """When the venue's list of what is open was as it was read last, on trio's clock."""
        self.heard_at = -inf
        """When the socket that tells what happens last heard anything, on trio's clock."""
        self.clock_offset: float | None = None
        """Seconds by which the venue's clock is ahead of ours."""
        self.epoch: int | None = None
        """The session that tells what happens now; ``None`` while there is none."""
        self.takes_commands = False
        """There is a session that commands can go out by."""
        self.sessions = 0
        self.counters = Counters()
        self.meter = Meter()
        self.tap = Tap(self.bare, clock)
        self.last_pass: PassReport | None = None
        self.version = 0
        """How often something on the board has changed."""
        self._changed = trio.Event()
        self.ended: BatactorsError | None = None
        self.closing = False
        """The engine stops, and takes no more commands."""

    # Written by those who know.

    def set(self, component: str, state: ComponentState, cause: str | None = None) -> None:
        """Note a component's state."""
        self._crashed.pop(component, None)
        self._write(component, state, cause, None)

    def answered(self, component: str, error: BatactorsError | None = None) -> None:
        """Note that the venue has answered, or why it has not. A no to what was asked is an answer."""
        if error is None or isinstance(error, ExchangeReject | PermissionDenied):
            self.set(component, ComponentState.UP)
        else:
            # Some have a kind of their own among the actors, which is nobody else's word.
            known = next(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == BatactorsError.__module__)
            self.set(component, ComponentState.DEGRADED, f"{known}: {error}")

    def session(self, component: str, phase: SessionPhase, cause: str | None = None) -> None:
        """Note how far the session of a socket has come. Why the last one ended stands there until one is ready."""
        self._crashed.pop(component, None)
        if phase is SessionPhase.ENDED:
            self._ended[component] = cause
        elif phase is SessionPhase.READY:
            self._ended.pop(component, None)
        elif last := self._ended.get(component):
            cause = f"{cause or phase} (the last session ended: {last})"
        self._write(component, STATE_IN[phase], cause, phase)

    def count(self, figures: Figures) -> None:
        """Note what the dedup actor counts."""
        if figures != self.figures:
            self.figures = figures
            self.touch()

    def ignored(self, fact: IgnoredFact) -> None:
        """Count a frame that nobody understands; a heartbeat is not worth it."""
        if not fact.is_known:
            self.counters.note("ignored", fact.what)

    def happened(self, event: ChildEvent) -> None:
        """Take in what supervision tells: no component is up while its actor is not."""
        if event.child not in self.components:
            return  # a subscriber
        if event.what is not Happening.STARTED:
            self._crashed[event.child] = None
            word = "it gave up" if event.what is Happening.GAVE_UP else f"it {event.what}"
            cause = f"{word}: {event.cause}" if event.cause else word
            phase = self.components[event.child].phase and SessionPhase.ENDED
            if phase is not None:
                self._ended[event.child] = event.cause
            self._write(event.child, ComponentState.DOWN, cause, phase)
        elif event.child in self._crashed:
            del self._crashed[event.child]  # it has nothing to say of itself but that it is there
            self._write(event.child, ComponentState.UP, None, None)

    def hide(self, token: str) -> None:
        """Keep this out of every cause from now on."""
        if token:
            self._tokens = [*self._tokens, token][-MOST_TOKENS:]

    def watching(self, watch: Callable[[ChildEvent], None]) -> Callable[[ChildEvent], None]:
        """Tell of supervision both the board and whoever else watches."""

        def told(event: ChildEvent) -> None:
            self.happened(event)
            watch(event)

        return told

    def bare(self, text: str) -> str:
        """A text without secrets: a library's complaint about a header may quote it."""
        for secret in (*self._secrets, *self._tokens):
            text = text.replace(secret, "(secret)")
        return text

    def guard(self, *secrets: str) -> None:
        """Keep these out of every cause from now on, and for good."""
        self._secrets = tuple(dict.fromkeys((*self._secrets, *secrets)))

    def touch(self) -> None:
        """Something that is told of the account's health has changed."""
        self.version += 1
        self._changed.set()
        self._changed = trio.Event()

    def close(self) -> None:
        """No more commands are taken."""
        self.closing = True
        self.touch()

    @property
    def why_closed(self) -> str:
        """Why commands are not taken any more."""
        return "the engine is stopping" if self.ended is None else "the engine has ended"

    def end(self, error: BatactorsError) -> None:
        """Nothing more comes."""
        self.ended = self.ended or error
        self.touch()

    def _write(self, component: str, state: ComponentState, cause: str | None, phase: SessionPhase | None) -> None:
        before = self.components.get(component)
        if before is not None and (before.state, before.cause, before.phase) == (state, cause, phase):
            return
        now = ComponentHealth(
            state=state, cause=self.bare(cause) if cause else None, since=self._since(before, state), phase=phase
        )
        if now != before:
            self.components[component] = now
            self.touch()

    def _since(self, before: ComponentHealth | None, state: ComponentState) -> datetime:
        if before is not None and (before.state is state or (before.state.is_away and state.is_away)):
            return before.since
        return self._clock.now()

    # Followed.

    async def changed(self, seen: int, until: float = inf) -> None:
        """Wait until the board is another than that of this version, or until then, on trio's clock."""
        while self.version == seen and trio.current_time() < until:
            with trio.move_on_at(until):
                await self._changed.wait()
