"""Answers to questions over REST (sections 3 to 5). An answer that is not one raises: it is not "nothing"."""

from attrs import field, frozen
from msgspec.json import Decoder

from batactors.model.account_facts import SwitchFact
from batactors.model.errors import DecodeError
from batactors.model.facts import Fact
from batactors.model.questions import (
    AskAmendments,
    AskBalances,
    AskClosedOrders,
    AskFills,
    AskInstruments,
    AskLimits,
    AskMargin,
    AskOpenOrders,
    AskOrder,
    AskOrders,
    AskPositions,
    AskSettings,
    AskTime,
    AskToken,
    AskWhetherValid,
    DropToken,
    KeepSwitch,
    KeepToken,
    Page,
    Question,
)
from batactors.venues.binance.account_rows import (
    ACCOUNT,
    ACCOUNT_CONFIG,
    TIME,
    read_account,
    read_account_config,
    read_balances,
    read_positions,
    read_symbol_configs,
    read_time,
)
from batactors.venues.binance.answers import error_in, question_error
from batactors.venues.binance.errors import ABSENT
from batactors.venues.binance.instruments import EXCHANGE_INFO, read_exchange_info, read_limits
from batactors.venues.binance.names import Names
from batactors.venues.binance.order_pages import a_list, next_id, of_one_order, read_orders
from batactors.venues.binance.words import VENUE
from batactors.venues.reading import UNREADABLE, Unsound


@frozen(slots=False)
class TokenBody:
    """The answer to calls for the listen key; the one that keeps it may say nothing."""

    listenKey: str | None = field(default=None, repr=False)


@frozen(slots=False)
class SwitchBody:
    """The answer to countdownCancelAll; clients have seen the time as text."""

    countdownTime: int | str

    @property
    def milliseconds(self) -> int:
        """Until all orders of the symbol are cancelled; 0 if they are not."""
        text = str(self.countdownTime)
        if not (text.isascii() and text.isdigit() and len(text) < 16):
            raise Unsound(f"a countdown of {text[:20]}")
        return int(text)


_TOKEN, _SWITCH = Decoder(TokenBody), Decoder(SwitchBody)


def read_page(question: Question, offset: int, status: int, body: bytes, names: Names) -> Page:
    """Read one answer.

    Raises:
        BatactorsError: A leaf of it; the venue did not answer, or not so that it can be read.
    """
    error = error_in(status, body)
    if error is not None:
        if error.number in ABSENT and of_one_order(question):
            return Page(next_offset=next_id(question, offset))  # it knows no such order, or its reads lag
        raise question_error(status, error)
    try:
        return _page(question, offset, body, names)
    except UNREADABLE as problem:
        raise DecodeError(f"an answer of Binance cannot be read: {problem}", venue=VENUE, retriable=True) from problem


def _page(question: Question, offset: int, body: bytes, names: Names) -> Page:
    match question:
        case AskOpenOrders() | AskClosedOrders() | AskOrder() | AskOrders() | AskFills() | AskAmendments():
            return read_orders(question, offset, body, names)
        case AskToken() | KeepToken() | DropToken():
            return _token(question, body)
        case AskInstruments():
            return Page(facts=tuple(read_exchange_info(EXCHANGE_INFO.decode(body))))
        case AskWhetherValid():
            return Page()
        case KeepSwitch():
            return Page(facts=(SwitchFact(is_armed=_SWITCH.decode(body).milliseconds > 0),))
        case AskBalances():
            return Page(facts=tuple(read_balances(a_list(body))))
        case AskMargin():
            return Page(facts=tuple(read_account(ACCOUNT.decode(body), names)))
        case AskLimits():
            return Page(facts=tuple(read_limits(a_list(body))))
        case AskPositions():
            return Page(facts=tuple(read_positions(a_list(body), names)))
        case AskSettings(instrument=instrument) if instrument is not None:
            return Page(facts=tuple(read_symbol_configs(a_list(body), instrument, names)))
        case AskSettings() | AskTime():
            return Page(facts=(_single(question, body),))


def _single(question: AskSettings | AskTime, body: bytes) -> Fact:
    if isinstance(question, AskSettings):
        return read_account_config(ACCOUNT_CONFIG.decode(body))
    return read_time(TIME.decode(body))


def _token(question: AskToken | KeepToken | DropToken, body: bytes) -> Page:
    token = _TOKEN.decode(body).listenKey
    if isinstance(question, AskToken) and not token:
        raise Unsound("a call for a listen key was answered without one")
    return Page(token=token or None)
