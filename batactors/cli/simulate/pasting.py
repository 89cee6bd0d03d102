"""A plan as a test that can be pasted."""

from collections.abc import Sequence

from batactors.cli.simulate.shrinking import Finding
from batactors.testing.simulation.text import plan_from_json, to_python

RUN = "run_plan(plan)"


def as_test(finding: Finding, checks: Sequence[str]) -> str | None:
    """The shortest plan that was found, as a test that fails for the same reason; `None` if none was found.

    Args:
        finding: What broke a promise.
        checks: The names of the user's own; the test watches these only if it was one of them that was broken.
    """
    if finding.shrunk is None or finding.shrunk.plan is None:
        return None
    text = to_python(plan_from_json(finding.shrunk.plan))
    for name in checks:
        module, _, check = name.partition(":")
        if check == finding.outcome.violations[0].check:
            text = f"from {module} import {check}\n{text.replace(RUN, f'{RUN[:-1]}, checks=[{check}])')}"
    return text
