"""Where runs begin: with the open cases of a log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from irrupt.cli import paths
from irrupt.cli.groups import Answer, Reading, Running
from irrupt.cli.planning import need_log

if TYPE_CHECKING:
    from irrupt.experiment import Start
    from irrupt.organisation import Organisation


def start(running: Running, organisation: Organisation, reading: Reading, answer: Answer) -> Start | None:
    """The end of the log whose open cases runs begin with; None: they begin empty."""
    from irrupt.experiment import start_of

    if running.open_cases is None:
        return None
    chronicle = paths.read(running.open_cases, reading, answer)
    need_log(chronicle, running.open_cases)
    return start_of(chronicle, organisation)
