"""What answers say of the venue's counters: in headers, in frames, and in exchangeInfo (sections 3, 8 and 9.3)."""

import re
from collections.abc import Iterable, Mapping

from attrs import frozen

from batactors.model.account_facts import BackOffFact, ClockFact, UsageFact
from batactors.model.limits import Counts, RateLimit
from batactors.venues.binance.answers import back_off, clock_doubt, error_in
from batactors.venues.binance.limits import reserved
from batactors.venues.binance.words import COUNTS, INTERVALS
from batactors.venues.reading import Unsound

_USED = re.compile(r"x-mbx-(used-weight|order-count)-(\d{1,4})([smhd])", re.IGNORECASE)
_LETTERS = {letter: INTERVALS[word] for letter, word in zip("smhd", ("SECOND", "MINUTE", "HOUR", "DAY"), strict=True)}
_MOST = 10**9


@frozen(slots=False)
class LimitRow:
    """A limit of exchangeInfo, or of an answer of the WebSocket API, which adds the count."""

    rateLimitType: str
    interval: str
    intervalNum: int
    limit: int
    count: int | None = None


def read_limit(row: LimitRow) -> RateLimit | None:
    """A limit, with our reserve for cancels; ``None`` if it counts something that we do not know."""
    counts = COUNTS.get(row.rateLimitType)
    if counts is None:
        return None
    return reserved(counts, _seconds(row), _positive(row.limit))


def read_usage(rows: Iterable[LimitRow]) -> list[UsageFact]:
    """The counts of an answer of the WebSocket API; of what we do not know, or do not believe, nothing."""
    facts = []
    for row in rows:
        try:
            limit = read_limit(row)
        except Unsound:
            continue
        if limit is not None and row.count is not None and 0 <= row.count < _MOST:
            facts.append(
                UsageFact(counts=limit.counts, interval=limit.interval, used=row.count, limit=limit.limit)
            )  # fmt: skip
    return facts


def read_headers(headers: Mapping[str, str]) -> list[UsageFact]:
    """The counts of a REST answer. Those of orders may be missing where the order was refused."""
    facts = []
    for name, value in headers.items():
        found = _USED.fullmatch(name)
        if found is None or not (value.isascii() and value.isdigit() and len(value) < 10):
            continue
        counts = Counts.WEIGHT if found[1].lower() == "used-weight" else Counts.ORDERS
        facts.append(UsageFact(counts=counts, interval=int(found[2]) * _LETTERS[found[3].lower()], used=int(value)))
    return facts


def heed(status: int, headers: Mapping[str, str], body: bytes) -> list[UsageFact | BackOffFact | ClockFact]:
    """What a REST answer says of the counters and of our clock, and for how long the venue wants to be left alone."""
    facts: list[UsageFact | BackOffFact | ClockFact] = [*read_headers(headers)]
    error = error_in(status, body)
    if error is not None:
        retry_after = next((value for name, value in headers.items() if name.lower() == "retry-after"), None)
        facts += back_off(status, error, retry_after)
        facts += clock_doubt(status, error)
    return facts


def _seconds(row: LimitRow) -> int:
    if row.interval not in INTERVALS or not 0 < row.intervalNum < 10_000:
        raise Unsound(f"an interval of {row.intervalNum} {row.interval}")
    return row.intervalNum * INTERVALS[row.interval]


def _positive(limit: int) -> int:
    if not 0 < limit < _MOST:
        raise Unsound(f"a limit of {limit}")
    return limit
