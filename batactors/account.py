"""One account at one venue, as its user sees it: verbs that return handles, reads, and what is told of other orders."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from attrs import define, field

from batactors.actors.mailbox import Mailbox
from batactors.actors.messages import Answered, Ask, FollowAccount, Reconcile, Submit, Told, UnfollowAccount
from batactors.actors.reply import Reply
from batactors.handle import CommandHandle
from batactors.health import report_health
from batactors.model.commands import AmendOrder, CancelAll, CancelOrder, Command, CreateOrder
from batactors.model.errors import EngineStopped, InvalidCommand
from batactors.model.facts import BalanceFact, OrderFact
from batactors.model.health import HealthReport
from batactors.model.ids import AccountName, Asset, ClientOrderId, CommandId, InstrumentId, VenueOrderId
from batactors.model.instruments import Instrument
from batactors.model.money import decimal_of
from batactors.model.questions import AskBalances, AskOpenOrders
from batactors.model.reports import Missed, Report
from batactors.model.terms import OrderType, Side, TimeInForce, TransportPolicy
from batactors.wiring import Wiring

Number = Decimal | str | int
Word = TypeVar("Word", bound=StrEnum)
ROOM = 1024
"""Messages that wait for a follower of the account; a slower one is told how many reports it missed."""


@define(kw_only=True)
class NewOrder:
    """One order of a batch; the fields are those of ``Account.create_order``."""

    instrument: str
    side: Side | str
    order_type: OrderType | str
    quantity: Number
    price: Number | None = None
    trigger_price: Number | None = None
    display_quantity: Number | None = None
    time_in_force: TimeInForce | str = TimeInForce.GTC
    expire_at: datetime | None = None
    post_only: bool = False
    reduce_only: bool = False
    client_order_id: str | None = None
    transport: TransportPolicy | str | None = field(default=None)
    validity: float | None = None


class Account:
    """The door to one account. Made by the engine."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def __repr__(self) -> str:
        return f"<Account {self.name!r} at {self.venue}>"

    @property
    def name(self) -> AccountName:
        """The name that the configuration gives it."""
        return self._wiring.name

    @property
    def venue(self) -> str:
        """The venue's name."""
        return self._wiring.codec.venue

    @property
    def instruments(self) -> Mapping[InstrumentId, Instrument]:
        """Everything that can be traded there."""
        return MappingProxyType(self._wiring.instruments)

    # Verbs.

    async def create_order(
        self,
        *,
        instrument: str,
        side: Side | str,
        order_type: OrderType | str,
        quantity: Number,
        price: Number | None = None,
        trigger_price: Number | None = None,
        display_quantity: Number | None = None,
        time_in_force: TimeInForce | str = TimeInForce.GTC,
        expire_at: datetime | None = None,
        post_only: bool = False,
        reduce_only: bool = False,
        client_order_id: str | None = None,
        transport: TransportPolicy | str | None = None,
        validity: float | None = None,
    ) -> CommandHandle:
        """Place an order. Returns once it is registered, before it is sent.

        Args:
            instrument: Such as ``BTC/USD``.
            side: ``buy`` or ``sell``.
            order_type: ``limit``, ``market``, ``stop_market``, ``stop_limit``, ``take_profit_market``, ...
            quantity: In base currency, as text, ``int`` or ``Decimal``; floats are refused.
            price: The limit price in quote currency, for types that have one.
            trigger_price: In quote currency, for types that have one.
            display_quantity: What an iceberg order shows.
            time_in_force: ``gtc``, ``gtd`` (with ``expire_at``), ``ioc`` or ``fok``.
            expire_at: When a ``gtd`` order ends, with a time zone.
            post_only: Cancel it rather than let it take liquidity.
            reduce_only: Only reduce a position.
            client_order_id: Your own id, never used before on this account; the engine makes one if you give none.
            transport: ``auto``, ``websocket`` or ``rest``; the account's own setting if you give none.
            validity: Seconds from the write within which the venue may carry it out.

        Raises:
            InvalidCommand: The venue could only refuse it; nothing was sent.
            EngineStopped: The engine has ended.
        """
        handles = await self.create_orders(
            [
                NewOrder(
                    instrument=instrument, side=side, order_type=order_type, quantity=quantity, price=price,
                    trigger_price=trigger_price, display_quantity=display_quantity, time_in_force=time_in_force,
                    expire_at=expire_at, post_only=post_only, reduce_only=reduce_only,
                    client_order_id=client_order_id, transport=transport, validity=validity,
                )
            ]
        )  # fmt: skip
        return handles[0]

    async def create_orders(self, orders: Iterable[NewOrder]) -> list[CommandHandle]:
        """Place several orders, in as few frames as the venue allows; each has its own handle and its own fate.

        Raises:
            InvalidCommand: One of them the venue could only refuse; then none was sent.
            EngineStopped: The engine has ended.
        """
        return await self._submit([self._create(order) for order in orders])

    async def amend_order(
        self,
        client_order_id: str | None = None,
        *,
        venue_order_id: str | None = None,
        instrument: str | None = None,
        quantity: Number | None = None,
        price: Number | None = None,
        trigger_price: Number | None = None,
        post_only: bool | None = None,
        transport: TransportPolicy | str | None = None,
        validity: float | None = None,
    ) -> CommandHandle:
        """Change terms of an order in place; what is not given stays. ``quantity`` is the new total.

        Raises:
            InvalidCommand: The venue could only refuse it; nothing was sent.
            EngineStopped: The engine has ended.
        """
        client, venue, traded = self._address(client_order_id, venue_order_id, instrument)
        command = AmendOrder(
            command_id=self._command_id(),
            account=self.name,
            transport=self._policy(transport),
            validity=validity,
            client_order_id=client,
            venue_order_id=venue,
            instrument=traded,
            quantity=_number(quantity, "quantity"),
            price=_number(price, "price"),
            trigger_price=_number(trigger_price, "trigger_price"),
            post_only=post_only,
        )
        return (await self._submit([command]))[0]

    async def cancel_order(
        self,
        client_order_id: str | None = None,
        *,
        venue_order_id: str | None = None,
        instrument: str | None = None,
        transport: TransportPolicy | str | None = None,
    ) -> CommandHandle:
        """Take an order off the book: one of ours by its client order id, any by its venue order id.

        Raises:
            InvalidCommand: Neither id was given.
            EngineStopped: The engine has ended.
        """
        return (await self._submit([self._cancel(client_order_id, venue_order_id, instrument, transport)]))[0]

    async def cancel_orders(
        self, client_order_ids: Iterable[str], *, transport: TransportPolicy | str | None = None
    ) -> list[CommandHandle]:
        """Take several orders off the book, in as few frames as the venue allows; each cancel has its own handle."""
        return await self._submit([self._cancel(one, None, None, transport) for one in client_order_ids])

    async def cancel_all(self, *, transport: TransportPolicy | str | None = None) -> CommandHandle:
        """Take every open order of the account off the book, also those that this engine did not send."""
        policy = self._policy(transport)
        return (await self._submit([CancelAll(command_id=self._command_id(), account=self.name, transport=policy)]))[0]

    async def reconcile(self) -> None:
        """Have the venue asked for everything now; returns when the answers are applied.

        Raises:
            BatactorsError: The venue did not answer.
        """
        reply: Reply[None] = Reply()
        await self._wiring.reconciler.put(Reconcile(reply=reply))
        await self._wiring.answer(reply)

    # Reads.

    async def fetch_open_orders(self) -> list[OrderFact]:
        """What the venue's REST lists as open now, ours and others'.

        Raises:
            BatactorsError: The venue did not answer.
        """
        answered = await self._ask(Ask(question=AskOpenOrders(), reply=Reply()))
        return [fact for fact in answered.facts if isinstance(fact, OrderFact)]

    async def fetch_balances(self) -> dict[Asset, Decimal]:
        """What the venue's REST says the account has, holds included, in the venue's own words for assets.

        Raises:
            BatactorsError: The venue did not answer.
        """
        answered = await self._ask(Ask(question=AskBalances(), reply=Reply()))
        return {fact.asset: fact.total for fact in answered.facts if isinstance(fact, BalanceFact)}

    def balances(self) -> dict[Asset, Decimal]:
        """What the account has, as last heard on the stream."""
        return {asset: fact.total for asset, fact in self._wiring.dedup_actor.dispatch.balances.items()}

    def commands(self) -> list[CommandHandle]:
        """The commands that have no verdict yet, oldest first."""
        return [self._handle(record.command) for record in self._wiring.dedup_actor.dispatch.desk.unresolved()]

    def command(self, command_id: str) -> CommandHandle:
        """The handle of a command that was given before.

        Raises:
            InvalidCommand: There is none of this id, or it ended so long ago that it is forgotten.
        """
        record = self._wiring.dedup_actor.dispatch.desk.commands.get(CommandId(command_id))
        if record is None:
            raise InvalidCommand(f"command_id {command_id!r} is not known on account {self.name!r}")
        return self._handle(record.command)

    def health(self) -> HealthReport:
        """How the account does."""
        return report_health(self._wiring)

    def counters(self) -> dict[str, int]:
        """How many frames were quarantined, dropped as told before, or set aside, and why: ``what: reason`` to count."""
        totals = self._wiring.board.counters + self._wiring.dedup_actor.dispatch.counters
        return {f"{what}: {reason}": number for (what, reason), number in sorted(totals.items())}

    async def reports(self, since: int = 0) -> AsyncIterator[Report | Missed]:
        """What is heard of orders that this engine did not send, each report once and in order, for as long as it runs.

        Args:
            since: The sequence number of the last report that the caller has dealt with.
        """
        mailbox = Mailbox[Told](f"follower of {self.name}", ROOM)
        dedup = self._wiring.dedup
        read = since
        try:
            await dedup.put(FollowAccount(mailbox=mailbox, since=read))
            refused = 0
            while True:
                told = await self._wiring.take(mailbox)
                if told.earliest > read + 1:
                    yield Missed(count=told.earliest - read - 1)
                    read = told.earliest - 1
                for report in told.reports:
                    if report.sequence == read + 1:
                        read += 1
                        yield report
                if refused != mailbox.refused or (told.reports and told.reports[-1].sequence > read):
                    refused = mailbox.refused
                    await dedup.put(FollowAccount(mailbox=mailbox, since=read))
        finally:
            dedup.post(UnfollowAccount(mailbox=mailbox))

    # How it is done.

    def _create(self, order: NewOrder) -> CreateOrder:
        client_order_id = order.client_order_id or self._wiring.seams.ids.token()
        if not client_order_id.isascii() or not client_order_id.isprintable() or len(client_order_id) > LONGEST_ID:
            raise InvalidCommand(
                f"client_order_id {client_order_id!r}: give at most {LONGEST_ID} printable ASCII characters"
            )
        return CreateOrder(
            command_id=self._command_id(),
            account=self.name,
            transport=self._policy(order.transport),
            validity=order.validity,
            client_order_id=ClientOrderId(client_order_id),
            instrument=InstrumentId(order.instrument),
            side=_word(Side, order.side, "side"),
            order_type=_word(OrderType, order.order_type, "order_type"),
            quantity=decimal_of(order.quantity, "quantity"),
            price=_number(order.price, "price"),
            trigger_price=_number(order.trigger_price, "trigger_price"),
            display_quantity=_number(order.display_quantity, "display_quantity"),
            time_in_force=_word(TimeInForce, order.time_in_force, "time_in_force"),
            expire_at=order.expire_at,
            post_only=order.post_only,
            reduce_only=order.reduce_only,
        )

    def _cancel(
        self,
        client_order_id: str | None,
        venue_order_id: str | None,
        instrument: str | None,
        transport: TransportPolicy | str | None,
    ) -> CancelOrder:
        client, venue, traded = self._address(client_order_id, venue_order_id, instrument)
        return CancelOrder(
            command_id=self._command_id(),
            account=self.name,
            transport=self._policy(transport),
            client_order_id=client,
            venue_order_id=venue,
            instrument=traded,
        )

    def _address(
        self, client_order_id: str | None, venue_order_id: str | None, instrument: str | None
    ) -> tuple[ClientOrderId | None, VenueOrderId | None, InstrumentId | None]:
        """The ids of an order, with what we know added to what the caller gave."""
        client = ClientOrderId(client_order_id) if client_order_id is not None else None
        venue = VenueOrderId(venue_order_id) if venue_order_id is not None else None
        order = self._wiring.dedup_actor.dispatch.book.find(client, venue)
        if order is None:
            return client, venue, InstrumentId(instrument) if instrument is not None else None
        return order.client_order_id, order.venue_order_id, order.instrument

    def _command_id(self) -> CommandId:
        return CommandId(self._wiring.seams.ids.token())

    def _policy(self, transport: TransportPolicy | str | None) -> TransportPolicy:
        return self._wiring.config.transport if transport is None else _word(TransportPolicy, transport, "transport")

    def _handle(self, command: Command) -> CommandHandle:
        return CommandHandle(command, self, lambda: self._wiring.follow(command.command_id))

    async def _submit(self, commands: Sequence[Command]) -> list[CommandHandle]:
        wiring = self._wiring
        if wiring.closing:
            raise EngineStopped(f"account {self.name!r} takes no more commands: the engine is stopping")
        if commands:
            reply: Reply[None] = Reply()
            await wiring.lane.put(Submit(commands=tuple(commands), reply=reply))
            await wiring.answer(reply)
        return [self._handle(command) for command in commands]

    async def _ask(self, question: Ask) -> Answered:
        await self._wiring.rest.put(question)
        return await self._wiring.answer(question.reply)


LONGEST_ID = 200
"""Characters of a client order id; far more than any venue takes, and short enough for a log line."""


def _number(value: Number | None, name: str) -> Decimal | None:
    return None if value is None else decimal_of(value, name)


def _word(kind: type[Word], value: str, name: str) -> Word:
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(kind)
        raise InvalidCommand(f"{name} is {value!r}: give one of {known}") from None
