"""Where runs begin: with the open cases of a log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from irrupt.cli import paths
from irrupt.cli.groups import Answer, Reading, Running
from irrupt.cli.planning import need_log
from irrupt.errors import Fault, UsageError
from irrupt.i18n import gettext as _

if TYPE_CHECKING:
    from irrupt.experiment import Start
    from irrupt.organisation import Organisation


def refuse_running(running: Running) -> None:
    """Raise `UsageError` for options that say how acts are tried, where there is none to try."""
    said = {
        "--open": running.open_cases,
        "--precision": running.precision,
        "--store": running.store,
        "--chronicles": running.chronicles,
    }
    remedy = _("say what to try: --act or --scenario")
    faults = [Fault(name, _("there is no act to try"), remedy=remedy) for name, value in said.items() if value]
    if faults:
        raise UsageError(faults)


def start(running: Running, organisation: Organisation, reading: Reading, answer: Answer) -> Start | None:
    """The end of the log whose open cases runs begin with; None: they begin empty."""
    from irrupt.experiment import start_of

    if running.open_cases is None:
        return None
    chronicle = paths.read(running.open_cases, reading, answer)
    need_log(chronicle, running.open_cases)
    return start_of(chronicle, organisation)
