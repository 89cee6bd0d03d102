"""``accounts`` and ``openpositions`` (section 4), as facts."""

from decimal import Decimal

from attrs import field, frozen
from msgspec import Raw
from msgspec.json import Decoder

from batactors.model.account_facts import MarginFact, PositionFact
from batactors.model.facts import Fact
from batactors.model.ids import InstrumentId
from batactors.model.positions import PositionSide
from batactors.venues.kraken_futures.account_feeds import currencies
from batactors.venues.kraken_futures.envelope import NOTHING
from batactors.venues.kraken_futures.feed_rows import FLEX
from batactors.venues.kraken_futures.feeds import positive
from batactors.venues.kraken_futures.names import Names
from batactors.venues.kraken_futures.quarantine import alone, each
from batactors.venues.reading import Unsound, number, quantity


@frozen(slots=False)
class FlexSums:
    """The sums of the multi-collateral wallet."""

    balanceValue: Decimal | None = None
    pnl: Decimal | None = None
    availableMargin: Decimal | None = None
    initialMargin: Decimal | None = None
    maintenanceMargin: Decimal | None = None


@frozen(slots=False)
class Accounts:
    """The wallets, of which linear contracts use one."""

    flex: Raw = field(default=NOTHING, repr=False)


@frozen(slots=False)
class AccountsBody:
    """The answer to accounts."""

    accounts: Accounts


@frozen(slots=False)
class PositionRow:
    """An entry of openpositions; one that is flat is not there."""

    symbol: str
    side: str
    size: Decimal
    price: Decimal | None = None


@frozen(slots=False)
class PositionsBody:
    """The answer to openpositions."""

    openPositions: Raw = field(repr=False)


_ACCOUNTS, _SUMS, _POSITIONS_BODY = Decoder(AccountsBody), Decoder(FlexSums), Decoder(PositionsBody)
_POSITION, _POSITIONS = Decoder(PositionRow), Decoder(list[PositionRow])
_SIGNS = {"long": 1, "short": -1}


def read_accounts(body: bytes, *, sums: bool) -> list[Fact]:
    """The currencies of the multi-collateral wallet, and its sums."""
    flex = _ACCOUNTS.decode(body).accounts.flex
    if flex is NOTHING:
        return []
    facts = alone(flex, FLEX, currencies)
    if not sums:
        return facts
    row = _SUMS.decode(flex)
    if number(row.balanceValue, "balanceValue") is None or row.balanceValue is None:
        raise Unsound("the multi-collateral wallet has no balanceValue")
    margin = MarginFact(
        wallet=row.balanceValue,
        unrealized=number(row.pnl, "pnl"),
        available=number(row.availableMargin, "availableMargin"),
        initial=number(row.initialMargin, "initialMargin"),
        maintenance=number(row.maintenanceMargin, "maintenanceMargin"),
    )
    return [margin, *facts]


def read_positions(body: bytes, names: Names, wanted: InstrumentId | None) -> list[Fact]:
    """The positions, or that of one instrument."""
    facts = each(_POSITIONS_BODY.decode(body).openPositions, _POSITIONS, _POSITION, lambda row: [_position(row, names)])
    return [fact for fact in facts if not isinstance(fact, PositionFact) or wanted is None or fact.instrument == wanted]


def _position(row: PositionRow, names: Names) -> PositionFact:
    size, sign = quantity(row.size, "size"), _SIGNS.get(row.side)
    if size is None or sign is None:
        raise Unsound(f"a position of {row.size} {row.side}")
    return PositionFact(
        instrument=names.of(row.symbol),
        position_side=PositionSide.NET,
        quantity=size * sign,
        entry_price=positive(row.price, "price"),
    )
