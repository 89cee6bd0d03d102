"""``batactors replay``: what a recorded session tells, read and decided again. Nothing is connected."""

import json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table
from rich.text import Text

from batactors import ConfigError, Replayed
from batactors import replay as replay_lines


def replay(recording: Path, /, *, as_json: Annotated[bool, Parameter(name="--json", negative="")] = False) -> int:
    """Replay a recorded session, and say what it tells. The exit status is 1 if the codec reads it otherwise now.

    Args:
        recording: A file of lines that an engine wrote with `record`.
        as_json: Print one JSON object.
    """
    try:
        with recording.open(encoding="utf-8") as lines:
            told = replay_lines(lines)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{recording} cannot be read: {error}") from error
    except ConfigError as error:
        raise ConfigError(f"{recording}: {error}") from error
    if as_json:
        print(json.dumps(told.to_dict()))
    else:
        _show(told)
    return int(bool(told.differences))


def _show(told: Replayed) -> None:
    console = Console(highlight=False)
    table = Table("order", "number", "what", "by")
    for event in told.events:
        table.add_row(event.client_order_id, str(event.sequence), type(event).__name__, str(event.origin))
    console.print(table)
    console.print(
        f"{told.account} at {told.venue}: {told.frames} frames and {told.answers} answers were read again, and the "
        f"core was given {told.inputs} inputs. It tells {len(told.events)} events and {len(told.reports)} reports.",
        soft_wrap=True,
    )
    for line in told.differences:
        console.print(Text(line), style="yellow", soft_wrap=True)
