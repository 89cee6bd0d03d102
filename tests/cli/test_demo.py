"""``batactors demo``: its verdict is the ledger's, and can fail; the run itself, in virtual time and for real."""

import json
from collections.abc import Callable
from copy import copy, deepcopy
from decimal import Decimal
from functools import cache
from io import StringIO
from typing import Any

import pytest
from attrs import evolve
from rich.console import Console

from batactors import CommandStatus, OrderFilled, OrderState, Resolved, Seams
from batactors.cli.demo.config import Settings, read_faults
from batactors.cli.demo.kinds import Deed
from batactors.cli.demo.report import print_verdict, to_json
from batactors.cli.demo.scenes import SCENES
from batactors.cli.demo.script import draw_up
from batactors.cli.demo.seen import Seen, SeenCommand, SeenOrder
from batactors.cli.demo.stage import Stage
from batactors.cli.demo.verdict import Verdict
from batactors.cli.demo.view import draw
from batactors.cli.main import run
from batactors.model.commands import Operation
from batactors.model.errors import ConfigError
from batactors.seams import SeededChance, SeededIds
from batactors.testing import SimulatedNetwork, VirtualClock, run_in_virtual_time, virtual_keep_alive
from tests.cli.program import batactors


def perform(settings: Settings) -> Stage:
    """A run of the demo in virtual time, on a simulated network."""

    async def play() -> Stage:
        with SimulatedNetwork(seed=settings.seed).installed(), virtual_keep_alive():
            clock, chance = VirtualClock(), SeededChance(settings.seed)
            stage = Stage(settings, Seams(clock=clock, ids=SeededIds(settings.seed), chance=chance))
            await stage.play()
            return stage

    return run_in_virtual_time(play, seed=settings.seed)


@cache
def quiet_run() -> Stage:
    """A run in which nothing went wrong; not to be changed."""
    return perform(Settings(seed=1, orders=40, faults=0))


@pytest.fixture
def quiet() -> Stage:
    """A copy of it that may be doctored."""
    stage = copy(quiet_run())
    stage.seen = Seen(
        orders={key: evolve(order, events=list(order.events)) for key, order in stage.seen.orders.items()},
        commands={key: evolve(one, steps=list(one.steps)) for key, one in stage.seen.commands.items()},
        reports=list(stage.seen.reports),
    )
    stage.venue = copy(stage.venue)
    stage.venue.ledger = copy(stage.venue.ledger)
    stage.venue.ledger._by_client_id = deepcopy(stage.venue.ledger._by_client_id)
    return stage


def wrong(verdict: Verdict) -> dict[str, tuple[str, ...]]:
    return {check.name: check.wrong for check in verdict.checks if not check.holds}


def filled_order(stage: Stage) -> SeenOrder:
    return next(order for order in stage.seen.orders.values() if len(order.fills) > 1)


def command(stage: Stage, operation: Operation, verdict: CommandStatus) -> SeenCommand:
    commands = stage.seen.commands.values()
    return next(one for one in commands if one.operation is operation and one.verdicts == [verdict])


def say(one: SeenCommand, status: CommandStatus) -> None:
    """Have the command's verdict say something else."""
    one.steps[:] = [
        evolve(step, verdict=evolve(step.verdict, status=status)) if isinstance(step, Resolved) else step
        for step in one.steps
    ]


def change_fill(stage: Stage, **fields: Any) -> None:
    order = filled_order(stage)
    place = order.events.index(order.fills[0])
    order.events[place] = evolve(order.events[place], **fields)


def test_a_quiet_run_is_good(quiet: Stage) -> None:
    """Without faults everything holds, and there was something to check."""
    verdict = quiet.judge()
    assert wrong(verdict) == {}
    assert verdict.good
    checked = {check.name: check.checked for check in verdict.checks}
    assert checked["every fill told"] > 40
    assert checked["orders by hand reported once"] > 0
    assert verdict.figures["rejected"] > 0


def drop_fill(stage: Stage) -> None:
    order = filled_order(stage)
    order.events.remove(order.fills[0])


def double_fill(stage: Stage) -> None:
    order = filled_order(stage)
    order.events.insert(order.events.index(order.fills[0]), order.fills[0])


def drop_end(stage: Stage) -> None:
    order = filled_order(stage)
    order.events[-1] = evolve(order.events[-1], state=OrderState.PARTIALLY_FILLED)


def swap_events(stage: Stage) -> None:
    events = filled_order(stage).events
    events[1], events[2] = events[2], events[1]


def forget_verdict(stage: Stage) -> None:
    one = command(stage, Operation.CREATE_ORDER, CommandStatus.ACCEPTED)
    one.steps[:] = [step for step in one.steps if not isinstance(step, Resolved)]


def place_twice(stage: Stage) -> None:
    order = filled_order(stage)
    stage.venue.ledger._by_client_id[order.client_order_id] *= 2


def deny(operation: Operation, verdict: CommandStatus) -> Callable[[Stage], None]:
    return lambda stage: say(command(stage, operation, CommandStatus.ACCEPTED), verdict)


def accept_what_was_refused(stage: Stage) -> None:
    say(command(stage, Operation.CANCEL_ORDER, CommandStatus.REJECTED), CommandStatus.ACCEPTED)


def accept_what_never_was(stage: Stage) -> None:
    stage.venue.ledger._by_client_id.pop(filled_order(stage).client_order_id)


