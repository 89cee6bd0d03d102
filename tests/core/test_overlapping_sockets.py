"""Sockets that overlap tell one thing twice, each at its own pace: terms do not go back, and nothing is lost."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from batactors.core.doubts import Why
from batactors.core.overlap import MOST
from batactors.model.facts import OrderFact
from batactors.model.order_events import OrderUpdated
from tests.core.story import START, Story
from tests.core.words import canceled, opened, updated


def at(seconds: float, fact: Any = opened, **terms: str) -> OrderFact:
    stated: OrderFact = fact("V1", "mine", occurred_at=START + timedelta(seconds=seconds), **terms)
    return stated


def told(story: Story) -> list[str]:
    """The totals that were told, one after the other."""
    return [f"{event.quantity:f}" for event in story.events["mine"] if isinstance(event, OrderUpdated)]


def story_of_two_sockets(**rules: Any) -> Story:
    story = Story(sockets_overlap=True, **rules)
    story.create("mine", "5", "100")
    return story


def test_what_the_other_socket_tells_again_changes_nothing() -> None:
    """The heir tells, after the elder has told an amend, how the order stood before it: terms do not go back."""
    story = story_of_two_sockets()
    first, amended = at(1, quantity="5", price="100"), at(2, updated, quantity="7", price="100")
    story.hear(first)
    story.hear(amended)
    story.hear(first)
    story.hear(amended)
    assert told(story) == ["7"]
    assert not story.dispatch.book.orders["mine"].doubts  # type: ignore[index]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_in_whatever_order_the_terms_end_as_the_venue_has_them(order: tuple[int, ...]) -> None:
    """A statement of an earlier time is not told as the latest; where none was told before it, the venue is asked."""
    story = story_of_two_sockets()
    facts = [at(1, quantity="5", price="100"), at(2, updated, quantity="7"), at(3, updated, quantity="9")]
    for place in order:
        story.hear(facts[place])
    assert told(story)[-1] == "9"
    is_asked = Why.UNCLEAR in story.dispatch.book.orders["mine"].doubts  # type: ignore[index]
    assert is_asked is (order != (0, 1, 2))


def test_the_same_moment_is_no_earlier_one() -> None:
    """Two statements of one millisecond count as they come."""
    story = story_of_two_sockets()
    story.hear(at(1, quantity="5"))
    story.hear(at(1, updated, quantity="7"))
    assert told(story) == ["7"]


def test_an_end_that_comes_late_is_an_end() -> None:
    """A clock of the venue's that was set back makes nothing of what it says untold but the terms."""
    story = story_of_two_sockets()
    story.hear(at(2, quantity="5"))
    story.hear(canceled("0", occurred_at=START + timedelta(seconds=1)))
    assert story.events["mine"][-1].is_terminal


def test_of_more_than_are_remembered_the_venue_is_asked() -> None:
    """What is kept of an order is bounded; a statement that is forgotten and told again costs a question."""
    story = story_of_two_sockets()
    facts = [at(number, updated, quantity=str(5 + number)) for number in range(MOST + 2)]
    for fact in facts:
        story.hear(fact)
    before = told(story)
    story.hear(facts[0])
    assert told(story) == before
    assert Why.UNCLEAR in story.dispatch.book.orders["mine"].doubts  # type: ignore[index]


def test_where_sockets_do_not_overlap_the_latest_word_counts() -> None:
    """One socket tells in order, whatever its venue's clock says."""
    story = Story()
    story.create("mine", "5", "100")
    story.hear(at(2, quantity="5"))
    story.hear(at(1, updated, quantity="7"))
    assert told(story) == ["7"]
