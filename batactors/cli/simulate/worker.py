"""A process that runs plans: jobs come in by standard input, one a line, and their outcomes leave by standard output.

`python -m batactors.cli.simulate.worker [CHECK ...]` starts one. It ends when its input does. What anything prints goes
to standard error, where the command finds it if the worker dies.
"""

import faulthandler
import gc
import logging
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import BinaryIO

from attrs import evolve

from batactors.cli.simulate.checks import read_checks
from batactors.cli.simulate.wire import Answer, Job, Shrunk, from_line, outcome_of, to_line
from batactors.testing.simulation import Plan, draw_plan, run_plan
from batactors.testing.simulation.checks import Check
from batactors.testing.simulation.shrink import Progress, shrink
from batactors.testing.simulation.text import plan_from_json, plan_to_json

STDOUT, STDERR = 1, 2


def main(names: Sequence[str]) -> None:
    """Work until the input ends."""
    faulthandler.enable()  # whoever ends us with SIGABRT, because we hang, learns where
    logging.getLogger().addHandler(logging.NullHandler())  # what faults cause is no news
    with os.fdopen(os.dup(STDOUT), "wb") as answers:
        os.dup2(STDERR, STDOUT)
        checks = read_checks(names)
        gc.freeze()  # what was imported stays: nobody need look through it for garbage again and again
        _say(answers, Answer())
        for line in sys.stdin.buffer:
            work(from_line(line, Job), checks, partial(_say, answers))


def _say(answers: BinaryIO, answer: Answer) -> None:
    answers.write(to_line(answer))
    answers.flush()


def work(job: Job, checks: Sequence[type[Check]], say: Callable[[Answer], None]) -> None:
    """Do what is asked, and say what comes of it."""
    plan = draw_plan(job.seed, venue=job.venue) if job.plan is None else plan_from_json(job.plan)
    if not job.shrink:
        say(Answer(outcome=outcome_of(run_plan(plan, checks=checks), lines=job.lines)))
    elif run_plan(plan, checks=checks).good:
        say(Answer(shrunk=Shrunk(plan=None, done=True)))
    else:
        runs = 0

        def tell(progress: Progress) -> None:
            nonlocal runs
            runs = progress.runs
            say(Answer(shrunk=_shrunk(progress.plan, runs)))

        shortest = shrink(plan, checks=checks, progress=tell)
        say(Answer(shrunk=evolve(_shrunk(shortest, runs), done=True)))


def _shrunk(plan: Plan, runs: int) -> Shrunk:
    return Shrunk(plan=plan_to_json(plan), steps=len(plan.steps), faults=len(plan.faults), runs=runs)


if __name__ == "__main__":
    main(sys.argv[1:])
