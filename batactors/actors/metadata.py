"""The venue's instruments: fetched before anything else, and refreshed from time to time."""

import logging

import trio

from batactors.actors.board import Board
from batactors.actors.crashes import cause_of
from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import Answered, Ask, RestMessage
from batactors.actors.reply import Reply
from batactors.actors.supervisor import Ready
from batactors.model.errors import BatactorsError
from batactors.model.facts import InstrumentFact
from batactors.model.health import ComponentState
from batactors.model.ids import InstrumentId
from batactors.model.instruments import Instrument
from batactors.model.questions import AskInstruments
from batactors.venues.codec import Codec

logger = logging.getLogger("batactors.metadata")

EVERY = 3600.0
"""Seconds between refreshes: venues change ticks and minimums a few times a year."""


class Metadata:
    """Keeps the instruments of one account's venue.

    Args:
        instruments: Filled here, and read by the lane.
    """

    def __init__(
        self, *, codec: Codec, rest: Mailbox[RestMessage], board: Board, instruments: dict[InstrumentId, Instrument]
    ) -> None:
        self._codec = codec
        self._rest = rest
        self._board = board
        self._instruments = instruments

    async def run(self, *, task_status: Ready = trio.TASK_STATUS_IGNORED) -> None:
        """Fetch, report ready, and refresh until cancelled."""
        await self._fetch()
        task_status.started()
        while True:
            await trio.sleep(EVERY)
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
        self._codec.learn(instruments)
        for instrument in instruments:
            before = self._instruments.get(instrument.id)
            if before is not None and before != instrument:
                logger.info("%s changed: %s became %s", instrument.id, before, instrument)
            self._instruments[instrument.id] = instrument
        self._board.set("metadata", ComponentState.UP)
