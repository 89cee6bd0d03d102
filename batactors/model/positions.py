"""The words of derivatives: positions, and the settings that an account has for them."""

from enum import StrEnum


class PositionSide(StrEnum):
    """Which position of an instrument an order or a fill changes.

    An account in one-way mode has one position per instrument, ``NET``; in hedge mode it has a long and a short one.
    """

    NET = "net"
    LONG = "long"
    SHORT = "short"


class PositionMode(StrEnum):
    """How many positions an account has per instrument: one, or a long and a short one."""

    ONE_WAY = "one_way"
    HEDGE = "hedge"


class MarginMode(StrEnum):
    """What stands for a position: the whole account, or what was set apart for it."""

    CROSS = "cross"
    ISOLATED = "isolated"


class Forced(StrEnum):
    """Why a venue placed an order on the account by itself."""

    LIQUIDATION = "liquidation"
    DELEVERAGING = "deleveraging"
    """The account was the counterparty of another one's liquidation."""
    SETTLEMENT = "settlement"
    """The instrument was delivered or delisted."""
