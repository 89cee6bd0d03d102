"""The page of unknown outcomes says what is measured at Binance."""

import re

import pytest

from batactors import CommandStatus, Reach
from tests.outcomes.binance import BINANCE_SCENARIOS, BinanceScenario
from tests.outcomes.table import row_of
from tests.outcomes.test_outcomes import NUMBER, PAGE

SECTION = PAGE.partition("## Measured, at Binance USD-M")[2].partition("\n## ")[0]
ROWS = [line for line in SECTION.splitlines() if re.match(r"\| (?:create|cancel|amend|leverage)", line)]


@pytest.mark.holds("Y06", "X32", "X40")
@pytest.mark.parametrize("scenario", BINANCE_SCENARIOS, ids=lambda one: str(one.name).replace(" ", "_"))
def test_the_page_says_what_becomes_of_it(scenario: BinanceScenario) -> None:
    """Each failure ends with the verdict, by the proof and within the time that the page states; none is sent twice."""
    measured = scenario.measure()
    verdict = measured.verdict
    assert (verdict.status, verdict.proof) == (scenario.status, scenario.proof)
    assert verdict.reach is not Reach.NOT_SENT
    if verdict.status is CommandStatus.UNKNOWN_EXECUTION:
        assert any("perhaps" in one.says for one in verdict.evidence), "it says why nothing proves it"
    (stated,) = [line for line in ROWS if line.startswith(f"| {scenario.name} |")]
    found = row_of(scenario, measured)
    again = "python docs/outcomes_picture.py prints the table"
    assert NUMBER.sub("n", stated) == NUMBER.sub("n", found), again
    for one, other in zip(NUMBER.findall(stated), NUMBER.findall(found), strict=True):
        assert float(one) == pytest.approx(float(other), rel=0.1, abs=1.0), again


def test_the_page_has_no_other_failure() -> None:
    """What nobody runs any more is not there."""
    assert sorted(row.split(" | ")[0].removeprefix("| ") for row in ROWS) == sorted(
        scenario.name for scenario in BINANCE_SCENARIOS
    )
