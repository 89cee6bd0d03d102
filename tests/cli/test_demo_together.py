"""``batactors demo`` at all venues at once: orders shared out, a verdict for each, one exit status."""

import json
from decimal import Decimal
from io import StringIO

from rich.console import Console

from batactors.cli.demo.config import Settings
from batactors.cli.demo.report_together import all_to_json, print_all
from batactors.cli.demo.scenes import SCENES
from batactors.cli.demo.stage import Stage
from batactors.cli.demo.together import play_all, stages_of
from batactors.cli.demo.view_together import draw_all
from batactors.testing import SimulatedNetwork, VirtualClock, run_in_virtual_time, virtual_keep_alive
from tests.cli.program import batactors
from tests.cli.test_demo import filled_order, wrong


def perform_all(settings: Settings) -> list[Stage]:
    """A run of the demo at every venue, in virtual time."""

    async def play() -> list[Stage]:
        with SimulatedNetwork(seed=settings.seed).installed(), virtual_keep_alive():
            stages = stages_of(settings, clock=VirtualClock())
            await play_all(stages, None)
            return stages

    return run_in_virtual_time(play, seed=settings.seed)


def test_all_venues_are_traded_at_side_by_side() -> None:
    """The orders and faults are shared out; each venue has a verdict of its own, and one that is wrong is named."""
    stages = perform_all(Settings(seed=2, orders=80, faults=12))
    assert [stage.settings.venue for stage in stages] == list(SCENES)
    judged = [(stage, stage.judge()) for stage in stages]
    assert [wrong(verdict) for _, verdict in judged] == [{}] * len(SCENES)
    assert all(len(stage.seen.orders) >= 20 for stage in stages)
    text = StringIO()
    print_all(Console(file=text, width=120), judged)
    assert "GOOD: every fill told once" in text.getvalue()
    told = json.loads(all_to_json(judged), parse_float=Decimal)
    assert told["ok"] is True
    assert list(told["venues"]) == list(SCENES)
    order = filled_order(stages[1])
    order.events.remove(order.fills[0])
    judged[1] = (stages[1], stages[1].judge())
    print_all(Console(file=text, width=120), judged)
    assert f"{list(SCENES)[1]}: every fill told" in text.getvalue()
    assert "NOT GOOD" in text.getvalue()
    assert json.loads(all_to_json(judged), parse_float=Decimal)["ok"] is False


def test_the_view_of_all_venues_fits_the_terminal() -> None:
    """A column for each venue, in as many lines as a small terminal has."""
    text = StringIO()
    Console(file=text, width=80, height=24).print(draw_all(perform_all(Settings(seed=1, orders=12, faults=0))))
    lines = text.getvalue().rstrip("\n").split("\n")
    assert len(lines) <= 24
    assert all(len(line) <= 80 for line in lines)
    assert all(venue in text.getvalue() for venue in SCENES)


def test_the_program_trades_at_all_venues_if_none_is_named() -> None:
    """For real: one process, the sockets of all four, one JSON object."""
    done = batactors("demo", "--orders", "24", "--faults", "4", "--seed", "3", "--json")
    said = json.loads(done.stdout, parse_float=Decimal)
    assert done.stderr == ""
    assert list(said["venues"]) == list(SCENES)
    assert all(one["fills_told"] == one["fills_in_ledger"] for one in said["venues"].values())
    assert done.returncode == (0 if said["ok"] else 1)
