"""Everything that a user can catch: one tree, one leaf per kind.

The thirteen kinds are those of bat-markets 0.3.2, with the same names; ``InvalidCommand``, ``ModeForbids``,
``AccountRecovering``, ``CancelIncomplete`` and ``EngineStopped`` are leaves below them. An error names the thing, where
it is, and what would be right. It never holds a secret.
"""

from enum import StrEnum
from typing import ClassVar

from batactors.model.ids import CommandId


class ErrorKind(StrEnum):
    """The thirteen kinds of error; each has a class of its own."""

    CONFIG_ERROR = "ConfigError"
    TRANSPORT_ERROR = "TransportError"
    TIMEOUT = "Timeout"
    RATE_LIMITED = "RateLimited"
    AUTH_ERROR = "AuthError"
    PERMISSION_DENIED = "PermissionDenied"
    UNSUPPORTED = "Unsupported"
    DECODE_ERROR = "DecodeError"
    EXCHANGE_REJECT = "ExchangeReject"
    UNKNOWN_EXECUTION = "UnknownExecution"
    STATE_DIVERGENCE = "StateDivergence"
    COMPLIANCE_REQUIRED = "ComplianceRequired"
    TEMPORARY_UNAVAILABLE = "TemporaryUnavailable"


class BatactorsError(Exception):
    """The root of the tree.

    Args:
        message: What is wrong, where, and what would be right.
        venue: The venue concerned, if one is.
        native_code: The venue's own words or number, if it gave any.
        retriable: Whether the same call may be made again without the risk of doing something twice.
    """

    kind: ClassVar[ErrorKind]

    def __init__(
        self, message: str, *, venue: str | None = None, native_code: str | None = None, retriable: bool = False
    ) -> None:
        super().__init__(message)
        self.message = message
        self.venue = venue
        self.native_code = native_code
        self.retriable = retriable


class ConfigError(BatactorsError):
    """What we were given cannot be used."""

    kind = ErrorKind.CONFIG_ERROR


class InvalidCommand(ConfigError):
    """A command that the venue could only refuse; nothing was journaled and nothing was sent."""


class TransportError(BatactorsError):
    """A connection could not be made, or broke."""

    kind = ErrorKind.TRANSPORT_ERROR


class Timeout(BatactorsError):
    """No answer in time to a question. Never used for a command: that becomes ``UnknownExecution``."""

    kind = ErrorKind.TIMEOUT


class RateLimited(BatactorsError):
    """The venue refused for too many requests; what was asked was not done."""

    kind = ErrorKind.RATE_LIMITED


class AuthError(BatactorsError):
    """The venue refuses the key, its signature, its nonce or its token."""

    kind = ErrorKind.AUTH_ERROR


class PermissionDenied(BatactorsError):
    """The key is good but may not do this."""

    kind = ErrorKind.PERMISSION_DENIED


class Unsupported(BatactorsError):
    """The venue, or our codec for it, cannot do this."""

    kind = ErrorKind.UNSUPPORTED


class DecodeError(BatactorsError):
    """An answer that we cannot read."""

    kind = ErrorKind.DECODE_ERROR


class ExchangeReject(BatactorsError):
    """The venue refused; what was asked was not done."""

    kind = ErrorKind.EXCHANGE_REJECT


class UnknownExecution(BatactorsError):
    """It is not known whether the venue did what was asked."""

    kind = ErrorKind.UNKNOWN_EXECUTION


class StateDivergence(BatactorsError):
    """Our account of an order and the venue's contradict each other."""

    kind = ErrorKind.STATE_DIVERGENCE


class ComplianceRequired(BatactorsError):
    """The venue wants something from the account's owner first: terms, identity, a region."""

    kind = ErrorKind.COMPLIANCE_REQUIRED


class TemporaryUnavailable(BatactorsError):
    """Not now; later perhaps."""

    kind = ErrorKind.TEMPORARY_UNAVAILABLE


class ModeForbids(TemporaryUnavailable):
    """The mode of the account, or of the instrument, lets no such command out; nothing was journaled or sent."""


class AccountRecovering(TemporaryUnavailable):
    """The account recovers, and takes no command that adds risk meanwhile; nothing was journaled or sent."""


class CancelIncomplete(TemporaryUnavailable):
    """Of the orders in a scope only some could be found; those are being cancelled, and it may be issued again.

    Args:
        command_ids: The cancels that were sent.
    """

    def __init__(self, message: str, *, command_ids: tuple[CommandId, ...], venue: str | None = None) -> None:
        super().__init__(message, venue=venue, retriable=True)
        self.command_ids = command_ids


class EngineStopped(TemporaryUnavailable):
    """The engine that owned this handle has ended; the handle tells no more."""


ERRORS: dict[ErrorKind, type[BatactorsError]] = {
    error.kind: error
    for error in (
        ConfigError, TransportError, Timeout, RateLimited, AuthError, PermissionDenied, Unsupported, DecodeError,
        ExchangeReject, UnknownExecution, StateDivergence, ComplianceRequired, TemporaryUnavailable,
    )
}  # fmt: skip
"""The class of each kind."""
