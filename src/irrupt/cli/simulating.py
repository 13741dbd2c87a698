"""An organisation's own log: it runs for some weeks, and what happened is written as records are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from irrupt.cli.groups import Acts, Answer, OfOne, Reading
from irrupt.i18n import gettext as _

if TYPE_CHECKING:
    from irrupt.chronicle import Chronicle
    from irrupt.experiment.overload import Ended


def simulate(
    source: OfOne,
    output: Annotated[Path, typer.Argument(metavar="FILE", help=_("The new log: .csv, .parquet or .xes (.gz)."))],
    *,
    act: Acts = None,
    weeks: Annotated[
        float,
        typer.Option("--weeks", help=_("Weeks in which cases come (13 when not said); all are followed to their end.")),
    ] = 13.0,
    seed: Annotated[int, typer.Option("--seed", help=_("The same seed gives the same result."))] = 1,
    force: Annotated[bool, typer.Option("--force", help=_("Overwrite the file if it exists."))] = False,
    reading: Reading,
    answer: Answer,
) -> None:
    from irrupt.chronicle.overruling import as_simulated, beside, said_text
    from irrupt.cli import paths, screen
    from irrupt.cli.arguments import refuse_old
    from irrupt.cli.guard import naming
    from irrupt.engine import simulate as run
    from irrupt.engine.streams import seed_faults
    from irrupt.errors import Fault, UsageError
    from irrupt.experiment.overload import Days, told_left
    from irrupt.experiment.today import changes_under
    from irrupt.i18n import number
    from irrupt.organisation.rules import amended
    from irrupt.regulation.when import bare, title
    from irrupt.saving import save_text
    from irrupt.units import MOST_WEEKS

    paths.check_output(output, force)
    told = None if output.name.lower().endswith(".parquet") else beside(output)  # Parquet knows whose acts these are.
    refuse_old(told, force)
    wrong = [] if weeks > 0 else [Fault("--weeks", f"{weeks:g}", _("more than 0"))]
    if weeks > MOST_WEEKS:
        wrong.append(Fault("--weeks", number(weeks, 0), _("{n} weeks at most").format(n=number(MOST_WEEKS, 0))))
    wrong += seed_faults(seed, "--seed")
    acts = paths.acts_in(act or [])
    waits, expected = _("“{act}” waits for its moment"), _("acts that hold from the beginning")
    wrong += [Fault("--act", waits.format(act=title(one, _)), expected) for one in acts if bare(one) is not one]
    if wrong:
        raise UsageError(wrong)
    organisation = paths.organisation_of(source, reading, answer, acts)
    with naming("--act"):
        changes = changes_under(organisation, acts)
    with screen.progress(_("running {name}").format(name=organisation.name), quiet=answer.quiet):
        days = Days(weeks=weeks)
        chronicle = run(organisation, weeks=weeks, seed=seed, changes=changes, through=days.follow)
    gone = told_left(amended(organisation, changes), weeks)
    _tell(chronicle, days.ended, gone, as_json=answer.json)
    paths.convert(chronicle, output)
    if told is not None:
        save_text(told, said_text(as_simulated(chronicle)))
        screen.say(_("Whose act each activity is, read with it: {file}").format(file=told))


def _tell(chronicle: Chronicle, end: Ended, gone: list[str], *, as_json: bool) -> None:
    """How much is in the log, how many cases came and were over in the end, who was *gone* by then, and which queues
    grew without bound."""
    from irrupt.cli import screen
    from irrupt.experiment.overload import told
    from irrupt.i18n import number
    from irrupt.reporting import machine
    from irrupt.reporting.sections import log as sections

    notes = told(end.growing)
    if as_json:
        overload = [machine.plain(one) | {"text": note} for one, note in zip(end.growing, notes, strict=True)]
        more = {"cases_came": end.came, "cases_over": end.over, "overload": overload, "nobody_left": gone}
        screen.show_json(machine.to_json(chronicle) | more)
        return
    cases, events = sections.cases(chronicle.cases), sections.events(chronicle.events.height)
    screen.show_text(_("{cases}, {events}").format(cases=cases, events=events))
    came = _("Came: {cases}; over in the end: {over}")
    screen.show_text(came.format(cases=sections.cases(end.came), over=number(end.over, 0)))
    for note in (*gone, *notes):
        screen.show_text(note)
