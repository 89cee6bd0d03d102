"""The journal of an account, as its configuration names it."""

from batactors.config import AccountConfig
from batactors.journal.memory import MemoryJournal
from batactors.journal.retention import Retention
from batactors.journal.sqlite import SqliteJournal
from batactors.journal.store import Journal
from batactors.seams import Seams


def journal_of(name: str, account: AccountConfig, seams: Seams) -> Journal:
    """The file that the account names; in memory if it names none. Nothing is opened yet."""
    kept = account.journal
    if kept is None:
        return MemoryJournal()
    retention = Retention(settled=kept.settled, days=kept.days, recent=kept.recent)
    return SqliteJournal(
        kept.path, account=name, venue=account.venue, sync=kept.sync, retention=retention, clock=seams.clock
    )
