"""What the stream tells of the account: balances, positions, settings and warnings (section 7), as facts."""

from collections.abc import Iterator
from decimal import Decimal

from attrs import frozen
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.account_facts import MarginCallFact, PositionFact, SettingFact
from batactors.model.facts import BalanceFact, Fact
from batactors.model.ids import Asset
from batactors.model.positions import PositionSide
from batactors.venues.binance.names import Names
from batactors.venues.binance.order_rows import positive
from batactors.venues.binance.quarantine import alone, aside, each
from batactors.venues.binance.rows import NOTHING
from batactors.venues.binance.times import from_ms
from batactors.venues.binance.words import MARGIN_MODES, POSITION_SIDES
from batactors.venues.reading import UNREADABLE, Unsound, number


@frozen(slots=False)
class AccountRow:
    """``a`` of ACCOUNT_UPDATE: only what changed."""

    B: Raw = NOTHING
    P: Raw = NOTHING


@frozen(slots=False)
class BalanceRow:
    """An asset; ``wb`` is the wallet's balance."""

    a: Asset
    wb: Decimal


@frozen(slots=False)
class PositionRow:
    """A position; ``pa`` is negative if it is short."""

    s: str
    pa: Decimal
    ps: str = "BOTH"
    ep: Decimal | None = None
    up: Decimal | None = None
    mt: str | None = None


@frozen(slots=False)
class LeverageRow:
    """``ac`` of ACCOUNT_CONFIG_UPDATE."""

    s: str
    l: int  # noqa: E741


@frozen(slots=False)
class AssetsModeRow:
    """``ai`` of ACCOUNT_CONFIG_UPDATE."""

    j: bool


@frozen(slots=False)
class CallRow:
    """A position in danger."""

    s: str
    ps: str = "BOTH"
    mm: Decimal | None = None


@frozen(slots=False)
class CallFrame:
    """MARGIN_CALL, whole."""

    p: Raw
    E: int | str | None = None


_ACCOUNT = Decoder(AccountRow)
_BALANCE, _BALANCES = Decoder(BalanceRow), Decoder(list[BalanceRow])
_POSITION, _POSITIONS = Decoder(PositionRow), Decoder(list[PositionRow])
_LEVERAGE, _ASSETS_MODE = Decoder(LeverageRow), Decoder(AssetsModeRow)
_CALL, _CALLS, _CALL_FRAME = Decoder(CallRow), Decoder(list[CallRow]), Decoder(CallFrame)


def read_account(data: Raw, time: int | None, names: Names) -> list[Fact]:
    """ACCOUNT_UPDATE: the balances and positions that changed, each by itself."""

    def balance(row: BalanceRow) -> Iterator[Fact]:
        number(row.wb, "wb")
        yield BalanceFact(asset=row.a, total=row.wb, occurred_at=from_ms(time))

    def position(row: PositionRow) -> Iterator[Fact]:
        number(row.pa, "pa")
        yield PositionFact(
            instrument=names.of(row.s),
            position_side=position_side(row.ps),
            quantity=row.pa,
            entry_price=positive(row.ep, "ep"),
            unrealized=number(row.up, "up"),
            margin_mode=MARGIN_MODES.get(row.mt),
            occurred_at=from_ms(time),
        )

    try:
        row = _ACCOUNT.decode(data)
    except UNREADABLE as error:
        return aside(data, str(error))
    balances = [] if row.B is NOTHING else each(row.B, _BALANCES, _BALANCE, balance)
    return balances + ([] if row.P is NOTHING else each(row.P, _POSITIONS, _POSITION, position))


def read_settings(leverage: Raw, assets: Raw, time: int | None, names: Names) -> list[Fact]:
    """ACCOUNT_CONFIG_UPDATE: the leverage of a symbol, or whether all assets stand for all positions."""

    def of_symbol(row: LeverageRow) -> Iterator[Fact]:
        yield SettingFact(instrument=names.of(row.s), leverage=row.l, occurred_at=from_ms(time))

    def of_account(row: AssetsModeRow) -> Iterator[Fact]:
        yield SettingFact(multi_assets=row.j, occurred_at=from_ms(time))

    facts = [] if leverage is NOTHING else alone(leverage, _LEVERAGE, of_symbol)
    return facts + ([] if assets is NOTHING else alone(assets, _ASSETS_MODE, of_account))


def read_margin_call(frame: str | bytes | Raw, names: Names) -> list[Fact]:
    """MARGIN_CALL: the positions in danger. Its shape is that of the public documentation."""
    try:
        call = _CALL_FRAME.decode(frame)
    except UNREADABLE as error:
        return aside(frame, str(error))

    def warning(row: CallRow) -> Iterator[Fact]:
        yield MarginCallFact(
            instrument=names.of(row.s),
            position_side=position_side(row.ps),
            maintenance=number(row.mm, "mm"),
            occurred_at=from_ms(call.E),
        )

    return each(call.p, _CALLS, _CALL, warning)


def position_side(word: str) -> PositionSide:
    """Which position a row is about.

    Raises:
        Unsound: A word that we do not know: to take it for another would overwrite that one's position.
    """
    side = POSITION_SIDES.get(word)
    if side is None:
        raise Unsound(f"position side {word}")
    return side
