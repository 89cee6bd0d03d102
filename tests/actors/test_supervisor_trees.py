"""Whatever crashes whenever, supervisors keep the rules of their strategies; a small model says what these are."""

from random import Random

import pytest
import trio
from attrs import define, field
from hypothesis import given, settings
from hypothesis import strategies as st

from batactors.actors.supervisor import Backoff, ChildSpec, Restart, Strategy, Supervisor
from batactors.testing import run_in_virtual_time
from tests.actors.families import PATIENT, Child

PAUSE = 1.0
FLAT = Backoff(first=PAUSE, factor=1.0, most=PAUSE, jitter=0.0)
NAMES = "abcdef"


@define
class Model:
    """What Erlang's documentation says of one supervisor, for crashes that are far enough apart.

    Attributes:
        up: Who lives now.
        barred: Temporary children that have ended.
    """

    strategy: Strategy
    kinds: dict[str, Restart]
    up: set[str] = field(init=False)
    barred: set[str] = field(factory=set)

    def __attrs_post_init__(self) -> None:
        self.up = set(self.kinds)

    def end(self, child: str, *, crash: bool) -> list[str]:
        """One ends; what follows, in order."""
        self.up.discard(child)
        kind = self.kinds[child]
        told = [f"{child} gone"]
        if kind is Restart.TEMPORARY or (kind is Restart.TRANSIENT and not crash):
            if kind is Restart.TEMPORARY:
                self.barred.add(child)
            return told
        names = list(self.kinds)
        concerned = {
            Strategy.ONE_FOR_ONE: [child],
            Strategy.ONE_FOR_ALL: names,
            Strategy.REST_FOR_ONE: names[names.index(child) :],
        }[self.strategy]
        for other in reversed(concerned):
            if other in self.up:
                told.append(f"{other} gone")
                self.up.discard(other)
                if self.kinds[other] is Restart.TEMPORARY:
                    self.barred.add(other)
        for other in concerned:
            if other not in self.barred:
                told += [f"{other} born", f"{other} ready"]
                self.up.add(other)
        return told


kinds = st.lists(st.sampled_from(list(Restart)), min_size=1, max_size=5)
ends = st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=8)


@pytest.mark.holds("D01")
@settings(deadline=None, max_examples=150)
@given(strategy=st.sampled_from(list(Strategy)), kinds=kinds, ends=ends)
def test_it_does_what_the_model_says(strategy: Strategy, kinds: list[Restart], ends: list[tuple[int, bool]]) -> None:
    """Crashes and good ends of any children of any kind, one at a time, have the consequences that the model has."""

    async def main() -> None:
        log: list[str] = []
        children = {name: Child(name=name, log=log, starting=0.1) for name in NAMES[: len(kinds)]}
        model = Model(strategy, dict(zip(children, kinds, strict=True)))
        specs = [child.spec(restart=model.kinds[name]) for name, child in children.items()]
        supervisor = Supervisor("tree", specs, backoff=FLAT, chance=Random(0), strategy=strategy)
        async with trio.open_nursery() as nursery:
            await nursery.start(supervisor.run)
            for place, crash in ends:
                name = list(children)[place % len(children)]
                if name not in model.up:
                    continue
                log.clear()
                children[name].poke(ZeroDivisionError("boom") if crash else None)
                await trio.sleep(10.0)
                assert log == model.end(name, crash=crash)
                assert set(supervisor.alive) == model.up
            log.clear()
            await supervisor.stop()
            assert log == [f"{name} gone" for name in reversed(children) if name in model.up]

    run_in_virtual_time(main, seed="tree")


class Watched:
    """A leaf that crashes when chance says so, and looks around when it is born."""

    def __init__(self, name: str, tree: "Tree") -> None:
        self.name = name
        self.state = "gone"
        self._tree = tree

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        chance = self._tree.chance
        self._tree.look(self)
        self.state = "starting"
        try:
            await trio.sleep(chance.uniform(0.0, 0.3))
            if chance.random() < 0.2:
                raise OSError("could not start")
            self.state = "ready"
            task_status.started()
            await trio.sleep(chance.expovariate(1 / 20.0))
            if chance.random() < 0.7:
                raise ZeroDivisionError("boom")
        finally:
            self.state = "ending"
            with trio.CancelScope(shield=True):
                await trio.sleep(chance.uniform(0.0, 0.2))
            self.state = "gone"


class Tree:
    """Supervisors in supervisors, by chance, and the rules that hold at every birth."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.births = 0
        self.wrong: list[str] = []
        self.families: list[tuple[Strategy, list[Watched]]] = []
        self.root = self._supervisor("root", depth=2)

    def _supervisor(self, name: str, depth: int) -> Supervisor:
        strategy = self.chance.choice(list(Strategy))
        leaves: list[Watched] = []
        specs = [self._child(f"{name}.{letter}", depth, leaves) for letter in NAMES[: self.chance.randint(1, 4)]]
        self.families.append((strategy, leaves))
        return Supervisor(name, specs, backoff=FLAT, chance=self.chance, strategy=strategy)

    def _child(self, name: str, depth: int, leaves: list[Watched]) -> ChildSpec:
        if depth and self.chance.random() < 0.3:
            return self._supervisor(name, depth - 1).as_child(intensity=PATIENT)
        leaf = Watched(name, self)
        leaves.append(leaf)
        return ChildSpec(
            name=name,
            run=leaf.run,
            restart=self.chance.choice([Restart.PERMANENT, Restart.PERMANENT, Restart.TRANSIENT, Restart.TEMPORARY]),
            intensity=PATIENT,
            start_within=0.25,
        )

    def look(self, born: Watched) -> None:
        """Somebody is born: who may live beside it?"""
        self.births += 1
        if born.state != "gone":
            self.wrong.append(f"{born.name} lives twice")
        strategy, leaves = next(row for row in self.families if born in row[1])
        if strategy is Strategy.ONE_FOR_ONE:
            return
        place = leaves.index(born)
        for before in leaves[:place]:
            if before.state == "starting":
                self.wrong.append(f"{born.name} was born before {before.name} was ready")
        for after in leaves[place + 1 :]:
            if after.state != "gone":
                self.wrong.append(f"{born.name} was born while {after.name} was {after.state}")


@pytest.mark.holds("D01")
@pytest.mark.parametrize("seed", range(25))
def test_a_storm_of_crashes_breaks_no_rule(seed: int) -> None:
    """In a random tree whose leaves crash at random, also while they start or end: nobody lives twice, under the two
    strategies for groups nobody is born beside a sibling that had to go first, and at the end nobody is left.
    """
    tree = Tree(seed)

    async def main() -> None:
        before = trio.lowlevel.current_statistics().tasks_living
        with trio.move_on_after(300.0):
            await tree.root.run()
        assert trio.lowlevel.current_statistics().tasks_living == before

    run_in_virtual_time(main, seed=f"storm {seed}")
    assert tree.wrong == []
    assert tree.births > len(tree.families)