def drop_report(stage: Stage) -> None:
    del stage.seen.reports[0]


def leave_open(stage: Stage) -> None:
    filled_order(stage).settled = False


DOCTORED: list[tuple[Callable[[Stage], None], str]] = [
    (drop_fill, "every fill told"),
    (double_fill, "no fill told twice"),
    (lambda stage: change_fill(stage, quantity=Decimal(1)), "each with its quantity, price and fee"),
    (lambda stage: change_fill(stage, price=Decimal(1)), "each with its quantity, price and fee"),
    (lambda stage: change_fill(stage, fees=()), "each with its quantity, price and fee"),
    (lambda stage: change_fill(stage, fill_id="invented"), "each with its quantity, price and fee"),
    (drop_end, "orders ended as the ledger says"),
    (leave_open, "orders ended as the ledger says"),
    (swap_events, "sequence numbers without holes"),
    (swap_events, "events in order, one end"),
    (place_twice, "at most one order per client order id"),
    (forget_verdict, "every command has its verdict"),
    (deny(Operation.CREATE_ORDER, CommandStatus.NOT_EXECUTED), "what was denied was never done"),
    (deny(Operation.CREATE_ORDER, CommandStatus.REJECTED), "what was denied was never done"),
    (deny(Operation.AMEND_ORDER, CommandStatus.NOT_EXECUTED), "what was denied was never done"),
    (deny(Operation.CANCEL_ORDER, CommandStatus.REJECTED), "what was denied was never done"),
    (accept_what_was_refused, "what was accepted was done"),
    (accept_what_never_was, "what was accepted was done"),
    (drop_report, "orders by hand reported once"),
]


@pytest.mark.parametrize(("doctor", "name"), DOCTORED)
def test_a_doctored_run_fails(quiet: Stage, doctor: Callable[[Stage], None], name: str) -> None:
    """Whatever is lost, doubled, changed or wrongly said is found, and named under the promise that it breaks."""
    doctor(quiet)
    verdict = quiet.judge()
    assert not verdict.good
    assert name in wrong(verdict)
    assert json.loads(to_json(quiet, verdict), parse_float=Decimal)["ok"] is False
    text = StringIO()
    print_verdict(Console(file=text, width=100), quiet, verdict)
    assert "NOT GOOD" in text.getvalue()


@pytest.mark.parametrize("seed", [2, 3])
@pytest.mark.parametrize("venue", list(SCENES))
def test_a_run_through_many_faults_is_good(venue: str, seed: int) -> None:
    """In virtual time: three dozen faults strike a hundred orders, and everything holds all the same."""
    stage = perform(Settings(seed=seed, orders=100, faults=40, venue=venue))
    verdict = stage.judge()
    assert wrong(verdict) == {}
    assert sum(verdict.faults.values()) > 20
    assert any(
        isinstance(event, OrderFilled) and event.replayed for o in stage.seen.orders.values() for event in o.events
    )


@pytest.mark.parametrize("venue", list(SCENES))
def test_one_seed_gives_one_script(venue: str) -> None:
    """A script repeats with its seed, holds every kind when it is long enough, and spares the sessions a little."""
    kinds = SCENES[venue].kinds
    scripts = [draw_up(SeededChance(7).generator("script"), kinds, 60, 10.0) for _ in range(2)]
    assert scripts[0] == scripts[1]
    assert len(scripts[0]) == 60
    drawn = {one.what.name if isinstance(one.what, Deed) else type(one.what).__name__ for one in scripts[0]}
    assert len(drawn) >= 26
    assert draw_up(SeededChance(7).generator("script"), kinds, 0, 10.0) == []


def test_faults_are_a_word_or_a_number() -> None:
    assert [read_faults(text) for text in ("none", "few", "many", "7")] == [0, 15, 60, 7]
    for text in ("lots", "-1", "1001", "²"):
        with pytest.raises(ConfigError, match="--faults is"):
            read_faults(text)


def test_wrong_options_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["demo", "--faults", "lots"]) == 2
    assert "--faults is 'lots'" in capsys.readouterr().err
    assert run(["demo", "--venue", "binanse"]) == 2
    assert "--venue is 'binanse'; did you mean 'binance'?" in capsys.readouterr().err
    assert run(["demo", "--orders", "0"]) == 2
    assert "orders" in capsys.readouterr().err


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40), (200, 60)])
def test_the_view_fits_the_terminal(quiet: Stage, width: int, height: int) -> None:
    """Every panel is there, in as many lines as the terminal has."""
    text = StringIO()
    Console(file=text, width=width, height=height).print(draw(quiet))
    lines = text.getvalue().rstrip("\n").split("\n")
    assert len(lines) == height
    assert all(len(line) <= width for line in lines)
    for title in ("orders", "commands", "health", "fills", "faults fired", "latest"):
        assert f" {title}" in text.getvalue()


@pytest.mark.parametrize("venue", list(SCENES))
def test_the_program_says_it_in_one_object(venue: str) -> None:
    """For real: a process, its sockets, one JSON object and nothing else, and the status that goes with it."""
    done = batactors("demo", "--orders", "30", "--faults", "5", "--seed", "4", "--json", "--venue", venue)
    said = json.loads(done.stdout, parse_float=Decimal)
    assert done.stderr == ""
    assert said["venue"] == venue
    assert said["orders"] >= 30
    assert said["fills_told"] == said["fills_in_ledger"] > 0
    assert done.returncode == (0 if said["ok"] else 1)
