"""What became of a command that changes a setting: nothing but the setting's value tells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batactors.core.rules import Rules
from batactors.core.ruling import Ruling, Undecidable
from batactors.core.settings import Asked, SettingRead, from_reads
from batactors.model.receipts import CommandStatus, Proof, RecoveryOutcome

RULES = Rules(margin=2.0, read_lag=60.0, reads=2)
ASKED = Asked(name="leverage of BTCUSDT", value="20", before="10", left_at=100.0, expires=105.0)
FENCE, PROOF = 107.0, 167.0


def told(*reads: tuple[float, str | None], asked: Asked = ASKED) -> Ruling | Undecidable | None:
    return from_reads(asked, [SettingRead(asked_at=at, heard_at=at, value=value) for at, value in reads], RULES)


def status(*reads: tuple[float, str | None], asked: Asked = ASKED) -> CommandStatus | None:
    found = told(*reads, asked=asked)
    assert found is None or (isinstance(found, Ruling) and found.proof is Proof.READ_BACK)
    return found.status if isinstance(found, Ruling) else None


@pytest.mark.holds("X39")
def test_a_setting_is_accepted_when_its_value_is_seen_and_by_nothing_else() -> None:
    """The value asked for, which it did not have before, is proof at once; the old one is none, however often read."""
    assert status((101.0, "20")) is CommandStatus.ACCEPTED
    assert status((101.0, "10"), (120.0, None), (150.0, "20")) is CommandStatus.ACCEPTED
    assert status((101.0, "10"), (FENCE - 0.1, "10"), (FENCE, "10")) is None


@pytest.mark.holds("X39", "X45")
def test_a_setting_is_not_executed_only_after_the_window() -> None:
    """The old value counts from validity and margin on, so many times, and the last time when no read can trail."""
    assert status((FENCE, "10"), (PROOF, "10")) is CommandStatus.NOT_EXECUTED
    assert status((FENCE - 0.1, "10"), (PROOF, "10")) is None, "the first was asked too early"
    assert status((FENCE, "10"), (PROOF - 0.1, "10")) is None, "the last may trail"
    assert status((PROOF, "10")) is None, "one is not enough"
    assert status((FENCE, None), (PROOF, "10")) is None, "no answer is no proof"
    assert status((99.0, "20"), (PROOF, None)) is None, "asked before it was sent"


def test_a_value_that_was_so_before_counts_when_no_read_can_trail() -> None:
    """Set to what it is: a read may show how it was before another changed it."""
    same = Asked(name="leverage", value="10", before="10", left_at=100.0, expires=105.0)
    assert status((101.0, "10"), asked=same) is None
    assert status((160.0, "10"), asked=same) is CommandStatus.ACCEPTED
    unknown = Asked(name="leverage", value="10", left_at=100.0, expires=105.0)
    assert status((101.0, "10"), asked=unknown) is None
    assert status((FENCE, "7"), (PROOF, "7"), asked=unknown) is CommandStatus.NOT_EXECUTED


def test_a_third_value_is_told_as_a_difference() -> None:
    """Somebody set it to something else: whether the command was done before that, nothing tells."""
    found = told((FENCE, "10"), (PROOF, "5"))
    assert isinstance(found, Undecidable)
    assert found.outcome is RecoveryOutcome.DIVERGED
    (difference,) = found.differences
    assert (difference.of, difference.ours, difference.theirs) == ("leverage of BTCUSDT", "20", "5")


@given(st.lists(st.tuples(st.floats(90.0, 300.0), st.sampled_from([None, "5", "10", "20"])), max_size=12))
def test_no_verdict_without_its_proof(reads: list[tuple[float, str | None]]) -> None:
    """Whatever was read when: Accepted only where the value was seen, NotExecuted only after the window."""
    reads.sort(key=lambda read: read[0])
    found = told(*reads)
    if isinstance(found, Ruling) and found.status is CommandStatus.ACCEPTED:
        assert any(at >= 100.0 and value == "20" for at, value in reads)
    elif isinstance(found, Ruling):
        assert sum(at >= FENCE and value == "10" for at, value in reads) >= RULES.reads
        assert any(at >= PROOF and value == "10" for at, value in reads)
        assert not any(at >= 100.0 and value == "20" for at, value in reads)
