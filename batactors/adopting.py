"""The verb that takes an order of somebody else into care."""

import trio

from batactors.actors.messages import Adopt, Ask
from batactors.actors.reply import Reply
from batactors.core.adoption import followed_by
from batactors.drafts import required, text
from batactors.handle import CommandHandle
from batactors.model.commands import Command
from batactors.model.errors import EngineStopped, ExchangeReject, InvalidCommand
from batactors.model.facts import Fact
from batactors.model.ids import ClientOrderId, CommandId, VenueOrderId
from batactors.model.inputs import Finding
from batactors.model.questions import AskOrders
from batactors.rotating import RotatingAccount


class AdoptingAccount(RotatingAccount):
    """An account that can adopt orders."""

    async def adopt(self, venue_order_id: str) -> CommandHandle:
        """Follow an open order that this engine did not send, from now on, as if it had; after a restart still.

        The venue is asked for it first. The handle's ``events()`` begin with ``OrderAdopted``: its terms, and how much
        of it was filled by fills that were told as reports. Those fills are not told again; all others become events,
        those that nobody was told of included, and no more reports of the order come. The handle's ``cancel()`` and
        ``amend()`` address the order by its venue order id; its ``client_order_id`` is the engine's key, and the venue
        does not know it. To adopt it again, or to adopt one of ours, gives a handle of the command that it has.

        Args:
            venue_order_id: The venue's id of it, as in a report.

        Raises:
            InvalidCommand: The venue does not know it, or it has ended.
            EngineStopped: The engine has ended.
            BatactorsError: The venue did not answer; nothing was adopted.
        """
        given = text(venue_order_id, "venue_order_id")
        wiring, venue = self._wiring, VenueOrderId(required(given, "venue_order_id"))
        if wiring.board.closing:
            raise EngineStopped(f"account {self.name!r} adopts no more orders: {wiring.board.why_closed}")
        known = followed_by(wiring.dedup_actor.dispatch.ledger, venue)
        if known is not None:
            return self.handle_of(known)
        question, asked_at = AskOrders(venue_order_ids=(venue,)), trio.current_time()
        facts: tuple[Fact, ...] = ()
        try:
            facts = (await self._ask(Ask(question=question, reply=Reply()))).facts
        except ExchangeReject as error:
            # Lists trail the stream: of one that was heard of, what was heard is enough.
            if wiring.dedup_actor.dispatch.strangers.get(venue) is None:
                known_to = f"order {venue!r} of account {self.name!r} is not known to {self.venue}"
                raise InvalidCommand(f"{known_to}: give the venue's own id of an order that is open") from error
        found = Finding(
            at=trio.current_time(), on=wiring.seams.clock.now(), question=question, asked_at=asked_at, facts=facts
        )
        reply: Reply[Command] = Reply()
        command_id, key = CommandId(wiring.seams.ids.token()), ClientOrderId(wiring.seams.ids.token())
        await wiring.dedup.put(
            Adopt(venue_order_id=venue, command_id=command_id, client_order_id=key, found=found, reply=reply)
        )
        return self.handle_of(await wiring.answer(reply))
