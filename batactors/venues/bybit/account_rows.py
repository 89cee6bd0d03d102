"""Positions, balances and settings, live and by REST, as facts (sections 4 and 7)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec import Raw

from batactors.model.account_facts import MarginCallFact, MarginFact, PositionFact, SettingFact
from batactors.model.facts import BalanceFact, Fact, IgnoredFact, VenueTimeFact
from batactors.model.ids import InstrumentId
from batactors.model.positions import PositionMode, PositionSide
from batactors.venues.bybit.names import Names
from batactors.venues.bybit.quarantine import each
from batactors.venues.bybit.rows import (
    COIN,
    COINS,
    NOTHING,
    WALLET,
    WALLETS,
    AccountBody,
    CoinRow,
    PositionRow,
    TimeBody,
    WalletRow,
    amount,
    count,
    positive,
)
from batactors.venues.bybit.times import EPOCH, from_ms
from batactors.venues.bybit.words import CATEGORY, MARGIN_MODES, POSITION_SIDES
from batactors.venues.reading import Unsound


def read_position(row: PositionRow, names: Names) -> Iterator[Fact]:
    """A position; one that is closed has the size zero, and no side."""
    if row.category not in (None, CATEGORY):
        yield IgnoredFact(what=f"a position of {row.category}"[:80])
        return
    instrument, side, size = names.of(row.symbol), _side(row), count(row.size, "size")
    if size is None or (size and row.side not in ("Buy", "Sell")):
        raise Unsound(f"a position of {row.size[:20]!r} on the side {(row.side or '')[:20]!r}")
    yield PositionFact(
        instrument=instrument,
        position_side=side,
        quantity=size.copy_negate() if size and row.side == "Sell" else size,  # a minus would round it
        entry_price=positive(row.entryPrice, "entryPrice") or positive(row.avgPrice, "avgPrice"),
        mark_price=positive(row.markPrice, "markPrice"),
        liquidation_price=positive(row.liqPrice, "liqPrice"),
        unrealized=amount(row.unrealisedPnl, "unrealisedPnl"),
        occurred_at=from_ms(row.updatedTime),
    )
    if row.positionStatus == "Liq":
        yield MarginCallFact(
            instrument=instrument,
            position_side=side,
            maintenance=amount(row.positionMM, "positionMM"),
            occurred_at=from_ms(row.updatedTime),
        )


def read_wallets(rows: Raw, told_at: int | str | None, *, sums: bool = True) -> list[Fact]:
    """The coins of the account, each by itself, and its sums. The topic tells only what changed."""
    time = from_ms(told_at)

    def wallet(row: WalletRow) -> Iterator[Fact]:
        margin = _margin(row) if sums else None
        if margin is not None:
            yield margin
        if row.coin is not NOTHING:
            yield from each(row.coin, COINS, COIN, lambda coin: _balance(coin, time))

    return each(rows, WALLETS, WALLET, wallet)


def read_leverage(row: PositionRow, wanted: InstrumentId, names: Names) -> Iterator[Fact]:
    """How an instrument is set, as its position tells it; with two of them, both tell the same."""
    leverage = positive(row.leverage, "leverage")
    if names.find(row.symbol) not in (None, wanted) or leverage is None:
        return
    if leverage != int(leverage):
        raise Unsound(f"a leverage of {leverage}")
    yield SettingFact(instrument=wanted, leverage=int(leverage))


def read_position_mode(row: PositionRow) -> Iterator[Fact]:
    """How many positions an instrument has, as its rows tell it, those of size zero too."""
    one = _side(row) is PositionSide.NET
    yield SettingFact(position_mode=PositionMode.ONE_WAY if one else PositionMode.HEDGE)


def read_account(body: AccountBody) -> SettingFact:
    """How the account is set."""
    return SettingFact(margin_mode=MARGIN_MODES.get(body.marginMode))


def read_time(body: TimeBody) -> VenueTimeFact:
    """The time of day."""
    text = body.timeNano
    if not (text.isascii() and text.isdigit() and len(text) == 19):
        raise Unsound(f"a time of {text[:24]!r}")
    return VenueTimeFact(now=EPOCH + timedelta(microseconds=int(text) // 1000), resolution=0.000001)


def _side(row: PositionRow) -> PositionSide:
    side = POSITION_SIDES.get(row.positionIdx or 0)
    if side is None:
        raise Unsound(f"position index {row.positionIdx}")
    return side


def _margin(row: WalletRow) -> MarginFact | None:
    wallet = amount(row.totalWalletBalance, "totalWalletBalance")
    if wallet is None:
        return None
    return MarginFact(
        wallet=wallet,
        unrealized=amount(row.totalPerpUPL, "totalPerpUPL"),
        available=amount(row.totalAvailableBalance, "totalAvailableBalance"),
        initial=amount(row.totalInitialMargin, "totalInitialMargin"),
        maintenance=amount(row.totalMaintenanceMargin, "totalMaintenanceMargin"),
    )


def _balance(row: CoinRow, time: datetime | None) -> Iterator[Fact]:
    total = amount(row.walletBalance, "walletBalance")
    if total is not None:
        yield BalanceFact(asset=row.coin, total=total, occurred_at=time)
