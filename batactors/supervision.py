"""Supervision for tasks of your own: what keeps the engine's actors alive, for anything that takes trio's task_status.

``docs/supervision.md`` says what the words mean.
"""

from batactors.actors.child_events import ChildEvent, ChildEventReader, ChildEvents, Happening
from batactors.actors.child_spec import Backoff, ChildSpec, Intensity, Restart, Strategy
from batactors.actors.crashes import StartTimeout, SupervisorGaveUp, cause_of, leaves
from batactors.actors.supervisor import Supervisor
from batactors.model.reports import Missed

__all__ = [
    "Backoff",
    "ChildEvent",
    "ChildEventReader",
    "ChildEvents",
    "ChildSpec",
    "Happening",
    "Intensity",
    "Missed",
    "Restart",
    "StartTimeout",
    "Strategy",
    "Supervisor",
    "SupervisorGaveUp",
    "cause_of",
    "leaves",
]
