"""What the actors of one account let each other see: how each does, and whether the socket takes commands."""

from batactors.core.counters import Counters
from batactors.model.facts import IgnoredFact
from batactors.model.health import ComponentHealth, ComponentState
from batactors.model.receipts import PassReport
from batactors.seams import WallClock


class Board:
    """The health of one account's components. Each actor writes its own line."""

    def __init__(self, clock: WallClock) -> None:
        self._clock = clock
        self.components: dict[str, ComponentHealth] = {}
        self.epoch: int | None = None
        """The session that takes commands now; ``None`` while there is none."""
        self.sessions = 0
        self.counters = Counters()
        self.last_pass: PassReport | None = None

    def set(self, component: str, state: ComponentState, cause: str | None = None) -> None:
        """Note a component's state; unchanged, it keeps its time."""
        before = self.components.get(component)
        if before is None or (before.state, before.cause) != (state, cause):
            self.components[component] = ComponentHealth(state=state, cause=cause, since=self._clock.now())

    def ignored(self, fact: IgnoredFact) -> None:
        """Count a frame that nobody understands; a heartbeat is not worth it."""
        if not fact.is_known:
            self.counters.note("ignored", fact.what)
