"""Brings what is heard of a setting to the commands that change it; what it proves is in ``core.setting_verdicts``."""

from batactors.core.account_settings import name_of, value_in, wanted_by
from batactors.core.commands import CommandRecord
from batactors.core.judge import Judge
from batactors.core.ledger import Ledger
from batactors.core.news import News
from batactors.core.proofs import MOST_COUNTED
from batactors.core.settings import SettingRead
from batactors.model.account_facts import SettingFact
from batactors.model.inputs import ReadBack
from batactors.model.receipts import CommandStatus
from batactors.model.settings import SettingCommand
from batactors.model.terms import Origin


def hear_setting(fact: SettingFact, ledger: Ledger, judge: Judge, news: News) -> None:
    """The venue tells how something is set, unasked or in the answer to a command."""
    ledger.settings.hear(fact, news.at, news.as_of)
    if news.origin is Origin.ACK:
        return  # it came with the answer to a command, which settles that one; it is no word of any other, given since
    for record in ledger.desk.unresolved():
        command = record.command
        if not isinstance(command, SettingCommand) or record.left_at is None:
            continue
        # What is told live shows what has been done. That something was not done, only a question shows.
        if value_in(command, fact) == wanted_by(command):
            _note(record, SettingRead(asked_at=news.at, heard_at=news.at, value=wanted_by(command)))
            judge.judge(record, news)


def read_back(given: ReadBack, ledger: Ledger, judge: Judge, news: News) -> None:
    """The venue was asked how something is set, for the sake of commands that may have changed it."""
    as_of = given.asked_at - ledger.rules.read_lag
    news = News(at=news.at, on=news.on, origin=Origin.QUERY, asked_at=given.asked_at, as_of=as_of)
    records = [ledger.desk.commands[one] for one in given.command_ids if one in ledger.desk.commands]
    told = [fact for fact in given.facts if isinstance(fact, SettingFact)] if given.failure is None else []
    for fact in told:
        ledger.settings.hear(fact, news.at, as_of)
    ledger.passes.asked(given, records, None)
    for record in records:
        command = record.command
        if not record.is_unknown or not isinstance(command, SettingCommand):
            continue
        values = [value for fact in told if (value := value_in(command, fact)) is not None]
        value = values[-1] if values else None
        ledger.changed.touch(record)
        note = given.failure or (f"the {name_of(command)} is {value}" if value else "no word of the setting")
        record.attempted(given.inquiries, note, news)
        _note(record, SettingRead(asked_at=given.asked_at, heard_at=news.at, value=value))
        judge.judge(record, news)
        if record.verdict is not None and record.verdict.status is CommandStatus.ACCEPTED:
            for fact in told:
                ledger.settings.hear(fact, news.at)  # it is newer than what was heard before the command


def _note(record: CommandRecord, read: SettingRead) -> None:
    """Remember what was read; of many, those that come first settle nothing any more."""
    record.reads.append(read)
    del record.reads[:-MOST_COUNTED]
