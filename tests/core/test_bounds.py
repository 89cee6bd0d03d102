"""Memory is bounded, protection of open orders is never forgotten, and what is not told is counted with its reason."""

import gc
import timeit
from collections.abc import Callable
from typing import Any

import pytest

from batactors.core.counters import MOST_REASONS, OTHER, Counters
from batactors.core.desk import SPARE_DEADLINES
from batactors.core.strangers import MOST_DOUBTFUL, MOST_PARKED
from batactors.model.facts import Fact, QuarantineFact
from batactors.model.receipts import CommandStatus
from tests.core.story import Story
from tests.core.words import accepted, canceled, fill, opened, refused, updated

MANY = 3000
KEPT = 20


def sizes(thing: object, path: str = "", seen: set[int] | None = None) -> dict[str, int]:
    """The sizes of all collections within this, by where they are."""
    seen = set() if seen is None else seen
    found: dict[str, int] = {}
    if id(thing) in seen:
        return found
    seen.add(id(thing))
    if hasattr(thing, "__len__") and not isinstance(thing, str | bytes | tuple):
        found[path] = len(thing)
    if type(thing).__module__.startswith("batactors.core"):
        for name, part in vars(thing).items() if hasattr(thing, "__dict__") else ():
            found |= sizes(part, f"{path}.{name}", seen)
    return found


def live(story: Story, number: int) -> None:
    """One order's whole life, with an amend, a cancel, another program's order, and all that may be left behind."""
    name, venue_id = f"order{number}", f"V{number}"
    story.create(name, wire_id=f"w{number}")
    if number % 7 == 0:
        story.hear(refused(story.requests))
        return
    story.hear(accepted(story.requests, venue_id), fill(f"f{number}", "1", venue_id, filled="1"))
    story.amend(name, price="99")
    story.hear(updated(venue_id, price="99"))
    if number % 5 == 0:
        story.amend(name, price="99")
        story.hear(refused(story.requests))
    story.cancel("nobody" if number % 11 == 0 else name)
    story.hear(accepted(story.requests, None))
    story.hear(opened(f"S{number}", "theirs"), fill(f"g{number}", "1", f"S{number}"), canceled("1", f"S{number}"))
    story.hear(canceled("1", venue_id))
    story.wait(0.01)


@pytest.mark.holds("Z01", "B03", "X57")
def test_memory_is_bounded_by_what_is_open_and_what_is_kept() -> None:
    """After thousands of orders no collection is larger than what the rules keep."""
    story = Story(tombstones=KEPT, remembered_ids=10 * KEPT)
    for number in range(MANY):
        live(story, number)
    grown = {path: size for path, size in sizes(story.dispatch).items() if size > 10 * KEPT}
    assert all(path.endswith("_deadlines") for path in grown), grown
    assert max(grown.values(), default=0) <= SPARE_DEADLINES + 1
    assert len(story.dispatch.book.orders) <= KEPT
    assert len(story.dispatch.desk.commands) <= 9 * KEPT
    assert not story.dispatch.desk.unresolved()


@pytest.mark.holds("Z01")
def test_deadlines_do_not_pile_up() -> None:
    """Deadlines of commands that have their verdict are swept out, also behind one that waits for long."""
    story = Story(tombstones=KEPT)
    story.create("waits")
    for number in range(MANY):
        story.create(f"order{number}")
        story.hear(refused(story.requests))
    assert len(story.dispatch.desk._deadlines) <= 2 + SPARE_DEADLINES + 1


@pytest.mark.holds("Z01", "Z04")
def test_orders_that_nothing_identifies_are_bounded_and_what_is_dropped_is_asked_for() -> None:
    """Too many of them: the oldest goes, it is counted, and because it may have been ours, everything is asked for."""
    story = Story()
    for number in range(MOST_DOUBTFUL):
        story.hear(fill("f1", "1", f"S{number}"))
    assert story.agenda().catch_up is None
    story.hear(fill("f1", "1", "one more"))
    assert len(story.dispatch.strangers) == MOST_DOUBTFUL
    assert story.agenda().catch_up is not None
    assert story.counted("dropped") == {"too many orders wait to be identified": 1}


@pytest.mark.holds("Z01", "Z04")
def test_what_waits_for_one_unidentified_order_is_bounded() -> None:
    """What exceeds it is counted, and if the order turns out to be ours, it is asked for."""
    story = Story()
    story.create(quantity="1000")
    for number in range(MOST_PARKED + 5):
        story.hear(fill(f"f{number}", "1"))
    assert story.counted("dropped") == {"too many wait for one order": 5}
    story.hear(accepted())
    assert len(story.fills()) == MOST_PARKED
    assert story.asked_for()


