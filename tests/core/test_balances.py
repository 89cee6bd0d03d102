"""Balances by the stream, and what the venue's REST says of them: told when they differ, and never set right by us."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batactors.core.compared import KEPT
from batactors.model.facts import BalanceFact, Fact, QuarantineFact
from batactors.model.health import Divergence
from batactors.model.ids import Asset
from batactors.model.order_events import OrderFilled
from batactors.model.questions import AskBalances
from tests.core.story import Story

LAG = 2.0
BTC, USD = Asset("BTC"), Asset("USD")


class Account(Story):
    """A story of balances."""

    def __init__(self, **first: str) -> None:
        super().__init__(read_lag=LAG)
        self.wait(1.0)
        self.stream(**first)

    def stream(self, **balances: str) -> None:
        """The stream tells these."""
        self.hear(*_facts(balances))

    def rest(self, took: float = 0.5, **balances: str) -> None:
        """REST is asked for all, and tells these."""
        self.wait(took)
        self.find(AskBalances(), *_facts(balances), asked=took)

    @property
    def divergences(self) -> tuple[Divergence, ...]:
        return self.dispatch.balances.divergences


def _facts(balances: dict[str, str]) -> list[Fact]:
    return [BalanceFact(asset=Asset(asset), total=Decimal(total)) for asset, total in balances.items()]


@pytest.mark.holds("D14")
def test_a_lasting_difference_is_told() -> None:
    """Both say something else, at two questions in a row: which asset, what each says, and since when."""
    account = Account(USD="100", BTC="1")
    account.wait(10.0)
    account.rest(USD="90", BTC="1.0")
    first = account.on
    assert not account.divergences, "one answer may be a moment's"
    account.wait(60.0)
    account.rest(USD="90", BTC="1.0")
    assert account.divergences == (Divergence(asset=USD, ours=Decimal(100), theirs=Decimal(90), since=first),)


@pytest.mark.holds("D14")
def test_a_difference_is_never_repaired() -> None:
    """Told or not, what the stream said stands, and nothing is told of any order or fill."""
    account = Account(USD="100")
    for _ in range(4):
        account.wait(60.0)
        account.rest(USD="90", BTC="7")
    assert account.divergences
    assert {asset: fact.total for asset, fact in account.dispatch.balances.heard.items()} == {USD: Decimal(100)}
    assert (account.events, account.reports) == ({}, [])
    assert not [event for told in account.events.values() for event in told if isinstance(event, OrderFilled)]


def test_a_difference_ends_when_they_agree() -> None:
    """The stream tells what REST said, or REST what the stream did: either ends it."""
    for ends in ("stream", "rest"):
        account = Account(USD="100")
        for _ in range(2):
            account.wait(60.0)
            account.rest(USD="90")
        assert account.divergences
        account.wait(60.0)
        account.stream(USD="90") if ends == "stream" else account.rest(USD="100")
        assert account.divergences == ()


def test_a_read_that_trails_is_no_difference() -> None:
    """REST may show what the stream had said up to ``read_lag`` before the question."""
    account = Account(USD="100")
    for total, before in (("95", "100"), ("90", "95"), ("85", "90")):
        account.wait(30.0)
        account.stream(USD=total)
        account.wait(LAG - 0.5)
        account.rest(USD=before)
    assert account.divergences == ()


def test_a_read_that_is_ahead_is_no_difference() -> None:
    """REST may show what the stream has still to say, at each of several questions."""
    account = Account(USD="100")
    for total in ("95", "90", "85"):
        account.wait(30.0)
        account.rest(USD=total)
        account.wait(0.5)
        account.stream(USD=total)
    assert account.divergences == ()


def test_a_burst_that_passed_over_what_rest_said_is_none() -> None:
    """Between the question and the next the stream said it, if only for a moment."""
    account = Account(USD="100")
    for first, second in (("95", "90"), ("85", "80")):
        account.wait(30.0)
        account.rest(USD=first)
        account.stream(USD=first)
        account.stream(USD=second)
    assert account.divergences == ()


def test_what_rest_leaves_out_is_zero_and_what_the_stream_never_named_is_not_compared() -> None:
    """An asset that the stream still has and REST does not list is a difference; a wallet of REST's own is none."""
    account = Account(USD="100", BTC="0")
    for _ in range(2):
        account.wait(60.0)
        account.rest(0.5, **{"BTC.F": "3"})
    assert [(one.asset, one.theirs) for one in account.divergences] == [(USD, Decimal(0))]


