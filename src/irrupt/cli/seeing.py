"""The leg of the way for `see` on event logs, and what it writes beside its answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from irrupt.cli import screen
from irrupt.errors import Fault, UsageError
from irrupt.i18n import gettext as _
from irrupt.saving import save_text, saving

if TYPE_CHECKING:
    from irrupt.chronicle import Chronicle
    from irrupt.cli.groups import Answer
    from irrupt.sight import Sight


def see(chronicle: Chronicle, answer: Answer, prescribed: Path | None) -> Sight:
    """What clients do in the event log of *chronicle*, whose cases are held against the procedure in *prescribed*."""
    from irrupt.sight.look import see as look
    from irrupt.sight.procedure import load_procedure

    procedure = None if prescribed is None else load_procedure(prescribed)
    with screen.progress(_("looking"), quiet=answer.quiet):
        return look(chronicle, prescribed=procedure)


def write_whose(sight: Sight, output: Path) -> None:
    """Write whose act each activity is to *output*, for the user to correct. Never overwrites what he wrote."""
    from irrupt.chronicle.overruling import said_text

    if output.exists():
        raise UsageError(
            Fault(str(output), _("the file exists"), remedy=_("move it away first: it may hold your words"))
        )
    changes = {one.name: one.text for one in sight.changes}
    save_text(output, said_text(sight.chronicle, changes))
    screen.say(_("Written: {file}").format(file=output))


def write_cases(sight: Sight, output: Path) -> None:
    """Write the cases in which each finding of *sight* shows to the CSV file *output*, the plainest first."""
    from irrupt.sight.evidence import cases_table

    with saving(output) as stream:
        cases_table(sight).write_csv(stream)
    screen.say(_("Written: {file}").format(file=output))
