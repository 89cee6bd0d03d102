"""Lost frames are noticed by their sequence (sections 9 and 13)."""

from batactors.model.facts import Fact, GapFact
from batactors.venues.kraken_v2.sequence import REMEMBERED
from batactors.venues.kraken_v2.session import V2Session
from tests.venues.kraken_spot.samples import NEW, changed, executions, session

BALANCE = '{"channel":"balances","type":"update","data":[],"sequence":%d}'


def take(session: V2Session, *numbers: int, kind: str = "update") -> list[Fact]:
    """The gaps noticed when frames with these numbers come."""
    frames = [executions(changed(NEW, order_id=f"O{number}"), kind=kind, sequence=number) for number in numbers]
    return [fact for frame in frames for fact in session.decode(frame) if isinstance(fact, GapFact)]


def test_no_gap() -> None:
    """Numbers that follow each other, from the snapshot's on, are no gap."""
    it = session()
    assert take(it, 120, kind="snapshot") == []
    assert take(it, 121, 122, 123) == []


def test_the_first_update_seeds() -> None:
    """Without a snapshot the first number is the beginning."""
    assert take(session(), 7, 8) == []


def test_a_jump_is_a_gap_and_its_frame_is_told() -> None:
    """A jump tells what was due and what came, in addition to what the frame says, and once."""
    it = session()
    take(it, 1, kind="snapshot")
    gap, order = it.decode(executions(NEW, sequence=4))
    assert gap == GapFact(channel="executions", expected=2, received=4)
    assert order == session().decode(executions(NEW))[0]
    assert take(it, 5, 6) == []


def test_a_repeated_frame_is_told_again_and_moves_nothing() -> None:
    """A frame that comes twice is decoded twice, for the core to recognise, and the count goes on."""
    it = session()
    take(it, 1, 2)
    third = executions(NEW, sequence=3)
    assert it.decode(third) == it.decode(third)
    assert take(it, 2) == []
    assert take(it, 4, 5) == []


def test_a_restarted_stream_is_a_gap_and_a_new_beginning() -> None:
    """A number that is due no more, on a frame never seen, means a stream begun anew: what was lost is unknown."""
    it = session()
    take(it, 1, 2, 3, 4, 5)
    gap = it.decode(executions(changed(NEW, order_id="Onew"), sequence=2))[0]
    assert gap == GapFact(channel="executions", expected=6, received=2)
    assert take(it, 3, 4) == []


def test_a_snapshot_reseeds() -> None:
    """A snapshot with a lower or a far higher number is a beginning, not a gap."""
    it = session()
    take(it, 1, 2, 3)
    assert take(it, 1, kind="snapshot") == []
    assert take(it, 2, 3) == []
    assert take(it, 900, kind="snapshot") == []
    assert take(it, 901) == []


def test_channels_count_apart() -> None:
    """Each channel has its own sequence, and a gap names its channel."""
    it = session()
    take(it, 1, 2)
    assert [fact for fact in it.decode(BALANCE % 1) if isinstance(fact, GapFact)] == []
    assert it.decode(BALANCE % 3) == [GapFact(channel="balances", expected=2, received=3)]
    assert take(it, 3) == []


def test_sessions_count_apart() -> None:
    """A new session starts anew."""
    take(session(), 1, 2, 3)
    assert take(session(), 9) == []


def test_what_is_remembered_is_bounded() -> None:
    """A frame repeated long after is taken for a restart, which costs a question and loses nothing."""
    it = session()
    take(it, *range(1, REMEMBERED + 5))
    assert len(take(it, 1)) == 1


def test_a_frame_without_a_number_is_no_gap() -> None:
    """What has no number is told and not counted."""
    it = session()
    take(it, 1)
    assert [fact for fact in it.decode(executions(NEW)) if isinstance(fact, GapFact)] == []
    assert take(it, 2) == []
