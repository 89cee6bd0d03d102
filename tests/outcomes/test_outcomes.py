"""The page of unknown outcomes says what is measured."""

import re

import pytest

from batactors import Reach
from tests.outcomes.scenarios import SCENARIOS, Scenario
from tests.outcomes.table import row_of
from tests.readme import REPOSITORY

PAGE = (REPOSITORY / "docs" / "unknown-outcomes.md").read_text(encoding="utf-8")
PICTURE = (REPOSITORY / "docs" / "_static" / "outcomes.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: str(one.name).replace(" ", "_"))
def test_the_page_says_what_becomes_of_it(scenario: Scenario) -> None:
    """Each failure ends with the verdict, by the proof and within the time that the page states."""
    measured = scenario.measure()
    verdict = measured.verdict
    assert (verdict.status, verdict.proof) == (scenario.status, scenario.proof)
    assert (verdict.reach is Reach.NOT_SENT) == (verdict.proof == "never written")
    assert row_of(scenario, measured) in PAGE, "python docs/outcomes_picture.py prints the table, and draws the picture"


def test_the_page_and_the_picture_have_no_other_failure() -> None:
    """What nobody runs any more is not there."""
    names = {scenario.name for scenario in SCENARIOS}
    measured = PAGE.partition("## Measured")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ((?:create|cancel|amend)[^|]*?) \|", measured, re.MULTILINE)
    assert sorted(rows) == sorted(names)
    drawn = re.findall(r'<text x="20"[^>]*>([^<]*)<', PICTURE)
    assert sorted(drawn) == sorted(names)
