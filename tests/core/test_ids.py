"""Ids: no two alike, none used twice, and each found under every name that it has."""

import pytest

from batactors.core.book import MOST_SHORTENINGS, Book
from batactors.model.errors import InvalidCommand
from batactors.model.ids import ClientOrderId
from tests.core.story import Story
from tests.core.words import canceled, fill, opened

LONG = "a-client-order-id-that-is-too-long"


def fits(client_order_id: ClientOrderId) -> bool:
    return len(client_order_id) <= 18


def cut(client_order_id: ClientOrderId, attempt: int) -> ClientOrderId:
    """A rule of shortening under which many ids meet."""
    return ClientOrderId(f"short{attempt}")


def wire_id(book: Book, client_order_id: str) -> str:
    return book.wire_id(ClientOrderId(client_order_id), fits, cut)


@pytest.mark.holds("I01")
def test_two_ids_that_shorten_alike_get_different_short_ones() -> None:
    """The collision is seen when the order is registered, and another short id is taken."""
    story = Story()
    book = story.dispatch.book
    assert wire_id(book, "fits") == "fits"
    assert wire_id(book, LONG) == "short0"
    story.create(LONG, wire_id="short0")
    assert wire_id(book, LONG + "2") == "short1"
    assert book.collisions == 1
    story.create("short1")
    assert wire_id(book, LONG + "2") == "short2", "the whole id of another order is taken too"


@pytest.mark.holds("I01")
def test_no_free_short_id_is_the_callers_error() -> None:
    """Nothing is sent under an id that another order has."""
    story = Story()
    for attempt in range(MOST_SHORTENINGS):
        story.create(f"order {attempt}", wire_id=f"short{attempt}")
    with pytest.raises(InvalidCommand, match="no shorter form"):
        wire_id(story.dispatch.book, LONG)


@pytest.mark.holds("I03")
def test_a_short_id_is_mapped_back_wherever_it_comes_from() -> None:
    """Stream, snapshot and question name the order by its short id; it is told, and asked for, as it should be."""
    story = Story()
    create = story.create(LONG, wire_id="short0")
    story.wait(10)
    (case,) = story.agenda().cases
    assert case.target.client_order_id == "short0"
    story.look_up(LONG, opened("V1", "short0"))
    story.hear(fill("f1", "1", "V1", "short0"))
    story.find_open(opened("V1", "short0"))
    assert story.told(LONG) == ["Submitted", "Accepted", "Filled f1"]
    assert story.verdict(create) is not None
    assert not story.reports
    assert not story.asked_for(LONG)


@pytest.mark.holds("I03")
def test_a_short_id_is_mapped_back_after_a_restart() -> None:
    """The journal knows the short id."""
    story = Story()
    story.create(LONG, wire_id="short0")
    story.crash()
    story.hear(fill("f1", "1", "V1", "short0"))
    assert story.fills(LONG) == ["f1"]


@pytest.mark.holds("I04")
@pytest.mark.parametrize("gone", ["open", "closed", "forgotten", "restarted"])
def test_no_id_is_used_twice(gone: str) -> None:
    """Neither an order's id nor its short one serves another order, also long after its end."""
    story = Story(tombstones=1)
    story.create(LONG, wire_id="short0")
    if gone != "open":
        story.hear(canceled("0", "V1", "short0"))
    if gone == "forgotten":
        for number in range(3):
            story.create(f"later{number}")
            story.hear(canceled("0", f"W{number}", f"later{number}"))
        assert story.forgotten
    if gone == "restarted":
        story.crash()
    for used in (LONG, "short0"):
        with pytest.raises(InvalidCommand, match="used before"):
            wire_id(story.dispatch.book, used)
    assert wire_id(story.dispatch.book, LONG + "2") == "short1"


def test_an_order_is_never_registered_over_another() -> None:
    """If the same id comes twice all the same, nothing is changed, and it is loud."""
    story = Story()
    story.create()
    story.hear(fill("f1", "1", "V1", "mine"))
    with pytest.raises(AssertionError):
        story.create()
    assert story.order().fills.sum == 1
