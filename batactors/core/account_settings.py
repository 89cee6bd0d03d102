"""How the account is set, and each instrument of it, as last heard: leverage, margin mode, position mode."""

from math import inf
from typing import Any

from attrs import asdict, evolve

from batactors.model.account_facts import SettingFact
from batactors.model.ids import InstrumentId
from batactors.model.settings import SetLeverage, SetMarginMode, SetPositionMode, SettingCommand


class AccountSettings:
    """The settings of one account. There are at most as many as the venue has instruments, and the account's own."""

    def __init__(self) -> None:
        self._of: dict[InstrumentId | None, SettingFact] = {}
        self._heard_at: dict[InstrumentId | None, float] = {}

    def __len__(self) -> int:
        return len(self._of)

    def of(self, instrument: InstrumentId | None) -> SettingFact:
        """How an instrument is set, or the account itself; what was never heard of is ``None``."""
        return self._of.get(instrument) or SettingFact(instrument=instrument)

    def hear(self, fact: SettingFact, at: float, as_of: float | None = None) -> bool:
        """Something is set so, heard at this time of trio's clock; whether that is news.

        Args:
            fact: What is absent from it stays as it was.
            at: When it was heard.
            as_of: For what a read said, before when it may be out of date: it does not undo what was heard since.
        """
        before = self.of(fact.instrument)
        said = said_in(fact)
        if as_of is not None and as_of < self._heard_at.get(fact.instrument, -inf):
            said = {name: value for name, value in said.items() if getattr(before, name) is None}
        else:
            self._heard_at[fact.instrument] = at if as_of is None else as_of
        now = self._of[fact.instrument] = evolve(before, **said)
        return evolve(now, occurred_at=None) != evolve(before, occurred_at=None)

    def value(self, command: SettingCommand) -> str | None:
        """What a command would change, as text; ``None`` if that was never heard."""
        return value_in(command, self.of(scope_of(command)))


def said_in(fact: SettingFact) -> dict[str, Any]:
    """What a statement says, by the names of its fields."""
    return {name: value for name, value in asdict(fact).items() if value is not None}


def scope_of(command: SettingCommand) -> InstrumentId | None:
    """The instrument whose setting a command changes; ``None`` if it is the account's own."""
    return None if isinstance(command, SetPositionMode) else command.instrument


def value_in(command: SettingCommand, fact: SettingFact) -> str | None:
    """What a statement says of the setting that a command changes, as text; ``None`` if it says nothing of it."""
    if fact.instrument != scope_of(command):
        return None
    value: Any = None
    match command:
        case SetLeverage():
            value = fact.leverage
        case SetMarginMode():
            value = fact.margin_mode
        case SetPositionMode():
            value = fact.position_mode
    return None if value is None else str(value)


def wanted_by(command: SettingCommand) -> str:
    """The value that a command asks for, as text."""
    match command:
        case SetLeverage():
            return str(command.leverage)
        case SetMarginMode():
            return str(command.margin_mode)
        case SetPositionMode():
            return str(command.position_mode)


def name_of(command: SettingCommand) -> str:
    """The setting that a command changes, with what it is of: ``leverage of BTC/USDT:USDT``."""
    name = command.operation.value.removeprefix("set_").replace("_", " ")
    scope = scope_of(command)
    return name if scope is None else f"{name} of {scope}"