def test_an_answer_that_cannot_be_read_says_nothing() -> None:
    """One unreadable row may be any asset's: nothing is compared, and it is counted."""
    account = Account(USD="100")
    for _ in range(3):
        account.wait(60.0)
        account.find(AskBalances(), QuarantineFact(raw="?", reason="balance of ZUSD"))
    assert account.divergences == ()
    assert account.dispatch.counters["quarantined", "balance of ZUSD"] == 3
    assert account.dispatch.catch_up is None, "no order can be meant"


def test_what_was_asked_while_no_session_was_ready_is_not_compared() -> None:
    """While the socket is down the stream is known to lack something; two questions of one session are needed."""
    account = Account(USD="100")
    account.wait(60.0)
    account.rest(USD="90")
    account.ended(1)
    for _ in range(3):
        account.wait(60.0)
        account.rest(USD="90")
    assert account.divergences == ()
    account.ready(2)
    account.stream(USD="100")
    account.wait(60.0)
    account.rest(USD="90")
    assert account.divergences == ()
    account.wait(60.0)
    account.rest(USD="90")
    assert len(account.divergences) == 1


def test_an_asset_that_moves_faster_than_is_remembered_says_nothing() -> None:
    """More values within reach of the question than are kept: the one that REST said may be among those forgotten."""
    account = Account(USD="1000")
    for _ in range(3):
        account.wait(60.0)
        for number in range(KEPT + 5):
            account.stream(USD=str(number))
        account.rest(took=0.1, USD="1000")
    assert account.divergences == ()


@given(st.lists(st.tuples(st.sampled_from(["stream", "rest", "both"]), st.floats(0.1, 100.0)), max_size=30))
def test_an_honest_venue_is_never_doubted(story: list[tuple[str, float]]) -> None:
    """Whatever the order of frames and answers, if REST trails by less than is stated nothing is told."""
    account, total, on_its_way = Account(USD="0"), 0, list[int]()
    for what, pause in story:
        for one in on_its_way:
            account.stream(USD=str(one))
        on_its_way.clear()
        account.wait(pause)
        if what != "rest":
            total += 1
            on_its_way.append(total)
        if what != "stream":
            account.rest(took=0.05, USD=str(total))
    assert account.divergences == ()


@pytest.mark.holds("D14")
def test_what_changed_while_the_stream_was_gone_is_read() -> None:
    """After a break REST is believed of what the next session has not told again; what the stream tells stands."""
    account = Account(USD="100", BTC="1")
    account.ended()
    account.wait(1.0)
    account.ready(2)
    account.stream(BTC="2")
    for _ in range(2):
        account.wait(60.0)
        account.rest(USD="90", BTC="1")
    assert {asset: fact.total for asset, fact in account.dispatch.balances.heard.items()} == {USD: 90, BTC: 2}
    assert [one.asset for one in account.divergences] == [BTC]


@pytest.mark.holds("D14")
def test_what_is_read_before_a_session_is_ready_is_taken() -> None:
    """A session that begins without a word of balances has them read first: nobody else would ever say."""
    account = Account(USD="100")
    account.ended()
    account.wait(1.0)
    account.rest(USD="90")
    account.ready(2)
    assert {asset: fact.total for asset, fact in account.dispatch.balances.heard.items()} == {USD: 90}
    assert account.divergences == ()
