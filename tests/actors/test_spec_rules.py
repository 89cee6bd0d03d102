"""What may stand in a child's spec: a mistake is refused where it is written, not met as another behaviour."""

from random import Random
from typing import Any

import pytest
import trio

from batactors.supervision import Backoff, ChildSpec, Intensity, Restart, Strategy, Supervisor
from tests.actors.families import STEADY, Bench, Child


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"restart": "often"}, "restart is 'often': give one of permanent, transient, temporary"),
        ({"restart": None}, "restart is None: give one of permanent"),
        ({"intensity": 5}, "intensity is 5: give a value of Intensity"),
        ({"start_within": 0}, "start_within is 0: give seconds, more than 0"),
        ({"start_within": float("nan")}, "start_within is nan: give seconds"),
        ({"stop_within": "5"}, "stop_within is '5': give seconds, at least 0"),
        ({"stop_within": True}, "stop_within is True: give seconds"),
        ({"name": ""}, "name is '': give text that is not empty"),
        ({"run": None}, "run is None: give the function itself, without calling it"),
        ({"stop": 3}, "stop is 3: give the function itself"),
    ],
)
def test_a_child_that_makes_no_sense_is_refused_where_it_is_written(given: dict[str, Any], told: str) -> None:
    """The error names the field, what stands there and what would be right."""
    with pytest.raises(ValueError, match=f"^{told}"):
        ChildSpec(**{"name": "feed", "run": trio.sleep_forever, **given})


def test_so_are_the_pauses_and_the_intensity() -> None:
    """A pause below nothing, a factor that shrinks, chance that takes more than there is, failures within no time."""
    for values, told in (
        ({"first": -1}, "first is -1: give seconds, at least 0"),
        ({"most": "a"}, "most is 'a': give seconds"),
        ({"factor": 0}, "factor is 0: give a factor, at least 1"),
        ({"jitter": 2}, "jitter is 2: give a part, at least 0 and at most 1"),
        ({"stable_after": -1}, "stable_after is -1"),
    ):
        with pytest.raises(ValueError, match=f"^{told}"):
            Backoff(**values)
    with pytest.raises(ValueError, match=r"^failures is -1: give a number, at least 0"):
        Intensity(failures=-1)
    with pytest.raises(ValueError, match=r"^seconds is 0: give seconds, more than 0"):
        Intensity(seconds=0)


def test_a_strategy_that_there_is_not_is_refused() -> None:
    """It would otherwise be taken for one that there is."""
    with pytest.raises(ValueError, match=r"^strategy is 'all': give one of one_for_one, one_for_all, rest_for_one"):
        Supervisor("mine", [], backoff=Backoff(), chance=Random(0), strategy="all")


async def test_words_may_be_given_as_text() -> None:
    """As everywhere else; a temporary child does not come back, and another's crash is its own."""
    assert ChildSpec(name="feed", run=trio.sleep_forever, restart="transient").restart is Restart.TRANSIENT
    temporary = Child(ZeroDivisionError(), name="temporary")
    await Bench(temporary.spec(restart="temporary")).run_for(100.0)
    assert len(temporary.born) == 1

    first, second = Child(name="first"), Child(5.0, name="second")
    supervisor = Supervisor(
        "mine", [first.spec(), second.spec()], backoff=STEADY, chance=Random(0), strategy=str(Strategy.ONE_FOR_ONE)
    )
    with trio.move_on_after(100):
        await supervisor.run()
    assert (len(first.born), len(second.born)) == (1, 2)
