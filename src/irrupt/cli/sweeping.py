"""The command `sweep`: from arguments to the library and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from irrupt.cli import paths, screen
from irrupt.cli.groups import Answer, Reading, Report, Running
from irrupt.cli.guard import asked_by, naming
from irrupt.errors import Fault, UsageError
from irrupt.i18n import gettext as _
from irrupt.saving import refuse_other_tables, save_table

if TYPE_CHECKING:
    import polars as pl

    from irrupt.experiment import Sweep
    from irrupt.organisation import Organisation

SWEEPING, GOALS = _("Settings"), _("Goals and limits")


Vary = Annotated[
    list[str] | None,
    typer.Option(
        "--vary",
        metavar="PATH: LOW .. HIGH",
        help=_(
            'What is varied: "imposed check > duration: 5 min .. 40 min", "clients > Hospital A > share of cases: '
            '10 %, 30 %, 50 %" (repeatable).'
        ),
        rich_help_panel=SWEEPING,
    ),
]
Lower = Annotated[
    list[str] | None,
    typer.Option(
        "--lower",
        metavar="TEXT",
        help=_("What is to be low: the Pareto front is shown (repeatable)."),
        rich_help_panel=GOALS,
    ),
]
Higher = Annotated[
    list[str] | None,
    typer.Option("--higher", metavar="TEXT", help=_("What is to be high."), rich_help_panel=GOALS),
]
AtMost = Annotated[
    list[str] | None,
    typer.Option(
        "--at-most",
        metavar="TEXT",
        help=_('A limit with the act: "share of time at work of Network: 0.9" (repeatable).'),
        rich_help_panel=GOALS,
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweeping:
    """What is varied, what is measured, and what is asked of it."""

    vary: Vary = None
    measure: Annotated[
        list[str] | None,
        typer.Option(
            "--measure",
            metavar="TEXT",
            help=_('What is measured: "cycle time of other clients" (repeatable).'),
            rich_help_panel=SWEEPING,
        ),
    ] = None
    design: Annotated[
        Literal["grid", "latin", "sobol", "sensitivity"],
        typer.Option(
            "--design",
            help=_("All combinations, a Latin hypercube, a Sobol' sequence, or for sensitivity indices."),
            rich_help_panel=SWEEPING,
        ),
    ] = "grid"
    points: Annotated[
        int, typer.Option("--points", help=_("Settings that are tried, but on a grid."), rich_help_panel=SWEEPING)
    ] = 64
    threshold: Annotated[
        list[str] | None,
        typer.Option(
            "--threshold",
            metavar="TEXT",
            help=_('From which setting on: "cycle time of other clients: 1 day" (repeatable).'),
            rich_help_panel=SWEEPING,
        ),
    ] = None
    lower: Lower = None
    higher: Higher = None
    at_most: AtMost = None


def run(
    source: Path,
    scenario: Path | None,
    acts: Sequence[str],
    sweeping: Sweeping,
    page: Report,
    output: Path | None,
    running: Running,
    reading: Reading,
    answer: Answer,
) -> None:
    """Sweep, and tell."""
    from irrupt.experiment.outputs import output_in, possible
    from irrupt.reporting.sections.sweep import Answered
    from irrupt.reporting.swept import show_sweep, sweep_json

    if output is not None:
        refuse_other_tables(output)
    thresholds = [limit(text, "--threshold") for text in sweeping.threshold or []]
    limits = [limit(text, "--at-most") for text in sweeping.at_most or []]
    if limits and not (sweeping.lower or sweeping.higher):
        text = _("--lower or --higher beside it: it is a limit of what these ask for, and would do nothing alone")
        raise UsageError(Fault("--at-most", ", ".join(sweeping.at_most or []), text))
    for name, level in limits:
        possible(output_in(name), level)
    lower, higher = sweeping.lower or [], sweeping.higher or []
    named = [*(sweeping.measure or []), *(name for name, _level in (*thresholds, *limits)), *lower, *higher]
    names = list(dict.fromkeys(named))
    organisation, swept = _swept(source, scenario, acts, sweeping, names, running, reading, answer)
    answered = Answered(swept, thresholds, swept.front(lower, higher, limits) if lower or higher else None)
    if page.report is not None:
        paths.write(page.report, organisation, answered, title=page.title)
    if answer.json:
        screen.show_json(sweep_json(answered))
    else:
        screen.show(show_sweep(answered))
    if output is not None:
        write_table(swept.table, output)


def _swept(
    source: Path,
    scenario: Path | None,
    acts: Sequence[str],
    sweeping: Sweeping,
    outputs: Sequence[str],
    running: Running,
    reading: Reading,
    answer: Answer,
) -> tuple[Organisation, Sweep]:
    from irrupt.experiment import sweep

    refuse_other_runs(running)
    source, task = paths.sorted_out(source, scenario, acts, running)
    _refuse_several(task)
    organisation, beside = paths.load_or_learn(source, task, reading, answer)
    with (
        naming("--vary"),
        asked_by(
            measure=sweeping.measure,
            threshold=sweeping.threshold,
            lower=sweeping.lower,
            higher=sweeping.higher,
            at_most=sweeping.at_most,
        ),
        screen.executor(running.cluster, running.workers) as executor,
        screen.trying(_("trying"), quiet=answer.quiet) as shown,
    ):
        swept = sweep(
            organisation,
            *task.acts,
            *(act for several in task.scenarios.values() for act in several),
            today=task.today,
            vary=sweeping.vary or [],
            outputs=outputs,
            kind=sweeping.design,
            points=sweeping.points,
            alternatives=beside.alternatives,
            progress=None if shown is None else shown.advance,
            **task.run_by(executor),
        )
    return organisation, swept


def _refuse_several(task: paths.Task) -> None:
    """Raise `UsageError` for what a sweep would do all at once, or leave out."""
    faults = []
    if len(task.scenarios) > 1:
        expected = _("one comparison, whose acts are done together; a search chooses among several")
        faults.append(Fault("compare", ", ".join(task.scenarios), expected))
    if task.parties:
        found = ", ".join(party.name for party in task.parties)
        faults.append(Fault("parties", found, _("none in a sweep: write what they answer under answers")))
    if faults:
        raise UsageError(faults)


def refuse_other_runs(running: Running) -> None:
    """Raise `UsageError` for what neither a sweep nor a search can do."""
    faults = []
    if running.open_cases is not None:
        faults.append(Fault("--open", str(running.open_cases), _("no log: runs of a sweep or a search begin empty")))
    if running.chronicles is not None:
        faults.append(Fault("--chronicles", str(running.chronicles), _("none: sweeps and searches keep values only")))
    if running.precision:
        text = _("none for a sweep or a search: --replications says how many pairs of runs there are")
        faults.append(Fault("--precision", ", ".join(running.precision), text))
    if faults:
        raise UsageError(faults)


def write_table(table: pl.DataFrame, output: Path) -> None:
    """Write *table* to the CSV or Parquet file *output*."""
    save_table(output, table)
    screen.say(_("Written: {file}").format(file=output))


def limit(text: str, option: str) -> tuple[str, float]:
    """An output and a level, in its unit: a number alone, or as conditions are written."""
    from irrupt.experiment.outputs import output_in
    from irrupt.regulation.conditions import level_in

    name, colon, level = (part.strip() for part in text.rpartition(":"))
    if not colon or not level:
        raise UsageError(Fault(option, text, _('a measure and a level, such as "cycle time of other clients: 1 day"')))
    size = level.lstrip("-−+")
    try:
        with asked_by(**{option.removeprefix("--"): [text]}):
            value = level_in(output_in(name).measure, size)
    except ValueError as error:
        raise UsageError(Fault(option, str(error))) from error
    return name, -value if level[0] in "-−" else value
