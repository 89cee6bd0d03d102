"""A trace as a file for ui.perfetto.dev: what the format asks for, and arrows that lead along an order's road."""

import json
from collections import defaultdict
from decimal import Decimal
from typing import Any

from batactors.testing.drawing import to_perfetto
from batactors.testing.trace import TraceEvent
from tests.testing.drawing_example import example

Item = dict[str, Any]


def items_of(events: list[TraceEvent]) -> list[Item]:
    whole = json.loads(to_perfetto(events, title="A run"), parse_float=Decimal)
    assert whole["otherData"] == {"title": "A run"}
    items: list[Item] = whole["traceEvents"]
    return items


def test_each_item_has_what_its_phase_needs() -> None:
    """Times are whole microseconds, complete events have a length, instants a scope, arrows an id."""
    for item in items_of(example()):
        assert item["pid"] > 0  # 0 is the idle process
        assert item["name"] or item["ph"] == "X"
        match item["ph"]:
            case "M":
                assert item["args"]
                continue
            case "X":
                assert isinstance(item["dur"], int)
                assert item["dur"] >= 0
            case "i":
                assert item["s"] == "t"
            case "s" | "t" | "f":
                assert item["id"] > 0
                assert item.get("bp") == ("e" if item["ph"] == "f" else None)
            case other:
                raise AssertionError(other)
        assert isinstance(item["ts"], int)
        assert item["tid"] > 0


def test_every_event_is_in_the_file() -> None:
    """What is in the trace is in the file, with its lane, its kind and its text."""
    events = example()
    told = [item["args"] for item in items_of(events) if item["ph"] in "iX" and "args" in item]
    want = [{"lane": event.lane, "kind": event.kind, "text": event.text} for event in events]
    assert sorted(({**told, "order": None} for told in told), key=str) == sorted(
        ({**one, "order": None} for one in want), key=str
    )


def test_slices_of_one_thread_nest() -> None:
    """On one thread slices lie within each other or apart, and come in order of time: other slices are not drawn."""
    threads: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    before = 0
    for item in items_of(example()):
        if item["ph"] == "M":
            continue
        assert item["ts"] >= before
        before = item["ts"]
        if item["ph"] != "X":
            continue
        around = threads[item["pid"], item["tid"]]
        start, end = item["ts"], item["ts"] + item["dur"]
        while around and around[-1][1] <= start:
            around.pop()
        assert not around or end <= around[-1][1]
        around.append((start, end))


def test_an_orders_arrows_start_go_on_and_finish_in_order_of_time() -> None:
    """Each order has one line of arrows, each of which begins and ends at a slice."""
    roads: dict[int, list[Item]] = defaultdict(list)
    at: tuple[Any, ...] = ()
    for item in items_of(example()):
        if item["ph"] == "X":
            at = (item["ts"], item["pid"], item["tid"])
        elif item["ph"] in "stf":
            assert at == (item["ts"], item["pid"], item["tid"])
            roads[item["id"]].append(item)
    assert len(roads) == 24
    for road in roads.values():
        assert "".join(stop["ph"] for stop in road) == "s" + "t" * (len(road) - 2) + "f"
        assert [stop["ts"] for stop in road] == sorted(stop["ts"] for stop in road)
        assert len({stop["name"] for stop in road}) == 1


def test_each_process_and_thread_has_a_name() -> None:
    """The groups are processes, the lanes threads, and all are named."""
    items = items_of(example())
    named = {(item["pid"], item.get("tid")) for item in items if item["name"] in {"process_name", "thread_name"}}
    assert {(item["pid"], item["tid"]) for item in items if item["ph"] != "M"} <= named


def test_the_same_trace_is_the_same_file() -> None:
    """Two runs of one seed can be compared by their files, and a trace without an event is a file as well."""
    assert to_perfetto(example(), title="A run") == to_perfetto(example(), title="A run")
    assert all(item["ph"] == "M" for item in items_of([]))
