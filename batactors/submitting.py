"""How an account's verbs are done: ids, roads, and the way to the lane."""

from collections.abc import Iterable, Sequence
from typing import Any

import trio

from batactors.actors.messages import Submit
from batactors.actors.reply import Reply
from batactors.adopting import AdoptingAccount
from batactors.drafts import Amend, NewOrder, required, text, word
from batactors.handle import CommandHandle
from batactors.model.commands import AmendOrder, CancelOrder, Command, CreateOrder
from batactors.model.errors import EngineStopped, InvalidCommand
from batactors.model.ids import ClientOrderId, CommandId, InstrumentId, VenueOrderId
from batactors.model.terms import TransportPolicy


class SubmittingAccount(AdoptingAccount):
    """An account that can submit commands."""

    def _create(self, order: NewOrder) -> CreateOrder:
        return order.read(
            account=self.name,
            command_id=self._command_id(),
            spare_id=self._wiring.seams.ids.token(),
            transport=self._wiring.config.transport,
        )

    def _amend(self, amend: Amend) -> AmendOrder:
        return amend.read(
            account=self.name,
            command_id=self._command_id(),
            address=self._address(amend.client_order_id, amend.venue_order_id, amend.instrument),
            transport=self._wiring.config.transport,
        )

    def _cancel(
        self,
        client_order_id: str | None,
        venue_order_id: str | None,
        instrument: str | None,
        transport: TransportPolicy | str | None,
    ) -> CancelOrder:
        client, venue, traded = self._address(client_order_id, venue_order_id, instrument)
        dispatch = self._wiring.dedup_actor.dispatch
        order = dispatch.book.find(client, venue)
        return CancelOrder(
            command_id=self._command_id(),
            account=self.name,
            transport=self._policy(transport),
            client_order_id=client,
            venue_order_id=venue,
            instrument=traded,
            conditional=dispatch.rules.keeps_conditional_apart and order is not None and order.waits,
        )

    def _address(
        self, client_order_id: str | None, venue_order_id: str | None, instrument: str | None
    ) -> tuple[ClientOrderId | None, VenueOrderId | None, InstrumentId | None]:
        """The ids of an order, with what we know added to what the caller gave."""
        client_text, venue_text = text(client_order_id, "client_order_id"), text(venue_order_id, "venue_order_id")
        client = ClientOrderId(client_text) if client_text is not None else None
        venue = VenueOrderId(venue_text) if venue_text is not None else None
        order = self._wiring.dedup_actor.dispatch.book.find(client, venue)
        if order is None:
            return client, venue, InstrumentId(required(instrument, "instrument")) if instrument is not None else None
        # The venue has never heard the key that the engine gave an adopted order.
        return None if order.adopted else order.client_order_id, order.venue_order_id, order.instrument

    def _command_id(self) -> CommandId:
        return CommandId(self._wiring.seams.ids.token())

    def _policy(self, transport: TransportPolicy | str | None) -> TransportPolicy:
        return self._wiring.config.transport if transport is None else word(TransportPolicy, transport, "transport")

    async def _submit(self, commands: Sequence[Command]) -> list[CommandHandle]:
        if commands or self._wiring.board.closing:
            await self._to_lane(commands)
        return [self.handle_of(command) for command in commands]

    async def _to_lane(self, commands: Sequence[Command]) -> None:
        wiring = self._wiring
        if wiring.board.closing:
            raise EngineStopped(f"account {self.name!r} takes no more commands: {wiring.board.why_closed}")
        reply: Reply[None] = Reply()
        await wiring.lane.put(Submit(commands=tuple(commands), reply=reply, given_at=trio.current_time()))
        await wiring.answer(reply)


def require_all(given: Iterable[object], kind: type[Any], word: str) -> None:
    """See that a batch holds what it should.

    Raises:
        InvalidCommand: Which one does not, and what it is.
    """
    for place, one in enumerate(given):
        if not isinstance(one, kind):
            what, name = type(one).__name__, kind.__name__
            raise InvalidCommand(f"{word} {place} of the batch is a {what}: give {name}(...)")
