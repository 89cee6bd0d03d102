"""What there is to ask of a venue, and what every such request has."""

from enum import StrEnum

from attrs import frozen

from batactors.model.ids import AccountName, CommandId
from batactors.model.terms import TransportPolicy


class Operation(StrEnum):
    """What a command is to do."""

    CREATE_ORDER = "create_order"
    AMEND_ORDER = "amend_order"
    CANCEL_ORDER = "cancel_order"
    CANCEL_ALL = "cancel_all"
    SET_LEVERAGE = "set_leverage"
    SET_MARGIN_MODE = "set_margin_mode"
    SET_POSITION_MODE = "set_position_mode"
    ADOPT_ORDER = "adopt_order"


@frozen(kw_only=True)
class CommandBase:
    """What every command has."""

    command_id: CommandId
    account: AccountName
    transport: TransportPolicy = TransportPolicy.AUTO
    validity: float | None = None
    """Seconds from the write within which the venue may still carry it out; the venue's own default if absent."""
