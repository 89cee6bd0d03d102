"""A process that runs plans: jobs come in by standard input, one a line, and their outcomes leave by standard output.

`python -m batactors.cli.simulate.worker [CHECK ...]` starts one. It ends when its input does. What anything prints goes
to standard error, where the command finds it if the worker dies.
"""

import faulthandler
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from batactors.cli.simulate.checks import read_checks
from batactors.cli.simulate.wire import Answer, Job, Shrunk, from_line, outcome_of, to_line
from batactors.testing.simulation import draw_plan, run_plan
from batactors.testing.simulation.checks import Check
from batactors.testing.simulation.text import plan_from_json, plan_to_json

STDOUT, STDERR = 1, 2


def main(names: Sequence[str]) -> None:
    """Work until the input ends."""
    faulthandler.enable()  # whoever ends us with SIGABRT, because we hang, learns where
    logging.getLogger().addHandler(logging.NullHandler())  # what faults cause is no news
    with os.fdopen(os.dup(STDOUT), "wb") as answers:
        os.dup2(STDERR, STDOUT)
        checks = read_checks(names)
        _say(answers, Answer())
        for line in sys.stdin.buffer:
            for answer in work(from_line(line, Job), checks):
                _say(answers, answer)


def _say(answers: BinaryIO, answer: Answer) -> None:
    answers.write(to_line(answer))
    answers.flush()


def work(job: Job, checks: Sequence[type[Check]]) -> Iterator[Answer]:
    """Do what is asked."""
    plan = draw_plan(job.seed) if job.plan is None else plan_from_json(job.plan)
    if not job.shrink:
        yield Answer(outcome=outcome_of(run_plan(plan, checks=checks), lines=job.lines))
        return
    yield Answer(shrunk=Shrunk(plan=plan_to_json(plan), tried=0, done=True))


if __name__ == "__main__":
    main(sys.argv[1:])
