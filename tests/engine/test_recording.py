"""Raw messages as they go by, and recordings of sessions that tell the same when they are replayed."""

import json
import re
from collections.abc import Callable
from contextlib import aclosing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import trio

from batactors import ConfigError, Direction, Missed, OrderEvent, OrderFilled, RawMessage, Replayed, replay
from batactors.actors.tap import KEPT
from batactors.cli.main import run
from batactors.seams import Seams
from batactors.testing import SimulatedNetwork
from batactors.testing import faults as f
from batactors.testing.binance import BinanceAccount
from batactors.testing.kraken_spot.accounts import VenueAccount
from tests.engine.both import each_venue, opened
from tests.engine.test_reports import by_hand

SIGNED = re.compile(r'signature[\\\\"]*: *[\\\\"]*[0-9a-zA-Z+/]')
"""A signature that has something in it."""


async def story(bench: Any, order: dict[str, Any]) -> list[OrderEvent]:
    """Orders by both roads, fills, an amend, a lost answer, a cut with a fill in it, cancels; all that was told."""
    one = await bench.account.create_order(**order)
    two = await bench.account.create_order(**{**order, "price": "47000"}, transport="rest")
    for handle in (one, two):
        with trio.fail_after(30.0):
            await handle.resolved()
    bench.venue.fill(str(one.client_order_id), quantity=Decimal("0.1"))
    await (await two.amend(price="46000")).resolved()
    bench.venue.faults.add(f.LoseAck(method="add_order"))
    three = await bench.account.create_order(**{**order, "price": "45000"})
    bench.venue.cut()
    bench.venue.fill(str(one.client_order_id), quantity=Decimal("0.2"))
    with trio.fail_after(300.0):
        await three.resolved()
        for handle in (one, two, three):
            await (await handle.cancel()).resolved()
        return [event for handle in (one, two, three) async for event in handle.events()]


def of_orders(events: Any) -> dict[str, list[OrderEvent]]:
    """By order, in the order of their telling."""
    told: dict[str, list[OrderEvent]] = {}
    for event in events:
        told.setdefault(event.client_order_id, []).append(event)
    return told


def into(lines: list[str]) -> Callable[[str], Callable[[str], object]]:
    """A recording in memory."""
    return lambda name: lines.append


