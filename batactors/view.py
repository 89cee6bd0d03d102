"""What an account tells: its state, its commands, what its venue says when asked, and what is heard of other orders."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from decimal import Decimal
from types import MappingProxyType

from batactors.actors.messages import Answered, Ask, FollowAccount, UnfollowAccount
from batactors.actors.numbered import NumberedReader
from batactors.core.validation import find
from batactors.diagnosing import read_diagnostics
from batactors.drafts import required
from batactors.gauges import read_gauges
from batactors.handle import CommandHandle, Orders
from batactors.health import HealthReader, report_health
from batactors.model.account_facts import MarginFact, PositionFact, SettingFact
from batactors.model.commands import Command
from batactors.model.diagnostics import Diagnostics
from batactors.model.errors import InvalidCommand
from batactors.model.health import Gauge, HealthReport
from batactors.model.ids import AccountName, Asset, CommandId, InstrumentId
from batactors.model.instruments import Instrument, InstrumentChange
from batactors.model.modes import TradingMode
from batactors.model.positions import PositionSide
from batactors.model.raw import RawMessage
from batactors.model.reports import Missed, Report
from batactors.wiring import Wiring

ROOM = 1024
"""Messages that wait for a follower of the account; a slower one asks again from where it was."""


class AccountView(Orders):
    """An account without its verbs."""

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

    def instrument_changes(self, since: int = 0) -> NumberedReader[InstrumentChange]:
        """What changes in the venue's list of instruments, each change once and in order, until the engine has ended.

        The list is read every ``instruments_every`` seconds. What was listed when the engine started is no change.
        Changes that are no longer kept, because the caller was slow for so long, are told as ``Missed``. Drop it where
        you like: it needs no closing.

        Args:
            since: The sequence number of the last change that the caller has dealt with; 0 tells all that are kept.
        """
        return self._wiring.instrument_changes.follow(since)

    def balances(self) -> dict[Asset, Decimal]:
        """What the account has, as last heard on the stream."""
        return {asset: fact.total for asset, fact in self._wiring.dedup_actor.dispatch.balances.heard.items()}

    def positions(self) -> dict[tuple[InstrumentId, PositionSide], PositionFact]:
        """The positions that are open, by instrument and side, as last heard on the stream; or read, if never told."""
        known = self._wiring.dedup_actor.dispatch.ledger.positions.all
        return {key: fact for key, fact in known.items() if fact.quantity}

    def margin(self) -> MarginFact | None:
        """The account's sums over all assets and positions, as last heard on the stream; ``None`` if never."""
        return self._wiring.dedup_actor.dispatch.ledger.margin

    def settings(self, instrument: str | None = None) -> SettingFact:
        """How an instrument is set for the account, or the account itself, as far as was heard; by whomever it was set.

        What was never heard of is ``None``; ``fetch_settings`` asks.

        Raises:
            InvalidCommand: There is no such instrument.
        """
        listed = self._listed(instrument) if instrument is not None else None
        return self._wiring.dedup_actor.dispatch.ledger.settings.of(listed)

    def commands(self, *, ended: bool = False) -> list[CommandHandle]:
        """The commands that are open, oldest first: without a verdict yet, or with an order that has not ended.

        After a restart on a journal, also those that were open when the process before died, even if they have ended
        since: the handle of each tells the whole history.

        Args:
            ended: All the others too that are remembered.
        """
        dedup = self._wiring.dedup_actor
        live = {record.command.command_id for record in dedup.dispatch.live()}
        return [
            self.handle_of(record.command)
            for command_id, record in dedup.dispatch.desk.commands.items()
            if ended or command_id in live or command_id in dedup.resumed
        ]

    def command(self, command_id: str) -> CommandHandle:
        """The handle of a command that was given before.

        Raises:
            InvalidCommand: There is none of this id, or it ended so long ago that it is forgotten.
        """
        record = self._wiring.dedup_actor.dispatch.desk.commands.get(CommandId(command_id))
        if record is None:
            raise InvalidCommand(f"command_id {command_id!r} is not known on account {self.name!r}")
        return self.handle_of(record.command)

    def health(self) -> HealthReport:
        """How the account does now. To read it costs the same, however many orders and commands there are."""
        return report_health(self._wiring)

    def diagnostics(self) -> Diagnostics:
        """How the account's work went so far: what it took, what waits, and why sessions ended."""
        return read_diagnostics(self._wiring)

    def mode(self, instrument: str | None = None) -> TradingMode:
        """The account's mode; for an instrument the stricter of the account's and its own.

        Raises:
            InvalidCommand: The venue lists no such instrument.
        """
        if instrument is None:
            return self._wiring.gate.modes.settings[0].mode
        return self._wiring.gate.modes.effective(self._listed(instrument)).mode

    def watch_health(self) -> AsyncIterator[HealthReport]:
        """How the account does now, and again whenever that has changed, for as long as the engine runs.

        What counts as a change is what ``HealthReport`` compares: a state, a cause, a count; not that time passes. A
        reader that is slow is told the latest report, not each between. Leave it where you like: it needs no closing.

        Raises:
            EngineStopped: The engine has ended.
        """
        return HealthReader(self._wiring)

    def counters(self) -> dict[str, int]:
        """How many frames were quarantined, dropped as told before or set aside, and why: ``what: reason`` to count."""
        totals = self._wiring.board.counters + self._wiring.dedup_actor.dispatch.counters
        return {f"{what}: {reason}": number for (what, reason), number in sorted(totals.items())}

    def gauges(self) -> dict[str, Gauge]:
        """How full everything is that is bounded, by name: mailboxes, and what is remembered of orders and commands."""
        return read_gauges(self._wiring)

    async def raw(self) -> AsyncGenerator[RawMessage | Missed, None]:
        """What goes over the wire from now on, both ways, as it is but for secrets, until the engine has ended.

        Each frame of each socket, each HTTP request and response. A follower that is too slow is told how many messages
        it missed. To leave before the end, close it: ``async with contextlib.aclosing(account.raw()) as raw``.
        """
        tap = self._wiring.board.tap
        tap.followers += 1
        try:
            async for message in tap.log.follow(tap.log.last):
                yield message
        finally:
            tap.followers -= 1

    async def reports(self, since: int = 0) -> AsyncGenerator[Report | Missed, None]:
        """What is heard of orders that this engine did not send, each report once and in order, for as long as it runs.

        To leave before the end, close it: ``async with contextlib.aclosing(account.reports()) as reports``. Reports
        that are no longer kept, because the caller was away or slow for so long, are told as ``Missed``.

        Args:
            since: The sequence number of the last report that the caller has dealt with.

        Raises:
            EngineStopped: The engine has ended.
        """
        dedup, read, refused = self._wiring.dedup, since, 0
        with self._wiring.mailbox(f"follower of account {self.name!r}", ROOM) as mailbox:
            await dedup.put(FollowAccount(mailbox=mailbox, since=read))
            try:
                while True:
                    told = await mailbox.take()
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

    def handle_of(self, command: Command) -> CommandHandle:
        """A handle of a command that is registered."""
        return CommandHandle(command, self, lambda: self._wiring.follow(command.command_id))

    def _listed(self, instrument: str) -> InstrumentId:
        return find(InstrumentId(required(instrument, "instrument")), self._wiring.instruments).id

    async def _ask(self, question: Ask) -> Answered:
        await self._wiring.rest.put(question)
        return await self._wiring.answer(question.reply)
