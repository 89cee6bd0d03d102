"""The drill, short enough for every run of the tests."""

import shutil
from pathlib import Path

import pytest

from tests.crash_drill.compare import compare
from tests.crash_drill.drill import Drill
from tests.crash_drill.seen import Seen

KILLS = 20


@pytest.mark.holds("S01", "Y10", "A01", "B04", "X37")
def test_twenty_kills_lose_nothing(tmp_path: Path) -> None:
    """After each SIGKILL the next process goes on: each fill is told once, nothing is sent twice, all is resolved."""
    result = Drill(tmp_path, seed=1, kills=KILLS).run()
    assert result.good, result.losses
    assert result.kills.total() == KILLS
    assert len(result.kills) >= 4, "the moments are of several kinds"
    assert result.orders > KILLS
    assert result.fills > KILLS
    assert result.faults > KILLS
    shutil.rmtree(tmp_path)


def test_the_comparison_sees_what_is_wrong(tmp_path: Path) -> None:
    """A fill lost, a fill doubled, an order sent twice, another end, a command without a verdict: each is a loss."""
    order = {"venue": "V1", "order": "a", "status": "filled", "by_hand": False, "fills": {"f1": "1"}}
    told = [
        {"order": "a", "number": 1, "state": "submitted"},
        {"order": "a", "number": 2, "state": "filled", "fill": "f1", "quantity": "1.0"},
    ]
    settled = {"left": [], "unfollowed": [], "verdicts": {"a": "Accepted"}}

    def losses(orders: list[dict[str, object]], events: list[dict[str, object]], **changes: object) -> list[str]:
        seen = Seen(tmp_path / "none", orders={"a": events})
        return compare({"orders": orders}, seen, settled | changes)

    assert losses([order], told) == []
    assert losses([order | {"fills": {"f1": "1", "f2": "1"}}], told) == ["order a: fill f2 was never told"]
    assert "was told 2 times" in " ".join(losses([order], [*told, told[-1]]))
    assert losses([order, order | {"venue": "V2"}], told)[0] == "order a is 2 orders at the venue"
    assert losses([order | {"status": "canceled"}], told) == [
        "order a is canceled at the venue, and was told as filled"
    ]
    assert losses([order], told, left=["c1"]) == ["command c1 has no verdict"]
    assert losses([order], told, verdicts={"a": "NotExecuted"}) == [
        "order a is at the venue, and its command is NotExecuted"
    ]
    assert losses([], told) == ["order a is not at the venue, and was told as filled"]
    assert "no follower knows" in losses([order | {"order": "b"}, order], told)[0]
    assert losses([order], [told[1]]) == ["order a: events told were numbered [2]"]
