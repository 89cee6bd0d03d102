"""How long things may take, once nothing is wrong any more."""

from batactors.testing.kraken_spot.rates import TIERS
from batactors.testing.simulation.knobs import Knobs

DOWN = 11.0
"""Virtual seconds: the longest that a killed process stays down, and one more until it is started."""
NEXT_FRAME = 15.0
"""Virtual seconds between the signs of life of a healed world: where the last frame was lost, the next one tells."""
PASSES = 4
"""Passes that may have to follow each other at the venue's own pace: one that goes on, a session's first, two looks."""
FIRST_PAUSE, FACTOR, LONGEST_PAUSE = 1.0, 3.0, 30.0
"""Of the reconciler, between passes that settled nothing."""
QUESTIONS_OF_A_ROUND = 5
"""What is open, what filled, the balances, whose the strange orders are, and the agenda's own."""
LIST, HISTORY, ONE = 2.0, 4.0, 2.0
"""What the engine reckons that a list of orders costs, a history of fills, and what is asked for one command alone."""


WINDOWS = 3
"""Windows of a venue that counts in windows: one that is full, one that what had to wait fills, and the last."""


def verdict_bound(knobs: Knobs, commands: int, window: float | None = None) -> float:
    """Virtual seconds from the healing of the world, or from its registration, until a command has its verdict.

    It follows from the settings, in the order in which things happen at the worst:

    - the process is down, and starts (`DOWN`);
    - a dead session is noticed (`silence`), a dial or a question that hangs is given up (`answer`, twice), and the next
      one begins (`backoff_most`);
    - something was missed, and shows with the next frame (`NEXT_FRAME`);
    - the command can no longer be carried out (`validity` and `margin`), and what REST reads can no longer trail that
      moment, nor the session's beginning (`read_lag`);
    - the reconciler pauses, at its longest once, and then from its shortest on between the looks of a proof (`reads`);
    - where the venue counts questions: its counter is full, and `PASSES` passes wait for it, each with a whole round
      before it. A pass asks for the open and the closed orders and the fills, and for each command at most twice.

    - where the token of a session can be lost without a word, that has to be noticed (`keep_token_every`), and where
      sockets give way to others, what proves that nothing was done waits for reads again.

    Args:
        knobs: The settings.
        commands: How many commands there are: so many may be unknown.
        window: Seconds for which the venue counts, where it counts in windows and not by a counter that decays.
    """
    session = DOWN + knobs.silence + 2 * knobs.answer + knobs.backoff_most + NEXT_FRAME
    proof = knobs.validity + knobs.margin + knobs.read_lag
    pauses = LONGEST_PAUSE + sum(min(LONGEST_PAUSE, FIRST_PAUSE * FACTOR**look) for look in range(knobs.reads))
    own = knobs.binance
    renewed = 0.0 if own is None else own.keep_token_every + knobs.answer + knobs.read_lag
    paced = _paced(commands) if window is None else WINDOWS * window
    return session + proof + pauses + renewed + (paced if knobs.rate_limits else 0.0)


def _paced(commands: int) -> float:
    """Seconds for which questions wait for the venue's counter."""
    tier = TIERS["intermediate"]
    a_pass = 2 * LIST + HISTORY + ONE * commands
    whole_round = LIST + HISTORY
    return (tier.rest_max + PASSES * (a_pass + whole_round)) / tier.rest_decay


def round_bound(knobs: Knobs) -> float:
    """Virtual seconds from the healing of the world until a round of the reconciler that began after it has ended.

    A round that the healing comes upon may hold a question that hangs (`answer`); the next begins `reconcile_every`
    after that one has ended. What was lost without a trace, only such a round finds.
    """
    there_and_back = 2 * (max(knobs.latency) + knobs.tick)
    a_round = QUESTIONS_OF_A_ROUND * there_and_back
    return knobs.reconcile_every + knobs.answer + 2 * a_round + (_paced(0) if knobs.rate_limits else 0.0)
