"""What settings there are to ask for, because it is not known what became of commands that change them."""

from math import inf

from attrs import evolve, frozen

from batactors.core.account_settings import scope_of
from batactors.core.desk import Desk
from batactors.core.proofs import proof_from
from batactors.core.rules import Rules
from batactors.model.ids import CommandId
from batactors.model.questions import AskSettings
from batactors.model.settings import SettingCommand


@frozen(kw_only=True)
class SettingCase:
    """A setting to ask for, and the commands whose fate hangs on the answer; counts as in ``core.agenda.Case``."""

    question: AskSettings
    command_ids: tuple[CommandId, ...] = ()
    ripe: int = 0
    provable: int = 0


def settings_to_ask(desk: Desk, rules: Rules, now: float) -> tuple[tuple[SettingCase, ...], float]:
    """One case per question, and when an answer will prove more than now; both times are trio's."""
    cases: dict[AskSettings, SettingCase] = {}
    due = inf
    for record in desk.unresolved():
        if not record.is_unknown or not isinstance(record.command, SettingCommand):
            continue
        question = AskSettings(instrument=scope_of(record.command))
        case = cases.get(question) or SettingCase(question=question)
        earliest = proof_from(record, rules)
        last = earliest + rules.read_lag
        cases[question] = evolve(
            case,
            command_ids=(*case.command_ids, record.command.command_id),
            ripe=case.ripe + (now >= earliest) + (now >= last),
            provable=case.provable + (now >= last),
        )
        due = min([due, *(at for at in (earliest, last) if at > now)])
    return tuple(cases.values()), due
