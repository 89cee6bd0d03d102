"""The venue's instruments: fetched before anything else, and refreshed from time to time; what changes is told."""

import logging

import trio

from batactors.actors.board import Board
from batactors.actors.crashes import cause_of
from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import Answered, Ask, RestMessage
from batactors.actors.numbered import NumberedLog
from batactors.actors.reply import Reply
from batactors.actors.supervisor import Ready
from batactors.core.listing import differences
from batactors.model.errors import BatactorsError, DecodeError
from batactors.model.facts import InstrumentFact, QuarantineFact
from batactors.model.health import ComponentState
from batactors.model.ids import InstrumentId
from batactors.model.instruments import Instrument, InstrumentChange, ListingChange
from batactors.model.questions import AskInstruments
from batactors.seams import WallClock
from batactors.venues.codec import Codec

logger = logging.getLogger("batactors.metadata")


class Metadata:
    """Keeps the instruments of one account's venue.

    Args:
        instruments: Filled here, and read by the lane. One that is listed no more stays, as halted.
        changes: Where users are told what has changed since the first list.
        every: Seconds between refreshes.
    """

    def __init__(
        self,
        *,
        codec: Codec,
        rest: Mailbox[RestMessage],
        board: Board,
        instruments: dict[InstrumentId, Instrument],
        changes: NumberedLog[InstrumentChange],
        clock: WallClock,
        every: float,
    ) -> None:
        self._codec = codec
        self._rest = rest
        self._board = board
        self._instruments = instruments
        self._changes = changes
        self._clock = clock
        self._every = every
        self._gone: dict[InstrumentId, None] = {}
        """Those that are listed no more."""

    async def run(self, *, task_status: Ready = trio.TASK_STATUS_IGNORED) -> None:
        """Fetch, report ready, and refresh until cancelled."""
        await self._fetch()
        task_status.started()
        while True:
            await trio.sleep(self._every)
            try:
                await self._fetch()
            except BatactorsError as error:
                # What we have is still good; the next refresh will tell.
                self._board.set("metadata", ComponentState.DEGRADED, cause_of(error))

    async def _fetch(self) -> None:
        reply: Reply[Answered] = Reply()
        await self._rest.put(Ask(question=AskInstruments(), reply=reply))
        answered = await reply.get()
        instruments = [fact.instrument for fact in answered.facts if isinstance(fact, InstrumentFact)]
        if not instruments and self._instruments:
            raise DecodeError("the venue lists no instruments any more: what it listed before is kept")
        # A row that could not be read is no sign that its instrument is gone.
        whole = not any(isinstance(fact, QuarantineFact) for fact in answered.facts)
        self._codec.learn(instruments)
        if not self._instruments:
            self._instruments.update((one.id, one) for one in instruments)
        for change in differences(self._instruments, self._gone, instruments, whole=whole, on=self._clock.now()):
            self._note(change)
        self._board.set("metadata", ComponentState.UP)

    def _note(self, change: InstrumentChange) -> None:
        instrument = change.instrument
        logger.info("%s is %s %s", instrument.id, change.what, ", ".join(change.fields))
        self._instruments[instrument.id] = instrument
        if change.what is ListingChange.DELISTED:
            self._gone[instrument.id] = None
        else:
            self._gone.pop(instrument.id, None)
        self._changes.add(change)
