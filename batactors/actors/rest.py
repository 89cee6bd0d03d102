"""Everything that goes by HTTP: questions, tokens, and commands that the socket could not take.

Commands and questions have roads of their own, so that no command waits for questions that wait. Where a key's nonces
must rise in the order of arrival the two take turns, one request each; elsewhere a few questions are under way at once,
and where all commands go this way, a few of these.
A question is asked once, and its failure is told to who asked; a command is written once, never again, and once begun
it is not cancelled.
"""

from collections.abc import Sequence
from datetime import timedelta

import trio

from batactors.actors.asked import Asked
from batactors.actors.board import Board
from batactors.actors.gate import Gate
from batactors.actors.heeding import Heeding
from batactors.actors.http import Http, bare
from batactors.actors.http_client import HttpClient
from batactors.actors.keyring import KeyRing
from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import Answered, Ask, DedupMessage, LookUp, Outgoing, RestMessage
from batactors.actors.meter import ASKED, TO_ANSWERED, TO_WRITTEN
from batactors.actors.quarantine import SpoiltAnswers
from batactors.actors.supervisor import Ready
from batactors.actors.unanswered import UnreachedError, told
from batactors.actors.under_way import Hand, UnderWay
from batactors.core.clock import VenueClock
from batactors.model.commands import Command
from batactors.model.errors import (
    AuthError,
    BatactorsError,
    DecodeError,
    RateLimited,
    Timeout,
    TransportError,
    Unsupported,
)
from batactors.model.facts import Answer, AnswerFact, Fact
from batactors.model.health import ComponentState
from batactors.model.ids import AccountName, RequestId
from batactors.model.inputs import Heard, Inquiry, NotSent, Sending, Unanswered
from batactors.model.limits import Patience
from batactors.model.questions import NAMES, AskFills, Question
from batactors.model.terms import Origin, Transport
from batactors.seams import WallClock
from batactors.venues.codec import Codec, SignedRequest

QUESTIONS_AT_ONCE = 3
"""Of a venue that does not mind: enough that one which is answered slowly keeps no other waiting."""
MOST_PAGES = 500
"""Pages of one answer; beyond that the venue is paging in a circle."""


