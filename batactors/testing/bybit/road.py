"""The way of a request through Bybit: what is refused on it, and with what."""

from collections.abc import Callable
from typing import ClassVar

from batactors.testing import faults as f
from batactors.testing.bybit.calls import Answered, Call
from batactors.testing.bybit.credentials import Credentials
from batactors.testing.bybit.rates import Rates
from batactors.testing.bybit.refusals import KEY, LIMIT, Refused, refusal_of
from batactors.testing.bybit.routes import ROUTES, Route
from batactors.testing.bybit.trading import Trading
from batactors.testing.bybit.wire import ms
from batactors.testing.venue import road
from batactors.testing.venue.orders import Happened
from batactors.testing.venue.road import Answer
from batactors.testing.venue.text import Json

Handler = Callable[[Call], Answered]


class Road(road.Road[Call, Route]):
    """From a client's request to its answer."""

    refuses: ClassVar[type[Exception]] = Refused

    def __init__(
        self,
        *,
        credentials: Credentials,
        rates: Rates,
        trading: Trading,
        tell: Callable[[list[Happened]], None],
        **shared: object,
    ) -> None:
        super().__init__(**shared)  # type: ignore[arg-type]  # what every venue's road has
        self._credentials = credentials
        self._rates = rates
        self._trading = trading
        self._tell = tell

    def admit(self, call: Call) -> Route:
        where, route = call.occasion, ROUTES[call.method]
        if call.transport == "rest":
            self._rates.address()
        if call.has_body:
            raise Refused(10016, "Bad Request: a GET has no body", status=403)
        if refusal := self._faults.take(f.Refuse, **where):
            raise refusal_of(refusal.error)
        if limited := self._faults.take(f.RefuseRate, **where):
            raise refusal_of(limited.error, LIMIT)
        if stale := self._faults.take(f.RefuseToken, **where):
            raise refusal_of(stale.error, KEY)
        if route.security == "signed":
            if call.transport == "rest":
                self._credentials.authenticate(call)
            else:
                self._credentials.check_session(call)
            self._credentials.may_trade(call)
            self._rates.take(call.account, call.method)
            if self._trading.status == "maintenance" and not route.command:
                raise Refused(10016)
        return route

    def at_the_door(self, call: Call) -> None:
        # What is late on its way there comes to the venue late, and is refused for that.
        self._credentials.in_window(call)

    def bare(self, call: Call, error: str) -> Answer:
        call.req_id = None  # it does not say what it answers
        return Answer(body=self._envelope(20003, error, {}, {}))

    def answer_of(self, call: Call, body: object) -> Answer:
        assert isinstance(body, Answered)
        return Answer(body=self._envelope(0, "OK", body.result, body.beside), headers=self._counts(call))

    def refusal(self, call: Call, refused: Exception) -> Answer:
        assert isinstance(refused, Refused)
        body = self._envelope(refused.code, refused.text, refused.result, {})
        return Answer(body=body, status=refused.status, headers=self._counts(call))

    def errors_of(self, body: object) -> tuple[str, ...]:
        """The refusals of single rows of a batch."""
        assert isinstance(body, Answered)
        return tuple(f"{row['code']} {row['msg']}" for row in body.beside.get("list", ()) if row["code"])

    def publish(self, happened: list[Happened]) -> None:
        self._tell(happened)

    def take_happened(self) -> list[Happened]:
        return self._trading.take_happened()

    def _envelope(self, code: int, text: str, result: Json, beside: Json) -> Json:
        return {"retCode": code, "retMsg": text, "result": result, "retExtInfo": beside, "time": ms(self._now())}

    def _counts(self, call: Call) -> dict[str, str]:
        return self._rates.headers(call.account, call.method)
