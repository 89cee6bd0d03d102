"""Why a question has no answer, as it is told to who asked."""

from batactors.model.errors import AuthError, BatactorsError, PermissionDenied, TransportError
from batactors.model.ids import AccountName


class UnreachedError(TransportError):
    """There was no connection to write to."""


def told(error: BatactorsError, account: AccountName) -> BatactorsError:
    """The error in words that help: a refused key says whose it is, and where to look."""
    if isinstance(error, UnreachedError):
        return TransportError(error.message)  # of a question it makes no difference
    if not isinstance(error, AuthError | PermissionDenied):
        return error
    words = f"account {account!r}: {error.message}; its api_key and api_secret are what the venue looked at"
    return type(error)(words, venue=error.venue, native_code=error.native_code, retriable=error.retriable)