@pytest.mark.holds("X63")
@each_venue
async def test_a_recorded_session_tells_the_same_when_it_is_replayed(
    network: SimulatedNetwork, seams: Seams, venue: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each event with each field, through codec and core, without an engine; also from a file, at the command line."""
    lines: list[str] = []
    async with opened(venue, seams, record=into(lines)) as (bench, order, _):
        told = await story(bench, order)
    again = replay(lines)
    assert again.differences == ()
    assert of_orders(again.events) == of_orders(told)
    assert len(told) > 10
    assert again.frames > 10
    assert again.answers > 5
    assert again.lines == len(lines)
    path = tmp_path / "session.jsonl"
    path.write_text("".join(lines), encoding="utf-8")
    assert run(["replay", str(path), "--json"]) == 0
    read = json.loads(capsys.readouterr().out)
    assert [(one["what"], one["sequence"]) for one in read["events"]] == [
        (type(one).__name__, one.sequence) for one in again.events
    ]
    assert run(["replay", str(path)]) == 0


@pytest.mark.holds("X63")
@each_venue
async def test_a_replay_goes_through_the_codec(network: SimulatedNetwork, seams: Seams, venue: str) -> None:
    """A frame that says something else tells something else; one that cannot be read any more is a difference."""
    lines: list[str] = []
    async with opened(venue, seams, record=into(lines)) as (bench, order, _):
        handle = await bench.account.create_order(**order)
        await handle.resolved()
        bench.venue.fill(str(handle.client_order_id), quantity=Decimal("0.137"))
        await trio.sleep(5.0)
    assert fills_in(replay(lines)) == [Decimal("0.137")]
    changed = [line.replace("0.137", "0.139") if line.startswith('{"heard"') else line for line in lines]
    assert fills_in(replay(changed)) == [Decimal("0.139")]
    torn = [emptied(line) if "0.137" in line and line.startswith('{"heard"') else line for line in lines]
    again = replay(torn)
    assert "were" in again.differences[0]
    assert fills_in(again) == []


def fills_in(told: Replayed) -> list[Decimal]:
    """The quantities of all fills."""
    return [one.quantity for one in told.events if isinstance(one, OrderFilled)]


def emptied(line: str) -> str:
    """The frame without what it says."""
    read = json.loads(line)
    read["heard"]["text"] = "{}"
    return json.dumps(read)


@pytest.mark.holds("X63")
@each_venue
async def test_no_secret_is_in_a_recording_or_in_a_raw_message(
    network: SimulatedNetwork, seams: Seams, venue: str
) -> None:
    """Neither key nor secret, no token, and no signature, whichever way it went."""
    lines: list[str] = []
    seen: list[RawMessage | Missed] = []
    async with opened(venue, seams, record=into(lines)) as (bench, order, _), trio.open_nursery() as nursery:

        async def follow() -> None:
            async with aclosing(bench.account.raw()) as raw:
                async for message in raw:
                    seen.append(message)

        nursery.start_soon(follow)
        await trio.sleep(1.0)
        await story(bench, order)
        demo: Any = BinanceAccount.demo() if venue == "binance" else VenueAccount.demo()
        secrets = (demo.api_key, demo.api_secret, *bench.venue.tokens_given)
        nursery.cancel_scope.cancel()
    assert secrets[2:]
    texts = [*lines, *(message.text for message in seen if isinstance(message, RawMessage))]
    assert not [text for text in texts for secret in secrets if secret in text]
    assert not [text for text in texts if SIGNED.search(text)]


@pytest.mark.holds("X63")
@each_venue
async def test_raw_messages_of_both_ways_are_told_as_they_are(
    network: SimulatedNetwork, seams: Seams, venue: str
) -> None:
    """The order's frame out, the venue's frames in, and what goes by REST; numbered, and only while somebody looks."""
    async with opened(venue, seams) as (bench, order, socket):
        tap = bench.account._wiring.board.tap
        assert tap.log.last == 0
        async with aclosing(bench.account.raw()) as raw, trio.open_nursery() as nursery:
            seen: list[RawMessage] = []

            async def follow() -> None:
                async for message in raw:
                    assert isinstance(message, RawMessage)
                    seen.append(message)

            nursery.start_soon(follow)
            await trio.sleep(0.1)
            handle = await bench.account.create_order(**order)
            await handle.resolved()
            await bench.account.create_order(**{**order, "price": "47000"}, transport="rest")
            await trio.sleep(5.0)
            nursery.cancel_scope.cancel()
        name = str(handle.client_order_id)
        assert any(one.direction is Direction.OUT and name in one.text and one.road != "rest" for one in seen)
        assert any(one.direction is Direction.IN and name in one.text and one.road == socket for one in seen)
        assert any(one.direction is Direction.OUT and one.road == "rest" and "47000" in one.text for one in seen)
        assert any(one.direction is Direction.IN and one.road == "rest" for one in seen)
        assert [one.sequence for one in seen] == list(range(1, len(seen) + 1))
        last = tap.log.last
        await bench.account.create_order(**order)
        await trio.sleep(5.0)
        assert tap.log.last == last


@pytest.mark.holds("X63")
async def test_a_follower_of_raw_messages_that_is_too_slow_is_told_so(network: SimulatedNetwork, seams: Seams) -> None:
    """No more than so many are kept; how many it missed, it is told once."""
    async with opened("kraken-spot", seams) as (bench, _, _socket):
        async with aclosing(bench.account.raw()) as raw:
            with trio.move_on_after(0.0):
                await anext(raw)
        tap = bench.account._wiring.board.tap
        tap.followers += 1
        reader = tap.log.follow(tap.log.last)
        for _ in range(KEPT + 50):
            tap.heard("connection", 1, "{}", [])
        assert await anext(reader) == Missed(count=50)
        gauge = bench.account.gauges()["raw messages"]
        assert (gauge.there, gauge.most) == (KEPT, KEPT)


@pytest.mark.holds("X63")
async def test_an_order_that_was_adopted_is_in_the_recording(network: SimulatedNetwork, seams: Seams) -> None:
    """What makes it ours is replayed with the rest, and its events come out as they were told."""
    lines: list[str] = []
    async with opened("kraken-spot", seams, record=into(lines)) as (bench, _, _socket):
        bench.venue.faults.add(f.DelayFrame(channel="executions", seconds=10.0, count=4))
        (order_id,) = by_hand(bench)
        await trio.sleep(2.0)  # only the question that adopts it has told of it so far
        handle = await bench.account.adopt(order_id)
        bench.venue.fill(order_id, quantity=Decimal("0.1"))
        with trio.fail_after(30.0):
            told = [event async for event in handle.events()]
    again = replay(lines)
    assert of_orders(again.events) == of_orders(told)
    assert len(again.reports) >= 1


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], "empty"),
        (["what"], "line 1 is no line"),
        (['{"heard": {}}'], "begins with 'heard'"),
        (['{"recording": {"format": 99}}'], "begins with"),
        (['{"recording": {"format": 1, "venue": "nowhere"}}'], "venue is 'nowhere'"),
    ],
)
def test_what_is_no_recording_is_refused_in_words(lines: list[str], words: str) -> None:
    """With the line, and with what would be right."""
    with pytest.raises(ConfigError, match=words):
        replay(lines)
