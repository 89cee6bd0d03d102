"""What a pass of the reconciler asks for, and that it asks for nothing twice."""

from datetime import UTC, datetime
from math import inf
from random import Random

import trio

from batactors.actors.board import Board
from batactors.actors.inquirer import Inquirer
from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import CatchUp, DedupMessage, Reconcile, ReconcilerMessage, RestMessage
from batactors.actors.reconciler import Reconciler
from batactors.actors.reply import Reply
from batactors.core.agenda import Agenda
from batactors.core.changes import Changes
from batactors.core.expanding import Manner
from batactors.model.ids import VenueOrderId
from batactors.model.inputs import Input
from batactors.model.questions import AskBalances, AskClosedOrders, AskFills, AskOpenOrders, AskOrders, Question
from batactors.model.receipts import PassReport
from batactors.testing.virtual_time import VirtualClock

START = datetime(2026, 1, 2, tzinfo=UTC)
NAMELESS = VenueOrderId("V9")


class Asked(Inquirer):
    """Keeps the questions. Of one order nothing says whose it is, whatever the venue is asked."""

    def __init__(self, catch_up: str | None = None, *, announced: bool = False) -> None:
        rest, dedup = Mailbox[RestMessage]("rest", 10), Mailbox[DedupMessage]("dedup", 10)
        super().__init__(rest=rest, dedup=dedup, clock=VirtualClock(), manner=Manner())
        self.questions: list[Question] = []
        self._catch_up, self._announced = catch_up, announced
        self.missed: list[Question] = []

    async def agenda(self) -> Agenda:
        catch_up, self._catch_up = self._catch_up, None
        return Agenda(
            cases=(), strangers=(NAMELESS,), catch_up=catch_up, fills_since=START, next_due=inf,
            announced=self._announced,
        )  # fmt: skip

    async def tell(self, given: Input) -> Changes:
        return Changes(passed=PassReport(number=1, triggers=(), began_at=START))

    async def ask(self, question: Question, *, missed: bool = False) -> None:
        await trio.sleep(0.1)
        self.questions.append(question)
        if missed:
            self.missed.append(question)


async def asked_in_a_pass(inquirer: Asked, *messages: ReconcilerMessage) -> list[type[Question]]:
    """The kinds of questions of the first second, in order."""
    mailbox, clock = Mailbox[ReconcilerMessage]("reconciler", 10), VirtualClock()
    for message in messages:
        await mailbox.put(message)
    reconciler = Reconciler(
        mailbox=mailbox, inquirer=inquirer, board=Board(clock), clock=clock, chance=Random(1), every=60.0
    )
    with trio.move_on_after(0.95):
        await reconciler.run()
    return [type(question) for question in inquirer.questions]


async def test_a_round_that_somebody_asks_for() -> None:
    """What is open, closed and filled, whose the rest is, and the balances: each once."""
    everything = [AskOpenOrders, AskClosedOrders, AskFills, AskOrders, AskBalances]
    assert await asked_in_a_pass(Asked(), Reconcile(reply=Reply())) == everything


async def test_what_a_session_begins_with() -> None:
    """Its snapshot says what is open; what closed and filled is asked for, and whose the rest is."""
    catch_up = CatchUp(epoch=1, reply=Reply())
    asked = await asked_in_a_pass(Asked(), catch_up)
    assert asked[:3] == [AskClosedOrders, AskFills, AskOrders]
    assert catch_up.reply.is_given


async def test_what_follows_a_gap() -> None:
    """Everything, each once."""
    assert await asked_in_a_pass(Asked("a gap")) == [AskOpenOrders, AskClosedOrders, AskFills, AskOrders]


async def test_what_a_session_without_a_snapshot_begins_with() -> None:
    """All that is open, as of a time that nobody told of; then what closed, what filled, and whose the rest is."""
    inquirer = Asked()
    asked = await asked_in_a_pass(inquirer, CatchUp(epoch=1, whole=True, reply=Reply()))
    assert asked[:4] == [AskOpenOrders, AskClosedOrders, AskFills, AskOrders]
    assert inquirer.missed == [AskOpenOrders()]


async def test_what_follows_a_fill_that_was_told_ahead_and_did_not_come() -> None:
    """All fills: it is among them, if it was made."""
    assert (await asked_in_a_pass(Asked(announced=True)))[:2] == [AskFills, AskOrders]
