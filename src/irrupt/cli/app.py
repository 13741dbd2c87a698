"""The commands: each reads, asks the library, and answers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from irrupt.cli.agreed import kept, rules
from irrupt.cli.agreeing import agree
from irrupt.cli.flags import Command, Group
from irrupt.cli.groups import (
    Acts,
    Answer,
    Lang,
    Log,
    Planning,
    Reading,
    Report,
    Running,
    Source,
    Speaking,
    Title,
    Verbose,
    expanded,
)
from irrupt.cli.guard import guarded, naming
from irrupt.cli.planning import need_log
from irrupt.cli.power import power
from irrupt.cli.rigid import rigidity
from irrupt.cli.searching import search
from irrupt.cli.simulating import simulate
from irrupt.cli.sweeping import Sweeping
from irrupt.i18n import gettext as _
from irrupt.saving import refuse, refuse_other_pages

_PRIORITY = '--act "priority: {client: Hospital A, team: Network}"'
_OTHERS = '--measure "waiting for us of other clients"'
EXAMPLES = {
    "demo": "demo telecom",
    "see": "see tickets.csv --client customer --report tickets.html",
    "problems": "problems tickets.csv",
    "discover": "discover tickets.csv -o desk.yaml",
    "compare": f"compare tickets.csv {_PRIORITY}",
    "power": "power desk.yaml",
    "rigidity": 'rigidity desk.yaml --change "10 %"',
    "report": "report tickets.csv --scenario scenario.yaml",
    "search": f'search desk.yaml {_PRIORITY} --lower "waiting for us of Hospital A"',
    "sweep": f'sweep desk.yaml {_PRIORITY} --vary "clients > Hospital A > share of cases: 10 %, 40 %" {_OTHERS}',
    "results": "results pairs.store -o pairs.parquet",
    "agree": 'agree rulebook.yaml "Solved in time" --by "Hospital A" --confirm',
    "kept": "kept rulebook.yaml tickets.csv",
    "rules": "rules rulebook.yaml",
    "simulate": "simulate desk.yaml desk.csv --weeks 26",
    "verify": "verify --full",
    "convert": "convert tickets.xes.gz tickets.csv",
    "schema": "schema scenario",
}
"""What a user may type, at the end of the help of each command."""


def build(typed: Sequence[str] = ()) -> typer.Typer:
    """The application, in the language in use: with the command alone with which what is *typed* begins, if it does, as
    to put the options of all together takes longer than some of them; else with all."""
    app = typer.Typer(
        name="irrupt",
        cls=Group,
        help=_("What does the client do to an organisation, and what would happen if he stepped in?"),
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    app.callback()(_everything)
    see_it, compare_it, agree_on, files = _("See"), _("Compare"), _("Agree"), _("Files and checks")
    commands = (
        (see_it, demo, _("The whole path on the bundled incident log, or one of the bundled cases.")),
        (see_it, see, _("What clients do in a log, and what it costs whom.")),
        (see_it, problems, _("What is wrong with a log, and what was done about it.")),
        (see_it, report, _("Write one HTML report of a log, and of acts tried on it.")),
        (compare_it, discover, _("Learn the organisation from a log, and how far to trust it.")),
        (compare_it, compare, _("Try acts: with and without, on the same random numbers.")),
        (compare_it, sweep, _("Try acts at many settings: curves, thresholds, sensitivity, Pareto fronts.")),
        (compare_it, search, _("Which acts, answers and settings serve which party: a Pareto front.")),
        (compare_it, power, _("Who can move what others watch, by what, and how much of it is used.")),
        (compare_it, rigidity, _("Whether it is rigid: how long until it follows when more is asked for.")),
        (agree_on, agree, _("Change a rulebook: agree on a rule, confirm or refute what records suggest, end one.")),
        (
            agree_on,
            kept,
            _("Whether a log, or schedules, keep the rules of a rulebook: since when not, in which cases."),
        ),
        (agree_on, rules, _("What a rulebook says at a date, and its history.")),
        (files, simulate, _("Run an organisation, and write its log as records are.")),
        (files, results, _("What a store of pairs of runs holds; write it as Parquet.")),
        (files, convert, _("Write a log in another format: CSV, Parquet or XES.")),
        (files, schema, _("Print the JSON Schema of a file: organisation, scenario or rulebook.")),
        (files, verify, _("Check the simulator against queues whose waits are known.")),
    )
    alone = [one for one in commands if [one[1].__name__] == [*typed[:1]]]
    for panel, command, text in alone or commands:
        epilog = _("For example: {command}").format(command=f"irrupt {EXAMPLES[command.__name__]}")
        app.command(help=text, epilog=epilog, cls=Command, rich_help_panel=panel)(guarded(expanded(command)))
    return app


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"irrupt {version('irrupt')}")
        raise typer.Exit


def _everything(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=_("Show the version."))
    ] = False,
    lang: Lang = None,
) -> None:
    pass


def demo(
    case: Annotated[
        str | None,
        typer.Argument(
            metavar="CASE",
            help=_(
                "A bundled case: chemicals, citizen, consumer, patient, supplier or telecom; none: the incident log."
            ),
        ),
    ] = None,
    *,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help=_("Where the report goes (irrupt-demo.html).")),
    ] = None,
    title: Title = None,
    verbose: Verbose = False,
    running: Running,
    answer: Answer,
) -> None:
    from irrupt.cli import demo as demos

    if case is None:
        demos.run(output or Path("irrupt-demo.html"), running, answer, verbose, title)
    else:
        demos.run_case(case, output or Path(f"irrupt-{case}.html"), running, answer, verbose, title)


def see(
    log: Log,
    *,
    page: Report,
    whose: Annotated[
        Path | None,
        typer.Option(
            "--whose",
            metavar="FILE",
            help=_("Write whose act each activity is to this YAML file; corrected, it is read with --map."),
        ),
    ] = None,
    prescribed: Annotated[
        Path | None,
        typer.Option(
            "--prescribed",
            metavar="FILE",
            help=_("Hold the cases against this written procedure: an order of steps (YAML), or BPMN."),
        ),
    ] = None,
    cases: Annotated[
        Path | None,
        typer.Option("--cases", metavar="FILE", help=_("Write the cases behind each finding to this CSV file.")),
    ] = None,
    verbose: Verbose = False,
    reading: Reading,
    planning: Planning,
    answer: Answer,
) -> None:
    from irrupt.cli import paths, screen, seeing
    from irrupt.cli import planning as schedules

    of_logs = {"--whose": whose, "--prescribed": prescribed, "--cases": cases}
    chronicle = schedules.asked_for(paths.read(log, reading, answer), planning, log, of_logs)
    if chronicle.only_schedules:
        paths.tell(schedules.see(chronicle, planning, answer), answer, page, verbose)
        return
    sight = seeing.see(chronicle, answer, prescribed)
    if whose is not None:
        seeing.write_whose(sight, whose)
    if cases is not None:
        seeing.write_cases(sight, cases)
    paths.tell(sight, answer, page, verbose)
    if answer.json:
        return
    if chronicle.schedules.height:
        screen.say(_("It holds schedules, too: --schedules looks at them"))
    if chronicle.problems:
        screen.say(_("What is wrong, and where: irrupt problems {log}").format(log=chronicle.typed))
    if page.report is None:
        screen.say(_("Pictures: irrupt report {log}").format(log=chronicle.typed))


def problems(log: Log, *, reading: Reading, answer: Answer) -> None:
    from irrupt.cli import paths

    paths.tell(paths.read(log, reading, answer), answer)


def discover(
    log: Log,
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help=_("Write the organisation to this YAML file."))
    ] = None,
    work: Annotated[
        Literal["typical", "shortest", "longest"],
        typer.Option("--work", help=_("Plausible service times to assume where the log has no start times.")),
    ] = "typical",
    fidelity: Annotated[
        bool, typer.Option("--fidelity/--no-fidelity", help=_("Measure the distance to a held-out part of the log."))
    ] = True,
    force: Annotated[bool, typer.Option("--force", help=_("Overwrite the file if it exists."))] = False,
    page: Report,
    verbose: Verbose = False,
    reading: Reading,
    answer: Answer,
) -> None:
    from irrupt.cli import paths
    from irrupt.cli.arguments import refuse_old

    refuse_old(output, force)
    chronicle = paths.read(log, reading, answer, learns=True)
    need_log(chronicle, log)
    organisation = paths.learn(chronicle, answer, work=work, fidelity=fidelity)
    if output is not None:
        paths.save(organisation, output)
    paths.tell(organisation, answer, page, verbose)


def compare(
    source: Source,
    scenario: Annotated[Path | None, typer.Argument(metavar="SCENARIO", help=_("A scenario file (YAML)."))] = None,
    *,
    act: Acts = None,
    page: Report,
    behind: Annotated[
        list[str] | None,
        typer.Option(
            "--behind",
            metavar="PARTY",
            help=_("Look behind the difference for this client, group or team: the same cases with and without."),
        ),
    ] = None,
    verbose: Verbose = False,
    running: Running,
    reading: Reading,
    answer: Answer,
) -> None:
    from irrupt.cli import drilling, paths, starting

    file = scenario or (None if act else source)
    source, task = paths.sorted_out(source, scenario, act or [], running)
    with naming(file):
        organisation, beside = paths.load_or_learn(source, task, reading, answer, running.open_cases)
        start = starting.start(running, organisation, reading, answer)
        result = paths.compare(organisation, beside, task, running, answer, start)
    drilling.tell(result, behind or [], answer, page, verbose)


def report(
    log: Log,
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help=_("Where the report goes (LOG.html)."))
    ] = None,
    scenario: Annotated[
        Path | None, typer.Option("--scenario", metavar="FILE", help=_("A scenario file (YAML)."))
    ] = None,
    act: Acts = None,
    title: Title = None,
    running: Running,
    reading: Reading,
    planning: Planning,
    answer: Answer,
) -> None:
    from irrupt.chronicle.overruling import named
    from irrupt.cli import paths, starting
    from irrupt.cli import planning as schedules

    output = output or Path(named(log).name + ".html")
    refuse(output)
    refuse_other_pages(output)
    task = paths.task(scenario, act or [], running) if scenario is not None or act else None
    if task is None:
        starting.refuse_running(running)
    chronicle = schedules.asked_for(paths.read(log, reading, answer), planning, log)
    if task is None and chronicle.only_schedules:
        paths.write(output, schedules.see(chronicle, planning, answer), title=title)
        return
    need_log(chronicle, log)
    sight = paths.see(chronicle, answer)
    if task is None:
        organisation, comparison = paths.learn(chronicle, answer), None
    else:
        organisation, beside = paths.learn_for(task, chronicle, answer)
        start = starting.start(running, organisation, reading, answer)
        comparison = paths.compare(organisation, beside, task, running, answer, start)
    paths.write(output, sight, organisation, comparison, title=title)


def sweep(
    source: Source,
    scenario: Annotated[
        Path | None,
        typer.Argument(
            metavar="SCENARIO", help=_("A scenario file (YAML) with one comparison, whose acts are done together.")
        ),
    ] = None,
    *,
    act: Acts = None,
    sweeping: Sweeping,
    page: Report,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help=_("Write all points to this CSV or Parquet file.")),
    ] = None,
    running: Running,
    reading: Reading,
    answer: Answer,
) -> None:
    from irrupt.cli import sweeping as command

    command.run(source, scenario, act or [], sweeping, page, output, running, reading, answer)


def results(
    store: Annotated[Path, typer.Argument(metavar="STORE", help=_("A file that --store named."))],
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help=_("Write all values to this Parquet file."))
    ] = None,
    answer: Answer,
) -> None:
    from irrupt.cli import storing

    storing.results(store, output, answer)


def convert(
    log: Log,
    output: Annotated[Path, typer.Argument(metavar="FILE", help=_("The new file: .csv, .parquet or .xes (.gz)."))],
    *,
    force: Annotated[bool, typer.Option("--force", help=_("Overwrite the file if it exists."))] = False,
    reading: Reading,
    speaking: Speaking,
) -> None:
    from irrupt.cli import paths

    paths.check_output(output, force)
    paths.convert(paths.read(log, reading, Answer(quiet=speaking.quiet)), output)


def verify(
    full: Annotated[
        bool, typer.Option("--full", help=_("The full form: standard errors near 0.1 %, about 45 CPU-minutes."))
    ] = False,
    seed: Annotated[int, typer.Option("--seed", help=_("Other random numbers: any whole number from 0."))] = 1,
    *,
    answer: Answer,
) -> None:
    from irrupt.cli import verifying

    verifying.verify(full, seed, answer)


def schema(
    what: Annotated[Literal["organisation", "scenario", "rulebook"], typer.Argument(help=_("Which kind of file."))],
    *,
    lang: Lang = None,
) -> None:
    from irrupt import agreement, organisation, regulation
    from irrupt.cli import screen

    schemas = {
        "organisation": organisation.json_schema,
        "scenario": regulation.scenario_schema,
        "rulebook": agreement.rulebook_schema,
    }
    screen.show_json(schemas[what]())
