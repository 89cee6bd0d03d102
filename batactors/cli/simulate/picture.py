"""A picture of a run, left in a file."""

from pathlib import Path

from batactors.cli.simulate.single import Look, summary, verdict
from batactors.model.errors import ConfigError
from batactors.testing.drawing import to_html, to_perfetto

PAGE, PERFETTO = ".html", ".json"


def require_writable(trace: Path) -> None:
    """See that a picture can be left there, before a run is made for it.

    Raises:
        ConfigError: It cannot, or its ending says neither which picture.
    """
    if trace.suffix not in (PAGE, PERFETTO):
        raise ConfigError(f"--trace is {str(trace)!r}: end it in .html for a page, or in .json for ui.perfetto.dev")
    is_new = not trace.exists()
    try:
        trace.open("a").close()
    except OSError as error:
        raise ConfigError(f"--trace is {str(trace)!r}: nothing can be written there: {error.strerror}") from error
    if is_new:
        trace.unlink()


def draw_trace(look: Look, trace: Path, order: str | None) -> None:
    """Leave a picture of the run there.

    Raises:
        ConfigError: There is no such order in it.
    """
    report = look.report
    events = report.trace.events
    orders = dict.fromkeys(event.order for event in events if event.order is not None)
    if order is not None and order not in orders:
        known = f" It has {', '.join(orders)}" if orders else " It has none"
        raise ConfigError(f"--order is {order!r}: this run has no such order.{known}")
    title = f"{report.plan.venue}, seed {report.plan.seed}"
    if trace.suffix == PERFETTO:
        trace.write_text(to_perfetto(events, title=title), encoding="utf-8")
    else:
        text = to_html(events, title=title, summary={**summary(report), "verdict": verdict(look.outcome)}, order=order)
        trace.write_text(text, encoding="utf-8")
