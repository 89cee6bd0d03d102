"""Bugs in the codec: what is misread, misspelt or left out on the wire."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from attrs import evolve

from batactors.model.facts import Answer, AnswerFact, FillFact, OrderFact
from batactors.model.ids import ClientOrderId
from batactors.venues.kraken_spot import rest_commands
from batactors.venues.kraken_v2 import executions, pages, session
from batactors.venues.kraken_v2.answers import read_answer
from batactors.venues.kraken_v2.frames import encode
from batactors.venues.kraken_v2.rest_rows import read_order
from batactors.venues.kraken_v2.sequence import Watermark
from tests.simulation.mutant import Mutants, Patch

mutant = Mutants()


@mutant
def sequence_gap_ignored(patch: Patch) -> None:
    """Numbers of a channel that are missing are not noticed."""
    patch.setattr(Watermark, "take", lambda self, sequence, frame, *, reseeds: None)


@mutant
def fee_told_twice(patch: Patch) -> None:
    """The fees of a fill on the stream are told doubly."""
    fees = executions._fees
    patch.setattr(executions, "_fees", lambda row: fees(row) * 2)


@mutant
def fill_price_rounded(patch: Patch) -> None:
    """The price of a fill on the stream goes through a float."""
    fill = executions._fill

    def rounded(row: Any, names: Any, *, completes: bool) -> FillFact:
        told = fill(row, names, completes=completes)
        return evolve(told, price=Decimal(float(told.price)))

    patch.setattr(executions, "_fill", rounded)


@mutant
def client_order_id_in_the_wrong_case(patch: Patch) -> None:
    """What REST says of an order bears its client order id in capitals."""

    def shouting(key: str, raw: Any, names: Any) -> Any:
        fact = read_order(key, raw, names)
        if isinstance(fact, OrderFact) and fact.client_order_id is not None:
            return evolve(fact, client_order_id=ClientOrderId(fact.client_order_id.upper()))
        return fact

    patch.setattr(pages, "read_order", shouting)


@mutant
def deadline_later_than_counted_with(patch: Patch) -> None:
    """The deadline that a command on the socket bears is later than the one that the engine goes by."""

    def later(commands: Any, request_id: int, token: str, valid_until: datetime, dialect: Any) -> str:
        return encode(commands, request_id, token, valid_until + timedelta(seconds=30), dialect)

    patch.setattr(session, "encode", later)


@mutant
def rest_commands_without_a_deadline(patch: Patch) -> None:
    """Commands by REST do not tell the venue until when they are valid."""
    request_of = rest_commands.request_of

    def without(command: Any, valid_until: datetime) -> Any:
        request = request_of(command, valid_until)
        return evolve(request, fields=tuple(pair for pair in request.fields if pair[0] != "deadline"))

    patch.setattr(rest_commands, "request_of", without)


@mutant
def http_error_is_a_refusal(patch: Patch) -> None:
    """An HTTP error in answer to a command is taken for the venue's refusal."""
    unclear = rest_commands._unclear

    def refused(*args: Any) -> Any:
        return evolve(unclear(*args), answer=Answer.REFUSED)

    patch.setattr(rest_commands, "_unclear", refused)


@mutant
def success_without_an_order_id_believed(patch: Patch) -> None:
    """Of a batch, each leg counts as placed if the whole says success."""

    def hasty(frame: Any, asked: int | None) -> Sequence[Any]:
        return [
            evolve(fact, answer=Answer.ACCEPTED) if isinstance(fact, AnswerFact) and fact.legs else fact
            for fact in read_answer(frame, asked)
        ]

    patch.setattr(session, "read_answer", hasty)
