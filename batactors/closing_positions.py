"""The verbs that close a position, and that check an order without placing it."""

from decimal import Decimal

import trio
from attrs import evolve, frozen

from batactors.actors.messages import Ask
from batactors.actors.reply import Reply
from batactors.core.compared import ZERO
from batactors.core.validation import check
from batactors.drafts import NewOrder, Number, word
from batactors.handle import CommandHandle
from batactors.model.errors import InvalidCommand, Unsupported
from batactors.model.ids import InstrumentId
from batactors.model.positions import PositionSide
from batactors.model.questions import AskWhetherValid
from batactors.model.receipts import CommandReceipt, CommandStatus
from batactors.model.terms import OrderType, Side, TransportPolicy
from batactors.setting_verbs import SettingAccount
from batactors.wiring import Wiring

LOOK_AGAIN = 0.5
"""Seconds between looks at a position that is to be gone."""


@frozen(kw_only=True)
class PositionClosed:
    """How the closing of a position went.

    Attributes:
        was: How much was open, in base currency; negative if short, zero if it was flat already.
        left: How much is open now, as the venue said last.
        command: The handle of the order that closed it, an ordinary create; ``None`` if it was flat already.
        receipt: What became of that create. While it is ``UnknownExecution``, ``left`` may change yet.
    """

    instrument: InstrumentId
    position_side: PositionSide
    was: Decimal
    left: Decimal
    command: CommandHandle | None = None
    receipt: CommandReceipt | None = None

    @property
    def is_flat(self) -> bool:
        """Whether nothing is open any more."""
        return not self.left


class ClosingAccount(SettingAccount):
    """An account whose positions can be closed."""

    def __init__(self, wiring: Wiring) -> None:
        super().__init__(wiring)
        self._locks: dict[InstrumentId, trio.Lock] = {}
        """At most one for each instrument."""

    async def close_position(
        self,
        instrument: str,
        position_side: PositionSide | str | None = None,
        price: Number | None = None,
        *,
        client_order_id: str | None = None,
        transport: TransportPolicy | str | None = None,
    ) -> PositionClosed:
        """Close exactly what is open: read the position, send one order that can only reduce it, and look again.

        One call at a time per instrument; a second waits until the first is through, and then closes what is left. The
        order is the engine's like any other: who is cancelled here cancels nothing that was sent.

        Args:
            instrument: Such as ``BTC/USDT:USDT``.
            position_side: Which one, for an account in hedge mode; not needed if only one is open.
            price: For a limit order at this price; a market order if it is not given. A limit order may rest: then
                ``left`` says what is open when it has been answered, and ``command`` follows it.
            client_order_id: As for ``create_order``.
            transport: As for ``create_order``.

        Raises:
            InvalidCommand: Both sides are open and none was named, or the venue could only refuse the order.
            Unsupported: The venue has no positions.
            BatactorsError: The venue did not say what is open; nothing was sent. Or it was sent, and the venue did not
                say what is left: ``account.commands()`` has its handle.
            EngineStopped: The engine has ended.
        """
        listed = self._listed(instrument)
        wanted = word(PositionSide, position_side, "position_side") if position_side is not None else None
        self._require_positions()
        async with self._locks.setdefault(listed, trio.Lock()):
            side, was = await self._open(listed, wanted)
            if not was:
                return PositionClosed(instrument=listed, position_side=side, was=ZERO, left=ZERO)
            known = self._wiring.dedup_actor.dispatch.ledger.positions.all.get((listed, side))
            has_heard = known is not None and known.quantity == was
            hedged = side is not PositionSide.NET
            order = NewOrder(
                instrument=listed, side=Side.SELL if was > 0 else Side.BUY,
                order_type=OrderType.MARKET if price is None else OrderType.LIMIT, quantity=abs(was), price=price,
                reduce_only=not hedged, position_side=side if hedged else None, client_order_id=client_order_id,
                transport=transport,
            )  # fmt: skip
            (handle,) = await self._submit([self._create(order)])
            receipt = await handle.resolved()
            waits = price is None and receipt.status is CommandStatus.ACCEPTED
            left = await self._left(listed, side, has_heard=has_heard, waits=waits)
            return PositionClosed(
                instrument=listed, position_side=side, was=was, left=left, command=handle, receipt=receipt
            )

    async def validate_order(self, order: NewOrder) -> bool:
        """Check an order without placing it: by our own rules, and then by the venue's, where it has such a check.

        Ours are those of ``create_order``: tick, step, minimums and maximums, the instrument's status, and what the
        venue can carry at all. Modes are not among them. Nothing is journaled, and the client order id is not used up.

        Returns:
            Whether the venue checked it, too. What depends on the moment, such as its price bands and the margin,
            only the venue knows.

        Raises:
            InvalidCommand: Our rules refuse it.
            Unsupported: The venue cannot carry it.
            ExchangeReject: The venue would refuse it, with its words.
            BatactorsError: The venue did not answer.
        """
        wiring = self._wiring
        command = self._create(order)
        check(command, wiring.instruments)
        wiring.codec.check(command)
        if not wiring.codec.fits(command.client_order_id):
            command = evolve(command, client_order_id=wiring.codec.shorten(command.client_order_id, 0))
        question = AskWhetherValid(order=command)
        try:
            wiring.codec.request(question)
        except Unsupported:
            return False
        await self._ask(Ask(question=question, reply=Reply()))
        return True

    async def _open(self, instrument: InstrumentId, wanted: PositionSide | None) -> tuple[PositionSide, Decimal]:
        """Which position is meant, and how much of it is open."""
        positions = await self.fetch_positions(instrument)
        sides = [side for _, side in positions if wanted in (None, side)]
        if len(sides) > 1:
            raise InvalidCommand(
                f"{instrument} has several positions open: give position_side, one of {', '.join(sorted(sides))}"
            )
        if not sides:
            return wanted or PositionSide.NET, ZERO
        return sides[0], positions[instrument, sides[0]].quantity

    async def _left(self, instrument: InstrumentId, side: PositionSide, *, has_heard: bool, waits: bool) -> Decimal:
        """What is open now, as the stream says, or a read; if ``waits``, a read that no longer trails the order.

        The stream's word counts where it had told of this very position before: ``has_heard``.
        """
        wiring = self._wiring
        lag = wiring.config.patience(wiring.codec.patience).read_lag
        until = trio.current_time() + (lag if waits else 0.0)
        while True:
            heard = wiring.dedup_actor.dispatch.ledger.positions.all.get((instrument, side))
            if has_heard and heard is not None and not heard.quantity:
                return ZERO
            fact = (await self.fetch_positions(instrument)).get((instrument, side))
            if fact is None or trio.current_time() >= until:
                return fact.quantity if fact is not None else ZERO
            await trio.sleep(LOOK_AGAIN)
