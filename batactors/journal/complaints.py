"""What SQLite says of a file, in our words: each with the file, what is wrong, and what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

import apsw

from batactors.model.errors import (
    JournalDamaged,
    JournalError,
    JournalForeign,
    JournalFull,
    JournalLocked,
    JournalReadOnly,
)

MEND = (
    "nothing was changed in it. `batactors journal verify` names what is damaged and what it would lose; "
    "`batactors journal export` saves what can still be read. Put back a copy, or move the file away to start with an "
    "empty journal: then whatever is open at the venue is taken for somebody else's"
)


def foreign(file: str) -> JournalForeign:
    """The file is of something else."""
    return JournalForeign(
        "it is no journal of batactors, or its beginning is damaged: give the path of a journal, or of no file",
        file=file,
    )


def damaged(file: str, what: str) -> JournalDamaged:
    """The file is not as it was written, and not only at its end."""
    return JournalDamaged(f"it is damaged: {what}; {MEND}", file=file)


@contextmanager
def naming(file: str) -> Iterator[None]:
    """Let what SQLite raises within leave as an error of the journal's.

    Raises:
        JournalError: One of its kinds, by what SQLite said.
    """
    try:
        yield
    except apsw.NotADBError:
        raise foreign(file) from None
    except (apsw.CorruptError, apsw.SQLError, apsw.ConstraintError, apsw.MismatchError) as error:
        # What we ask is always the same: if it makes no sense to the file, the file is another than it was.
        raise damaged(file, str(error)) from error
    except UnicodeDecodeError as error:
        raise damaged(file, f"a text in it is none ({error.reason} at {error.start} of it)") from error
    except apsw.FullError as error:
        raise JournalFull(
            "the disk is full: make room and start again. What was told before is in the journal", file=file
        ) from error
    except (apsw.ReadOnlyError, apsw.PermissionsError, apsw.CantOpenError) as error:
        raise JournalReadOnly(
            f"it cannot be opened for writing ({error}): the file and its directory must be there and writable",
            file=file,
        ) from error
    except apsw.BusyError as error:
        raise JournalLocked("another process has it: stop that one, or give each its own journal", file=file) from error
    except apsw.Error as error:
        raise JournalError(
            f"the disk failed ({error}), or a quota or a limit on the size of files was reached: see the system's log, "
            "and start again when it is mended. Whether the last commit is in the journal, the next start finds out",
            file=file,
        ) from error


@contextmanager
def taken_as_written(file: str) -> Iterator[None]:
    """Let a value that is of another kind than was ever written leave as what it is.

    Raises:
        JournalDamaged: There is one.
    """
    try:
        yield
    except (TypeError, ValueError, OverflowError) as error:
        raise damaged(file, f"a value in it is of another kind than was written ({error})") from error
