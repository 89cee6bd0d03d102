"""Where things stand in a picture: what lasts how long, which lane holds what, and what is written beside it."""

import pytest

from batactors.testing.drawing.picture import Picture, draw
from batactors.testing.drawing.words import label_of
from batactors.testing.trace import TraceEvent


def events(*told: tuple[float, str, str, str] | tuple[float, str, str, str, str]) -> list[TraceEvent]:
    return [
        TraceEvent(at=at, lane=lane, kind=kind, text=text, order=order[0] if order else None)
        for at, lane, kind, text, *order in told
    ]


def spans(picture: Picture, name: str) -> list[tuple[float, float, str]]:
    """What lasts in the lanes of this name: from, to, and its tone."""
    return [(span.start, span.end, span.tone) for lane, span in picture.spans if picture.lanes[lane].name == name]


def test_an_order_lasts_until_nothing_of_it_is_left() -> None:
    """Its bar shows what was known of it when: asked for, working, in doubt; the last fill ends it."""
    picture = draw(
        events(
            (1, "told", "registered", "create_order buy 0.6 BTC/USD @ 50000", "order-1"),
            (1, "told", "event", "OrderSubmitted 1, from local", "order-1"),
            (2, "told", "step", "RecoveryScheduled because no answer of create_order", "order-1"),
            (4, "told", "event", "OrderAccepted 2, from query", "order-1"),
            (5, "told", "event", "OrderFilled 3, 0.2 @ 50000, 0.2 so far, from stream", "order-1"),
            (6, "told", "event", "OrderFilled 4, 0.4 @ 50000, 0.6 so far, from stream", "order-1"),
            (7, "told", "step", "RecoveryScheduled because it is late of cancel_order", "order-1"),
            (9, "check", "phase", "calm"),
        )
    )
    states = [(1, 2, "asked"), (2, 4, "unsure"), (4, 5, "working"), (5, 6, "working")]
    assert spans(picture, "order-1") == states
    assert next(lane.note for lane in picture.lanes if lane.order == 0) == "buy 0.6 BTC/USD @ 50000"


def test_an_order_that_works_at_the_end_lasts_until_then() -> None:
    """A part is filled, or more is asked for by an amend: then the order goes on."""
    picture = draw(
        events(
            (1, "told", "registered", "create_order buy 0.2 BTC/USD", "order-1"),
            (1, "told", "event", "OrderAccepted 1, from ack", "order-1"),
            (2, "told", "event", "OrderUpdated 2, 0.5 @ 50000, from ack", "order-1"),
            (3, "told", "event", "OrderFilled 3, 0.2 @ 50000, 0.2 so far, from stream", "order-1"),
            (9, "check", "phase", "calm"),
        )
    )
    assert spans(picture, "order-1")[-1] == (3, 9, "working")


def test_a_late_fill_does_not_open_an_order_again() -> None:
    """What is told after the end is a mark, not a bar."""
    picture = draw(
        events(
            (1, "told", "event", "OrderAccepted 1, from ack", "order-1"),
            (2, "told", "event", "OrderCanceled 2, with 0 filled", "order-1"),
            (3, "told", "event", "OrderFilled 3, 0.2 @ 50000, 0.2 so far, from stream, late", "order-1"),
        )
    )
    assert spans(picture, "order-1") == [(1, 2, "working")]


def test_actors_end_with_the_machine() -> None:
    """A process that is killed takes its actors with it, and the time until the next is empty."""
    picture = draw(
        events(
            (0, "engine/dedup", "started", "dedup"),
            (0, "engine/machine", "started", "life 1"),
            (3, "engine/dedup", "crashed", "dedup: it had to"),
            (4, "engine/dedup", "started", "dedup"),
            (5, "engine/machine", "crashed", "killed"),
            (7, "engine/dedup", "started", "dedup"),
            (7, "engine/machine", "started", "life 2"),
            (9, "engine/machine", "ended", ""),
        )
    )
    assert spans(picture, "dedup") == [(0, 3, "life"), (4, 5, "life"), (7, 9, "life")]
    assert spans(picture, "machine") == [(0, 5, "life"), (7, 9, "life")]


