"""What a crash is made of, and the two errors that supervision adds."""

from batactors.model.errors import BatactorsError, ErrorKind, Timeout


class SupervisorGaveUp(BatactorsError):
    """A child crashed too often.

    Attributes:
        supervisor: Who gave up.
        child: On whom.
        cause: What it crashed with last, in one line.
    """

    kind = ErrorKind.TEMPORARY_UNAVAILABLE

    def __init__(self, message: str, *, supervisor: str, child: str, cause: str) -> None:
        super().__init__(message)
        self.supervisor = supervisor
        self.child = child
        self.cause = cause


class StartTimeout(Timeout):
    """A child was not ready in time, and was cancelled.

    Attributes:
        supervisor: Whose child.
        child: Which.
        within: Seconds that it had.
    """

    def __init__(self, *, supervisor: str, child: str, within: float) -> None:
        super().__init__(f"{supervisor}/{child} was not ready within {within:g} s", retriable=True)
        self.supervisor = supervisor
        self.child = child
        self.within = within


def leaves(error: BaseException) -> list[BaseException]:
    """The errors at the ends of a group's branches."""
    if isinstance(error, BaseExceptionGroup):
        return [leaf for branch in error.exceptions for leaf in leaves(branch)]
    return [error]


def cause_of(error: BaseException) -> str:
    """The errors of a group in one line."""
    return "; ".join(f"{type(leaf).__name__}: {leaf}" for leaf in leaves(error))
