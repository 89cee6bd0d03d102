"""Whether a file could be an account's journal, found out without taking, making or changing it."""

import os
from pathlib import Path

import apsw

from batactors.journal.complaints import naming
from batactors.journal.database import about_of, check_path, is_unmade, require_ours
from batactors.model.errors import JournalForeign, JournalReadOnly


def probe(path: str, *, account: str, venue: str) -> None:
    """See whether an engine could use it; whether another engine has it just now is not looked at.

    Raises:
        JournalError: It could not; each reason has its class.
    """
    file = Path(path)
    check_path(file)
    if not os.access(file.parent, os.W_OK) or (file.exists() and not os.access(file, os.R_OK | os.W_OK)):
        raise JournalReadOnly("the file and its directory must be readable and writable", file=path)
    if not file.exists() or not file.stat().st_size:
        return  # a new one
    with naming(path):
        flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
        reader = apsw.Connection(f"{file.absolute().as_uri()}?immutable=1", flags=flags)
        try:
            if is_unmade(reader):
                return  # there was no room to make it, the last time
            require_ours(reader, path)
            about = about_of(reader)
        finally:
            reader.close(True)
    if (about.get("account"), about.get("venue")) != (account, venue):
        raise JournalForeign(
            f"it is the journal of account {about.get('account')!r} at {about.get('venue')}, and this is account "
            f"{account!r} at {venue}: give each account its own",
            file=path,
        )
