"""The verbs that change how an account trades: leverage, margin mode, position mode."""

from batactors.drafts import seconds, word
from batactors.handle import CommandHandle
from batactors.model.commands import SetLeverage, SetMarginMode, SetPositionMode
from batactors.model.errors import InvalidCommand
from batactors.model.positions import MarginMode, PositionMode
from batactors.model.terms import TransportPolicy
from batactors.submitting import SubmittingAccount


class SettingAccount(SubmittingAccount):
    """An account that can be set.

    Each verb returns a handle once the command is registered, as those of orders do. If its answer is lost, the setting
    is read back until that proves what became of it. That it was set so before is ``Accepted``. A command that is given
    after one of these is not held until it is answered: where it matters, wait for ``resolved()`` first.
    """

    async def set_leverage(
        self,
        instrument: str,
        leverage: int,
        *,
        transport: TransportPolicy | str | None = None,
        validity: float | None = None,
    ) -> CommandHandle:
        """Set how many times its margin a position in this instrument may be worth.

        Args:
            instrument: Such as ``BTC/USDT:USDT``.
            leverage: A whole number from 1 on; the venue has its own upper limit per instrument.
            transport: As for ``create_order``.
            validity: As for ``create_order``.

        Raises:
            InvalidCommand: There is no such instrument, or that is no leverage.
            Unsupported: The venue has no such setting.
            ModeForbids: It may allow more than is allowed now, or is not known to allow no more, and the mode forbids.
            EngineStopped: The engine has ended.
        """
        if isinstance(leverage, bool) or not isinstance(leverage, int):
            raise InvalidCommand(f"leverage is {leverage!r}: give a whole number from 1 on")
        command = SetLeverage(
            command_id=self._command_id(), account=self.name, transport=self._policy(transport),
            validity=seconds(validity, "validity"), instrument=self._listed(instrument), leverage=leverage,
        )  # fmt: skip
        return (await self._submit([command]))[0]

    async def set_margin_mode(
        self,
        instrument: str | None,
        mode: MarginMode | str,
        *,
        transport: TransportPolicy | str | None = None,
        validity: float | None = None,
    ) -> CommandHandle:
        """Set what stands for a position in this instrument: ``cross``, the whole account, or ``isolated``.

        Venues refuse it while the instrument has open orders or a position.

        Args:
            instrument: Such as ``BTC/USDT:USDT``; ``None`` at venues that have one margin mode for the whole account.
            mode: ``cross`` or ``isolated``.
            transport: As for ``create_order``.
            validity: As for ``create_order``.

        Raises:
            InvalidCommand: There is no such instrument or mode.
            Unsupported: The venue has no such setting, or not for one instrument, or not for all.
            ModeForbids: It is ``cross``, which allows more, and the mode forbids that.
            EngineStopped: The engine has ended.
        """
        command = SetMarginMode(
            command_id=self._command_id(), account=self.name, transport=self._policy(transport),
            validity=seconds(validity, "validity"), margin_mode=word(MarginMode, mode, "mode"),
            instrument=None if instrument is None else self._listed(instrument),
        )  # fmt: skip
        return (await self._submit([command]))[0]

    async def set_position_mode(
        self,
        mode: PositionMode | str,
        *,
        transport: TransportPolicy | str | None = None,
        validity: float | None = None,
    ) -> CommandHandle:
        """Set how many positions the account has per instrument: ``one_way``, or ``hedge`` with a long and a short one.

        In hedge mode each order names its ``position_side``. Venues refuse the change while anything is open.

        Raises:
            InvalidCommand: There is no such mode.
            Unsupported: The venue has no such setting.
            EngineStopped: The engine has ended.
        """
        command = SetPositionMode(
            command_id=self._command_id(), account=self.name, transport=self._policy(transport),
            validity=seconds(validity, "validity"), position_mode=word(PositionMode, mode, "mode"),
        )  # fmt: skip
        return (await self._submit([command]))[0]