@pytest.mark.holds("B03", "Z03")
def test_an_open_order_keeps_what_protects_it() -> None:
    """However many others come and go, and commands to it, its fills are told once and its commands are kept."""
    story = Story(tombstones=2, remembered_ids=4)
    story.create("old", quantity="1000", wire_id="w")
    story.hear(accepted(1, "V"))
    for number in range(50):
        story.hear(fill(f"f{number}", "1", "V", filled=str(number + 1)))
        story.amend("old", price=str(200 + number))
        story.hear(accepted(story.requests, None), updated("V", price=str(200 + number)))
    for number in range(50):
        live(story, number)
    for number in range(50):
        story.hear(fill(f"f{number}", "1", "V", "w"))
    assert len(story.fills("old")) == len(set(story.fills("old"))) == 50
    assert story.told("old").count("Accepted") == 1
    story.crash()
    for number in range(50):
        story.hear(fill(f"f{number}", "1", "V", "w"))
    assert len(story.fills("old")) == 50
    assert not [one for one in story.reported_fills() if one.startswith("f")]


@pytest.mark.holds("Z03")
def test_an_order_whose_command_is_unknown_is_no_reason_to_forget_the_command() -> None:
    """The end of an order does not take an unknown command with it."""
    story = Story(tombstones=1)
    story.create("old")
    story.hear(opened("V", "old"))
    amend = story.amend("old", price="99")
    story.hear(canceled("0", "V"))
    for number in range(20):
        live(story, number)
    story.wait(10)
    assert story.is_unknown(amend)
    assert any(amend in case.command_ids for case in story.agenda().cases)


@pytest.mark.holds("B03", "B05", "X57")
def test_the_oldest_ended_order_is_forgotten_first_and_told_no_more() -> None:
    """Ended orders go in the order of their ending; what is then heard of one is dropped, and counted."""
    story = Story(tombstones=2)
    for name in ("one", "two", "three"):
        story.create(name)
    for name in ("two", "one", "three"):
        story.hear(canceled("1", f"V {name}", name), fill("f1", "1", f"V {name}"))
    assert story.forgotten == ["two"]
    story.hear(fill("f1", "1", "V two", "two"), fill("f1", "1", "V two"), canceled("1", "V two", whole=True))
    assert story.reports == []
    assert story.counted("dropped") == {"about an order of ours that has ended and is forgotten": 3}


@pytest.mark.holds("Z04")
def test_every_silent_fact_has_a_reason() -> None:
    """Whatever is heard is told or counted."""
    story = Story()
    story.create()
    facts: list[Fact] = [
        opened("V1", "mine"), opened("V1", "mine"), fill("f1", "1"), fill("f1", "1"), fill("f2", "9"),
        fill("f3", "1", "V7"), fill("g1", "1", "S1", "theirs"), fill("g1", "1", "S1"), opened(None, None),
        QuarantineFact(raw="{", reason="bad"), accepted(77), canceled(None),
    ]  # fmt: skip
    for fact in facts:
        before = story.dispatch.counters.total()
        changes = story.hear(fact)
        assert changes.events or changes.reports or story.dispatch.counters.total() > before, fact


def test_reasons_are_bounded() -> None:
    """A venue that finds ever new words fills no memory."""
    counters = Counters()
    for number in range(2 * MOST_REASONS):
        counters.note("quarantined", f"reason {number}")
        counters.note("silent", "told before")
    assert len(counters) <= MOST_REASONS + 2
    assert counters["quarantined", OTHER] == MOST_REASONS
    assert counters["silent", "told before"] == 2 * MOST_REASONS


def cost(act: Callable[[], Any], times: int = 300) -> float:
    """Seconds per call, at best."""
    gc.collect()
    return min(timeit.repeat(act, number=times, repeat=5)) / times


@pytest.mark.holds("Z02", "B03")
def test_a_frame_costs_the_same_however_much_is_known() -> None:
    """A repeated fill, of an order with thousands of fills and commands among thousands of orders, is one look-up."""
    small, large = Story(tombstones=10_000), Story(tombstones=10_000)
    for story in (small, large):
        story.create("mine", quantity="100000")
        story.hear(accepted(1, "V"), fill("f", "1", "V"))
    for number in range(2000):
        large.create(f"order{number}")
        large.hear(opened(f"V{number}", f"order{number}"), fill(f"f{number}", "1", "V"))
        large.amend("mine", price=str(number + 200))
        large.hear(accepted(large.requests, None), opened(f"S{number}", "theirs"))
    assert large.verdict("amend 2000") is CommandStatus.ACCEPTED
    again = fill("f", "1", "V")
    few, many = (
        cost(lambda: small.dispatch.apply(heard(small, again))),
        cost(lambda: large.dispatch.apply(heard(large, again))),
    )
    assert many < 5 * few


def heard(story: Story, fact: Any) -> Any:
    from batactors.model.inputs import Heard
    from batactors.model.terms import Origin

    return Heard(at=story.now, on=story.on, facts=(fact,), origin=Origin.STREAM)
