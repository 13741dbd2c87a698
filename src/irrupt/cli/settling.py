"""Parties answer before anything is compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from irrupt.cli import screen
from irrupt.cli.groups import Answer, Running
from irrupt.errors import AllRefused, Fault
from irrupt.i18n import gettext as _

if TYPE_CHECKING:
    from irrupt.cli.paths import Task
    from irrupt.experiment import Executor
    from irrupt.experiment.parties import Told
    from irrupt.organisation import Organisation
    from irrupt.regulation.model import Act


class Said(NamedTuple):
    """What the parties said."""

    answers: list[str]
    """Each answer, in order of time."""
    told: Told
    """Party by party."""


def agreed(
    organisation: Organisation, task: Task, executor: Executor | None, running: Running, answer: Answer
) -> tuple[Mapping[str, Sequence[Act]], Said]:
    """What is left to try once parties have answered, and what they said."""
    from irrupt.experiment.parties import told_of
    from irrupt.experiment.settling import settle

    if not task.parties:
        return task.scenarios, Said([], ())
    with screen.progress(_("parties answer"), quiet=answer.quiet):
        settled = settle(
            organisation,
            task.scenarios,
            task.parties,
            today=task.today,
            refused=task.plan.refusals_met,
            seed=task.runs["seed"],
            executor=executor,
            workers=running.workers,
        )
    said = [str(decision) for decision in settled.decisions]
    if not settled.comparisons and not task.acts:
        raise AllRefused(Fault("parties", _("everything is refused"), remedy=" ".join(said)))
    return settled.comparisons, Said(said, told_of(settled, task.scenarios))
