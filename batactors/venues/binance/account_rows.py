"""Balances, positions and settings as REST tells them (section 4.1), as facts."""

from collections.abc import Iterator
from decimal import Decimal

from attrs import frozen
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.account_facts import MarginFact, PositionFact, SettingFact
from batactors.model.facts import BalanceFact, Fact, VenueTimeFact
from batactors.model.ids import Asset, InstrumentId
from batactors.venues.binance.account_update import position_side
from batactors.venues.binance.names import Names
from batactors.venues.binance.order_rows import positive
from batactors.venues.binance.quarantine import each
from batactors.venues.binance.times import from_ms
from batactors.venues.binance.words import MARGIN_MODES, POSITION_MODES
from batactors.venues.reading import Unsound, number


@frozen(slots=False)
class BalanceRow:
    """An asset of v3/balance."""

    asset: Asset
    balance: Decimal
    availableBalance: Decimal | None = None
    updateTime: int | None = None


@frozen(slots=False)
class AssetRow:
    """An asset of v3/account."""

    asset: Asset
    walletBalance: Decimal
    availableBalance: Decimal | None = None
    updateTime: int | None = None


@frozen(slots=False)
class PositionRow:
    """A position of v3/account or of v3/positionRisk, which spell the profit differently."""

    symbol: str
    positionAmt: Decimal
    positionSide: str = "BOTH"
    entryPrice: Decimal | None = None
    markPrice: Decimal | None = None
    liquidationPrice: Decimal | None = None
    unRealizedProfit: Decimal | None = None
    unrealizedProfit: Decimal | None = None
    updateTime: int | None = None


@frozen(slots=False)
class AccountBody:
    """v3/account."""

    assets: Raw
    positions: Raw
    totalWalletBalance: Decimal
    totalUnrealizedProfit: Decimal | None = None
    availableBalance: Decimal | None = None
    totalInitialMargin: Decimal | None = None
    totalMaintMargin: Decimal | None = None


@frozen(slots=False)
class SymbolConfigRow:
    """How a symbol is set."""

    symbol: str
    marginType: str | None = None
    leverage: int | str | None = None


@frozen(slots=False)
class AccountConfigBody:
    """How the account is set."""

    dualSidePosition: bool | None = None
    multiAssetsMargin: bool | None = None
    canTrade: bool | None = None


@frozen(slots=False)
class TimeBody:
    """What time it is at the venue."""

    serverTime: int


ACCOUNT, ACCOUNT_CONFIG, TIME = Decoder(AccountBody), Decoder(AccountConfigBody), Decoder(TimeBody)
_BALANCE, _BALANCES = Decoder(BalanceRow), Decoder(list[BalanceRow])
_ASSET, _ASSETS = Decoder(AssetRow), Decoder(list[AssetRow])
_POSITION, _POSITIONS = Decoder(PositionRow), Decoder(list[PositionRow])
_SYMBOL_CONFIG, _SYMBOL_CONFIGS = Decoder(SymbolConfigRow), Decoder(list[SymbolConfigRow])


def read_balances(rows: Raw) -> list[Fact]:
    """v3/balance."""
    return each(rows, _BALANCES, _BALANCE, lambda row: _balance(row.balance, row))


def read_account(body: AccountBody, names: Names) -> list[Fact]:
    """v3/account: the sums, each asset, each position."""
    number(body.totalWalletBalance, "totalWalletBalance")
    sums = MarginFact(
        wallet=body.totalWalletBalance,
        unrealized=number(body.totalUnrealizedProfit, "totalUnrealizedProfit"),
        available=number(body.availableBalance, "availableBalance"),
        initial=number(body.totalInitialMargin, "totalInitialMargin"),
        maintenance=number(body.totalMaintMargin, "totalMaintMargin"),
    )
    assets = each(body.assets, _ASSETS, _ASSET, lambda row: _balance(row.walletBalance, row))
    return [sums, *assets, *read_positions(body.positions, names)]


def read_positions(rows: Raw, names: Names) -> list[Fact]:
    """v3/positionRisk: symbols with a position or an open order, and no others."""
    return each(rows, _POSITIONS, _POSITION, lambda row: _position(row, names))


def read_symbol_configs(rows: Raw, wanted: InstrumentId, names: Names) -> list[Fact]:
    """How one symbol is set, of symbolConfig."""

    def setting(row: SymbolConfigRow) -> Iterator[Fact]:
        if row.symbol != names.symbol(wanted):
            return
        text = str(row.leverage)
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise Unsound(f"a leverage of {text[:20]}")
        yield SettingFact(instrument=wanted, leverage=int(text), margin_mode=MARGIN_MODES.get(row.marginType))

    return each(rows, _SYMBOL_CONFIGS, _SYMBOL_CONFIG, setting)


def read_account_config(body: AccountConfigBody) -> SettingFact:
    """How the account is set, of accountConfig."""
    hedged = body.dualSidePosition
    return SettingFact(
        position_mode=None if hedged is None else POSITION_MODES[hedged],
        multi_assets=body.multiAssetsMargin,
        can_trade=body.canTrade,
    )


def read_time(body: TimeBody) -> VenueTimeFact:
    """The time of day."""
    time = from_ms(body.serverTime)
    if time is None:
        raise Unsound(f"a time of {body.serverTime}")
    return VenueTimeFact(now=time, resolution=0.001)


def _balance(total: Decimal, row: BalanceRow | AssetRow) -> Iterator[Fact]:
    number(total, "balance")
    available = number(row.availableBalance, "availableBalance")
    yield BalanceFact(asset=row.asset, total=total, available=available, occurred_at=from_ms(row.updateTime))


def _position(row: PositionRow, names: Names) -> Iterator[Fact]:
    number(row.positionAmt, "positionAmt")
    profit = row.unRealizedProfit if row.unRealizedProfit is not None else row.unrealizedProfit
    yield PositionFact(
        instrument=names.of(row.symbol),
        position_side=position_side(row.positionSide),
        quantity=row.positionAmt,
        entry_price=positive(row.entryPrice, "entryPrice"),
        mark_price=positive(row.markPrice, "markPrice"),
        liquidation_price=positive(row.liquidationPrice, "liquidationPrice"),
        unrealized=number(profit, "unrealizedProfit"),
        occurred_at=from_ms(row.updateTime),
    )
