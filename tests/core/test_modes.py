"""Which commands may go out in which mode: the rules alone."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batactors.core.modes import Known, Modes, exposure_of, known_of
from batactors.model.commands import CancelAll, CancelOrder, Command
from batactors.model.ids import ClientOrderId, InstrumentId
from batactors.model.modes import Exposure, ModeSetting, Risk, TradingMode
from tests.actors.words import ACCOUNT, BTC, ETH, amend, cancel, cancel_all, create
from tests.core.story import START, Story
from tests.core.words import accepted, opened, updated

HAS = Known(instrument=BTC, total=Decimal(2))
COMMANDS: dict[str, tuple[Command, Risk]] = {
    "cancel": (cancel("a"), Risk.LOWERS),
    "cancel all": (cancel_all(), Risk.LOWERS),
    "create": (create(), Risk.ADDS),
    "create that only reduces": (create(reduce_only=True), Risk.KEEPS),
    "amend to more": (amend("a", quantity=Decimal("2.1")), Risk.ADDS),
    "amend to more at a new price": (amend("a", quantity=Decimal("2.1"), price=Decimal(1)), Risk.ADDS),
    "amend to the same": (amend("a", quantity=Decimal("2.0")), Risk.KEEPS),
    "amend to less": (amend("a", quantity=Decimal(1)), Risk.KEEPS),
    "amend of the price": (amend("a", price=Decimal(1)), Risk.KEEPS),
    "amend of the trigger price": (amend("a", price=None, trigger_price=Decimal(1)), Risk.KEEPS),
}
PASSES = {
    TradingMode.ACTIVE: {Risk.LOWERS, Risk.KEEPS, Risk.ADDS},
    TradingMode.REDUCE_ONLY: {Risk.LOWERS, Risk.KEEPS},
    TradingMode.HALTED: {Risk.LOWERS},
}
MODES = st.sampled_from(TradingMode)


def setting(mode: TradingMode, instrument: InstrumentId | None = None, reason: str = "") -> ModeSetting:
    return ModeSetting(mode=mode, instrument=instrument, reason=reason, since=START)


def modes(own: TradingMode = TradingMode.ACTIVE) -> Modes:
    return Modes(ACCOUNT, setting(own))


@pytest.mark.holds("D10")
@pytest.mark.parametrize("mode", TradingMode)
@pytest.mark.parametrize("name", COMMANDS)
def test_each_mode_lets_out_what_its_row_says(name: str, mode: TradingMode) -> None:
    """Halted lets only cancels out, reduce-only also what adds no risk, active everything."""
    command, risk = COMMANDS[name]
    exposure = exposure_of(command, Known() if isinstance(command, CancelAll) else HAS)
    assert exposure.risk is risk
    assert (modes(mode).why_not(exposure) is None) == (risk in PASSES[mode])


@pytest.mark.holds("D10")
@given(MODES, MODES, st.sampled_from([*COMMANDS.values()]))
def test_the_stricter_of_account_and_instrument_counts(
    own: TradingMode, of_btc: TradingMode, case: tuple[Command, Risk]
) -> None:
    """A command passes if the account's mode and its instrument's both let it; no other instrument's concerns it."""
    _, risk = case
    both = modes(own)
    both.set(setting(of_btc, BTC))
    exposure = Exposure(risk=risk, instrument=BTC)
    assert (both.why_not(exposure) is None) == (risk in PASSES[own] & PASSES[of_btc])
    elsewhere = Exposure(risk=risk, instrument=ETH)
    assert (both.why_not(elsewhere) is None) == (risk in PASSES[own])
    # Where nobody knows what it trades, it may be any.
    unknown = Exposure(risk=risk, instrument=None)
    assert (both.why_not(unknown) is None) == (risk in PASSES[own] & PASSES[of_btc])


@given(st.lists(st.tuples(st.sampled_from([None, BTC, ETH]), MODES), max_size=8))
def test_the_last_mode_set_for_a_scope_holds(given_: list[tuple[InstrumentId | None, TradingMode]]) -> None:
    """A setting replaces that of the same scope and no other; instruments that are active take no room."""
    account = modes()
    last: dict[InstrumentId | None, TradingMode] = {None: TradingMode.ACTIVE}
    for instrument, mode in given_:
        account.set(setting(mode, instrument))
        last[instrument] = mode
    told = {one.instrument: one.mode for one in account.settings}
    assert told == {scope: mode for scope, mode in last.items() if scope is None or mode is not TradingMode.ACTIVE}
    assert account.settings[0].instrument is None
    assert len(account) == len(told) - 1 <= 2


def test_a_refusal_names_mode_scope_reason_and_the_way_out() -> None:
    """The text says what is in which mode, why it was set, what still goes, and the call that ends it."""
    account = modes()
    account.set(setting(TradingMode.HALTED, BTC, "volatility"))
    why = account.why_not(Exposure(risk=Risk.ADDS, instrument=BTC))
    assert why == (
        "instrument 'BTC/USD' of account 'kraken' is halted (volatility), which lets only cancels out: "
        "account.set_mode('active', instrument='BTC/USD') ends that"
    )
    account.set(setting(TradingMode.REDUCE_ONLY))
    why = account.why_not(Exposure(risk=Risk.ADDS, instrument=ETH))
    assert why is not None
    assert "account 'kraken' is reduce_only" in why
    assert "account.set_mode('active') ends that" in why


def known(story: Story, quantity: str) -> Risk:
    command = amend("A", quantity=Decimal(quantity), price=None)
    return exposure_of(command, known_of(command, story.dispatch.ledger)).risk


def test_an_amend_is_measured_by_what_the_order_surely_has() -> None:
    """An amend to less that is under way, or acknowledged and not seen, may hold already: back to before is more."""
    story = Story()
    story.create("A", quantity="2")
    story.hear(opened("V1", "A", quantity="2"))
    assert known(story, "2") is Risk.KEEPS
    story.amend("A", quantity="1")
    assert known(story, "2") is Risk.ADDS
    assert known(story, "1") is Risk.KEEPS


def test_an_amend_that_was_acknowledged_counts_before_it_is_seen() -> None:
    """Between the answer and the stream's word, the lower of the two quantities is the one that is sure."""
    story = Story()
    story.create("A", quantity="2")
    story.hear(opened("V1", "A", quantity="2"))
    story.amend("A", quantity="1")
    story.hear(accepted(2))
    assert story.dispatch.desk.of_order(ClientOrderId("A")) == []
    assert (known(story, "2"), known(story, "1")) == (Risk.ADDS, Risk.KEEPS)
    story.hear(updated("V1", "A", quantity="1"))
    story.amend("A", quantity="3")
    story.hear(accepted(3), updated("V1", "A", quantity="3"))
    assert known(story, "3") is Risk.KEEPS


def test_an_amend_of_an_order_that_nobody_knows_adds_risk() -> None:
    """Without the order's quantity, an amend of the quantity may be a raise; one of the price is none."""
    command = amend(None, venue_order_id="V9", quantity=Decimal(1), instrument=None)
    found = known_of(command, Story().dispatch.ledger)
    assert exposure_of(command, found) == Exposure(risk=Risk.ADDS, instrument=None)


def test_what_an_order_trades_is_known_from_the_order() -> None:
    """The instrument that counts is the order's own, whatever the command says."""
    story = Story()
    story.create("A")
    command = amend("A", instrument=ETH)
    assert known_of(command, story.dispatch.ledger).instrument == BTC
    assert isinstance(cancel("A"), CancelOrder)
