"""The check of late answers: which answers have surely come."""

from types import SimpleNamespace
from typing import cast

import pytest
import trio

from batactors import ChildEvent, Happening
from batactors.model.ids import CommandId, RequestId
from batactors.model.lifecycle import Sent
from batactors.model.terms import Transport
from batactors.testing.simulation.checks import Scene
from batactors.testing.simulation.checks.late import LateAnswersCount
from batactors.testing.simulation.record import Frame
from batactors.testing.simulation.stages.binance import BinanceWords
from tests.core.story import START

COMMAND = CommandId("c1")
EVENTS, COMMANDS = 3, 2
"""Connections: that on which events come was opened after that by which commands go."""


def seen_by(check: LateAnswersCount, *frames: tuple[int, str]) -> None:
    """Show it what the venue wrote, on which connection."""
    for connection, text in frames:
        assert not list(check.saw(Frame(at=1.0, up=False, kind="frame down", connection=connection, text=text)))


@pytest.fixture
def check() -> LateAnswersCount:
    """One command went out as request 7, and nothing is told of an answer."""
    sent = Sent(
        command_id=COMMAND, sequence=1, at=START, transport=Transport.WEBSOCKET, request_id=RequestId(7),
        valid_until=START,
    )  # fmt: skip
    words, record = BinanceWords(logs_on=False), SimpleNamespace(steps={COMMAND: [sent]})
    scene = SimpleNamespace(words=words, sockets=("user data", "commands"), struck={}, record=record)
    return LateAnswersCount(cast("Scene", scene))


ANSWER = (COMMANDS, '{"id":7,"status":200,"result":{}}')
EVENT = (EVENTS, '{"e":"ORDER_TRADE_UPDATE"}')


async def test_an_answer_counts_though_events_come_by_a_younger_socket(check: LateAnswersCount) -> None:
    """Events have a socket of their own, whose number says nothing of the one that takes commands."""
    seen_by(check, EVENT, ANSWER, EVENT)
    await trio.sleep(10.0)
    assert len(list(check.settled())) == 1


@pytest.mark.parametrize(("child", "counts"), [("commands", False), ("user data", True)])
async def test_what_a_session_had_for_us_when_it_broke_may_be_lost(
    check: LateAnswersCount, child: str, counts: bool
) -> None:
    """An answer that was written on the session that broke, or even after it broke, need not have come."""
    seen_by(check, EVENT, ANSWER)
    event = ChildEvent(supervisor="account", child=child, what=Happening.CRASHED, at=1.0)
    assert not list(check.supervised(event))
    seen_by(check, ANSWER)
    await trio.sleep(10.0)
    assert bool(list(check.settled())) is counts
    seen_by(check, (EVENTS + 1, ANSWER[1]))
    await trio.sleep(10.0)
    assert len(list(check.settled())) == 1
