"""Client order ids that the venue takes (section 0, fact 4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batactors.venues.kraken_v2.ids import fits, shorten

ANY_TEXT = st.text(st.characters(), max_size=80)


@pytest.mark.parametrize(
    ("text", "legal"),
    [
        ("6d1b345e-2821-40e2-ad83-4ecb18a06876", True),
        ("6D1B345E-2821-40E2-AD83-4ECB18A06876", True),
        ("6d1b345e2821-40e2-ad83-4ecb-18a06876", False),  # the hyphens elsewhere
        ("6d1b345e-2821-40e2-ad83-4ecb18a0687g", False),
        ("da8e4ad59b78481c93e589746b0cf91f", True),
        ("da8e4ad59b78481c93e589746b0cf91g", False),
        ("da8e4ad59b78481c93e589746b0cf91", False),
        ("a", True),
        ("free-text-18-chars", True),
        ("free-text-of-19-chs", False),
        ("", False),
        ("with space", False),
        ("tab\t", False),
        ("newline\n", False),
        ("\u0663\u0663", False),  # digits, but not in ASCII
        ("zürich", False),
    ],
)
def test_the_three_shapes(text: str, legal: bool) -> None:
    """A UUID, 32 hexadecimal digits, or up to 18 characters of ASCII."""
    assert fits(text) is legal


def test_the_first_shortening_keeps_the_end() -> None:
    """The rule of the seed: the letter O and the last 17 characters, where counters are."""
    assert shorten("O-20260102-030405-TRADER-001-42", 0) == "O" + "O-20260102-030405-TRADER-001-42"[-17:]
    assert len(shorten("x" * 40, 0)) == 18


@given(ANY_TEXT, st.integers(0, 50))
def test_a_shortened_id_is_always_legal(text: str, attempt: int) -> None:
    """Whatever the id, and however often another is needed; and the same is found each time."""
    assert fits(shorten(text, attempt))
    assert shorten(text, attempt) == shorten(text, attempt)


@given(ANY_TEXT)
def test_each_attempt_gives_another(text: str) -> None:
    """A collision is left behind with the next attempt."""
    assert len({shorten(text, attempt) for attempt in range(20)}) == 20


def test_ids_with_one_end_part_at_the_second_attempt() -> None:
    """Two ids that the first rule makes the same are told apart by the next."""
    first, second = "desk-A-" + "0" * 20, "desk-B-" + "0" * 20
    assert shorten(first, 0) == shorten(second, 0)
    assert shorten(first, 1) != shorten(second, 1)