class Rest:
    """The rest client of one account."""

    def __init__(
        self,
        *,
        account: AccountName,
        url: str,
        codec: Codec,
        ring: KeyRing,
        patience: Patience,
        mailbox: Mailbox[RestMessage],
        outbox: Mailbox[Outgoing],
        dedup: Mailbox[DedupMessage],
        board: Board,
        gate: Gate,
        clock: WallClock,
        venue_clock: VenueClock,
        heeding: Heeding,
    ) -> None:
        self._account = account
        self._url = url
        self._codec = codec
        self._patience = patience
        self.asked, self._outbox = Asked(mailbox), outbox
        self._turn = trio.Lock() if codec.orders_requests else trio.Semaphore(QUESTIONS_AT_ONCE + patience.writes)
        self._under_way = UnderWay(patience.writes)
        self._dedup = dedup
        self._board = board
        self._gate = gate
        self._clock = clock
        self._heeding, self._limiter = heeding, heeding.limiter
        self._spoilt = SpoiltAnswers(dedup, board, clock)
        self._http = Http(
            url=url,
            codec=codec,
            ring=ring,
            answer=patience.answer,
            board=board,
            clock=clock,
            venue_clock=venue_clock,
            heeding=heeding,
        )
        self._untold: list[NotSent] = []
        """What the dedup actor's mailbox had no room for when this actor stopped."""

    async def run(self, *, task_status: Ready = trio.TASK_STATUS_IGNORED) -> None:
        """Serve requests until cancelled."""
        self._board.set("rest", ComponentState.STARTING, "the venue has not answered yet")
        while self._untold:
            await self._dedup.put(self._untold[0])
            del self._untold[0]
        async with self._http.client() as client, trio.open_nursery() as nursery:
            nursery.start_soon(self.asked.run)
            nursery.start_soon(self._send_all, client)
            for _ in range(1 if self._codec.orders_requests else QUESTIONS_AT_ONCE):
                nursery.start_soon(self._answer_all, client)
            task_status.started()

    async def _send_all(self, client: HttpClient) -> None:
        async with trio.open_nursery() as nursery:
            while True:
                await self._under_way.room()
                outgoing = await self._outbox.take()
                self._under_way.begin(outgoing.commands)
                if self._patience.writes == 1:
                    await self._send(client, outgoing)
                else:
                    nursery.start_soon(self._send, client, outgoing)

    async def _answer_all(self, client: HttpClient) -> None:
        while True:
            await self._serve(client, await self.asked.take())

    def hurry(self) -> None:
        """The engine stops, and the time for answers is over: what is under way may be cancelled from now on."""
        self._under_way.hurry()

    async def _serve(self, client: HttpClient, message: RestMessage) -> None:
        with message.reply.answered_by("rest"):
            try:
                message.reply.give(await self._ask(client, self._questions(message)))
                self._board.answered("rest")
            except BatactorsError as error:
                if isinstance(error, RateLimited):
                    self._limiter.refused_question(trio.current_time())
                if isinstance(error, AuthError) and error.retriable:
                    self._http.nonces.refused()
                self._board.answered("rest", error)
                message.reply.fail(told(error, self._account))

    async def _afford(self, client: HttpClient, question: Question, page: int) -> None:
        """Wait until the venue will answer one page more; meanwhile serve what is urgent.

        Raises:
            RateLimited: It wants to be left alone, for longer than an answer may take.
        """
        while wait := self._limiter.wait_to_ask(question, now := trio.current_time(), page):
            if self._limiter.answers_from(now) - now > self._patience.answer:
                raise RateLimited(f"{self._limiter.why_silent(now)}", venue=self._codec.venue, retriable=True)
            message = None
            with trio.move_on_after(wait):
                message = await self.asked.take_urgent()
            if message is not None:
                await self._serve(client, message)
        self._limiter.charge_question(question, trio.current_time(), page)

    def _questions(self, message: Ask | LookUp) -> tuple[Question, ...]:
        if isinstance(message, Ask):
            return (message.question,)
        # Fills are asked for once per pass, not once per order.
        asked = tuple(one for one in self._codec.lookups(message.target) if not isinstance(one, AskFills))
        if not asked:
            raise Unsupported("an order is looked for there by more than was given: name its instrument, too")
        return asked

    async def _ask(self, client: HttpClient, questions: Sequence[Question]) -> Answered:
        """Ask, page by page to the end; what is only half answered is not answered."""
        asked_at = None
        inquiries: list[Inquiry] = []
        token: str | None = None
        sent_at = received_at = 0.0
        for question in questions:
            asked_on, facts = self._clock.now(), list[Fact]()
            pages, offset, total = 0, 0, 0
            while True:
                pages += 1
                await self._afford(client, question, pages)
                request = self._codec.request(question, offset)
                async with self._turn:
                    ready = await self._http.sign(request, self._http.stamp(self._patience.validity))
                    sent_at = trio.current_time()
                    if pages == 1:  # what is waited for before says nothing of how old the answer is
                        asked_on, asked_at = self._clock.now(), sent_at if asked_at is None else asked_at
                    response = await self._http.exchange(client, ready)
                received_at = trio.current_time()
                self._board.meter.note(ASKED[type(question)], received_at - sent_at)
                with self._spoilt.reading(bare(request), question, response.content):
                    page = self._codec.read(question, offset, response.status_code, response.content)
                self._board.tap.answered(question, offset, response.status_code, response.content, page.facts)
                facts += page.facts
                self._heeding.hear(page.facts, None)
                self._spoilt.rows(bare(request), page.facts)
                token = page.token or token
                shrunk = max(0, total - page.total) if page.total is not None else 0
                total = page.total or 0
                if page.next_offset is None and not shrunk:
                    break
                if pages == MOST_PAGES:
                    raise DecodeError(f"{NAMES[type(question)]}: no last page among {MOST_PAGES}")
                # Newest first: of a list that is older than the page before, its rows stand further in front.
                offset = max(0, offset - shrunk) if shrunk else page.next_offset or 0
            inquiries.append(Inquiry(question=question, asked_on=asked_on, facts=tuple(facts), pages=pages))
        assert asked_at is not None
        return Answered(
            asked_at=asked_at, inquiries=tuple(inquiries), sent_at=sent_at, received_at=received_at, token=token
        )

    async def _send(self, client: HttpClient, outgoing: Outgoing) -> None:
        hand = Hand(outgoing.commands)
        together = self._codec.batch_limit(hand.left[0].operation, Transport.REST)
        try:
            await self._under_way.turn(outgoing.commands)
            while hand.left:
                async with self._turn:
                    await self._send_some(client, hand, hand.left[:together], outgoing)
        finally:
            self._under_way.end(outgoing.commands)
            # Cancelled, or crashed: what has not been begun will not be sent.
            if hand.left:
                command_ids = tuple(command.command_id for command in hand.left)
                now, on = trio.current_time(), self._clock.now()
                unsent = NotSent(at=now, on=on, command_ids=command_ids, reason="the rest client stopped")
                if not self._dedup.post(unsent):
                    self._untold.append(unsent)

    async def _send_some(
        self, client: HttpClient, hand: Hand, commands: tuple[Command, ...], outgoing: Outgoing
    ) -> None:
        """Send what goes into one request."""
        now, on, request_id = trio.current_time(), self._clock.now(), outgoing.request_id
        validity = max(min(one.validity or self._patience.validity for one in commands), LEAST_VALIDITY)
        command_ids = tuple(command.command_id for command in commands)
        try:
            self._gate.leave(outgoing, now)
            stamp = self._http.stamp(validity)
            ready = await self._http.sign(self._codec.request_command(commands, stamp), stamp)
            self._gate.leave(outgoing, trio.current_time())  # a key elsewhere takes its time
        except Unsupported as error:
            await self._dedup.put(NotSent(at=now, on=on, command_ids=command_ids, reason=error.message))
            hand.begun(commands)
            return
        expires, window = now + validity, timedelta(seconds=validity)
        await self._dedup.put(
            Sending(
                at=now, on=on, request_id=request_id, command_ids=command_ids, transport=Transport.REST,
                valid_until=on + window, expires=expires, answer_by=expires + self._patience.margin,
            )
        )  # fmt: skip
        hand.begun(commands)
        self._heeding.written(request_id)
        if outgoing.given_at is not None:
            self._board.meter.note(TO_WRITTEN[Transport.REST], trio.current_time() - outgoing.given_at)
        # What may have left is not called back: its answer is worth more than a quick stop.
        with self._under_way.writing():
            outcome = await self._outcome(client, commands, ready, request_id)
            is_told = self._dedup.post(outcome)
        if not is_told:
            await self._dedup.put(outcome)  # not shielded: at the end of the engine nobody makes room any more

    async def _outcome(
        self,
        client: HttpClient,
        commands: tuple[Command, ...],
        ready: SignedRequest,
        request_id: RequestId,
    ) -> Heard | Unanswered | NotSent:
        command_ids = tuple(command.command_id for command in commands)
        began = trio.current_time()
        try:
            response = await self._http.exchange(client, ready)
        except UnreachedError as error:
            # Not even a connection was made: though it was told as being sent, no byte of it left us.
            now, on = trio.current_time(), self._clock.now()
            self._board.answered("rest", error)
            return NotSent(at=now, on=on, command_ids=command_ids, reason=error.message, in_spite=True)
        except (TransportError, Timeout) as error:
            now, on = trio.current_time(), self._clock.now()
            self._board.answered("rest", error)
            return Unanswered(at=now, on=on, command_ids=command_ids, reason=error.message)
        self._board.meter.note(TO_ANSWERED[Transport.REST], trio.current_time() - began)
        facts = tuple(self._codec.read_command(commands, request_id, response.status_code, response.content))
        self._board.tap.executed(commands, request_id, response.status_code, response.content, facts)
        answers = [fact for fact in facts if isinstance(fact, AnswerFact)]
        unclear = [fact.message for fact in answers if fact.answer is Answer.UNCLEAR]
        self._board.answered("rest", DecodeError(f"of a command it said {unclear[0]}") if unclear else None)
        self._spoilt.answer(bare(ready), facts, response.content)
        if any(fact.refuses_token for fact in answers):  # of which REST has none but the nonce
            self._http.nonces.refused()
        now, on = trio.current_time(), self._clock.now()
        return Heard(at=now, on=on, facts=facts, origin=Origin.ACK, transport=Transport.REST)


LEAST_VALIDITY = 2.5
"""Seconds. Kraken's REST takes no deadline nearer than 2 s; a half more for the way."""