def test_a_fault_lasts_as_long_as_the_trace_or_itself_says() -> None:
    """Until its own end, not that of another of its kind; or for its own seconds; or it is over at once."""
    picture = draw(
        events(
            (1, "fault", "fault", "Partition(at=1.0, seconds=5.0)"),
            (2, "fault", "fault", "Slow(at=2.0, by=1.0)"),
            (3, "fault", "fault", "Slow(at=3.0, by=2.0)"),
            (4, "fault", "fault", "Cut(at=4.0)"),
            (5, "fault", "fault ended", "Slow(at=2.0, by=1.0)"),
            (6, "fault", "fault ended", "Slow(at=3.0, by=2.0)"),
            (9, "check", "phase", "calm"),
        )
    )
    assert spans(picture, "Partition") == [(1, 6, "fault")]
    assert sorted(spans(picture, "Slow")) == [(2, 5, "fault"), (3, 6, "fault")]
    assert spans(picture, "Cut") == []


def test_sockets_of_one_sort_share_a_lane_while_they_do_not_overlap() -> None:
    """A hundred sockets one after the other are one lane; two at once are two."""
    picture = draw(
        events(
            *(
                (at, f"socket {at}", kind, "GET /")
                for at in range(0, 50, 5)
                for kind in ("opened", "request", "closed")
            ),
            (50, "socket 50", "opened", ""),
            (51, "socket 51", "opened", ""),
            (52, "socket 50", "frame up", "add_order {}"),
            (53, "socket 51", "frame up", "add_order {}"),
        )
    )
    assert [lane.name for lane in picture.lanes] == ["rest", "websocket", "websocket"]


def test_lanes_stand_as_a_command_goes() -> None:
    """From the user through the engine to the sockets; what went wrong stands below."""
    picture = draw(
        events(
            (0, "fault", "fault", "Cut(at=0.0)"),
            (0, "socket 1", "opened", "port 1"),
            (0, "engine/zeta", "started", ""),
            (0, "engine/dedup", "started", ""),
            (0, "engine/lane", "started", ""),
            (0, "told", "report", "of a stranger"),
            (0, "told", "event", "OrderSubmitted 1", "order-1"),
            (0, "user", "did", "Cancel(at=0.0, order=1)"),
            (0, "check", "phase", "storm"),
        )
    )
    names = ["checks", "user", "order-1", "account", "lane", "dedup", "zeta", "port 1", "Cut"]
    assert [lane.name for lane in picture.lanes] == names


@pytest.mark.parametrize(
    ("lane", "kind", "text", "label"),
    [
        ("socket 1", "frame up", 'add_order {"method":"add_order"}', "add_order"),
        ("socket 1", "frame down", '{"channel":"executions","data":[]}', "executions"),
        ("socket 1", "request", "POST /0/private/OpenOrders nonce=(hidden)", "OpenOrders"),
        ("socket 1", "reply", '503 {"error":[]}', "503"),
        ("told", "event", "OrderFilled 3, 0.2 @ 50000", "Filled"),
        ("told", "step", "RecoveryScheduled because no answer", "RecoveryScheduled"),
        ("told", "registered", "cancel_order", "cancel_order"),
        ("fault", "fault", "Crash(at=0.0, when='event', nth=2, actor='lane', point=1)", "actor lane, point 1"),
        ("fault", "fault", "ExpireTokens(at=11.0, when=None, nth=1)", ""),
        ("user", "did", "Place(at=1.0, order=5, side='buy', price=None, post_only=False)", "Place 5 buy"),
        ("user", "did", "CancelBatch(at=1.0, orders=(3, 5))", "CancelBatch (3, 5)"),
        ("engine/lane", "started", "lane", ""),
        ("engine/lane", "crashed", "lane: InjectedCrash: at await point 3", "InjectedCrash: at await point 3"),
        ("engine/machine", "started", "life 2", "life 2"),
    ],
)
def test_a_mark_says_what_one_looks_for(lane: str, kind: str, text: str, label: str) -> None:
    """A label is the one word or the few that tell this mark from its neighbours."""
    assert label_of(TraceEvent(at=0.0, lane=lane, kind=kind, text=text)) == label
